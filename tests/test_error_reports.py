"""Errors go to a Sentry server where one is named, and nobody's words or address go with them."""

import gzip
import json
import operator
import os
import re
import subprocess
import sys
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import brotli
import pytest

from news import error_reports

ROOT = Path(__file__).resolve().parent.parent
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}

BREAK = """
import logging
import django
django.setup()
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ocsc_site import urls

def broken(request, rest):
    secret = request.GET.get("q"), request.POST.get("password")
    raise ValueError("it broke")

def quoting(request, rest):
    return int(request.GET["q"])

def unquoted(request, rest):
    raise LookupError(f"no account {rest}")

def mistaken(request, rest):
    User.objects.filter(pk=[request.GET["q"]])

def suspicious(request, rest):
    raise SuspiciousFileOperation(f"Detected path traversal attempt in {rest!r}")

def unavailable(request, rest):
    return HttpResponse(status=503)

def logged(request, rest):
    logging.getLogger("news").error("It went wrong: %s", rest)
    return HttpResponse()

def filled(request, rest):
    logging.getLogger("news").error(f"It went wrong: {rest}")
    return HttpResponse()

def unrouted(request, **_kwargs):
    raise ValueError("no route")

urls.handler404 = unrouted
views = (broken, quoting, unquoted, mistaken, suspicious, unavailable, logged, filled)
views = {view.__name__: view for view in views}
for name, view in views.items():
    urls.urlpatterns.insert(0, path(f"th/{name}/<str:rest>/", csrf_exempt(view)))

from ocsc_site.wsgi import application
statuses = []
for name in (*views, "no-such"):
    request = RequestFactory().post(
        f"/th/{name}/secret-token/?q=secret-words", {"password": "secret-password"},
        REMOTE_ADDR="203.0.113.9",
        headers={
            "Host": "localhost", "Cookie": "sessionid=secret-cookie; csrftoken=secret-csrf",
            "User-Agent": "secret-browser", "X-Forwarded-For": "203.0.113.9",
            "Authorization": "Bearer secret-key", "X-CSRFToken": "secret-csrf",
            "Referer": "https://secret-page/", "Accept-Language": "secret-language",
            "Sentry-Trace": "5ec4e7a43a4192642f0b136d5159a501-5ec4e7a43a419264-1",
            "Baggage": "sentry-trace_id=5ec4e7a43a4192642f0b136d5159a501,"
            "sentry-public_key=secret-public,sentry-user_id=secret-user",
        },
    )
    list(application(request.environ, lambda status, *_: statuses.append(int(status[:3]))))
assert statuses == [500, 500, 500, 500, 400, 503, 200, 200, 500], statuses
import sentry_sdk
sentry_sdk.flush(10)
"""

KEEP = """
import django
django.setup()
from django.core.management import call_command
from django.test import RequestFactory
from ocsc_site.wsgi import application
call_command("migrate", verbosity=0)
for _ in range(2):
    request = RequestFactory().get("/th/", headers={"Host": "localhost"})
    body = application(request.environ, lambda *_: None)
    assert b"</html>" in b"".join(body)
    getattr(body, "close", lambda: None)()
import sys
assert "sentry_sdk" in sys.modules
assert application.counts == {"miss": 1, "hit": 1}, application.counts
"""


@pytest.fixture
def sentry():
    """A server that keeps what it is sent; `dsn` leads to it."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(DECODERS[self.headers["Content-Encoding"] or ""](body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield received, f"http://key@127.0.0.1:{server.server_address[1]}/1"
    server.shutdown()
    server.server_close()


def run(program, tmp_path, **environment):
    return subprocess.run(
        [sys.executable, "-W", "default::DeprecationWarning", "-c", program],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "ocsc_site.settings",
            "OCSC_ENV": "test",
            "OCSC_DATA_DIR": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_a_report_says_what_broke_and_nothing_of_who_asked_for_what(sentry, tmp_path):
    received, dsn = sentry
    finished = run(BREAK, tmp_path, OCSC_SENTRY_DSN=dsn)
    text = b"\n".join(received).decode()
    events = [json.loads(line) for line in text.splitlines() if '"contexts"' in line]
    broken, quoting, unquoted, mistaken, suspicious, logged, filled, unrouted = events
    assert [value["value"] for value in broken["exception"]["values"]] == ["it broke"]
    assert "broken" in broken["transaction"]
    raised = [event["exception"]["values"][-1] for event in (quoting, unquoted, mistaken)]
    assert [each["type"] for each in raised] == ["ValueError", "LookupError", "TypeError"]
    for each in raised:
        assert each["value"] == "…"
        # What is not told by the message is by the code.
        assert each["stacktrace"]["frames"][-1]["function"]
    assert suspicious["logentry"] == filled["logentry"] == {"message": "…"}
    assert logged["logentry"] == {"message": "It went wrong: %s"}
    assert "transaction" not in unrouted
    assert unrouted["exception"]["values"][-1]["value"] == "no route"
    for event in events:
        assert event["request"] == {"method": "POST"}
        assert event["contexts"].keys() == {"runtime"}
        # That of the log, where all of the message is.
        assert re.fullmatch("[0-9a-f]{32}", event["tags"]["request_id"])
    assert len({event["tags"]["request_id"] for event in events}) == len(events)
    for secret in ("secret-", "203.0.113.9", "5ec4e7a43a4192642f0b136d5159a501"):
        assert secret not in text
    assert "DeprecationWarning" not in finished.stderr


def test_what_the_site_asks_of_others_carries_nothing_of_it(sentry, tmp_path):
    _received, dsn = sentry
    program = """
import threading, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
import django
django.setup()
seen = []
class Other(BaseHTTPRequestHandler):
    def do_GET(self):
        seen.extend(name.lower() for name in self.headers)
        self.send_response(204)
        self.end_headers()
server = HTTPServer(("127.0.0.1", 0), Other)
threading.Thread(target=server.handle_request).start()
urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/").close()
assert "host" in seen
assert not {"sentry-trace", "baggage", "traceparent"} & set(seen), seen
"""
    run(program, tmp_path, OCSC_SENTRY_DSN=dsn)


def test_sentry_itself_gathers_nothing_of_it(sentry, tmp_path):
    """Before anything is taken out of a report."""
    received, dsn = sentry
    run(
        f"from news import error_reports\nerror_reports.scrub = None\n{BREAK}",
        tmp_path,
        OCSC_SENTRY_DSN=dsn,
    )
    text = b"\n".join(received).decode()
    for secret in ("password", "cookie", "csrf", "browser", "key", "page", "language"):
        assert f"secret-{secret}" not in text
    assert "203.0.113.9" not in text


def test_pages_are_kept_all_the_same(sentry, tmp_path):
    """What goes to the server is no longer Django's response then."""
    _received, dsn = sentry
    run(KEEP, tmp_path, OCSC_SENTRY_DSN=dsn)


def test_without_a_dsn_nothing_of_it_is_loaded(tmp_path):
    program = "import django, sys; django.setup(); sys.exit('sentry_sdk' in sys.modules)"
    run(program, tmp_path)


def told_of(fails, *, said=None):
    """The message of the error that `fails` raises, as a report has it; `said` is how it reads
    where that is not its text.
    """
    try:
        fails()
    except Exception as error:  # noqa: BLE001 -- whichever it is
        value = {"type": type(error).__name__, "value": str(error) if said is None else said}
        event = {"exception": {"values": [value]}}
        return error_reports.scrub(event, {"exc_info": sys.exc_info()})["exception"]["values"][0][
            "value"
        ]


def test_values_that_the_database_repeats_are_cut_off():
    said = "duplicate key value\nDETAIL:  Key (email)=(a@example.org) already exists.\n"
    event = {"exception": {"values": [{"type": "IntegrityError", "value": said}]}}
    assert "example" not in str(error_reports.scrub(event, {}))


@pytest.mark.parametrize(
    "said",
    [
        "no account somchai",
        "can't open 'a', nor 'b'",
        "invalid literal: 'a' b'",
        "invalid literal: b'a'",
        "'word'",
        "cut off 'in the middle",
        "“ก” value must be a number",
    ],
)
@pytest.mark.parametrize("kind", [ValueError, AttributeError, TypeError])
def test_what_a_message_was_made_of_is_not_told(said, kind):
    def fails():
        raise kind(said)

    assert told_of(fails) == "…"


def breaks():
    raise ValueError("it broke")


def breaks_of(secret):
    try:
        breaks()
    except ValueError as first:
        raise LookupError(secret) from first


def breaks_several_times(secret):
    try:
        breaks_of(secret)
    except LookupError as error:
        raise ExceptionGroup("several", [error]) from None


def test_what_the_code_says_word_for_word_is():
    assert told_of(breaks) == "it broke"
    assert told_of(breaks, said="") == ""
    # What was noted with it is part of the message.
    assert told_of(breaks, said="it broke\nfor somchai") == "…"


def test_so_is_what_another_error_of_the_chain_or_the_group_says():
    def fails():
        breaks_several_times(__name__)

    told = [told_of(fails, said=said) for said in ("it broke", __name__, "several")]
    assert told == ["it broke", "…", "several"]


def unpacks(values):
    _first, _second = values


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (operator.getitem, ([], 0)),
        (operator.getitem, ("", 0)),
        (operator.setitem, ([], 0, 1)),
        (list.pop, ([],)),
        (operator.truediv, (1, 0)),
        (operator.truediv, (1.0, 0)),
        (operator.floordiv, (1, 0)),
        (operator.mod, (1, 0)),
        (len, (None,)),
        (unpacks, ([1],)),
        (unpacks, ([1, 2, 3],)),
        (unpacks, (None,)),
        (run, ()),
        (getattr, (Path, "title")),
        (getattr, (os, "title")),
        (hash, ([],)),
        (operator.lt, (None, 3)),
        (operator.contains, (None, 3)),
    ],
)
def test_what_python_itself_says_of_the_code_is(call, arguments):
    with pytest.raises(Exception) as raised:
        call(*arguments)
    assert told_of(lambda: call(*arguments)) == str(raised.value)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (int, ("somchai",)),
        (operator.getitem, ({}, "somchai")),
        (str.encode, ("", "somchai")),
        (getattr, (os, "som chai")),
        (date.fromisoformat, ("somchai",)),
        (operator.pow, (0.0, -7)),
    ],
)
def test_what_it_says_of_a_value_is_not(call, arguments):
    assert told_of(lambda: call(*arguments)) == "…"


class Odd(Exception):
    """One with an attribute by the name of a group's, which is read only when something looks."""

    def __init__(self, exceptions):
        super().__init__()
        self._exceptions = exceptions

    @property
    def exceptions(self):
        return self._exceptions()


@pytest.mark.parametrize(
    "exceptions",
    [lambda: None, lambda: 3, lambda: ["a text"], lambda: 1 / 0],
    ids=["none", "a number", "texts", "an error"],
)
def test_an_error_that_calls_something_else_its_exceptions_is_reported(exceptions):
    def fails():
        raise Odd(exceptions)

    assert told_of(fails, said="somchai") == "…"


@pytest.mark.parametrize(
    "said",
    [
        "'NoneType' object has no attribute 'title'",
        "'NoneType' object is not subscriptable",
        "name 'title' is not defined",
        "No module named 'news.title'",
        "cannot access local variable 'title' where it is not associated with a value",
        "unsupported operand type(s) for +: 'NoneType' and 'str'",
        "title() missing 1 required positional argument: 'version'",
        "title() takes 1 positional argument but 2 were given",
        "title() takes from 1 to 2 positional arguments but 3 were given",
        "title() missing 2 required positional arguments: 'version' and 'lang'",
        "title() missing 3 required keyword-only arguments: 'version', 'lang', and 'at'",
        "type object 'Version' has no attribute 'title'",
        "module 'news.title' has no attribute 'title'",
        "argument of type 'NoneType' is not iterable",
        "object of type 'NoneType' has no len()",
        "cannot unpack non-iterable NoneType object",
        "unhashable type: 'list'",
        "'<' not supported between instances of 'NoneType' and 'int'",
        "not enough values to unpack (expected 2, got 1)",
        "not enough values to unpack (expected at least 2, got 1)",
        "too many values to unpack (expected 2)",
        "list index out of range",
        "list assignment index out of range",
        "pop from empty list",
        "division by zero",
        "float division by zero",
        "integer modulo by zero",
        "maximum recursion depth exceeded",
        "maximum recursion depth exceeded in comparison",
        "dictionary changed size during iteration",
    ],
)
def test_what_it_quotes_of_the_code_is(said):
    event = {"exception": {"values": [{"type": "AttributeError", "value": said}]}}
    assert error_reports.scrub(event, {})["exception"]["values"][0]["value"] == said
    assert told_of(breaks, said=f"{said} somchai") == "…"
