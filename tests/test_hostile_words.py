"""Whatever is written into any field is shown as words: on every page that can be reached, in every
feed, file and screen of the desk.
"""

import json
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth import get_user_model
from django.db.models import CharField, TextField

from news import media, publishing
from news.models import PressRelease, ShortLink, SiteSettings, Topic, Version
from news.publishing import Notes
from tests.factories import PressReleaseFactory, TopicFactory, add_photo
from tests.test_media import PDF, upload

pytestmark = pytest.mark.django_db

EVIL = (
    "\"'><script>evil()</script><img src=x onerror=evil()><a href=javascript:evil()>{{7*7}}"
    "]]></title></textarea></script><!-- %0d%0aSet-Cookie: evil=1"
)
MOST_PAGES = 100
NEVER_FOLLOWED = ("/admin/logout", "/static/", "/media/")
FIRST = (
    "/th/", "/en/", "/th/search/?q=evil", "/th/corrections/", "/en/corrections/", "/th/data/",
    "/th/feeds/rss.xml", "/th/feeds/atom.xml", "/th/feeds/feed.json", "/sitemap.xml",
    "/news-sitemap.xml", "/api/v1/releases/", "/api/v1/topics/", "/api/v1/corrections/",
)  # fmt: skip


class Reading(HTMLParser):
    """The addresses that a page leads to, and whatever of `EVIL` became more than words."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.evil = [], []
        self._script = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._script = dict(attrs).get("type", "text/javascript") if tag == "script" else None
        for name, value in attrs:
            said = (value or "").strip().lower()
            if name.startswith("on") or said.startswith("javascript:"):
                self.evil.append(f"<{tag} {name}={value}>")
            if tag == "img" and value == "x":
                self.evil.append(f"<{tag} {name}={value}>")
            if name == "href":
                self.addresses.append(value or "")

    def handle_data(self, data):
        # Structured data may hold the words; a script may not.
        if self._script is None:
            return
        if self._script.endswith("json"):
            json.loads(data)
        elif "evil" in data:
            self.evil.append(data)

    def handle_endtag(self, tag):
        self._script = None


def walk(client, *first):
    """Every page that can be reached from `first`: address -> response; at most `MOST_PAGES`."""
    waiting, seen = deque(first), {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        if address in seen:
            continue
        seen[address] = response = client.get(address)
        assert response.status_code < 500, address
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        for found in Reading(response.content.decode()).addresses:
            there = urlsplit(urljoin(f"http://testserver{address}", found))
            path = f"{there.path}?{there.query}" if there.query else there.path
            if there.netloc == "testserver" and not path.startswith(NEVER_FOLLOWED):
                waiting.append(path)
    return seen


def check(address, response):
    kind = response.get("Content-Type", "").partition(";")[0]
    body = b"".join(response) if response.streaming else response.content
    for name, value in response.items():
        assert "\n" not in value, (address, name)
    assert "evil" not in str(response.cookies), address
    if kind == "text/html":
        assert Reading(body.decode()).evil == [], address
    elif kind.endswith("xml"):
        ET.fromstring(body)
    elif kind.endswith("json"):
        json.loads(body)


def fill(row, **kept):
    """Write `EVIL` into every text that somebody can write."""
    for field in row._meta.get_fields():
        if not isinstance(field, CharField | TextField) or field.choices or field.name in kept:
            continue
        if field.primary_key or field.name in FORMS_REFUSE or not field.editable:
            continue
        setattr(row, field.name, EVIL[: field.max_length])
    row.save()


FORMS_REFUSE = {"slug", "code", "sha256", "contact_email", "source_url", "source_id", "name"}
"""Forms take only one shape of these; an attachment's name is made ASCII when it is taken in."""


@pytest.fixture
def release():
    """One release with `EVIL` in every field, published, corrected and shown on a hostile site."""
    release = PressReleaseFactory(topic=TopicFactory(), slug="a-release")
    add_photo(release)
    media.add_attachment(release=release, file=upload("a.pdf", PDF))
    topic = Topic.objects.get()
    fill(topic)
    topic.name_th = topic.name_en = EVIL[:120]
    topic.save()
    fill(release.photos.get())
    fill(release.attachments.get())
    fill(PressRelease.objects.get(pk=release.pk))
    settings = SiteSettings.objects.first() or SiteSettings(pk=1)
    settings.banner_shown = True
    fill(settings)
    release.refresh_from_db()
    notes = Notes(th=EVIL, en=EVIL)
    publishing.publish(release=release)
    publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=notes)
    ShortLink.objects.create(key="evil-alias", release=release)
    return release


def test_these_words_would_be_noticed():
    assert len(Reading(f"<p>{EVIL}").evil) >= 3
    assert Reading(f'<a title="{EVIL}">').evil


def test_nothing_that_was_written_becomes_more_than_words_for_readers(release, client):
    found = walk(client, *FIRST)
    reached = "\n".join(found)
    for part in (f"/th/news/{release.code}/", "/en/news/", "/v/1/", "/topics/", "/archive/"):
        assert part in reached, part
    told = 0
    for address, response in found.items():
        check(address, response)
        told += not response.streaming and b"evil()" in response.content
    assert told > 10  # it is there, as words


def test_nor_at_the_desk(release, client):
    boss = get_user_model().objects.create_superuser("boss", password="k7m4q-long-enough")
    boss.first_name = boss.last_name = EVIL[:150]
    boss.save()
    client.force_login(boss)
    found = walk(client, "/admin/", f"/admin/news/pressrelease/{release.pk}/change/")
    assert f"/admin/news/pressrelease/{release.pk}/history/" in found
    told = 0
    for address, response in found.items():
        check(address, response)
        told += not response.streaming and b"evil()" in response.content
    assert told > 3


@pytest.mark.parametrize(
    "address",
    [
        "/th/search/?q={}",
        "/th/search/suggest/?q={}",
        "/th/{}/",
        "/s/{}",
        "/api/v1/releases/?from={}",
    ],
)
def test_nor_what_a_reader_types(client, address):
    response = client.get(address.format(EVIL.replace("%", "%25").replace("#", "")))
    assert response.status_code < 500
    check(address, response)
