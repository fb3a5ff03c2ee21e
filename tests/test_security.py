"""What a stranger tries, and what a browser is told. `docs/security.md` names these tests."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from csp.decorators import csp_update
from csp.utils import build_policy
from django.conf import settings as site_settings
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from news.middleware import ContentPolicyMiddleware, StaticFilesMiddleware
from news.models import DeskSession
from tests.factories import published

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("/th/", "/en/", "/th/search/", "/th/archive/", "/th/nothing/", "/th/search/?page=abc")

pytestmark = pytest.mark.django_db


@pytest.fixture(params=PAGES)
def answer(request, client):
    published()
    return client.get(request.param)


def test_pages_run_nothing_but_the_sites_own_files(answer):
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer["Content-Security-Policy"].split(";")
        if part.strip()
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    for sources in policy.values():
        assert set(sources.split()) <= {"'self'", "'none'"}


def test_the_policy_that_is_put_together_once_is_the_one_that_the_library_would_put_together(
    answer,
):
    assert parts(answer["Content-Security-Policy"]) == sorted(parts(build_policy()))


def parts(policy):
    return [part.strip() for part in policy.split(";")]


def test_a_view_that_asks_for_another_policy_gets_it(rf):
    middleware = ContentPolicyMiddleware(csp_update({"img-src": "data:"})(lambda _: HttpResponse()))
    policy = middleware(rf.get("/"))["Content-Security-Policy"]
    assert "img-src 'self' data:" in policy
    assert "default-src 'none'" in policy
    assert parts(policy) == sorted(parts(policy))


def test_browsers_are_told_to_guess_nothing_frame_nothing_and_share_nothing(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    for feature in ("camera", "geolocation", "microphone"):
        assert f"{feature}=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/",
        "/api/v1/nothing/",
        "/api/v1/releases/?limit=x",
        "/blog/2018/05/nothing",
        "/en/feeds/rss.xml",
        "/opensearch.xml",
        "/robots.txt",
        "/sitemap.xml",
        "/th",
        "/th/search/suggest/?q=a",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.usefixtures("tls")
def test_whatever_answers_where_pages_are_says_itself_what_nginx_does_not_add(client, path, method):
    """deploy/nginx/ocsc.conf.template spares kept pages the looking."""
    answer = getattr(client, method)(path, secure=True)
    assert_says_all(answer)
    # What answers a POST nobody keeps unasked (RFC 9111, section 4).
    assert method == "post" or answer["Cache-Control"]


@pytest.mark.usefixtures("tls")
def test_so_does_what_answers_while_the_database_is_away(client, monkeypatch):
    def refuse(*_arguments, **_named):
        raise OperationalError("gone")

    monkeypatch.setattr("news.caching.reader.current", refuse)
    client.raise_request_exception = False
    answer = client.get("/th/", secure=True)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer["Cache-Control"] == "no-store"
    assert_says_all(answer)


def test_who_asks_without_tls_is_led_to_the_same_page_with_it(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/th/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/th/")


@pytest.fixture
def tls(settings):
    """What the settings say of a site whose address is https."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def assert_says_all(headers):
    hsts = "max-age=31536000; includeSubDomains; preload"
    assert headers["Strict-Transport-Security"] == hsts
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_files_and_feeds_may_be_used_by_other_sites(client):
    for path in (
        "/th/feeds/atom.xml",
        f"/media/{'0' * 64}/a.jpg",
        "/s/zzzzzz.svg",
        f"/en/news/zzzzzz/card-{'0' * 64}.jpg",
    ):
        assert client.get(path)["Cross-Origin-Resource-Policy"] == "cross-origin", path


def test_over_tls_browsers_are_told_to_stay_there(client, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    answer = client.get("/th/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get("/th/")


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "", "a b"]
)
def test_an_unknown_host_gets_400_and_its_name_nowhere(client, host):
    answer = client.get("/th/", headers={"Host": host})
    assert answer.status_code == 400
    assert b"evil" not in answer.content


def test_a_forwarded_host_or_port_changes_nothing(client):
    plain = client.get("/th/").content
    sent = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "81", "Forwarded": "host=evil"}
    assert client.get("/th/", headers=sent).content == plain


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "//evil.example/th",
        "/%2f%2fevil.example/",
        "/th//evil.example",
        "/\\evil.example/th",
        "/th/news/{code}/%2F%2Fevil.example",
        "/th/news/{code}//evil.example/",
        "/s///evil.example",
        "/?q=//evil.example",
        "/admin/login/?next=//evil.example",
        "/th/archive/2561?next=//evil.example",
    ],
)
def test_no_address_leads_to_another_site(client, path):
    answer = client.get(path.format(code=published(slug="a").code))
    location = answer.get("Location", "/")
    assert re.match(r"/(?![/\\])", location) or location.startswith(site_settings.BASE_URL + "/")
    assert answer.status_code in {200, 301, 302, 400, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/media/../../etc/passwd",
        "/media/%2e%2e%2f%2e%2e%2fetc/passwd",
        f"/media/{'0' * 64}/..%2f..%2fdb.sqlite3",
        f"/media/{'0' * 64}/../originals/a.jpg",
        "/static/../ocsc_site/settings.py",
        "/static/..%2f..%2fmanage.py",
        "/media/originals/00/00.jpg",
        "/var/db.sqlite3",
        "/.env",
        "/.git/config",
    ],
)
def test_no_path_leads_to_a_file_that_is_not_public(client, path):
    assert client.get(path).status_code in {400, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "th," * 20_000},
        {"Accept-Encoding": "gzip;q=" + "9" * 10_000},
        {"If-None-Match": '"' + "a" * 50_000},
        {"If-None-Match": "W/" * 10_000},
        {"If-Modified-Since": "9" * 5_000},
        {"Cookie": "sessionid=" + "a" * 10_000},
        {"Range": "bytes=" + ",".join(f"{n}-" for n in range(5_000))},
        {"X-Forwarded-For": "1.2.3.4," * 5_000},
    ],
    ids=lambda headers: next(iter(headers)),
)
@pytest.mark.parametrize("path", ["/", "/th/"])
def test_huge_or_broken_headers_are_no_error(client, path, headers):
    assert client.get(path, headers=headers).status_code in {200, 302, 400}


@pytest.mark.parametrize("path", ["/", "/th/", "/th/search/", "/th/feeds/atom.xml", "/robots.txt"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_public_can_be_written(client, method, path):
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver"])
@pytest.mark.parametrize("path", [*PAGES, "/admin/login/", "/admin/", "/preview/x/", "/healthz"])
def test_no_script_of_another_site_reads_what_is_not_of_the_interface(client, path, origin):
    for method in (client.get, client.options):
        answer = method(path, headers={"Origin": origin})
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_a_session_and_its_forms_belong_to_the_desk_alone():
    for name in ("SESSION", "CSRF"):
        assert getattr(site_settings, f"{name}_COOKIE_PATH") == "/admin/"
        assert getattr(site_settings, f"{name}_COOKIE_HTTPONLY")
        assert getattr(site_settings, f"{name}_COOKIE_SAMESITE") == "Lax"


@pytest.mark.parametrize(
    "path",
    [
        "/static/nothing.css",
        "/th/nothing/",
        f"/th/?fbclid={'a' * 2_000}",
        f"/media/{'0' * 64}/a.jpg",
        "/s/zzzzzz",
        "/api/v1/releases/?nothing=1",
        f"/preview/{'a' * 43}/",
        "/healthz",
    ],
)
@pytest.mark.parametrize("cookie", ["sessionid=a", "csrftoken=a", "sessionid=a; csrftoken=\xff"])
def test_a_cookie_that_makes_no_sense_is_not_answered_with_another(client, path, cookie):
    """A cache that kept it would end the sessions of others, or give them a token of its own."""
    answer = client.get(path, headers={"Cookie": cookie})
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_that_a_file_of_the_site_is_missing_is_kept_by_no_cache(client):
    """The next machine may have new code already, and with it the file."""
    assert client.get("/static/new.css").headers["Cache-Control"] == "no-store"


def test_what_was_collected_after_the_process_began_is_found_by_its_own_address_alone(
    settings, tmp_path
):
    """An old worker is asked for the files of a page that new code made."""
    settings.STATIC_ROOT = tmp_path / "static"
    (tmp_path / "static/css").mkdir(parents=True)
    (tmp_path / "secret.css").write_text("secret")
    served = StaticFilesMiddleware(lambda request: HttpResponse(status=404))
    ask = RequestFactory().get
    assert served(ask("/static/css/new.css")).status_code == 404
    (tmp_path / "static/css/new.css").write_text("new")
    below = f"{tmp_path}/static/css/new.css"
    for name in (
        "css//new.css", "./css/new.css", "css/new.css/", "css/new.css\0", "css/../css/new.css",
        "../secret.css", f"{tmp_path}/secret.css", below, "css", "",
    ):  # fmt: skip
        assert served(ask("/static/" + quote(name))).status_code == 404, name
        assert not served.files
    answer = served(ask("/static/css/new.css"))
    assert (answer.status_code, b"".join(answer)) == (200, b"new")
    answer.close()
    assert list(served.files) == ["/static/css/new.css"]


def test_a_form_of_the_desk_without_its_token_is_refused(django_user_model):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(django_user_model.objects.create_superuser("boss", password="x"))
    assert strict.post("/admin/news/topic/add/", {"slug": "a"}).status_code == 403
    refused = strict.post("/admin/logout/")
    assert refused.status_code == 403
    assert "เปิดไว้ก่อนที่คุณเข้าสู่ระบบ" in refused.content.decode()
    assert "no-store" in refused.headers["Cache-Control"]


def test_a_form_of_the_desk_may_come_from_the_public_address_with_its_port():
    """nginx asks the application without the port that readers see."""
    strict = Client(enforce_csrf_checks=True)
    token = strict.get("/admin/login/").cookies["csrftoken"].value

    def answer_to(origin):
        form = {"csrfmiddlewaretoken": token}
        headers = {"Host": "localhost", "Origin": origin}
        return strict.post("/admin/login/", form, headers=headers).status_code

    assert answer_to(site_settings.BASE_URL) == answer_to("http://localhost") == 200
    assert answer_to(f"{site_settings.BASE_URL}:1") == answer_to("null") == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/th/", "/en/feeds/rss.xml", "/th/corrections/atom.xml", "/sitemap.xml", "/robots.txt",
        "/healthz", "/s/abcdef", f"/media/{'0' * 64}/a.jpg", f"/preview/{'x' * 43}/",
    ],
)  # fmt: skip
def test_a_page_that_only_reads_says_so_to_who_posts(path):
    answer = Client(enforce_csrf_checks=True).post(path, {"a": "b"})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def signed_in(client, django_user_model):
    django_user_model.objects.create_superuser("boss", password="k7m4q-long-enough")
    client.get("/admin/login/")
    client.cookies["sessionid"] = "chosen-by-somebody-else"
    client.post("/admin/login/", {"username": "boss", "password": "k7m4q-long-enough"})
    return client.cookies["sessionid"].value


def test_signing_in_gives_a_new_session(client, django_user_model):
    assert signed_in(client, django_user_model) not in {"", "chosen-by-somebody-else"}


def test_signing_out_ends_the_session_on_the_server(client, django_user_model):
    session = signed_in(client, django_user_model)
    assert DeskSession.objects.filter(session_key=session).exists()
    client.post("/admin/logout/")
    assert not DeskSession.objects.filter(session_key=session).exists()
    client.cookies["sessionid"] = session
    assert client.get("/admin/").status_code == 302


NAMED = re.compile(r"`([\w./-]+)(?:::(\w+))?`")


@pytest.mark.parametrize(("document", "lines"), [("security.md", 20), ("security-asvs.md", 60)])
def test_every_line_of_the_threat_model_names_tests_that_exist(document, lines):
    """Each line of the tables has, in its last column, tests or files that are there."""
    rows = [
        line
        for line in (ROOT / "docs" / document).read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.endswith("held by |")
    ]
    assert len(rows) > lines
    for row in rows:
        named = NAMED.findall(row.rsplit(" | ", 1)[1])
        assert named, row
        for file, test in named:
            assert (ROOT / file).is_file(), row
            text = (ROOT / file).read_text(encoding="utf-8")
            assert not test or re.search(rf"(def|class) {test}\b", text), row


REQUIREMENT = re.compile(r"\b(\d+\.\d+(?:\.\d+)?)(?:-(\d+\.\d+\.\d+))?\b")


def requirements(text):
    """The numbers that a text names, those between the two of a range included."""
    found = set()
    for first, last in REQUIREMENT.findall(text):
        chapter, _, number = first.rpartition(".")
        ends = int(last.rpartition(".")[2]) if last else int(number)
        found |= {f"{chapter}.{each}" for each in range(int(number), ends + 1)}
    return found


def test_no_requirement_is_both_held_and_not_met():
    text = (ROOT / "docs/security-asvs.md").read_text(encoding="utf-8")
    tables, _, rest = text.partition("## Not met, or not by the site")
    held = set()
    for line in tables.splitlines():
        if line.startswith("| ") and not line.endswith("held by |"):
            held |= requirements(line.split(" | ")[0])
    listed = requirements(" ".join(re.findall(r"\*\*([^*]+)\*\*", rest)))
    assert len(held) > 100
    assert {"2.2.3", "2.5.5", "3.7.1", "2.7"} <= listed
    both = {
        each for each in held for other in listed if each == other or each.startswith(f"{other}.")
    }
    assert both == set()
