"""What the log says of a request, and what it keeps to itself."""

import json
import logging
import logging.config
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as site_settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from news.models import Topic
from news.request_log import RequestLogMiddleware, request_id
from tests.factories import TopicFactory, published

pytestmark = pytest.mark.django_db


CONFIGURED = logging.config.DictConfigurator({"version": 1, "formatters": {}})


def formatter_of_production():
    return CONFIGURED.configure_formatter(dict(site_settings.LOGGING["formatters"]["json"]))


@pytest.fixture
def lines():
    """The log of production, parsed."""
    formatter = formatter_of_production()
    written = []

    class Handler(logging.Handler):
        def emit(self, record):
            written.append(json.loads(formatter.format(record)))

    handler = Handler()
    for name in site_settings.LOGGING["handlers"]["stderr"]["filters"]:
        handler.addFilter(CONFIGURED.configure_filter(dict(site_settings.LOGGING["filters"][name])))
    loggers = [logging.getLogger(name) for name in ("news", "django.request", "django.security")]
    requests = logging.getLogger("news.request_log")
    before = requests.level
    requests.setLevel(logging.INFO)
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)
    requests.setLevel(before)


def test_a_request_is_one_line_with_its_route_status_and_time(client, lines):
    version = published(slug="a-release")
    client.get(f"/th/news/{version.code}/a-release/")
    (line,) = lines
    assert line["event"] == "request"
    assert line["method"] == "GET"
    assert line["status"] == 200
    assert line["route"] == "th/news/<code:code>/<str:slug>/"
    assert line["milliseconds"] > 0
    assert len(line["request_id"]) == 32


def test_an_error_is_found_by_what_the_runbook_looks_for():
    runbook = (Path(__file__).parent.parent / "docs/operations.md").read_text(encoding="utf-8")
    looked_for = re.findall(r"journalctl -u ocsc-web --grep '([^']+)'", runbook)
    written = "".join(
        formatter_of_production().format(logging.makeLogRecord({"msg": event, "status": status}))
        for event, status in (("request", 503), ("slow query", None))
    )
    assert len(looked_for) > 1
    assert [pattern for pattern in looked_for if not re.search(pattern, written)] == []


def test_neither_who_asked_nor_for_what_is_in_it(client, lines):
    client.get("/th/search/?q=secret-words", REMOTE_ADDR="203.0.113.9")
    client.get("/preview/secret-token/", headers={"Cookie": "sessionid=secret-cookie"})
    client.get("/th/secret-address/", headers={"User-Agent": "secret-browser"})
    assert len(lines) == 3
    assert "secret" not in json.dumps(lines)
    assert "203.0.113.9" not in json.dumps(lines)


def test_nor_where_the_answer_is_an_error(client, lines, monkeypatch):
    def failing(*_args, **_kwargs):
        raise ValueError

    monkeypatch.setattr("news.views.previews._opened", failing)
    client.raise_request_exception = False
    token = "secret-" * 6 + "x"
    assert client.get(f"/preview/{token}/").status_code == 500
    assert [line["event"] for line in lines] == [
        "Internal Server Error: ^preview/(?P<token>[A-Za-z0-9_-]{43})/$",
        "request",
    ]
    assert token not in json.dumps(lines)


def test_nor_where_a_form_is_refused(lines):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/admin/access/confided/").status_code == 403
    assert [line["logger"] for line in lines] == ["django.security.csrf", "news.request_log"]
    assert "confided" not in json.dumps(lines)


@pytest.mark.parametrize(
    ("host", "form"),
    [
        ("secret.example", {}),
        ("testserver", {f"secret{n}": "" for n in range(5_001)}),
        ("testserver", {"secret": "a" * 2_000}),
    ],
    ids=["an unknown host", "too many fields", "too large a form"],
)
def test_what_is_refused_is_a_line_as_any_other(client, lines, settings, host, form):
    """Without the traceback that Django logs of each, and what was sent."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000 if len(form) == 1 else 1_000_000
    answer = client.generic(
        "POST",
        "/admin/login/",
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"Host": host},
    )
    assert answer.status_code == 400
    assert [(line["event"], line["status"]) for line in lines] == [("request", 400)]


def test_what_is_logged_on_the_way_has_the_same_id(lines):
    def view(request):
        logging.getLogger("news.views").warning("odd")
        return HttpResponse()

    RequestLogMiddleware(view)(RequestFactory().get("/"))
    assert [line["event"] for line in lines] == ["odd", "request"]
    assert lines[0]["request_id"] == lines[1]["request_id"]
    logging.getLogger("news.views").warning("later")
    assert "request_id" not in lines[2]


@pytest.mark.parametrize(
    ("behind", "given", "kept"),
    [(True, "a" * 32, True), (False, "a" * 32, False), (True, "x\ny" * 10, False)],
)
def test_the_id_is_our_proxys_and_nobody_elses(settings, behind, given, kept):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    assert (request_id(request) == given) is kept


def test_an_error_is_one_line_with_its_traceback(lines):
    try:
        int("odd")
    except ValueError:
        logging.getLogger("news").exception("failed")
    assert "ValueError: invalid literal" in lines[0]["exception"]
    assert lines[0]["level"] == "error"


def test_an_error_of_the_database_does_not_repeat_the_row(lines):
    """As psycopg says it: the row stands in DETAIL, over as many lines as its text has."""
    said = (
        "duplicate key value\nDETAIL:  Key (email)=(secret@example.org) exists.\nsecret\n\nsecret"
    )
    error = IntegrityError(said)
    error.__cause__ = IntegrityError(said)
    logging.getLogger("news").error("failed", exc_info=error)
    told = lines[0]["exception"]
    assert "secret" not in told
    assert told.count("IntegrityError: duplicate key value") == 2
    assert "The above exception was the direct cause" in told


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite repeats no values")
def test_what_postgresql_repeats_is_hidden(lines):
    topic = TopicFactory()
    with (
        pytest.raises(IntegrityError, match=f"DETAIL.*{topic.slug}") as raised,
        transaction.atomic(),
    ):
        Topic.objects.create(slug=topic.slug, name_th="ก", name_en="a")
    logging.getLogger("news").error("failed", exc_info=raised.value)
    assert "UniqueViolation" in lines[0]["exception"]
    assert topic.slug not in lines[0]["exception"]
