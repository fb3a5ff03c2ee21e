"""What holds for every public page: no cookie, nobody else's server, no inline code, one
heading.
"""

import json
import re

import pytest

from news import publishing
from news.models import Version
from tests.factories import NOTES, add_photo, published
from tests.views.pages import page, parse

pytestmark = pytest.mark.django_db

PATHS = (
    "/{lang}/",
    "/{lang}/news/{code}/",
    "/{lang}/news/{only}/",
    "/{lang}/news/{code}/v/1/",
    "/{lang}/news/{code}/photo/1/",
    "/{lang}/news/{gone}/",
    "/{lang}/topics/",
    "/{lang}/topics/digital-government/",
    "/{lang}/archive/",
    "/{lang}/archive/2018/",
    "/{lang}/archive/2018/05/",
    "/{lang}/archive/2018/05/19/",
    "/{lang}/search/",
    "/{lang}/search/?q=digital",
    "/{lang}/search/?q=nothing-like-this",
    "/{lang}/nothing/here/",
    "/{lang}/search/?page=abc",
)


@pytest.fixture(scope="module")
def _made(keeping):
    with keeping(_addresses) as made:
        yield made


@pytest.fixture
def paths(_made, db, settings):
    """Each kind of public page in each language, error pages included."""
    addresses, settings.MEDIA_ROOT = _made
    return addresses


def _addresses():
    release = published(dated="2018-05-19").release
    add_photo(release)
    publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=NOTES)
    only = published(thai_only=True, dated="2018-05-19")
    gone = published()
    publishing.remove(release=gone.release, reason=Version.Reason.LEGAL)
    return [
        path.format(lang=lang, code=release.code, only=only.code, gone=gone.code)
        for lang in ("th", "en")
        for path in PATHS
    ]


def test_no_page_sets_a_cookie_or_varies_by_one(client, paths):
    for path in [*paths, "/", "/healthz", "/readyz"]:
        response = client.get(path)
        assert not response.cookies, path
        assert "cookie" not in response.get("Vary", "").lower(), path


def test_no_page_asks_another_host_for_anything(client, paths):
    for path in paths:
        found = parse(client.get(path).content.decode())
        assert found.fetched, path
        assert found.fetched_elsewhere == [], path


def test_no_page_has_inline_code_so_that_the_policy_can_forbid_it(client, paths):
    for path in paths:
        response = client.get(path)
        found = parse(response.content.decode())
        assert found.inline_code == [], path
        for tag, attributes in found.tags:
            assert "style" not in attributes, (path, tag)
            assert not [name for name in attributes if name.startswith("on")], (path, tag)
        policy = response["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy


def test_every_page_has_one_main_heading_a_title_and_its_language(client, paths):
    for path in paths:
        found = parse(client.get(path).content.decode())
        assert found.lang == path[1:3], path
        assert len(found.headings) == 1, path
        assert found.headings[0][1].strip(), path
        assert len(found.all("title")) == 1, path
        assert len(found.all("main")) == 1, path


def test_every_page_has_the_search_box_the_languages_and_the_footer(client, paths):
    for path in paths:
        found = parse(client.get(path).content.decode())
        lang, other = (path[1:3], "en" if path[1:3] == "th" else "th")
        forms = [form["action"] for form in found.all("form")]
        assert f"/{lang}/search/" in forms, path
        assert [a for a in found.all("a") if a.get("hreflang") == other], path
        assert len(found.all("footer")) == 1, path


def test_every_link_within_the_site_leads_somewhere(client, paths):
    seen = set()
    for path in paths:
        for link in parse(client.get(path).content.decode()).links:
            if not link.startswith("/") or link in seen:
                continue
            seen.add(link)
            response = client.get(link, follow=True)
            # Read, not closed: closing a file's answer by hand would close the database too.
            assert b"".join(response), link
            assert response.status_code == 200, f"{path} links to {link}: {response.status_code}"
    assert len(seen) > 20


def test_shared_caches_may_keep_pages_for_seconds_only(client, paths):
    for path in paths:
        if "page=abc" in path:
            continue
        control = client.get(path)["Cache-Control"]
        seconds = int(re.search(r"s-maxage=([0-9]+)", control)[1])
        assert 0 <= seconds <= 5, (path, control)
        assert "max-age=0" in control


def test_structured_data_is_json(client, paths):
    release_page = client.get(paths[1], follow=True).content.decode()
    block = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', release_page, re.DOTALL
    )
    data = json.loads(block[1])

    assert data["@type"] == "NewsArticle"
    assert data["inLanguage"] == "th"
    assert data["url"] == data["mainEntityOfPage"]
    assert data["datePublished"] == "2018-05-19"


def test_lists_point_search_engines_to_both_languages(client, paths):
    for path in ("/{}/", "/{}/archive/2018/", "/{}/topics/digital-government/"):
        found = page(client, path.format("en"))
        assert found.canonical == f"http://testserver{path.format('en')}"
        assert found.alternates == {
            "th": f"http://testserver{path.format('th')}",
            "en": f"http://testserver{path.format('en')}",
            "x-default": f"http://testserver{path.format('th')}",
        }


def test_search_pages_and_errors_stay_out_of_the_index(client, paths):
    for path in ("/th/search/", "/en/search/?q=digital"):
        assert page(client, path).meta("robots") == "noindex"
    assert page(client, "/th/nothing/", 404).meta("robots") == "noindex"
