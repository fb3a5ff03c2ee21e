"""The whole public site crawled as a program without JavaScript does, from `/` and the sitemap:
no broken link, no broken fragment, no page or passage in the wrong language.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from news import publishing
from news.models import Version
from tests.factories import (
    NOTES,
    PressReleaseFactory,
    TopicFactory,
    add_photo,
    part_of_series,
    published,
)

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
_THAI = re.compile("[ก-๙]")
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_WORDS_OF_THE_FRAME = ("Skip to content", "Archive by date", "Open data", "Topics", "Search")
_ENGLISH_ONLY = {"/api/docs"}
MOST_PAGES = 600


@dataclass
class Page(HTMLParser):
    """What a crawler sees of a page: links, places in it, and the words that each language has."""

    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    lang: str = ""
    words: dict[str, str] = field(default_factory=dict)
    _open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        inherited = self._open[-1][1] if self._open else ""
        lang = given.get("lang", inherited)
        if tag == "html":
            self.lang = lang
        if "id" in given:
            assert given["id"] not in self.ids, f"id {given['id']} stands twice"
            self.ids.add(given["id"])
        self._note(lang, " ".join(given.get(name, "") for name in ("alt", "title", "aria-label")))
        self.links += self._links_of(tag, given)
        if tag not in _VOID:
            self._open.append((tag, lang))

    @staticmethod
    def _links_of(tag: str, given: dict[str, str]) -> Iterator[str]:
        if tag == "form" and given.get("method", "get").lower() == "get":
            yield given.get("action", "")
        for name in ("href", "src"):
            if tag != "form" and given.get(name):
                yield given[name]
        for name in ("srcset", "data-srcset"):
            yield from (part.split()[0] for part in given.get(name, "").split(",") if part.strip())

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._open and self._open[-1][0] not in {"script", "style", "title"}:
            self._note(self._open[-1][1], data)

    def _note(self, lang: str, text: str) -> None:
        if text.strip():
            self.words[lang] = f"{self.words.get(lang, '')} {text}"


@dataclass
class Crawler:
    """Follows every link of this site once; `problems` are sentences."""

    client: Client
    waiting: list[tuple[str, str]] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    fragments: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def crawl(self, *starts: str) -> None:
        self.waiting += [(start, "") for start in starts]
        while self.waiting:
            path, source = self.waiting.pop()
            if path not in self.seen:
                self._visit(path, source)
            assert len(self.seen) < MOST_PAGES * 5, "the site has no end"
        for path, fragment, source in self.fragments:
            page = self.pages.get(path)
            if page and fragment not in page.ids:
                self.problems.append(f"{source} leads to {path}#{fragment}, which is not there")

    def _visit(self, path: str, source: str) -> None:
        if path.startswith("/static/"):
            name = unquote(path.removeprefix("/static/"))
            self.seen[path] = 200 if finders.find(name) else 404
        else:
            self.seen[path] = self._fetch(path)
        if self.seen[path] >= 400:
            self.problems.append(f"{source} leads to {path}: {self.seen[path]}")

    def _fetch(self, path: str) -> int:
        response = self.client.get(path)
        content = b"".join(response)
        if response.status_code in {301, 302}:
            self._link(path, response["Location"])
        elif response.status_code == 200:
            kind = response["Content-Type"].partition(";")[0]
            if kind == "text/html":
                self._read(path, content.decode())
            elif kind.endswith("xml") and kind != "image/svg+xml":
                for address in re.findall(rf"(?:>|\")({SITE}[^\"<]*)", content.decode()):
                    self._link(path, address)
        return response.status_code

    def _read(self, path: str, html: str) -> None:
        page = Page()
        page.feed(html)
        self.pages[path] = page
        for link in page.links:
            self._link(path, link)
        expected = "en" if path.startswith("/en/") or path in _ENGLISH_ONLY else "th"
        if re.match(r"/s/[^/]+/en(/|$)", path):
            expected = "en"
        if page.lang != expected:
            self.problems.append(f"{path} says that it is {page.lang!r}")
        if found := _THAI.search(page.words.get("en", "")):
            start = max(0, found.start() - 40)
            passage = page.words["en"][start : found.end() + 40].strip()
            self.problems.append(f"{path} has Thai said to be English: {passage!r}")
        for word in _WORDS_OF_THE_FRAME:
            if re.search(rf"\b{word}\b", page.words.get("th", "")):
                self.problems.append(f"{path} has English said to be Thai: {word}")

    def _link(self, source: str, link: str) -> None:
        address, fragment = urldefrag(urljoin(f"{SITE}{source}", link.replace("&amp;", "&")))
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != SITE:
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if fragment:
            self.fragments.append((path, fragment, source))
        # Searches narrow without end; one step is enough to see that they answer.
        if parts.path.endswith("/search/") and "/search/" in source:
            return
        self.waiting.append((path, source))


@pytest.fixture
def everything():
    """A release in every state that leaves a page, with everything a page can have."""
    topic = TopicFactory()
    full = PressReleaseFactory(
        topic=topic,
        slug="full",
        dated=date(2018, 5, 19),
        event_date=date(2018, 5, 19),
        event_other=date(2017, 5, 19),
        event_precision="doubt",
        event_source="19 พ.ค. 61",
        contact_th="กลุ่มประชาสัมพันธ์",
        contact_en="Public relations",
        contact_phone="0 2547 1000",
        contact_email="press@example.org",
        translation_status="archive",
        body_th="<h2>หัวข้อ</h2><table><tr><td>ก</td></tr></table>",
        title_th="ประชุมสำนักงาน ก.พ. (19 / พ.ค. 61)",
    )
    for number in range(3):
        add_photo(full, colour=("navy", "olive", "maroon")[number], size=(1400, 900), credit="ก.พ.")
    publishing.publish(release=full)
    publishing.publish(release=full, kind=Version.Kind.CORRECTION, notes=NOTES)
    part = published(topic=topic, dated=date(2018, 5, 20), thai_only=True)
    part_of_series(full, part.release)
    published(topic=topic, dated=date(2017, 10, 1), english_only=True)
    published(topic=None, dated=date(2016, 2, 1), dated_precision="month")
    published(dated=date(2019, 1, 1), dated_precision="doubt", dated_other=date(2018, 1, 1))
    withdrawn, gone, merged = (published().release for _ in range(3))
    publishing.withdraw(release=withdrawn, reason=Version.Reason.ERROR, notes=NOTES)
    publishing.remove(release=gone, reason=Version.Reason.LEGAL, notes=NOTES)
    publishing.merge(release=merged, into=full, notes=NOTES)
    publishing.publish_many(releases=PressReleaseFactory.build_batch(25, topic=topic))
    return full


def test_no_link_no_fragment_and_no_language_is_wrong_anywhere(everything, client):
    crawler = Crawler(client)
    code = everything.code

    crawler.crawl("/", "/sitemap.xml", "/news-sitemap.xml", "/robots.txt", f"/s/{code}/en/info")

    # A removed release is answered 410, and the log says so.
    problems = [problem for problem in crawler.problems if not problem.endswith(": 410")]
    assert not problems, "\n".join(sorted(problems))
    for path in (
        f"/th/news/{code}/full/",
        f"/en/news/{code}/v/1/",
        f"/th/news/{code}/photo/2/",
        f"/en/report/{code}/2/",
        f"/s/{code}/info",
        "/th/archive/2018/05/19/",
        "/en/archive/?fiscal=2018",
        "/en/series/skills/",
        "/th/corrections/",
        "/th/data/",
        "/en/privacy/",
    ):
        assert path in crawler.pages, f"nothing leads to {path}"
    assert crawler.seen[f"/en/news/{code}/photos.zip"] == 200
    assert not client.cookies
