"""A CDN is told what to forget when a release is gone, once, and again until it has heard."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from news import erasing, jobs, publishing
from news.models import Job, Version
from news.purging import PURGE
from tests.factories import PressReleaseFactory, add_photo, person, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def cdn(settings):
    """What a hook was sent; `cdn.status` is what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.heard.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.heard, server.status = [], 200
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.PURGE_HOOK = f"http://127.0.0.1:{server.server_address[1]}/purge"
    settings.PURGE_TOKEN = "a-token"
    settings.BASE_URL = "https://www.example.org"
    yield server
    server.shutdown()
    server.server_close()


def test_what_is_gone_is_named_with_its_pages_links_and_files(cdn):
    release = PressReleaseFactory(slug="a-release")
    add_photo(release)
    publishing.publish(release=release)
    publishing.withdraw(release=release, reason=Version.Reason.ERROR)
    jobs.run_waiting()
    assert cdn.heard == []  # withdrawn: the page stays
    publishing.remove(release=release, reason=Version.Reason.PRIVACY)
    jobs.run_waiting()
    ((token, said),) = cdn.heard
    assert token == "Bearer a-token"
    site = "https://www.example.org"
    assert said["prefixes"][:4] == [
        f"{site}/th/news/{release.code}/",
        f"{site}/en/news/{release.code}/",
        f"{site}/s/{release.code}",
        f"{site}/api/v1/releases/{release.code}/",
    ]
    assert len(said["prefixes"]) > 6
    assert all(each.startswith(f"{site}/media/") for each in said["prefixes"][4:])


def test_a_hook_that_does_not_hear_is_told_again(cdn):
    release = published().release
    cdn.status = 500
    publishing.remove(release=release, reason=Version.Reason.PRIVACY)
    jobs.run_waiting()
    job = Job.objects.get(kind=PURGE)
    assert job.done_at is None
    assert "500" in job.error
    cdn.status = 200
    Job.objects.update(leased_until=None)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.done_at is not None


@pytest.mark.django_db(transaction=True)  # PostgreSQL rewrites no table within one
@pytest.mark.parametrize("before", ["live", "removed", "merged"])
def test_an_erasure_is_told_whatever_became_of_the_release_before(cdn, before):
    release = PressReleaseFactory(slug="a-release")
    add_photo(release)
    publishing.publish(release=release)
    if before == "removed":
        publishing.remove(release=release, reason=Version.Reason.PRIVACY)
    elif before == "merged":
        publishing.merge(release=release, into=published().release)
    jobs.run_waiting()
    cdn.heard.clear()
    ordered = erasing.request(release=release, reason="privacy", by=person("administrator", "one"))
    erasing.approve(erasure=ordered, by=person("administrator", "two"))
    jobs.run_waiting()
    ((_token, said),) = cdn.heard
    assert f"https://www.example.org/th/news/{release.code}/" in said["prefixes"]
    assert any("/media/" in each for each in said["prefixes"])


def test_without_a_hook_there_is_nothing_to_do():
    release = published().release
    publishing.remove(release=release, reason=Version.Reason.PRIVACY)
    assert not Job.objects.filter(kind=PURGE).exists()
