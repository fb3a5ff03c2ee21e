"""What search engines fetch."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.utils import timezone

from news import publishing
from news.caching import reader
from news.models import PressRelease, Version
from news.sitemaps import PAGES
from tests.factories import PressReleaseFactory, published
from tests.feed_formats import check_sitemap

pytestmark = pytest.mark.django_db

S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
X = "{http://www.w3.org/1999/xhtml}"
N = "{http://www.google.com/schemas/sitemap-news/0.9}"


def fetch(client, path):
    reader.forget()
    response = client.get(path.removeprefix("http://testserver"))
    assert response.status_code == 200, path
    assert response["Content-Type"].startswith("application/xml")
    check_sitemap(response.content)
    return ET.fromstring(response.content)


def all_urls(client):
    """address -> its entry, through the index as a crawler goes."""
    found = {}
    for part in fetch(client, "/sitemap.xml").iter(f"{S}loc"):
        for url in fetch(client, part.text).iter(f"{S}url"):
            found[url.find(f"{S}loc").text] = url
    return found


def test_the_sitemap_names_each_page_in_each_language_that_exists(client):
    both = published(slug="both")
    thai = published(thai_only=True)
    urls = all_urls(client)
    assert f"http://testserver/th/news/{both.code}/both/" in urls
    assert f"http://testserver/en/news/{both.code}/both/" in urls
    assert f"http://testserver/th/news/{thai.code}/" in urls
    assert f"http://testserver/en/news/{thai.code}/" not in urls
    assert "http://testserver/en/archive/" in urls


def test_alternates_name_both_languages_and_the_default_and_only_where_both_exist(client):
    both, thai = published(slug="both"), published(thai_only=True)
    urls = all_urls(client)
    entry = urls[f"http://testserver/en/news/{both.code}/both/"]
    alternates = {link.get("hreflang"): link.get("href") for link in entry.iter(f"{X}link")}
    assert alternates == {
        "th": f"http://testserver/th/news/{both.code}/both/",
        "en": f"http://testserver/en/news/{both.code}/both/",
        "x-default": f"http://testserver/th/news/{both.code}/both/",
    }
    assert not list(urls[f"http://testserver/th/news/{thai.code}/"].iter(f"{X}link"))


def test_every_address_in_the_sitemap_answers(client):
    published(slug="both")
    published(english_only=True)
    for url in all_urls(client):
        assert client.get(url.removeprefix("http://testserver")).status_code == 200, url


def test_the_date_of_change_is_that_of_the_last_change_readers_are_told_of(client):
    version = published()
    publishing.publish(release=version.release, kind=Version.Kind.MINOR)
    (entry,) = [url for loc, url in all_urls(client).items() if f"/th/news/{version.code}/" in loc]
    assert entry.find(f"{S}lastmod").text == version.visible_from.isoformat(timespec="seconds")


def test_news_are_what_was_written_here_within_two_days(client):
    new = published(title_th="ข่าววันนี้ <&>")
    PressReleaseFactory()
    imported = PressReleaseFactory(origin=PressRelease.Origin.IMPORTED)
    publishing.publish(release=imported)
    publishing.publish(release=PressReleaseFactory(origin=PressRelease.Origin.SAMPLE))

    entries = list(fetch(client, "/news-sitemap.xml").iter(f"{S}url"))

    assert {entry.find(f"{S}loc").text for entry in entries} == {
        f"http://testserver/{lang}/news/{new.code}/" for lang in ("th", "en")
    }
    titles = {entry.find(f".//{N}title").text for entry in entries}
    assert "ข่าววันนี้ <&>" in titles
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1), tick=False):
        assert not list(fetch(client, "/news-sitemap.xml").iter(f"{S}url"))


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        ([{}], "th, en"),
        ([{"english_only": True}, {"thai_only": True}], "th, en"),
        ([{"thai_only": True}], "th"),
        ([{"english_only": True}], "en"),
        ([], None),
    ],
)
def test_news_are_said_to_be_in_the_languages_of_their_titles(client, languages, said):
    for each in languages:
        published(**each)
    reader.forget()
    assert client.get("/news-sitemap.xml").headers.get("Content-Language") == said
    assert "Content-Language" not in client.get("/sitemap.xml").headers


def test_an_empty_archive_has_a_sitemap_of_its_pages(client):
    assert len(all_urls(client)) == 2 * len(PAGES)
    assert client.get("/sitemap-releases-0.xml").status_code == 404
    assert client.get("/sitemap-releases-99999999999999999999.xml").status_code == 404


def test_robots_security_and_opensearch_are_where_programs_look(client):
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    security = client.get("/.well-known/security.txt").content.decode()
    assert security.startswith("Contact: mailto:")
    expires = security.split("Expires: ")[1].split("\n")[0]
    assert timezone.now().isoformat() < expires
    for lang in ("th", "en"):
        root = ET.fromstring(client.get(f"/opensearch.xml?lang={lang}").content)
        urls = root.findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
        assert {url.get("type"): url.get("template") for url in urls} == {
            "text/html": f"http://testserver/{lang}/search/?q={{searchTerms}}",
            "application/x-suggestions+json": (
                f"http://testserver/{lang}/search/suggest/?q={{searchTerms}}"
            ),
        }


@pytest.mark.parametrize(
    ("lang", "said"),
    [("th", "ค้นหาข่าวประชาสัมพันธ์ของสำนักงาน ก.พ."), ("en", "Search the press releases of the Office")],
)
def test_a_browser_can_tell_what_its_bar_would_search(client, lang, said):
    root = ET.fromstring(client.get(f"/opensearch.xml?lang={lang}").content)
    description = root.find("{http://a9.com/-/spec/opensearch/1.1/}Description").text
    assert description.startswith(said)
    assert len(description) <= 1024  # as OpenSearch has it


def test_the_icon_is_where_programs_look_that_read_no_pages(client):
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (301, "/static/img/favicon.ico")
    assert finders.find("img/favicon.ico")
