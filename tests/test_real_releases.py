"""Real releases of the Thai government through the whole of the public side: no text is cut within
a Thai character, every feed and sitemap is valid, every day leads back to its release.
"""

import json
import lzma
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import islice
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from news.models import Topic, Version
from news.search.matching import Matcher
from news.search.parsing import parse
from news.search.snippets import snippet
from news.thai.characters import LEADING_VOWEL, NO_BREAK_BEFORE
from news.thai.dates import find_dates, format_date
from news.views.release_page import description_of
from tests.feed_formats import SITEMAP, check_feed, check_sitemap

pytestmark = pytest.mark.django_db

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "releases.jsonl.xz"
STEP = 180
"""Every so many of some eleven thousand: about sixty releases, imported in two seconds."""

_STARTS_BADLY = re.compile(f"\\s*[{NO_BREAK_BEFORE}]")
_ENDS_BADLY = re.compile(f"[{LEADING_VOWEL}]\\s*…?\\Z")
FORMS = ("rss.xml", "atom.xml", "feed.json")


@pytest.fixture(scope="module")
def _imported(keeping, tmp_path_factory) -> Iterator[list[Version]]:
    with keeping(lambda: _import(tmp_path_factory.mktemp("corpus"))) as (versions, _media):
        yield versions


@pytest.fixture
def archive(_imported, db) -> list[Version]:
    """A sample of real releases, imported."""
    return _imported


def _import(folder: Path) -> list[Version]:
    if not CORPUS.exists():
        pytest.skip("the corpus of real releases (../shared/corpus) is not here")
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        chosen = [json.loads(line) for line in islice(lines, 0, None, STEP)]
    # A day that only leap years have.
    chosen[0]["date"] = "2020-02-29"
    path = folder / "releases.jsonl"
    path.write_text("".join(f"{json.dumps(release)}\n" for release in chosen), encoding="utf-8")
    call_command("import_releases", path, verbosity=0)
    return list(Version.objects.listed(timezone.now()).order_by("pk"))


def assert_cut_well(shown: str, whole: str) -> None:
    """`shown` is `whole` or a part of it with "…" where it was cut."""
    bare = shown.removeprefix("…").removesuffix("…")
    assert not _STARTS_BADLY.match(bare), shown
    assert not _ENDS_BADLY.search(bare) or whole.endswith(bare), shown
    squeezed = " ".join(whole.split())
    end = squeezed.find(bare) + len(bare)
    if bare in squeezed and end < len(squeezed):
        assert not _STARTS_BADLY.match(squeezed[end]), shown


def test_nothing_that_is_shown_of_a_release_is_cut_within_a_character(archive):
    for version in archive:
        text = version.text("th")
        body = re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", text.body))).strip()
        assert_cut_well(description_of(text), body)
        words = body.split()
        for word in words[:: max(1, len(words) // 5)]:
            matches = Matcher(parse(word[:40])).matches(body)
            for length in (40, 160):
                parts = snippet(body, matches, length)
                assert_cut_well("".join(part.text for part in parts), body)


def test_every_feed_and_sitemap_of_the_archive_is_valid_and_whole(archive, client):
    topics = ["", *(f"topics/{slug}/" for slug in Topic.objects.values_list("slug", flat=True))]
    for lang in ("th", "en"):
        for topic in topics:
            for form in FORMS:
                path = f"/{lang}/{topic}feeds/{form}"
                response = client.get(path)
                assert response.status_code == 200, path
                ids = check_feed(path, response.content)
                for summary in re.findall(
                    r"<(?:summary|description)>([^<]*)…<", response.content.decode()
                ):
                    assert not _STARTS_BADLY.match(summary)
                    assert not _ENDS_BADLY.search(summary)
            assert len(ids) <= 30
    named = set()
    for part in check_sitemap(client.get("/sitemap.xml").content):
        root = check_sitemap(client.get(part[0].text.removeprefix("http://testserver")).content)
        named |= {url.findtext(f"{{{SITEMAP}}}loc") for url in root}
    check_sitemap(client.get("/news-sitemap.xml").content)
    for version in archive:
        for lang in ("th", "en"):
            address = f"http://testserver/{lang}/news/{version.code}/"
            assert (address in named) == (lang in version.languages)


def test_every_day_is_read_back_from_its_page_and_leads_to_its_release(archive, client):
    leap = date(2020, 2, 29)
    assert leap in {version.dated for version in archive}
    for version in [version for version in archive if version.dated == leap] + archive[::6]:
        day, lang = version.dated, version.languages[0]
        for style in ("long", "short", "weekday"):
            for shown in (format_date(day, "th", style), format_date(day, "en", style)):
                (found,) = find_dates(shown)
                assert found.first == day, shown
        path = day.strftime(f"/{lang}/archive/%Y/%m/%d/")
        assert version.code in client.get(path).content.decode()
        buddhist = f"/{lang}/archive/{day.year + 543}/{day.month}/{day.day}/"
        response = client.get(buddhist)
        assert (response.status_code, response["Location"]) == (301, path)
