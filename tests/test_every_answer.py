"""Whatever answers, from the view down to the server, says what browsers have to be told, and in
the language of whoever asked. `docs/security.md` names this table.
"""

import re
import socket
from dataclasses import dataclass, field
from http.client import HTTPResponse

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client

from deploy.worker import refuse
from news import publishing
from news.caching import EpochReader
from news.caching.page_store import PageStore
from news.models import Version
from news.sharing.cards import card_of
from tests.caching.conftest import ask
from tests.factories import PressReleaseFactory, add_photo, published

pytestmark = pytest.mark.django_db

OF_THIS_REQUEST = {400, 403, 405, 412, 413, 416, 429, 500, 503}
"""Statuses that mean nothing to whoever asks next, so that no cache may have them."""

ONE_A_MINUTE = {"RATE_LIMITS": dict.fromkeys(("search", "suggest", "api", "login"), 1)}
BOTH = "both"
NONE = "none"


@dataclass(frozen=True)
class Asked:
    """A request, and the status that it is answered with. `language` is that of the answer's body:
    NONE where it is a file, empty where there is nothing to read.
    """

    status: int
    path: str
    language: str = ""
    method: str = "GET"
    body: bytes = b""
    environ: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    times: int = 1
    fails_with: type[Exception] | None = None
    signed_in: bool = False


EVIL = {"HTTP_HOST": "evil.example"}
NO_TLS = {"wsgi.url_scheme": "http"}
TO_TLS = {"SECURE_SSL_REDIRECT": True}
BY_NGINX = {"MEDIA_ACCEL_REDIRECT": "/protected/"}
HAS_IT = {"HTTP_IF_NONE_MATCH": "*"}
IS_ANOTHER = {"HTTP_IF_MATCH": '"another"'}
FORM = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
CSRF = {"HTTP_COOKIE": f"csrftoken={'a' * 32}", "HTTP_ORIGIN": "https://testserver"}
TOKEN = b"csrfmiddlewaretoken=" + b"a" * 32

TABLE = {
    "a page": Asked(200, "/en/", "en"),
    "a page of the desk": Asked(200, "/admin/login/?language=en", "en"),
    "a table of the desk": Asked(200, "/admin/news/auditentry/export.csv", NONE, signed_in=True),
    "the desk's front page": Asked(200, "/admin/", "th", signed_in=True),
    "a file of the site": Asked(200, "/static/a.svg", NONE),
    "part of one": Asked(206, "/static/a.svg", NONE, environ={"HTTP_RANGE": "bytes=0-3"}),
    "a byte of one": Asked(200, "/static/a.svg", NONE, environ={"HTTP_RANGE": "bytes=0-0"}),
    "its last byte": Asked(200, "/static/a.svg", NONE, environ={"HTTP_RANGE": "bytes=-1"}),
    "one that the reader has": Asked(
        304,
        "/static/a.svg",
        NONE,
        environ={"HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ),
    "one that is posted to": Asked(405, "/static/a.svg", NONE, "POST"),
    "too far into one": Asked(416, "/static/a.svg", NONE, environ={"HTTP_RANGE": "bytes=999999-"}),
    "one that is not there": Asked(404, "/static/b.svg", "th"),
    "a photo": Asked(200, "{photo}", NONE),
    "a photo that nginx hands out": Asked(200, "{photo}", NONE, settings=BY_NGINX),
    "a photo that the reader has": Asked(304, "{photo}", NONE, environ=HAS_IT),
    "a photo that is no longer so": Asked(412, "{photo}", NONE, environ=IS_ANOTHER),
    "a share card": Asked(200, "{card}", NONE),
    "a share card that nginx hands out": Asked(200, "{card}", NONE, settings=BY_NGINX, times=2),
    "a share card that the reader has": Asked(304, "{card}", NONE, environ=HAS_IT),
    "a share card that is no longer so": Asked(412, "{card}", NONE, environ=IS_ANOTHER),
    "the photos of a release": Asked(200, "{photos}", NONE),
    "photos that the reader has": Asked(304, "{photos}", NONE, environ=HAS_IT),
    "a QR code": Asked(200, "/s/{code}.png", NONE),
    "a QR code to be drawn": Asked(200, "/s/{code}.svg", NONE),
    "a photo that is not there": Asked(404, f"/media/{'0' * 64}/a.jpg", BOTH),
    "a path out": Asked(404, "/media/../../etc/passwd", "th"),
    "a page that the reader has": Asked(304, "/en/", "en", environ=HAS_IT),
    "a page that is no longer so": Asked(412, "/en/?fbclid=1", "en", environ=IS_ANOTHER),
    "the first page": Asked(302, "/"),
    "the first page as it is no longer": Asked(412, "/", environ=IS_ANOTHER),
    "a short link": Asked(302, "/s/{code}"),
    "a missing slash": Asked(301, "/en/archive"),
    "the desk": Asked(302, "/admin/"),
    "to TLS": Asked(301, "/en/", environ=NO_TLS, settings=TO_TLS),
    "a file to TLS": Asked(301, "/static/a.svg", environ=NO_TLS, settings=TO_TLS),
    "an unknown host": Asked(400, "/en/", "en", environ=EVIL),
    "at the desk": Asked(400, "/admin/", "th", environ=EVIL),
    "on the way to TLS": Asked(400, "/en/", "en", environ=EVIL | NO_TLS, settings=TO_TLS),
    "no host": Asked(400, "/en/", "en", environ={"HTTP_HOST": "a b"}),
    "a parameter that is wrong": Asked(400, "/en/search/?page=abc", "en"),
    "one that the interface refuses": Asked(400, "/api/v1/releases/?limit=x", "en"),
    "an address that is no UTF-8": Asked(404, "/en/\xff\xfe\x00/", "en"),
    "a backslash": Asked(404, "/en/\\evil.example", "en"),
    "two slashes": Asked(404, "//evil.example/en", "th"),
    "too many fields": Asked(
        400, "/admin/login/", "th", "POST", TOKEN + b"&a=b" * 6_000, environ=FORM | CSRF
    ),
    "a form that is too large": Asked(
        400,
        "/admin/login/",
        "th",
        "POST",
        TOKEN + b"&a=" + b"b" * 2_000,
        environ=FORM | CSRF,
        settings={"DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000},
    ),
    "parts without an end": Asked(
        400,
        "/admin/login/",
        "th",
        "POST",
        b"--",
        environ={"CONTENT_TYPE": "multipart/form-data"} | CSRF,
    ),
    "an autosave that is too large": Asked(
        413,
        "/admin/news/pressrelease/autosave/",
        method="POST",
        body=TOKEN + b"&title_th=" + b"a" * 5_000_000,
        environ=FORM | CSRF,
        signed_in=True,
    ),
    "a form without its token": Asked(403, "/admin/login/", "th", "POST", b"a=b", environ=FORM),
    "no right": Asked(403, "/metrics", "th", environ={"REMOTE_ADDR": "203.0.113.9"}),
    "not there": Asked(404, "/en/nothing/", "en"),
    "not there at the desk": Asked(404, "/admin/nothing/", "th", signed_in=True),
    "a preview that is not there": Asked(404, f"/preview/{'a' * 43}/", "th"),
    "a post": Asked(405, "/en/", method="POST"),
    "a method that nobody knows": Asked(405, "/en/", method="PROPFIND"),
    "gone": Asked(410, "/en/news/{gone}/", "en"),
    "too many searches": Asked(429, "/en/search/?q={n}", "en", settings=ONE_A_MINUTE, times=2),
    "too many questions": Asked(
        429, "/api/v1/releases/?q={n}", "en", settings=ONE_A_MINUTE, times=2
    ),
    "an error": Asked(500, "/en/", BOTH, fails_with=RuntimeError),
    "no database": Asked(503, "/en/", BOTH, fails_with=OperationalError),
    "alive": Asked(200, "/healthz", NONE),
    "ready": Asked(200, "/readyz", NONE),
    "not ready": Asked(503, "/readyz", NONE, settings={"DRAIN_FILE": __file__}),
    "figures": Asked(200, "/metrics", NONE),
    "robots": Asked(200, "/robots.txt", NONE),
    "whom to write to": Asked(200, "/.well-known/security.txt", NONE),
    "a sitemap": Asked(200, "/sitemap.xml", NONE),
    "a sitemap that the reader has": Asked(304, "/sitemap.xml", NONE, environ=HAS_IT),
    "for a browser's bar": Asked(200, "/opensearch.xml", "th"),
    "the same in English": Asked(200, "/opensearch.xml?lang=en", "en"),
    "a feed": Asked(200, "/en/feeds/atom.xml", "en"),
    "the interface": Asked(200, "/api/v1/releases/", NONE),
    "a release by it": Asked(200, "/api/v1/releases/{code}/", "th, en"),
    "one that the program has": Asked(304, "/api/v1/releases/{code}/", NONE, environ=HAS_IT),
    "its description": Asked(200, "/api/v1/openapi.json", "en"),
    "the same for people": Asked(200, "/api/docs", "en"),
    "where it begins": Asked(200, "/api/v1/", "en"),
    "asked by another site": Asked(204, "/api/v1/releases/", NONE, "OPTIONS"),
}


@pytest.fixture(params=TABLE.values(), ids=TABLE)
def asked(request, settings, tmp_path, monkeypatch):
    asked = request.param
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    for name, value in asked.settings.items():
        setattr(settings, name, value)
    if asked.times > 1:
        request.getfixturevalue("within_one_minute")
    if asked.fails_with:

        def fail(*_arguments, **_named):
            raise asked.fails_with("broken")

        monkeypatch.setattr("news.views.home.site_page", fail)
    return asked


@pytest.fixture(params=["alone", "in a page store"])
def application(request, asked, wsgi_application):
    if request.param == "alone":
        return wsgi_application
    return PageStore(wsgi_application, EpochReader(reread_seconds=0), max_bytes=10_000_000)


@pytest.fixture
def places(asked):
    """What stands in the table's addresses."""
    if "{" not in asked.path:
        return {}
    version = published()
    if "{photo" in asked.path:
        release = PressReleaseFactory()
        add_photo(release)
        address = f"/th/news/{publishing.publish(release=release).code}/"
        page = Client().get(address).content.decode()
        return {
            "photo": re.search(r"/media/[0-9a-f]{64}/[\w.-]+", page)[0],
            "photos": f"{address}photos.zip",
        }
    if "{gone}" in asked.path:
        publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
    return {
        "code": version.code,
        "gone": version.code,
        "card": card_of(version, "th").path,
    }


def test_every_answer_says_all(asked, places, application):
    environ = {"SERVER_PORT": "443", "wsgi.url_scheme": "https", "REMOTE_ADDR": "127.0.0.1"}
    environ |= asked.environ
    if asked.signed_in:
        client = Client()
        client.force_login(get_user_model().objects.create_superuser("boss"))
        cookies = [environ.get("HTTP_COOKIE"), f"sessionid={client.cookies['sessionid'].value}"]
        environ["HTTP_COOKIE"] = "; ".join(filter(None, cookies))
    for n in range(asked.times):
        address = asked.path.format(n=n, **places)
        answer = ask(application, address, asked.method, asked.body, **environ)
    assert answer.status == asked.status
    assert_says_all(answer.headers, tls=environ["wsgi.url_scheme"] == "https")
    assert_speaks(answer, asked.language)
    if answer.status in OF_THIS_REQUEST:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Repr-Digest" not in answer.headers


@pytest.mark.parametrize("status", [400, 414, 431, 500])
@pytest.mark.parametrize("tls", [True, False], ids=["over TLS", "without"])
def test_so_does_what_never_reaches_django(settings, status, tls):
    """What gunicorn can't read, or what breaks round Django."""
    settings.SECURE_HSTS_SECONDS = 31_536_000 if tls else 0
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = tls
    ours, theirs = socket.socketpair()
    with ours, theirs:
        refuse(ours, status, "No", "")
        ours.close()
        with HTTPResponse(theirs) as answer:
            answer.begin()
            assert answer.status == status
            assert answer.headers["Cache-Control"] == "no-store"
            assert_says_all(answer.headers, tls=tls)
            text = answer.read().decode()
    assert "Something went wrong" in text or "The address is not right" in text
    assert "ระบบขัดข้อง" in text or "ที่อยู่นี้ไม่ถูกต้อง" in text


def assert_says_all(headers, *, tls):
    hsts = "max-age=31536000; includeSubDomains; preload"
    assert headers.get("Strict-Transport-Security") == (hsts if tls else None)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    # Previews, whose address is a key, say less still.
    assert headers["Referrer-Policy"] in {"strict-origin-when-cross-origin", "no-referrer"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] in {"same-origin", "cross-origin"}
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]


def assert_speaks(answer, language):
    """`language` of what is to be read; a page in both says so of neither."""
    if language == NONE:
        assert "Content-Language" not in answer.headers
        return
    if language == BOTH:
        assert re.search("[A-Z][a-z]+ [a-z]+ [a-z]+", answer.text)
        assert re.search("[ก-๛]{6}", answer.text)
    elif language:
        assert answer.headers["Content-Language"] == language
        if answer.body and answer.headers["Content-Type"].startswith("text/html"):
            assert f'<html lang="{language}"' in answer.text
