"""What was removed is in no answer of nginx ten seconds later, with the application behind it.

What nginx says of itself, with a scripted application: `tests/deploy/test_nginx.py`.
"""

import gzip
import http.client
import re
import time
from itertools import product

import brotli
import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from deploy.lab.processes import Nginx, find_nginx
from news import publishing
from news.caching import reader
from news.exporting import open_data
from news.models import Version
from tests.factories import PressReleaseFactory, add_photo, published

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not find_nginx(), reason="nginx is not installed"),
    pytest.mark.timeout(120),
]

SECONDS = 10
PAUSE = 0.25
"""Between two rounds of questions, for other work: readers leave each other more."""
ENCODINGS = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
TITLE = "ข่าวที่ต้องลบออก"


class Site:
    """The application and nginx before it; the application can be stopped."""

    def __init__(self, folder):
        self.application = LiveServer("localhost")
        self.nginx = Nginx(folder, web=[self.application.thread.port])

    def __enter__(self):
        self.nginx.__enter__()
        return self

    def __exit__(self, *failure):
        self.nginx.__exit__(*failure)
        self.stop()

    def stop(self):
        if self.application:
            self.application.stop()
            self.application = None

    def get(self, path, encoding=""):
        """Status and body, which is as it was before it was compressed."""
        client = http.client.HTTPConnection("127.0.0.1", self.nginx.port, timeout=30)
        headers = {"Host": "localhost", "Accept-Encoding": encoding or "identity"}
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        body = answer.read()
        client.close()
        return answer.status, ENCODINGS[answer.getheader("Content-Encoding", "")](body)


@pytest.fixture
def site(tmp_path):
    with Site(tmp_path) as site:
        yield site


def shows(answer):
    """Whether it is a file, or a page with the title."""
    status, body = answer
    return status == 200 and (TITLE.encode() in body or body.startswith(b"\xff\xd8"))


def test_it_is_gone_within_ten_seconds_and_does_not_come_back_with_the_application_down(site):
    """Its pages and photos, and lists and data that named it, in every form that nginx keeps."""
    release = PressReleaseFactory(title_th=TITLE, title_en=TITLE, slug="removed")
    add_photo(release, size=(1400, 800))
    version = publishing.publish(release=release)
    published(title_th="ข่าวที่อยู่ต่อไป")
    open_data.refresh()
    reader.forget()
    page = f"/th/news/{version.code}/removed/"
    text = site.get(page)[1].decode()
    photo = re.search(r"/media/[0-9a-f]{64}/[^\" ]+\.jpg", text)[0]
    card = re.search(r"/th/news/[^\"]+/card-[0-9a-f]+\.jpg", text)[0]
    paths = [page, page.replace("/th/", "/en/"), f"/th/news/{version.code}/v/1/", photo, card]
    paths += ["/th/", "/th/feeds/atom.xml", "/api/v1/releases/"]
    paths += [f"/data/releases-{timezone.localdate():%Y-%m}.jsonl"]
    asked = list(product(paths, ENCODINGS))
    for path, encoding in asked:
        assert shows(site.get(path, encoding)), (path, encoding)

    publishing.remove(release=release, reason=Version.Reason.PRIVACY)
    removed = time.monotonic()
    seen = {}
    while time.monotonic() - removed < SECONDS + 3:
        for each in asked:
            began = time.monotonic()
            if shows(site.get(*each)):
                seen[each] = began - removed
        time.sleep(PAUSE)
    assert max(seen.values()) <= SECONDS, seen
    site.stop()
    for each in asked:
        assert not shows(site.get(*each)), each
