"""What search engines are told of a release, and that it is true."""

import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from news import publishing
from news.models import Version
from news.sharing.cards import card_of
from tests.factories import NOTES, PressReleaseFactory, add_photo, published
from tests.views.pages import page

pytestmark = pytest.mark.django_db


def told(client, version: Version, lang: str = "th") -> dict:
    html = client.get(f"/{lang}/news/{version.code}/").content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block[1])


def test_moments_are_in_thai_time(client):
    version = published()
    data = told(client, version)
    found = page(client, f"/th/news/{version.code}/")
    assert data["datePublished"].endswith("+07:00")
    assert datetime.fromisoformat(data["datePublished"]) == version.first_published.replace(
        microsecond=0
    )
    assert data["dateModified"].endswith("+07:00")
    assert found.meta("article:published_time") == data["datePublished"]
    assert found.meta("article:modified_time").endswith("+07:00")


def test_a_release_dated_ahead_came_out_when_it_was_published(client):
    version = published(dated=timezone.localdate() + timedelta(days=3))
    data = told(client, version)
    assert data["datePublished"] <= data["dateModified"]


def test_an_imported_release_is_dated_by_its_day_and_by_no_invented_moment(client):
    assert told(client, published(dated=date(2018, 5, 19)))["datePublished"] == "2018-05-19"
    month = published(dated=date(2018, 5, 1), dated_precision="month")
    assert told(client, month)["datePublished"] == "2018-05"


def test_the_original_names_its_translation_and_the_translation_its_original(client):
    version = published(original_language="th")
    thai, english = told(client, version, "th"), told(client, version, "en")
    assert thai["inLanguage"] == "th"
    assert english["inLanguage"] == "en"
    assert thai["workTranslation"]["url"] == english["url"]
    assert thai["workTranslation"]["inLanguage"] == "en"
    assert english["translationOfWork"]["url"] == thai["url"]
    assert "translationOfWork" not in thai
    assert "workTranslation" not in english


@pytest.mark.parametrize(("lang", "only"), [("th", "thai_only"), ("en", "english_only")])
def test_a_language_that_is_not_there_is_claimed_nowhere(client, lang, only):
    version = published(**{only: True})
    data = told(client, version, lang)
    assert "workTranslation" not in data
    assert "translationOfWork" not in data
    found = page(client, f"/{lang}/news/{version.code}/")
    assert found.alternates == {}
    assert found.meta("og:locale:alternate") is None
    assert found.meta("og:locale") == {"th": "th_TH", "en": "en_US"}[lang]
    other = "en" if lang == "th" else "th"
    lacking = page(client, f"/{other}/news/{version.code}/")
    assert lacking.meta("og:locale") is None
    assert lacking.canonical == found.canonical


def test_a_correction_is_told_and_an_unimportant_change_neither_told_nor_in_its_way(client):
    version = published()
    assert "correction" not in told(client, version)
    publishing.publish(release=version.release, kind=Version.Kind.MINOR)
    assert "correction" not in told(client, version)
    corrected = publishing.publish(
        release=version.release, kind=Version.Kind.CORRECTION, notes=NOTES
    )
    for lang, note in (("th", NOTES.th), ("en", NOTES.en)):
        data = told(client, version, lang)
        assert data["correction"]["text"] == note
        assert data["correction"]["inLanguage"] == lang
        assert data["correction"]["datePublished"] == data["dateModified"]
    publishing.publish(release=version.release, kind=Version.Kind.MINOR)
    assert told(client, version)["correction"] == told(client, version, "th")["correction"]
    assert told(client, version)["correction"]["text"] == NOTES.th
    assert datetime.fromisoformat(told(client, version)["dateModified"]) == (
        corrected.last_changed.replace(microsecond=0)
    )


def test_the_photo_comes_before_the_card(client):
    release = PressReleaseFactory()
    add_photo(release, size=(1600, 1000))
    version = publishing.publish(release=release)
    photo, card = told(client, version)["image"]
    assert photo.startswith("http://testserver/media/")
    assert card == f"http://testserver{card_of(version, 'th').path}"
    bare = published()
    assert told(client, bare)["image"] == [f"http://testserver{card_of(bare, 'th').path}"]
