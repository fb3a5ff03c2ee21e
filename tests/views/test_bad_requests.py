"""Bad input gets a clear answer: 400 or 404, in the reader's language, never 500."""

import errno
from datetime import date
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from django.db import OperationalError

from news.search.engine import Engine, SearchTooSlow
from news.search.engines import engine
from tests.factories import published
from tests.views.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_release():
    published(dated=date(2018, 5, 19))


@pytest.mark.parametrize(
    "path",
    [
        "/th/?page=abc",
        "/th/search/?page=abc",
        "/th/search/?q=a&page=-1",
        "/th/search/?q=a&page=๒",
        "/th/search/?q=a&page=1.5",
        "/th/search/?q=%00",
        "/th/search/?q=%E0%B8",
        "/th/search/?q=" + "ก" * 201,
        "/th/search/?from=yesterday",
        "/th/search/?to=2018-02-30",
        "/th/search/?year=61",
        "/th/search/?year=2399",
        "/th/search/?topic=%00",
        "/th/search/?topic=nope",
        "/th/search/?q=a&topic=nope",
        "/th/topics/digital-government/?page=abc",
        "/th/topics/digital-government/?before=abc",
        "/th/topics/digital-government/?before=2018-02-30.1",
        "/th/topics/digital-government/?before=2018-05-19.1&after=2018-05-19.1",
        "/th/topics/digital-government/?after=2018-05-19.99999999999999999999",
        "/th/archive/2018/?before=%00",
    ],
)
def test_a_parameter_that_makes_no_sense_is_answered_400(client, path):
    found = page(client, path, 400)
    assert found.headings[0][1] == "ที่อยู่ไม่ถูกต้อง"


@pytest.mark.parametrize(
    "path",
    [
        "/th/nothing/",
        "/th/?page=2",
        "/th/search/?q=a&page=51",
        "/th/search/?q=a&page=0",
        "/th/news/zzzzzz/",
        "/th/news/%00/",
        "/th/news/%E0%B8/",
        "/th/news/ข่าว/",
        "/th/news/abc/",
        "/th/news/" + "a" * 5000 + "/",
        "/th/%FF%FE/",
        "/th/topics/unknown/",
        "/th/archive/2019/",
        "/th/archive/1234/",
        "/th/archive/2018/13/",
        "/th/archive/2018/0/",
        "/th/archive/2018/05/32/",
        "/th/archive/2018/02/30/",
        "/th/archive/๒๕๖๑/",
        "/s/",
        "/s/zzzzzz",
        "/s/%00",
        "/s/../../etc/passwd",
        "/media/../secret",
        "/media/" + "0" * 64 + "/a.jpg",
        "/fr/",
        "/?q=node/999",
        "/?q=%00",
        "/?q=%FF",
        "/?q=" + "a" * 1001,
    ],
)
def test_what_is_not_there_is_answered_404(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert not response.cookies


@pytest.mark.parametrize(
    ("path", "words"), [("/th/nothing/", "ไม่พบหน้านี้"), ("/en/nothing/", "Page not found")]
)
def test_404_speaks_the_language_of_the_address_and_offers_a_search(client, path, words):
    found = page(client, path, 404)
    assert found.headings[0][1] == words
    assert found.all("input", name="q")


def test_parameters_that_are_not_ours_change_nothing(client):
    version = published(slug="skills")
    plain = client.get(f"/th/news/{version.code}/skills/")
    tracked = client.get(f"/th/news/{version.code}/skills/?fbclid=x&utm_source=line&page=abc")

    assert tracked.status_code == 200
    assert tracked.content == plain.content


def test_a_missing_last_slash_is_added_only_where_that_makes_a_page(client):
    response = client.get("/th/archive")
    assert (response.status_code, response["Location"]) == (301, "/th/archive/")
    assert client.get("/th/nothing").status_code == 404
    assert client.get("/%2Fexample.com/th").status_code == 404


def test_a_search_without_its_last_slash_is_led_on_with_what_it_asks(client):
    response = client.get("/th/search?utm_source=line&q=น้ำ+เชียงใหม่&page=2")
    assert response.status_code == 301
    assert response["Location"] == f"/th/search/?page=2&q={quote_plus('น้ำ เชียงใหม่')}"
    assert client.get("/th?page=2&q=x")["Location"] == "/th/"


def test_a_failure_is_answered_in_both_languages_without_a_template_context(client, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("news.views.home.site_page", fail)
    client.raise_request_exception = False

    found = page(client, "/th/", 500)
    html = client.get("/th/").content.decode()

    assert "ระบบขัดข้องชั่วคราว" in html
    assert "Something went wrong here" in html
    assert "broken" not in html
    assert found.fetched_elsewhere == []


def test_no_template_names_a_static_file_by_an_address_of_its_own():
    """Production keeps files under their hashed names alone: a plain address would be a 404."""
    templates = Path(__file__).parent.parent.parent / "templates"
    assert [path for path in templates.rglob("*.html") if '"/static/' in path.read_text()] == []


def test_while_the_database_is_away_editors_are_told_what_became_of_what_they_sent(
    client, monkeypatch
):
    def away(*args, **kwargs):
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr("news.admin.site.admin.AdminSite.login", away)
    monkeypatch.setattr("news.views.home.site_page", away)
    client.raise_request_exception = False

    desk, reader = client.post("/admin/login/", {"username": "editor"}), client.get("/th/")

    assert (desk.status_code, desk["Retry-After"], desk["Cache-Control"]) == (503, "10", "no-store")
    assert "ยังบันทึกไม่ได้ในขณะนี้" in desk.content.decode()
    assert "Nothing can be saved right now" in desk.content.decode()
    assert reader.status_code == 503
    assert "ระบบขัดข้องชั่วคราว" in reader.content.decode()
    assert "closed the connection" not in desk.content.decode() + reader.content.decode()


class NoRoom(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OperationalError("database or disk is full"), None),
        (OperationalError("could not extend file"), NoRoom()),
        (OSError(errno.ENOSPC, "No space left on device"), None),
    ],
    ids=["SQLite", "PostgreSQL", "a file"],
)
def test_where_a_disk_is_full_editors_are_told_so_and_whom_to_tell(
    client, monkeypatch, error, cause
):
    def full(*args, **kwargs):
        raise error from cause

    monkeypatch.setattr("news.admin.site.admin.AdminSite.login", full)
    client.raise_request_exception = False

    desk = client.post("/admin/login/", {"username": "editor"})

    assert (desk.status_code, desk["Retry-After"]) == (503, "10")
    assert "แจ้งผู้ดูแลระบบว่าดิสก์เต็ม" in desk.content.decode()
    assert "a disk is full" in desk.content.decode()


def test_results_whose_facets_nobody_had_time_to_count_are_kept_by_nobody(client, monkeypatch):
    def slow(*_asked, **_options):
        raise SearchTooSlow

    monkeypatch.setattr("news.search.searching.MANY", 1)
    for _ in range(2):
        published(title_th="ประชุมร่วม")
    assert "#facets" in client.get("/th/search/", {"q": "ประชุม"}).content.decode()
    # PostgreSQL has them with the newest.
    monkeypatch.setattr(type(engine()), "newest_counted", Engine.newest_counted)
    monkeypatch.setattr(type(engine()), "facets", slow)
    response = client.get("/th/search/", {"q": "ประชุมร่วม"})
    assert response.status_code == 200
    assert response.content.decode().count('<article class="entry row">') == 2
    assert "facets" not in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_a_search_that_takes_too_long_is_told_on_its_own_page_and_kept_by_nobody(
    client, monkeypatch
):
    def slow(*_asked, **_options):
        raise SearchTooSlow

    monkeypatch.setattr("news.views.search.find", slow)
    response = client.get("/th/search/", {"q": "การ การ"}, headers={"Accept-Language": "th"})
    assert response.status_code == 400
    assert "ใช้เวลานานเกินไป" in response.content.decode()
    assert 'value="การ การ"' in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_titles_that_nobody_had_time_to_find_are_not_missing_for_the_next_who_asks(
    client, monkeypatch
):
    def slow(*_asked, **_options):
        raise SearchTooSlow

    monkeypatch.setattr("news.views.search.suggested", slow)
    response = client.get("/th/search/suggest/", {"q": "ประชุม"})
    assert response.json() == ["ประชุม", [], [], []]
    assert response["Cache-Control"] == "no-store"
