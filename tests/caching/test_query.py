"""Which part of a query means something, and that pages see no other."""

import re
from pathlib import Path

import pytest

from news.caching.query import (
    API,
    ARCHIVE,
    HOME,
    LIST,
    SEARCH,
    SUGGEST,
    TRACKING,
    is_for_the_view,
    meaning,
)


@pytest.mark.parametrize(
    ("path", "query", "meant"),
    [
        ("/th/", "", ""),
        ("/th/", "fbclid=1&page=2&utm_source=x", "page=2"),
        ("/th/", "after=2018-05-19.1&before=2018-05-19.1", ""),
        ("/th/news/abcdef/", "page=2&q=a", ""),
        ("/en/archive/2018/05/", "before=2018-05-19.1&gclid=1", "before=2018-05-19.1"),
        ("/en/archive/", "fiscal=2018&x=1", "fiscal=2018"),
        ("/en/archive/2018/", "fiscal=2018", ""),
        ("/th/search/", "to=b&q=a&from=", "from=&q=a&to=b"),
        ("/th/search/", "q=a&q=b", "q=a"),
        ("/th/search/", "q=&q=b", "q="),
        ("/th/search/suggest/", "q=a&page=2", "q=a"),
        ("/th/search/", "q=a+b%20c", "q=a+b+c"),
        ("/th/search/", "q=%E0%B8%81", "q=%E0%B8%81"),
        ("/th/search/", "q=\xe0\xb8\x81", "q=%E0%B8%81"),
        ("/th/search/", "q=%FF%00", "q=%EF%BF%BD%00"),
        ("/th/search/", "Q=a&q[]=b&;;;&&&=", ""),
        ("/", "q=node/1&x=2", "q=node%2F1"),
        ("/index.php", "q=node/1&x=2", "q=node%2F1"),
        ("/th", "q=node/1&x=2", "q=node%2F1"),
        ("/th/", "q=%a1\xa2%E0%B8%81", "q=%A1%A2%E0%B8%81"),
        ("/", "q=%a1\xa2", "q=%A1%A2"),
        ("/opensearch.xml", "lang=en&x", "lang=en"),
        ("/robots.txt", "q=a", ""),
        ("/api/v1/releases/", "limit=5&fbclid=1&from=2018-01-01", "from=2018-01-01&limit=5"),
        ("/api/docs", "limit=5", ""),
    ],
)
def test_the_meaning_of_a_query(path, query, meant):
    assert meaning(path, query) == meant
    assert meaning(path, meant) == meant


@pytest.mark.django_db
def test_a_page_is_not_told_what_its_key_does_not_hold(client):
    answer = client.get("/th/search/?q=a&evil=1&fbclid=2")
    assert set(answer.wsgi_request.GET) == {"q"}
    assert b"evil" not in answer.content
    assert b"fbclid" not in answer.content


@pytest.mark.parametrize(
    ("place", "known"),
    [
        ("~^/(th|en)/search/?$", SEARCH),
        ("~^/(th|en)/search/suggest/?$", SUGGEST),
        ("~^/(th|en)/?$", HOME),
        ("~^/(th|en)/archive/?$", ARCHIVE),
        ("~^/(th|en)/(archive|topics|series|corrections)/", LIST),
    ],
)
def test_nginx_knows_the_same_parameters(place, known):
    """A parameter that nginx doesn't know never reaches the page."""
    template = Path(__file__).parents[2] / "deploy/nginx/ocsc.conf.template"
    line = re.search(rf"^ *{re.escape(place)} \"(.+)\";$", template.read_text(), re.MULTILINE)
    assert set(re.findall(r"\$ocsc_([a-z_]+?)(?=\$|$)", line[1])) == known


def test_nginx_knows_the_parameters_of_the_interface_and_those_of_trackers():
    template = (Path(__file__).parents[2] / "deploy/nginx/ocsc.conf.template").read_text()
    line = re.search(
        r"map \$ocsc_api_odd \$ocsc_api_query \{[^}]+?default \"([^\"]+)\";", template, re.DOTALL
    )
    assert set(re.findall(r"\$ocsc_([a-z_]+?)(?=\$|$)", line[1])) == API
    odd = re.search(r"map \$request_uri \$ocsc_api_odd \{(.+?)\n\}", template, re.DOTALL)[1]
    names = "|".join(sorted(API))
    assert f"(?!(?:{names}|{TRACKING.pattern})(?:[=&]|$))" in odd
    assert f"({names})(?:=[^&]*)?&(?:.*&)?\\1(?:[=&]|$)" in odd


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", False),
        ("limit=5&utm_source=x&fbclid=1", False),
        ("limit=5&updated_sinse=2018-01-01", True),
        ("Limit=5", True),
        ("%6Cimit=5", False),
        ("topic=a&topic=b", True),
        ("fbclid=1&fbclid=2", False),
        ("=5", False),
        ("&&limit=5&", False),
    ],
)
def test_what_the_interface_must_refuse_by_name_reaches_it(query, shown):
    assert is_for_the_view("/api/v1/releases/", query) is shown
    assert is_for_the_view("/th/search/", query) is False
