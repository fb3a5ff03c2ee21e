"""A CDN is told what to forget when a release is gone, once, and again until it has heard."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone, translation

from news import erasing, jobs, publishing
from news.models import Derivative, Job, Version, VersionMedia
from news.purging import PURGE, SETTLED_SECONDS, prefixes
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


def test_what_is_gone_is_named_with_whatever_shows_titles_and_with_its_files(cdn):
    of_another = PressReleaseFactory(slug="another")
    add_photo(of_another, colour="navy")
    publishing.publish(release=of_another)
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
    named = said["prefixes"]
    for path in (f"/th/news/{release.code}/a-release/", "/en/", "/th/feeds/rss.xml", "/data/x.csv"):
        assert any(f"{site}{path}".startswith(each) for each in named), path
    media = {each for each in named if each.startswith(f"{site}/media/")}
    its_own = VersionMedia.objects.filter(version__release=release).values("master_sha256")
    assert media == {
        f"{site}/media/{hash_}/"
        for hash_ in Derivative.objects.filter(master_sha256__in=its_own).values_list(
            "hash", flat=True
        )
    }
    assert len(media) > 2
    assert not any(f"{site}/static/site.css".startswith(each) for each in named)


def test_it_is_told_once_more_when_the_sites_own_caches_are_right(cdn):
    """Who asks at once may get what nginx has kept from before, and the CDN would have it anew."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        publishing.remove(release=published().release, reason=Version.Reason.PRIVACY)
        jobs.run_waiting()
        assert len(cdn.heard) == 1
        clock.shift(timedelta(seconds=SETTLED_SECONDS - 1))
        jobs.run_waiting()
        assert len(cdn.heard) == 1
        clock.shift(timedelta(seconds=1))
        jobs.run_waiting()
    first, second = cdn.heard
    assert first == second


SHOW_NO_TITLE = {
    "/": "leads on",
    "/api": "leads on",
    "/media/": "named file by file",
    "/preview/": "kept nowhere",
    "/admin": "kept nowhere",
    "/admin/": "kept nowhere",
    "/favicon.ico": "words of the site alone, as the next three",
    "/robots.txt": "",
    "/opensearch.xml": "",
    "/.well-known/security.txt": "",
    "/healthz": "kept nowhere",
    "/readyz": "kept nowhere",
    "/metrics": "kept nowhere",
}
"""How addresses begin that no prefix need cover, and why not."""


def beginnings(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """How the addresses of each pattern begin: all before its first variable part."""
    for each in patterns:
        written = str(each.pattern).removeprefix("^")
        fixed = re.split(r"[<(\[$?*+]|\\(?!\.)", written)[0].replace("\\", "")
        if isinstance(each, URLPattern) or fixed != written:
            yield before + fixed
        else:
            yield from beginnings(each.url_patterns, before + fixed)


def all_beginnings() -> set[str]:
    found = set()
    for language in ("th", "en"):
        with translation.override(language):
            found.update(beginnings(get_resolver().url_patterns))
    return found


def test_every_public_address_that_can_show_a_title_is_covered(settings):
    """A new one is covered, or has its reason above why it need not be."""
    settings.BASE_URL = ""
    told = tuple(prefixes({"media": []}))
    found = all_beginnings()
    assert {"/th/", "/en/search/", "/s/", "/S/", "/sitemap-releases-", "/api/v1/topics/"} <= found
    open_ones = {path for path in found if not path.startswith((*told, "/admin/"))}
    assert open_ones == SHOW_NO_TITLE.keys() - {"/admin/"}


def test_what_is_not_covered_shows_no_title(client):
    """Of those that anybody may ask for as they stand."""
    published(title_th="หัวข่าวที่จะหายไป", title_en="A title to be gone")
    for path in ("/", "/api", *(path for path in SHOW_NO_TITLE if path[-3:] in {"txt", "xml"})):
        answer = client.get(path)
        said = answer.content.decode() + answer.headers.get("Location", "")
        assert answer.status_code in {200, 301, 302}
        assert "จะหายไป" not in said
        assert "to be gone" not in said


def test_a_hook_that_does_not_hear_is_told_again(cdn):
    release = published().release
    cdn.status = 500
    publishing.remove(release=release, reason=Version.Reason.PRIVACY)
    jobs.run_waiting()
    job = Job.objects.filter(kind=PURGE).earliest("run_after")
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
    assert "https://www.example.org/th/" in said["prefixes"]
    assert any("/media/" in each for each in said["prefixes"])


def test_without_a_hook_there_is_nothing_to_do():
    release = published().release
    publishing.remove(release=release, reason=Version.Reason.PRIVACY)
    assert not Job.objects.filter(kind=PURGE).exists()
