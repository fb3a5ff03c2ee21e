"""Feeds, read by a real reader's parser."""

import json
from datetime import date, datetime, timedelta

import feedparser
import pytest
import time_machine
from django.utils import timezone

from news import publishing
from news.caching import reader
from news.models import Version
from tests.factories import NOTES, PressReleaseFactory, TopicFactory, add_photo, published
from tests.feed_formats import check_feed

pytestmark = pytest.mark.django_db
FORMS = ["rss.xml", "atom.xml", "feed.json"]


def read(client, path):
    """What a reader's program understands: a list of dicts with the same keys for each format."""
    response = client.get(path)
    assert response.status_code == 200, path
    check_feed(path, response.content)
    if path.endswith(".json"):
        feed = json.loads(response.content)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == f"http://testserver{path}"
        return [
            {
                "id": item["id"],
                "link": item["url"],
                "title": item["title"],
                "summary": item["summary"],
                "content": item["content_html"],
                "published": item["date_published"][:10],
                "updated": item["date_modified"],
                "image": item.get("image"),
            }
            for item in feed["items"]
        ]
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.get("bozo_exception")
    return [
        {
            "id": item.id,
            "link": item.link,
            "title": item.title,
            "summary": item.summary,
            "content": item.content[0].value,
            "published": date(*item.published_parsed[:3]).isoformat(),
            "updated": item.updated,
            "image": item.enclosures[0].href if item.enclosures else None,
        }
        for item in feed.entries
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_holds_the_whole_release_with_its_image(form, client):
    release = PressReleaseFactory(
        title_th="น้ำใจผู้ใหญ่ & <มิตร>",
        body_th='<p>เนื้อหา <a href="/th/">หน้าแรก</a></p>',
        slug="kindness",
        summary_th="",
    )
    add_photo(release, caption_th="คำบรรยาย <ภาพ>", size=(1400, 900))
    publishing.publish(release=release)

    (entry,) = read(client, f"/th/feeds/{form}")

    assert entry["title"] == "น้ำใจผู้ใหญ่ & <มิตร>"
    assert entry["link"] == f"http://testserver/th/news/{release.code}/kindness/"
    assert 'href="http://testserver/th/"' in entry["content"]
    assert "คำบรรยาย" in entry["content"]
    assert entry["summary"].startswith("เนื้อหา หน้าแรก")
    image = entry["image"].removeprefix("http://testserver")
    answer = client.get(image)
    assert answer.status_code == 200
    assert b"".join(answer).startswith(b"\xff\xd8")


@pytest.mark.parametrize("form", FORMS)
def test_the_id_stays_and_the_change_date_moves_only_for_what_readers_are_told(form, client):
    def entry():
        reader.forget()
        return read(client, f"/th/feeds/{form}")[0]

    version = published()
    first = entry()
    publishing.publish(release=version.release, kind=Version.Kind.MINOR)
    minor = entry()
    publishing.publish(release=version.release, kind=Version.Kind.CORRECTION, notes=NOTES)
    corrected = entry()

    publishing.publish(release=version.release, kind=Version.Kind.MINOR)
    after = entry()

    assert first["id"] == minor["id"] == corrected["id"] == after["id"]
    assert first["updated"] == minor["updated"]
    assert NOTES.th not in minor["content"]
    assert corrected["updated"] >= first["updated"]
    assert NOTES.th in corrected["content"]
    # A comma put right afterwards neither announces nor takes back a correction.
    assert after["updated"] == corrected["updated"]
    assert NOTES.th in after["content"]


@pytest.mark.parametrize("form", FORMS)
def test_a_release_without_a_photo_shows_its_share_card(form, client):
    version = published()
    (entry,) = read(client, f"/en/feeds/{form}")
    assert f"/en/news/{version.code}/card-" in entry["image"]
    answer = client.get(entry["image"].removeprefix("http://testserver"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer).startswith(b"\xff\xd8")


def test_an_empty_feed_is_the_same_bytes_whenever_it_is_asked_for(client):
    first = client.get("/th/feeds/atom.xml").content
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert client.get("/th/feeds/atom.xml").content == first


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_speaks_one_language_and_names_one_topic(form, client):
    published(thai_only=True, title_th="ไทยเท่านั้น", topic=TopicFactory(slug="one"))
    published(english_only=True, title_en="English only", topic=TopicFactory(slug="two"))
    assert [e["title"] for e in read(client, f"/th/feeds/{form}")] == ["ไทยเท่านั้น"]
    assert [e["title"] for e in read(client, f"/en/feeds/{form}")] == ["English only"]
    assert read(client, f"/en/topics/one/feeds/{form}") == []
    assert len(read(client, f"/en/topics/two/feeds/{form}")) == 1
    assert client.get(f"/en/topics/none/feeds/{form}").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_an_old_release_keeps_its_own_day(form, client):
    published(dated=date(2018, 5, 19))
    published(dated=date(2017, 5, 19), dated_precision="doubt", dated_other=date(2018, 5, 19))
    published(dated=date(2016, 1, 1), dated_precision="month")
    entries = read(client, f"/th/feeds/{form}")
    assert [entry["published"] for entry in entries] == ["2018-05-19", "2017-05-19", "2016-01-01"]
    today = {timezone.localdate().isoformat(), timezone.now().date().isoformat()}
    if form != "rss.xml":  # its date of change is an extension, and not what feedparser reads
        assert {entry["updated"][:10] for entry in entries} <= today


def test_a_release_of_its_day_of_arrival_keeps_its_minute(client):
    version = published(dated=timezone.localdate())
    (item,) = json.loads(client.get("/th/feeds/feed.json").content)["items"]
    stated = datetime.fromisoformat(item["date_published"])
    assert stated == version.first_published


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_that_has_not_changed_is_answered_304(form, client):
    published()
    path = f"/th/feeds/{form}"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert client.get(path).content == first.content


def test_an_unknown_format_is_not_found(client):
    assert client.get("/th/feeds/feed.xml").status_code == 404


def test_a_page_names_its_feeds(client):
    published()
    page = client.get("/en/").content.decode()
    for form in FORMS:
        assert f'href="/en/feeds/{form}"' in page


def test_a_withdrawn_release_leaves_the_feed(client):
    version = published()
    publishing.withdraw(release=version.release, reason=Version.Reason.ERROR)
    assert read(client, "/th/feeds/atom.xml") == []
    assert timezone.now() - version.visible_from < timedelta(minutes=5)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_published_after_it_was_changed(form, client):
    today = timezone.localdate()
    published(dated=today + timedelta(days=3))

    (entry,) = read(client, f"/th/feeds/{form}")

    assert entry["published"] <= today.isoformat()
