"""Addresses are the same whoever asks, in whatever language the asking page is."""

import pytest
from django.urls import reverse
from django.utils import translation

from news import urls
from news.sharing.addresses import (
    absolute,
    path_in,
    qr_path,
    release_path,
    short_path,
    version_path,
)


@pytest.mark.parametrize("active", ["th", "en"])
def test_paths_are_in_the_language_asked_for_not_in_the_active_one(active):
    with translation.override(active):
        assert release_path("th", "k7m4q2", "skills") == "/th/news/k7m4q2/skills/"
        assert release_path("en", "k7m4q2") == "/en/news/k7m4q2/"
        assert version_path("en", "k7m4q2", 3) == "/en/news/k7m4q2/v/3/"
        assert translation.get_language() == active


GIVEN = {
    "code": "k7m4q2",
    "slug": "digital-skills_2",
    "form": "atom.xml",
    "hash": "0f" * 32,
    "number": 12,
    "photo": 3,
    "year": 2018,
    "month": 5,
    "day": 9,
}


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: str(pattern.pattern))
def test_every_page_has_the_path_that_its_pattern_says(pattern, lang):
    given = {name: GIVEN[name] for name in pattern.pattern.converters}
    with translation.override(lang):
        expected = reverse(f"news:{pattern.name}", kwargs=given)
    for _ in range(2):
        assert path_in(lang, pattern.name, **given) == expected


def test_absolute_addresses_come_from_the_settings_and_never_from_a_request(settings):
    settings.BASE_URL = "https://news.example.go.th"

    assert absolute(short_path("k7m4q2", "en")) == "https://news.example.go.th/s/k7m4q2/en"
    assert qr_path("k7m4q2", "th", "svg") == "/s/k7m4q2.svg"
