"""`/s/...`: where short links lead, and the codes drawn of them."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from PIL import Image

from news import publishing
from news.models import KeyMiss, ShortLink, Version, Visit
from news.publishing import Notes
from news.sharing import key_misses, visits
from news.sharing.key_misses import KeyMissCounter
from news.sharing.visits import VisitCounter
from tests.clocks import travelling
from tests.factories import NOTES, PressReleaseFactory, published
from tests.views.pages import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return published(slug="skills")


def location(client, path):
    response = client.get(path)
    assert response.status_code == 302, f"{path}: {response.status_code}"
    assert response["Cache-Control"] == "no-store"
    return response["Location"]


def test_it_leads_to_the_thai_page_or_to_the_language_it_names(client, version):
    assert location(client, f"/s/{version.code}") == f"/th/news/{version.code}/skills/"
    assert location(client, f"/s/{version.code}/th") == f"/th/news/{version.code}/skills/"
    assert location(client, f"/s/{version.code}/en") == f"/en/news/{version.code}/skills/"


def test_it_leads_to_english_where_only_english_exists(client):
    version = published(english_only=True)

    assert location(client, f"/s/{version.code}") == f"/en/news/{version.code}/"


@pytest.mark.parametrize(
    "ending", ["", "/", ")", "%20", "ฯ", '"', ".", ",", ").", "”", "%E2%80%9D"]
)
def test_what_sticks_to_a_link_is_forgiven(client, version, ending):
    for code in (version.code, version.code.upper()):
        expected = f"/th/news/{version.code}/skills/"
        assert location(client, f"/s/{code}{ending}") == expected


def test_a_link_typed_in_capitals_leads_on_with_its_campaign_and_is_counted(client, version):
    expected = f"/th/news/{version.code}/skills/"
    assert location(client, f"/S/{version.code.upper()}") == expected
    assert location(client, f"/S/{version.code}?utm_source=line") == f"{expected}?utm_source=line"
    assert client.get(f"/S/{version.code.upper()}/info").status_code == 200
    assert client.get("/S/nothing").status_code == 404


def test_a_numbered_version_can_be_cited(client, version):
    publishing.publish(release=version.release, kind=Version.Kind.CORRECTION, notes=NOTES)

    for form in ("@1", "/v/1"):
        assert location(client, f"/s/{version.code}{form}") == f"/th/news/{version.code}/v/1/"
    assert location(client, f"/s/{version.code}@1/en") == f"/en/news/{version.code}/v/1/"


def test_an_alias_leads_to_the_same_release(client, version):
    ShortLink.objects.create(key="digital-skills", release=version.release)

    assert location(client, "/s/Digital-Skills") == f"/th/news/{version.code}/skills/"


def test_head_is_answered_like_get(client, version):
    response = client.head(f"/s/{version.code}")
    assert (response.status_code, response["Location"]) == (302, f"/th/news/{version.code}/skills/")


def test_the_codes_are_svg_and_png_of_the_whole_link(client, version):
    svg = client.get(f"/s/{version.code}.svg")
    png = client.get(f"/s/{version.code}/en.png")

    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.startswith(b"<svg")
    assert png["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(png.content)) as image:
        assert image.width == image.height
    thai, english = (client.get(f"/s/{version.code}{form}.svg") for form in ("", "/en"))
    assert thai.content != english.content


def test_following_a_link_writes_nothing(client, version, django_assert_max_num_queries):
    client.get(f"/s/{version.code}")
    with django_assert_max_num_queries(3) as captured:
        client.get(f"/s/{version.code}")
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)


@pytest.fixture
def counted(monkeypatch):
    """A counter of this test's own."""
    counter = VisitCounter(0)
    monkeypatch.setattr(visits, "counter", counter)
    return counter


@pytest.fixture
def missed(monkeypatch):
    """A counter of misses of this test's own."""
    counter = KeyMissCounter(0)
    monkeypatch.setattr(key_misses, "counter", counter)
    return counter


@pytest.fixture
def new_year():
    """It is past midnight in Thailand, and a release came out an hour ago."""
    night = datetime(2027, 1, 1, 20, tzinfo=UTC)
    with travelling(night - timedelta(hours=1)) as clocks:
        version = published(slug="skills")
        clocks.move_to(night, tick=False)
        yield version


def test_a_link_that_leads_nowhere_is_counted_by_day_and_key_alone(
    client, new_year, missed, django_assert_max_num_queries
):
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Safari/537.36 Line/14.1.0/IAB"}
    with django_assert_max_num_queries(20) as captured:
        for address in ("/s/Exam-2569", "/s/exam-2569/en?utm_source=line", "/S/EXAM-2569)."):
            assert client.get(address, headers=phone).status_code == 404
        assert client.get("/s/exam-2569+", headers=phone).status_code == 404
        # Followed by a program, drawn, cited, looked for, and what is no link at all.
        client.get("/s/exam-2569", headers={"User-Agent": "Googlebot/2.1"})
        client.get("/s/exam-2569.png", headers=phone)
        client.head("/s/exam-2569", headers=phone)
        client.get(f"/s/{new_year.code}@9", headers=phone)
        client.get("/s/../wp-login.php", headers=phone)
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)
    assert missed.write() == 3
    kept = KeyMiss.objects.values_list("day", "key", "count")
    assert list(kept) == [(date(2027, 1, 2), "exam-2569", 3)]
    assert {field.name for field in KeyMiss._meta.fields} == {"id", "day", "key", "count"}


def test_a_followed_link_is_counted_by_day_channel_and_language(client, new_year, counted):
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Safari/537.36 Line/14.1.0/IAB"}
    release = new_year.release
    for _ in range(3):
        client.get(f"/s/{release.code}/en", headers=phone)
    client.get(f"/s/{release.code}?via=qr", headers={"User-Agent": "Mozilla/5.0"})
    client.get(f"/s/{release.code}", headers={"User-Agent": "facebookexternalhit/1.1"})
    assert counted.write() == 5
    rows = set(Visit.objects.values_list("day", "key", "channel", "language", "is_bot", "count"))
    day = date(2027, 1, 2)  # it is past midnight in Thailand
    assert rows == {
        (day, release.code, "line", "en", False, 3),
        (day, release.code, "qr", "th", False, 1),
        (day, release.code, "direct", "th", True, 1),
    }


def test_only_what_leads_somewhere_is_counted(client, version, counted):
    browser = {"User-Agent": "Mozilla/5.0"}
    for path in ("/s/222222", f"/s/{version.code}@9", f"/s/{version.code}.svg"):
        client.get(path, headers=browser)
    client.get(f"/s/{version.code}/info", headers=browser)
    client.head(f"/s/{version.code}", headers=browser)
    draft = PressReleaseFactory()
    client.get(f"/s/{draft.code}", headers=browser)
    assert counted.write() == 0


@pytest.mark.parametrize(
    "query",
    [
        "?next=https://evil.example/",
        "?url=//evil.example",
        "?utm_source=https://evil.example",
        "?utm_campaign=%0d%0aLocation:%20https://evil.example",
    ],
)
def test_nothing_in_a_link_can_lead_to_another_site(client, version, query):
    assert location(client, f"/s/{version.code}{query}") == f"/th/news/{version.code}/skills/"


@pytest.mark.parametrize(
    "rest",
    [
        "/evil.example",
        "//evil.example",
        "https://evil.example",
        "%2f%2fevil.example",
        "\\evil.example",
        "{code}/..//evil.example",
        "{code}@1/https://evil.example",
        "{code}//evil.example",
    ],
)
def test_an_address_in_the_place_of_a_key_is_no_short_link(client, version, rest):
    assert client.get(f"/s/{rest.format(code=version.code)}").status_code == 404


def test_a_campaigns_parameters_go_along(client, version):
    found = location(client, f"/s/{version.code}/en?utm_source=line&utm_medium=social&fbclid=1")
    assert found == f"/en/news/{version.code}/skills/?utm_source=line&utm_medium=social"
    assert client.get(found).status_code == 200


def test_a_version_that_never_was_is_not_found(client, version):
    assert client.get(f"/s/{version.code}@2").status_code == 404
    assert client.get(f"/s/{version.code}/v/2/info").status_code == 404


class TestInfo:
    """The page about a link."""

    def test_it_says_where_the_link_leads_in_the_language_asked_for(self, client):
        version = published(title_th="หัวข่าวไทย", title_en="An English headline", slug="skills")
        for path in ("/info", "+", "%2B", "/th/info", "/info/"):
            response = client.get(f"/s/{version.code}{path}")
            assert response.status_code == 200, path
            assert response["Content-Language"] == "th"
            assert response["Cache-Control"] == "no-store"
        found = parse(response.content.decode())
        assert found.lang == "th"
        assert "หัวข่าวไทย" in found.text
        assert "An English headline" in found.text
        assert f"http://testserver/th/news/{version.code}/skills/" in found.links
        assert f"/s/{version.code}/v/1" in found.links
        assert version.checksum in found.text
        assert found.meta("robots") == "noindex"

        english = parse(client.get(f"/s/{version.code}/en/info").content.decode())
        assert english.lang == "en"
        assert "About this short link" in english.text
        assert f"http://testserver/en/news/{version.code}/skills/" in english.links
        assert f"/s/{version.code}/info" in english.links

    def test_it_lists_every_version_that_was_shown(self, client, version):
        publishing.publish(release=version.release, kind=Version.Kind.CORRECTION, notes=NOTES)
        publishing.schedule(
            release=version.release,
            at=timezone.now() + timedelta(hours=1),
            kind=Version.Kind.UPDATE,
            notes=Notes(th="ยังไม่ถึงเวลา", en="Not yet."),
        )
        text = parse(client.get(f"/s/{version.code}/info").content.decode()).text
        assert NOTES.th in text
        assert "ยังไม่ถึงเวลา" not in text
        for shown in version.release.versions.filter(number__lte=2):
            assert shown.checksum in text
        html = client.get(f"/s/{version.code}@1+").content.decode()
        assert html.count("version-asked") == 1

    def test_withdrawn_merged_gone_and_unknown_are_told_apart(self, client):
        withdrawn, merged, gone = (published() for _ in range(3))
        publishing.withdraw(release=withdrawn.release, reason=Version.Reason.ERROR, notes=NOTES)
        target = published(slug="target")
        publishing.merge(release=merged.release, into=target.release)
        publishing.remove(release=gone.release, reason=Version.Reason.PRIVACY)

        answers = {
            name: client.get(f"/s/{code}/en/info")
            for name, code in {
                "withdrawn": withdrawn.code,
                "merged": merged.code,
                "gone": gone.code,
                "unknown": "222222",
                "draft": PressReleaseFactory().code,
            }.items()
        }
        assert {name: answer.status_code for name, answer in answers.items()} == {
            "withdrawn": 200,
            "merged": 200,
            "gone": 410,
            "unknown": 404,
            "draft": 404,
        }
        texts = {name: parse(answer.content.decode()) for name, answer in answers.items()}
        assert "was withdrawn on" in texts["withdrawn"].text
        assert f"http://testserver/en/news/{target.code}/target/" in texts["merged"].links
        assert "was merged with another one" in texts["merged"].text
        assert "Grounds: personal data" in texts["gone"].text
        for word in (gone.title_th, gone.title_en):
            assert word not in texts["gone"].text

    def test_head_is_answered_like_get(self, client, version):
        response = client.head(f"/s/{version.code}/info")
        assert response.status_code == 200
        assert response.content == b""
