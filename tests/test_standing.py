"""What stands on every page alike is rendered once in each language, and of no page or reader."""

import pytest
from django.template import Context, Template
from django.utils import translation

from news.templatetags import standing


@pytest.fixture
def templates(settings):
    """Templates by name, in the place of the site's; fill it before the first is rendered."""
    found: dict[str, str] = {}
    (engine,) = settings.TEMPLATES
    options = {
        "loaders": [("django.template.loaders.locmem.Loader", found)],
        "libraries": {"standing": "news.templatetags.standing"},
    }
    settings.TEMPLATES = [{"BACKEND": engine["BACKEND"], "OPTIONS": options}]
    standing._rendered.cache_clear()
    yield found
    standing._rendered.cache_clear()


def page(lang: str, **values) -> str:
    with translation.override(lang):
        return Template('{% load standing %}{% standing "part.html" %}').render(Context(values))


def test_each_language_has_its_own(templates):
    templates["part.html"] = (
        '{% load i18n %}{% translate "Search" %} {% url "news:home" %} <b>{% translate "Topics" %}'
    )
    assert page("en") == "Search /en/ <b>Topics"
    assert page("th").endswith(" /th/ <b>หมวดข่าว")
    assert page("en") == "Search /en/ <b>Topics"


def test_nothing_of_the_page_that_it_is_rendered_for_first_gets_into_it(templates):
    templates["part.html"] = "[{{ page.title }}{{ request.path }}{{ frame.theme }}]"
    values = {"page": {"title": "a"}, "request": {"path": "b"}, "frame": {"theme": "c"}}
    assert page("th", **values) == "[]"


def test_it_is_rendered_once(templates, monkeypatch):
    templates["part.html"] = "x"
    rendered = []
    render = standing.render_to_string
    monkeypatch.setattr(
        standing, "render_to_string", lambda name: rendered.append(name) or render(name)
    )
    for lang in ("th", "en", "th", "en"):
        assert page(lang) == "x"
    assert rendered == ["part.html", "part.html"]
