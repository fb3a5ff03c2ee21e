"""Errors go to a Sentry server where one is named, and nobody's words or address go with them."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import brotli
import pytest

from news import error_reports

ROOT = Path(__file__).resolve().parent.parent
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}

BREAK = """
import django
django.setup()
from django.test import RequestFactory
from news.views import home

def broken(request, *arguments, **options):
    secret = request.GET.get("q")
    raise ValueError("it broke")

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ocsc_site import urls
urls.urlpatterns.insert(0, path("th/broken/", csrf_exempt(broken)))
request = RequestFactory().post(
    "/th/broken/?q=secret-words", {"password": "secret-password"}, REMOTE_ADDR="203.0.113.9",
    headers={
        "Host": "localhost", "Cookie": "sessionid=secret-cookie", "User-Agent": "secret-browser",
        "X-Forwarded-For": "203.0.113.9",
    },
)
from ocsc_site.wsgi import application
statuses = []
list(application(request.environ, lambda status, headers, *_: statuses.append(status)))
assert statuses == ["500 Internal Server Error"], statuses
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
        [sys.executable, "-c", program],
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
    run(BREAK, tmp_path, OCSC_SENTRY_DSN=dsn)
    text = b"\n".join(received).decode()
    events = [json.loads(line) for line in text.splitlines() if '"exception"' in line]
    assert [value["value"] for value in events[0]["exception"]["values"]] == ["it broke"]
    assert events[0]["request"] == {"method": "POST"}
    assert "broken" in events[0]["transaction"]
    assert "secret-" not in text.replace("secret = request", "")
    assert "203.0.113.9" not in text


def test_pages_are_kept_all_the_same(sentry, tmp_path):
    """What goes to the server is no longer Django's response then."""
    _received, dsn = sentry
    run(KEEP, tmp_path, OCSC_SENTRY_DSN=dsn)


def test_without_a_dsn_nothing_of_it_is_loaded(tmp_path):
    program = "import django, sys; django.setup(); sys.exit('sentry_sdk' in sys.modules)"
    run(program, tmp_path)


def test_values_that_the_database_repeats_are_cut_off():
    said = "duplicate key value\nDETAIL:  Key (email)=(a@example.org) already exists.\n"
    event = {"exception": {"values": [{"type": "IntegrityError", "value": said}]}}
    assert "example" not in str(error_reports.scrub(event, {}))
