"""The read API: what a program gets, page by page, and what it is told when it asks wrongly."""

import hashlib
import json
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from news import publishing
from news.api.answers import answer
from news.api.openapi import document
from news.caching import reader
from news.models import LegacyPath, Version
from news.publishing import Notes
from tests.factories import NOTES, PressReleaseFactory, add_photo, published
from tests.views.pages import parse

pytestmark = pytest.mark.django_db
RELEASES = "/api/v1/releases/"


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def walk(client, address):
    """Every item of a list, following `next`."""
    items = []
    while address:
        response = client.get(address)
        assert response.status_code == 200, response.content
        page = response.json()
        items += page["items"]
        following = page["links"]["next"]
        assert response.headers.get("Link", "") == (
            f'<{following}>; rel="next"' if following else ""
        )
        address = path_of(following) if following else None
    return items, page


def refused(client, query, parameter):
    response = client.get(f"{RELEASES}?{query}")
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["parameter"] == parameter
    assert response["Access-Control-Allow-Origin"] == "*"
    return error["message"]


def test_pages_give_every_release_once_newest_day_first(client):
    days = [date(2018, 5, 19), date(2018, 5, 19), date(2017, 1, 2), date(2020, 1, 1)]
    codes = [published(dated=day).code for day in days]
    items, _ = walk(client, f"{RELEASES}?limit=1&fields=dated")
    assert [item["id"] for item in items] == [codes[3], codes[1], codes[0], codes[2]]
    assert set(items[0]) == {"id", "state", "version", "dated"}


def test_what_is_published_between_two_pages_neither_repeats_nor_hides_anything(client):
    codes = [published(dated=date(2018, 5, day)).code for day in (1, 2, 3)]
    first = client.get(f"{RELEASES}?limit=2").json()
    published(dated=date(2018, 5, 4))
    rest, _ = walk(client, path_of(first["links"]["next"]))
    seen = [item["id"] for item in first["items"] + rest]
    assert seen == codes[::-1]


def test_the_filters_are_those_of_the_search_page(client):
    old = published(dated=date(2016, 12, 31), thai_only=True)
    new = published(dated=date(2017, 1, 1))

    def ids(query):
        return [item["id"] for item in client.get(f"{RELEASES}?{query}").json()["items"]]

    assert ids("from=2017-01-01") == [new.code]
    assert ids("to=2016-12-31") == [old.code]
    assert ids("lang=en") == [new.code]
    assert ids("topic=digital-government") == [new.code, old.code]
    assert "/api/v1/topics/" in refused(client, "topic=nothing", "topic")


def test_a_release_carries_what_a_researcher_needs(client):
    release = PressReleaseFactory(
        slug="digital-skills",
        dated=date(2018, 5, 19),
        dated_precision="doubt",
        dated_other=date(2017, 5, 19),
        dated_source="19 พ.ค. 61",
        event_date=date(2017, 5, 19),
        event_source="19 พฤษภาคม 2560",
    )
    add_photo(release, caption_th="ผู้เข้าร่วม")
    LegacyPath.objects.create(path="/blog/2017/05/ข่าว", release=release)
    publishing.publish(release=release)
    found = client.get(f"{RELEASES}{release.code}/").json()
    assert found["dated"] == {
        "date": "2018-05-19",
        "precision": "doubt",
        "in_doubt": True,
        "other_reading": "2017-05-19",
        "as_printed": "19 พ.ค. 61",
    }
    assert found["event"]["as_printed"] == "19 พฤษภาคม 2560"
    assert found["fiscal_year_be"] == 2561
    assert found["legacy_paths"] == ["/blog/2017/05/ข่าว"]
    assert found["cite_as"] == f"http://testserver/s/{release.code}@1"
    assert found["photos"][0]["caption"] == {"th": "ผู้เข้าร่วม"}
    files = found["photos"][0]["files"]
    assert [file["made_for"] for file in files] == ["page", "press"]
    for file in files:
        response = client.get(urlsplit(file["url"]).path)
        assert response.status_code == 200
        content = b"".join(response)
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["byte_size"]
    listed = client.get(RELEASES).json()["items"][0]
    assert listed["photos"] == found["photos"]
    assert (
        client.get(f"{RELEASES}{release.code.upper()}/photos/").json()["items"] == (found["photos"])
    )


def test_the_content_of_a_version_has_the_checksum_that_it_states(client):
    version = published()
    found = client.get(f"{RELEASES}{version.code}/versions/1/").json()
    text = json.dumps(found["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == found["checksum"] == version.checksum


class TestChanges:
    def test_they_come_in_the_order_of_change_with_tombstones_as_events(self, client):
        kept, withdrawn, gone, merged = (published().release for _ in range(4))
        since = timezone.now()
        # SQLite's clock counts milliseconds: what happens next may be dated within this one.
        since = since.replace(microsecond=since.microsecond // 1000 * 1000)
        publishing.publish(release=kept, kind="minor")
        publishing.withdraw(release=withdrawn, reason=Version.Reason.ERROR, notes=NOTES)
        publishing.remove(release=gone, reason=Version.Reason.PRIVACY)
        publishing.merge(release=merged, into=kept)
        stamp = since.isoformat().replace("+", "%2B")
        items, page = walk(client, f"{RELEASES}?updated_since={stamp}&limit=1")
        assert [(item["id"], item["state"]) for item in items] == [
            (kept.code, "live"),
            (withdrawn.code, "withdrawn"),
            (gone.code, "gone"),
            (merged.code, "merged"),
        ]
        assert "title" in items[0]
        assert not any("title" in item or "body_html" in item for item in items[1:])
        assert (items[1]["reason"], items[3]["merged_into"]) == ("error", kept.code)
        again, _ = walk(client, f"{RELEASES}?updated_since={page['next_updated_since']}")
        assert again[-1] == items[-1]

    def test_a_scheduled_change_is_one_at_its_moment(self, client):
        release = published().release
        at = timezone.now() + timedelta(hours=1)
        publishing.schedule(release=release, at=at, kind="correction", notes=NOTES)
        address = f"{RELEASES}?updated_since={at:%Y-%m-%dT%H:%M:%SZ}"
        assert client.get(address).json()["items"] == []
        with time_machine.travel(at + timedelta(seconds=1), tick=False):
            assert client.get(address).json()["items"][0]["version"] == 2

    @pytest.mark.parametrize("name", ["from", "to", "lang", "topic"])
    def test_a_filter_that_could_hide_a_change_is_refused(self, name, client):
        assert "move" in refused(client, f"updated_since=2018-01-01&{name}=th", name)


def test_the_log_tells_of_corrections_and_of_a_removed_release_only_its_removal(client):
    corrected, removed = published().release, published().release
    for release in (corrected, removed):
        publishing.publish(release=release, kind="correction", notes=NOTES)
    publishing.publish(release=corrected, kind="minor")
    publishing.remove(release=removed, reason=Version.Reason.LEGAL)
    items, _ = walk(client, "/api/v1/corrections/?limit=1")
    assert [(item["id"], item["kind"]) for item in items] == [
        (removed.code, "gone"),
        (corrected.code, "correction"),
    ]
    assert items[1]["note"] == {"th": NOTES.th, "en": NOTES.en}


def test_topics_tell_how_many_releases_they_have(client):
    published()
    publishing.withdraw(release=published().release, reason=Version.Reason.ERROR)
    (topic,) = client.get("/api/v1/topics/").json()["items"]
    assert (topic["slug"], topic["releases"]) == ("digital-government", 1)


class TestErrors:
    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=0", "limit"),
            ("limit=501", "limit"),
            ("limit=๕", "limit"),
            ("from=2018-02-30", "from"),
            ("from=2562-02-29", "from"),
            ("from=2651-01-01", "from"),
            ("from=yesterday", "from"),
            ("from=2018-02-02&to=2018-02-01", "to"),
            ("lang=de", "lang"),
            ("topic=%00", "topic"),
            ("topic=nope", "topic"),
            ("topic=Digital-Government", "topic"),
            ("q=ทักษะ&topic=nope", "topic"),
            ("topic=%FF", "topic"),
            ("fields=title,secrets", "fields"),
            ("updated_since=2018-01-01T00:00:00", "updated_since"),
            ("updated_since=9999-12-31T23:59:59-12:00", "updated_since"),
            ("cursor=x", "cursor"),
            ("cursor=d.2018-02-30.1", "cursor"),
            ("cursor=m.1.1", "cursor"),
            ("updated_since=2018-01-01&cursor=d.2018-02-03.1", "cursor"),
        ],
    )
    def test_what_makes_no_sense_is_refused_by_name(self, query, parameter, client):
        refused(client, query, parameter)

    @pytest.mark.parametrize(
        ("path", "query", "parameter", "meant"),
        [
            (RELEASES, "updated_sinse=2018-01-01", "updated_sinse", "updated_since"),
            (RELEASES, "updatedSince=2018-01-01", "updatedSince", "updated_since"),
            (RELEASES, "Limit=5", "Limit", "limit"),
            (RELEASES, "limit=5&language=th", "language", "lang"),
            (RELEASES, "field=title", "field", "fields"),
            ("/api/v1/corrections/", "updated_since=2018-01-01", "updated_since", ""),
            ("/api/v1/topics/", "limit=5", "limit", ""),
            ("/api/v1/openapi.json", "v=2", "v", ""),
            (RELEASES, "%E0%B8%81=1", "ก", ""),
            (RELEASES, "a" * 500 + "=1", "a" * 60 + "…", ""),
        ],
    )
    def test_a_parameter_that_is_none_is_refused_and_the_nearest_named(
        self, path, query, parameter, meant, client
    ):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 400
        error = response.json()["error"]
        assert error["code"] == "unknown_parameter"
        assert error["parameter"] == parameter
        assert (f"Did you mean {meant}?" in error["message"]) is bool(meant)
        assert response["Cache-Control"] == "no-store"
        assert response["Access-Control-Allow-Origin"] == "*"

    def test_one_given_twice_is_refused_for_only_one_could_count(self, client):
        assert "2 times" in refused(client, "topic=a&topic=b", "topic")

    def test_what_trackers_hang_on_an_address_is_left_alone(self, client):
        query = "limit=5&fbclid=1&utm_source=a&utm_source=b&gclid=x"
        response = client.get(f"{RELEASES}?{query}")
        assert response.status_code == 200
        assert response.json()["links"]["self"].endswith("?limit=5")

    def test_every_address_takes_what_its_description_names_and_nothing_else(self, client):
        code = published().code
        for path, methods in document()["paths"].items():
            address = f"/api/v1{path}".replace("{id}", code).replace("{number}", "1")
            message = client.get(f"{address}?nothing_like_it=1").json()["error"]["message"]
            named = {each["name"] for each in methods["get"]["parameters"] if each["in"] == "query"}
            told = message.partition(" It takes ")[2].rstrip(".")
            assert set(told.split(", ")) == (named or {"no parameters"}), path

    def test_an_unknown_address_is_answered_in_json(self, client):
        for path in (f"{RELEASES}aaaaaa/", "/api/v1/nothing?x=1"):
            response = client.get(path)
            assert response.status_code == 404
            assert response.json()["error"]["code"] == "not_found"

    def test_nothing_can_be_written(self, client):
        response = client.post(RELEASES, "{}", content_type="application/json")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


class TestLanguages:
    """`Content-Language`: whose words an answer has, after RFC 9110, section 8.5."""

    @pytest.mark.parametrize(
        ("fields", "said"),
        [({}, "th, en"), ({"thai_only": True}, "th"), ({"english_only": True}, "en")],
        ids=["both", "Thai", "English"],
    )
    def test_they_are_those_that_the_release_has(self, client, fields, said):
        code = published(**fields).code
        for path in ("", f"{code}/", f"{code}/versions/1/"):
            assert client.get(f"{RELEASES}{path}").headers["Content-Language"] == said

    def test_a_list_has_those_of_all_that_is_on_it(self, client):
        published(thai_only=True)
        published(english_only=True)
        assert client.get(RELEASES).headers["Content-Language"] == "th, en"
        assert client.get(f"{RELEASES}?lang=en").headers["Content-Language"] == "en"

    def test_what_has_no_words_is_in_none(self, client):
        code = published().code
        for path in ("?fields=dated", "?year=1999", f"{code}/versions/", f"{code}/photos/"):
            assert "Content-Language" not in client.get(f"{RELEASES}{path}").headers

    @pytest.mark.parametrize("name", ["files", "topic", "url"])
    def test_members_that_are_beside_the_text_are_not_looked_into(self, name):
        """Of the files of photos a list may have thousands."""
        beside = {name: [{"en": "of no words of the release"}]}
        said = answer({"items": [{"title": {"th": "ข่าว"}, "photos": [beside], **beside}]})
        assert said.headers["Content-Language"] == "th"
        assert "Content-Language" not in answer([beside]).headers

    def test_of_what_is_gone_it_is_the_notes(self, client):
        release = published().release
        publishing.remove(release=release, reason=Version.Reason.PRIVACY, notes=Notes(th="ลบ"))
        gone = client.get(f"{RELEASES}{release.code}/")
        assert (gone.status_code, gone.headers["Content-Language"]) == (410, "th")

    def test_topics_have_both(self, client):
        published()
        assert client.get("/api/v1/topics/").headers["Content-Language"] == "th, en"


def test_every_answer_is_open_to_scripts_of_other_sites_and_states_the_limit(client, settings):
    settings.RATE_LIMITS = {"api": 600}
    for path in (RELEASES, f"{RELEASES}?limit=x", "/api/v1/openapi.json"):
        response = client.get(path)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["RateLimit-Policy"] == '"uncached";q=600;w=60'
        assert not response.cookies
    response = client.options(RELEASES)
    assert response.status_code == 204
    assert "GET" in response["Access-Control-Allow-Methods"]


def test_an_unchanged_answer_costs_a_304_and_a_changed_one_is_given_anew(client):
    published()
    etag = client.get(RELEASES)["ETag"]
    response = client.get(RELEASES, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    published()
    reader.forget()  # as it does by itself after a second
    assert client.get(RELEASES, headers={"If-None-Match": etag}).status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(client, settings, within_one_minute):
    settings.RATE_LIMITS = {"api": 3}
    statuses = [client.get(RELEASES).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    response = client.get(RELEASES)
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "no-store"
    assert client.get(RELEASES, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_the_docs_page_names_every_address_and_loads_nothing_from_elsewhere(client):
    found = client.get("/api/docs")
    assert found.status_code == 200
    text = found.content.decode()
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path in described["paths"]:
        assert path in text
    page = parse(text)
    assert page.fetched
    assert page.fetched_elsewhere == []
    assert page.inline_code == []
    assert "<code>updated_since</code>" in text
    assert "`" not in text
    assert 'href="/en/"' in text  # the way back


@pytest.fixture(scope="class")
def three(keeping):
    with keeping(_publish_three) as (codes, _media):
        yield codes


def _publish_three():
    plain = published(title_th="ประชุมเรื่องงบประมาณ", dated=date(2017, 10, 1))
    pictured = PressReleaseFactory(title_th="ประชุมเรื่องทักษะดิจิทัล", dated=date(2018, 9, 30))
    add_photo(pictured)
    publishing.publish(release=pictured)
    return {
        "plain": plain.code,
        "pictured": pictured.code,
        "later": published(title_th="ทักษะดิจิทัลอีกครั้ง", dated=date(2018, 10, 1)).code,
    }


class TestFiltersOfTheSearchPage:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("q=ทักษะดิจิทัล", ["later", "pictured", "plain"]),
            ("q=ทักษะดิจิทัล&photos=1", ["pictured"]),
            ("q=งบประมาณ&year=2018", []),
            ("photos=1", ["pictured"]),
            ("files=1", []),
            ("fiscal=2561", ["pictured", "plain"]),
            ("fiscal=2018", ["pictured", "plain"]),
            ("year=2561", ["later", "pictured"]),
            ("month=2561-10", ["later"]),
            ("from=2561-10-01", ["later"]),
            ("to=2560-10-01", ["plain"]),
            ("year=2018", ["later", "pictured"]),
            ("month=2018-10", ["later"]),
            ("year=2018&to=2018-09-30", ["pictured"]),
        ],
    )
    def test_each_narrows_as_it_does_there(self, client, three, query, expected):
        items = client.get(f"/api/v1/releases/?{query}").json()["items"]
        assert [item["id"] for item in items] == [three[name] for name in expected]


class TestSearching:
    def test_what_words_find_is_paged_to_its_end_without_repetition(self, client):
        codes = {published(title_th=f"ทักษะดิจิทัล {number}").code for number in range(7)}
        address, seen = "/api/v1/releases/?q=ทักษะดิจิทัล&limit=3", []
        while address:
            page = client.get(address).json()
            seen += [item["id"] for item in page["items"]]
            address = page["links"]["next"]
        assert sorted(seen) == sorted(codes)

    @pytest.mark.parametrize(
        "query",
        ["year=61", "month=2018-13", "fiscal=2300", "photos=yes", "files=0", "q=%00",
         "q=a&cursor=d.2018-05-19.1", "updated_since=2018-01-01&q=a"],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, client, query):
        assert client.get(f"/api/v1/releases/?{query}").status_code == 400


class TestAddresses:
    """What people type and programs put together: without the last slash, and the beginning."""

    @pytest.mark.parametrize(
        "path",
        ["releases", "releases/{code}", "releases/{code}/versions", "releases/{code}/versions/1",
         "releases/{code}/photos", "topics", "corrections"],
    )  # fmt: skip
    def test_without_its_last_slash_an_address_leads_to_the_one_with_it(self, client, path):
        path = f"/api/v1/{path.format(code=published().code)}"
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, f"{path}/")
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "max-age=300" in response["Cache-Control"]
        assert client.get(response["Location"]).status_code == 200
        assert client.head(path).status_code == 301

    def test_what_was_asked_for_is_asked_for_there(self, client):
        published(dated=date(2018, 5, 19))
        path = "/api/v1/releases?from=2018-01-01&q=%E0%B8%AA&fbclid=x"
        response = client.get(path)
        assert response["Location"] == "/api/v1/releases/?from=2018-01-01&q=%E0%B8%AA"

    def test_a_mistyped_parameter_is_named_without_the_slash_too(self, client):
        response = client.get("/api/v1/releases?form=2018-01-01", follow=True)
        assert response.status_code == 400
        assert "Did you mean from?" in response.json()["error"]["message"]

    @pytest.mark.parametrize(
        "path", ["nothing", "openapi.json/", "releases//", "releases/k7m4q2/x"]
    )
    def test_what_is_nothing_with_a_slash_is_nothing_without(self, client, path):
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "not_found"

    def test_an_unknown_release_is_unknown_where_the_address_leads(self, client):
        assert client.get("/api/v1/releases/zzzzzz", follow=True).status_code == 404

    def test_posting_is_refused_and_not_led_elsewhere(self, client):
        assert client.post("/api/v1/releases").status_code == 405

    @pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/docs/"])
    def test_the_ways_to_the_beginning(self, client, path):
        response = client.get(path)
        assert response.status_code == 301
        assert client.get(response["Location"]).status_code == 200

    def test_the_beginning_names_all_there_is(self, client):
        code = published().code
        told = client.get("/api/v1/").json()
        assert told["documentation"] == "http://testserver/api/docs"
        assert told["openapi"] == "http://testserver/api/v1/openapi.json"
        assert told["open_data"] == "http://testserver/data/manifest.json"
        lists = told["collections"]
        assert set(lists) == {"releases", "topics", "corrections"}
        for address in (told["documentation"], told["openapi"], *lists.values()):
            assert client.get(path_of(address)).status_code == 200
        one = told["templates"]["release"].replace("{id}", code)
        assert client.get(path_of(one)).json()["id"] == code

    def test_each_address_of_the_description_is_named_at_the_beginning(self, client):
        told = client.get("/api/v1/").json()
        named = {*told["collections"].values(), *told["templates"].values()}
        base = "http://testserver/api/v1"
        assert named == {f"{base}{path}" for path in document()["paths"] if path != "/"}
