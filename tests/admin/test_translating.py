"""A translation that has fallen behind is known at the desk, and readers are told of it."""

import pytest

from news import publishing, translating
from news.models import PressRelease, Version
from news.publishing import PublishingRefused
from tests.admin.conftest import action_url, answer, change_url, form_values
from tests.factories import NOTES, PressReleaseFactory, published

pytestmark = pytest.mark.django_db


def save(desk, release: PressRelease, **changed) -> PressRelease:
    values = form_values(desk.get(change_url(release))) | changed
    assert desk.post(change_url(release), values).status_code == 302
    return PressRelease.objects.get(pk=release.pk)


def test_thai_that_changes_after_the_english_was_written_is_marked_on_the_form(desk):
    release = save(desk, PressReleaseFactory())
    assert not release.translation_is_stale
    release = save(desk, release, title_th="พาดหัวที่แก้แล้ว")
    assert release.translation_is_stale
    page = desk.get(change_url(release)).content.decode()
    assert "The Thai text has changed since the English was written" in page
    assert "</ins>" in page.partition("stale-title")[2]


@pytest.mark.parametrize(
    "answer", [{"title_en": "A headline that follows"}, {"translation_holds": "on"}]
)
def test_it_follows_when_it_is_written_or_said_to_be_right(desk, answer):
    release = save(desk, PressReleaseFactory())
    release = save(desk, release, body_th="<p>เนื้อหาที่แก้แล้ว</p>")
    assert save(desk, release, **answer).translation_is_stale is False


def test_thai_that_is_changed_back_is_not_ahead(desk):
    release = save(desk, PressReleaseFactory())
    was = release.title_th
    assert save(desk, release, title_th="อื่น").translation_is_stale
    assert not save(desk, release, title_th=was).translation_is_stale


def test_where_english_is_the_original_thai_is_what_falls_behind(desk):
    release = save(desk, PressReleaseFactory(original_language="en"))
    assert not save(desk, release, title_th="แก้ฉบับแปล").translation_is_stale
    assert save(desk, release, title_en="Another headline").translation_is_stale


@pytest.fixture
def thai_ahead(desk):
    """Thai corrected ahead of English, by an explicit choice at publication."""
    release = save(desk, published(body_en="<p>The English body.</p>").release)
    release = save(desk, release, title_th="พาดหัวที่แก้แล้ว", body_en="<p>Half written</p>")
    release = save(desk, release, title_th="พาดหัวที่แก้อีกครั้ง")
    answers = {"when": "now", "kind": "correction", "note_th": "แก้ชื่อ", "note_en": "A name."}
    answers |= {"force": "ด่วน"}
    undecided = answer(desk, action_url(release, "publish"), answers)
    assert "languages" in undecided.context["form"].errors
    done = answer(desk, action_url(release, "publish"), answers | {"languages": "th_ahead"})
    assert done.status_code == 302, done.context["form"].errors
    return release.versions.get(number=2)


def test_the_english_page_keeps_its_text_and_says_so_until_it_follows(thai_ahead, desk, client):
    code = thai_ahead.code
    english = client.get(f"/en/news/{code}/").content.decode()
    assert "The English body." in english
    assert "Half written" not in english
    assert "This English text has not followed yet." in english
    thai = client.get(f"/th/news/{code}/").content.decode()
    assert "พาดหัวที่แก้อีกครั้ง" in thai
    assert "not followed" not in thai
    found = client.get(f"/api/v1/releases/{code}/").json()
    assert found["language_behind"] == "en"
    publishing.publish(
        release=thai_ahead.release, kind=Version.Kind.TRANSLATION, notes=NOTES, languages=None
    )
    english = client.get(f"/en/news/{code}/").content.decode()
    assert "Half written" in english
    assert "not followed" not in english
    assert not PressRelease.objects.get(code=code).translation_is_stale


def test_a_version_that_is_behind_is_sealed_and_one_that_is_not_is_sealed_as_ever(thai_ahead):
    assert thai_ahead.behind == "en"
    assert thai_ahead.checksum == thai_ahead.compute_checksum()
    assert thai_ahead.content()["behind"] == "en"
    first = thai_ahead.release.versions.get(number=1)
    assert "behind" not in first.content()
    again = Version.from_content(first.content(), release=first.release)
    assert again.behind == ""


def test_half_an_english_text_holds_no_thai_correction_up():
    release = published().release
    release.title_th, release.body_en = "แก้แล้ว", ""
    release.save()
    arguments = {"release": release, "kind": Version.Kind.CORRECTION, "notes": NOTES}
    with pytest.raises(PublishingRefused):
        publishing.publish(**arguments)
    version = publishing.publish(**arguments, languages=("th",), other_follows=True)
    assert (version.behind, version.languages) == ("en", ("th", "en"))


def test_nothing_is_kept_of_a_language_that_readers_never_had():
    release = published(thai_only=True).release
    version = publishing.publish(
        release=release, kind=Version.Kind.MINOR, languages=("th",), other_follows=True
    )
    assert version.behind == ""


def test_what_the_translation_was_made_from_is_words_alone():
    release = PressReleaseFactory(body_th="<p>หนึ่ง</p>")
    translating.follows(release)
    release.body_th = "<p><strong>หนึ่ง</strong></p>"
    translating.note_saved(release, {"body_th"}, holds=False)
    assert not release.translation_is_stale
