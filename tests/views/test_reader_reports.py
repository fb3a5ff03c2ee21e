"""Reporting an error: without an account, a cookie or a script, and nothing written is lost."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from news import publishing, reader_reports
from news.models import ReaderReport, Version
from tests.factories import NOTES, published, scheduled
from tests.views.pages import page

pytestmark = pytest.mark.django_db

OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
WORDS = {"message": "ตำแหน่งผิด ควรเป็น “เลขาธิการ”", "quote": "รองเลขาธิการ ก.พ.", "email": ""}


@pytest.fixture
def version():
    return published()


@pytest.fixture
def send(client, version):
    def _send(lang="th", headers=OWN, **words):
        path = f"/{lang}/report/{version.code}/{version.number}/"
        return client.post(path, {**WORDS, **words}, headers=headers)

    return _send


def handed_back(response, **words) -> str:
    """The page, which has everything that was sent in its fields."""
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    html = response.content.decode()
    for text in {**WORDS, **words}.values():
        assert text in html
    assert not ReaderReport.objects.exists()
    return html


def test_the_release_leads_to_the_form_which_sets_no_cookie_and_can_be_kept(client, version):
    found = page(client, f"/th/news/{version.code}/")
    path = f"/th/report/{version.code}/1/"
    assert path in found.links

    response = client.get(path)
    form = page(client, path)

    assert not response.cookies
    assert response["Cache-Control"].startswith("public")
    assert "Cookie" not in response.get("Vary", "")
    assert form.headings[0][1] == "แจ้งข้อผิดพลาด"
    assert version.title_th in form.text
    assert form.meta("robots") == "noindex"
    assert f"/en/report/{version.code}/1/" in form.links
    assert not form.all("input", name="csrfmiddlewaretoken")


def test_a_report_reaches_the_desk_with_the_version_the_language_and_the_passage(send, version):
    response = send("en", email="reader@example.org", message="Wrong\r\npost")

    assert (response.status_code, response["Location"]) == (
        302,
        f"/en/report/{version.code}/sent/",
    )
    (report,) = ReaderReport.objects.all()
    assert report.release == version.release
    assert (report.version_number, report.language, report.state) == (1, "en", "new")
    assert (report.message, report.quote) == ("Wrong\npost", WORDS["quote"])
    assert report.email == "reader@example.org"


def test_thanks_lead_back_and_are_no_page_for_search_engines(client, send, version):
    found = page(client, send()["Location"])
    assert f"/th/news/{version.code}/" in found.links
    assert found.meta("robots") == "noindex"


def test_the_same_report_sent_twice_is_kept_once(send):
    assert send().status_code == send().status_code == 302
    assert ReaderReport.objects.count() == 1
    send(message="อีกเรื่องหนึ่ง")
    assert ReaderReport.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "thai", "english"),
    [
        ({"message": ""}, "โปรดเขียนว่ามีอะไรผิด", "Please write what is wrong."),
        ({"message": "น้ำ" * 1001}, "3003", "3003"),
        ({"quote": "ก" * 1001}, "1001", "1001"),
        ({"email": "reader@"}, "อีเมล", "This is not a complete email address."),
        ({"website": "https://example.org"}, "ช่องที่คนมองไม่เห็น", "A field that people don&#x27;t"),
    ],
)
@pytest.mark.parametrize("lang", ["th", "en"])
def test_what_is_wrong_is_said_in_the_readers_language_and_handed_back(
    send, lang, words, thai, english
):
    response = send(lang, **words)
    assert response.status_code == 422
    html = handed_back(response, **{k: v for k, v in words.items() if k != "website"})
    assert (thai if lang == "th" else english) in html
    assert "https://example.org" not in html


def test_line_ends_count_as_one_character_as_in_a_browser(send):
    assert send(message="ก\r\n" * 1500).status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
    ],
)
def test_another_site_cannot_send_in_its_visitors_names(send, headers):
    response = send(headers=headers)
    assert response.status_code == 403
    handed_back(response)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://testserver"}, {"Origin": "http://testserver", "Host": "localhost"}],
    ids=["says nothing", "says so", "is of the public address"],
)
def test_an_old_browser_can_send(send, headers):
    assert send(headers=headers).status_code == 302


def test_too_many_of_one_reader_are_refused_whatever_they_say_of_their_address(
    send, settings, within_one_minute
):
    settings.RATE_LIMITS = {"report": 2}
    for number in range(2):
        forged = {**OWN, "X-Forwarded-For": f"203.0.113.{number}"}
        assert send(headers=forged, message=f"เรื่องที่ {number}").status_code == 302
    ReaderReport.objects.all().delete()
    response = send(headers={**OWN, "X-Forwarded-For": "203.0.113.9"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "โปรดส่งใหม่" in handed_back(response)


def test_a_flood_from_everywhere_is_stopped_by_the_database(send, version, monkeypatch):
    monkeypatch.setattr(reader_reports, "FLOOD", 2)
    assert [send(message=f"เรื่องที่ {number}").status_code for number in range(4)] == [
        302,
        302,
        429,
        429,
    ]
    ReaderReport.objects.update(received_at=timezone.now() - timedelta(minutes=2))
    assert send().status_code == 302


def test_without_a_writable_database_the_words_are_handed_back(send, monkeypatch):
    def refuse(**_fields):
        raise DatabaseError("read-only")

    monkeypatch.setattr(ReaderReport.objects, "create", refuse)
    response = send()
    assert response.status_code == 503
    handed_back(response)


def test_without_any_database_too(send, version, monkeypatch):
    def refuse(*_arguments):
        raise DatabaseError("gone")

    monkeypatch.setattr("news.views.reader_reports.citable_version", refuse)
    response = send()
    assert response.status_code == 503
    handed_back(response)


def test_only_what_readers_can_see_can_be_reported(client):
    release = published().release
    publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=NOTES)
    ahead = scheduled()
    publishing.withdraw(release=release, reason=Version.Reason.ERROR)
    for number, status in ((1, 200), (2, 200), (3, 200), (4, 404)):
        path = f"/th/report/{release.code}/{number}/"
        assert client.get(path).status_code == status
    assert client.get(f"/th/report/{ahead.code}/1/").status_code == 404
    assert client.post(f"/th/report/{ahead.code}/1/", WORDS, headers=OWN).status_code == 404
    publishing.remove(release=release, reason=Version.Reason.LEGAL)
    assert client.get(f"/th/report/{release.code}/1/").status_code == 404
    assert client.post(f"/th/report/{release.code}/1/", WORDS, headers=OWN).status_code == 404
    assert client.put(f"/th/report/{release.code}/1/").status_code == 405


def test_addresses_and_reports_are_forgotten_in_time(send, editor_named):
    def after(days):
        reader_reports.forget_at(timezone.now() + timedelta(days=days))
        return list(ReaderReport.objects.values_list("email", flat=True))

    send(email="reader@example.org")
    assert after(364) == ["reader@example.org"]
    reader_reports.mark(report=ReaderReport.objects.get(), state="answered", by=editor_named)
    assert after(89) == ["reader@example.org"]
    assert after(91) == [""]
    assert after(729) == [""]
    assert after(731) == []

    send(email="reader@example.org")
    assert after(366) == [""]


@pytest.fixture
def editor_named(django_user_model):
    return django_user_model.objects.create_user("editor")
