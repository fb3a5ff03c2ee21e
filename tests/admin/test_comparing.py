"""What changed is seen in one view, and an old version is taken back from it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from news import media, publishing
from news.admin.comparing import differences
from news.freezing import freeze
from news.models import PressRelease, Version
from tests.admin.conftest import action_url
from tests.factories import NOTES, PressReleaseFactory, add_photo, published

pytestmark = pytest.mark.django_db


def changes_url(release: PressRelease, number: int | None = None) -> str:
    query = f"?version={number}" if number else ""
    return f"/admin/news/pressrelease/{release.pk}/changes/{query}"


def take_back_url(release: PressRelease, number: int) -> str:
    return f"/admin/news/pressrelease/{release.pk}/versions/{number}/take-back/"


def sent_from(page) -> dict[str, str]:
    """What the button of a screen sends: the digest of what the screen showed."""
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())
    return {"seen": seen}


@pytest.fixture
def changed():
    """A live release whose working copy differs in both languages, gallery and attachments."""
    release = PressReleaseFactory(event_date="2018-05-18")
    one, two, three = (add_photo(release, colour=c) for c in ("navy", "maroon", "teal"))
    publishing.publish(release=release)
    release.title_th = release.title_th.replace("ดิจิทัล", "ภาษา")
    release.body_en = "<p>The <strong>Secretary-General</strong> chaired the meeting.</p>"
    release.event_date = "2018-05-19"
    release.save()
    one.delete()
    three.position, three.caption_en = 0, "Second row"
    three.save()
    two.position = 5
    two.save()
    add_photo(release, colour="olive")
    annex = SimpleUploadedFile("annex.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    media.add_attachment(release=release, file=annex)
    return PressRelease.objects.get(pk=release.pk)


def test_texts_facts_gallery_and_attachments_are_compared(changed):
    found = differences(changed.versions.get(), freeze(release=changed))
    (headline,) = found.texts["th"]
    assert {piece.text for piece in headline.pieces if piece.change != "same"} >= {"ภาษา"}
    (body,) = found.texts["en"]
    assert not body.pieces
    assert "emphasis" in body.note or body.note
    assert any("2561" in p.text or "2018" in p.text for row in found.facts for p in row.pieces)
    assert sorted(file.change for file in found.photos) == ["added", "removed", "same", "same"]
    assert [file.change for file in found.files] == ["added"]
    assert any(row.pieces for file in found.photos for row in file.rows)


def test_nothing_differs_from_what_was_just_published(desk):
    release = published().release
    assert "Nothing differs." in desk.get(changes_url(release)).content.decode()


def test_the_view_shows_both_languages_in_one(desk, changed):
    page = desk.get(changes_url(changed)).content.decode()
    assert "<del>" in page
    assert "<ins>" in page
    assert "Thai text" in page
    assert "English text" in page
    assert "annex.pdf" in page


def test_what_is_about_to_change_stands_above_the_question_and_the_approval(desk, changed):
    for name in ("publish", "submit"):
        page = desk.get(action_url(changed, name)).content.decode()
        assert page.index("What changes for readers") < page.index("ภาษา</ins>")


def test_a_version_is_taken_back_after_showing_what_goes(desk, changed):
    page = desk.get(take_back_url(changed, 1))
    assert "<del>" in page.content.decode()
    assert Version.objects.count() == 1
    answer = desk.post(take_back_url(changed, 1), sent_from(page), follow=True).content.decode()
    assert "Version 1 is at the desk" in answer
    changed.refresh_from_db()
    assert "ดิจิทัล" in changed.title_th
    assert "Nothing differs." in desk.get(changes_url(changed)).content.decode()


def test_a_text_that_is_not_finished_is_shown_before_it_goes(desk, changed):
    changed.title_en, changed.body_en = "", "<p>Only begun anew</p>"
    changed.save()
    page = desk.get(take_back_url(changed, 1))
    rows = page.context["differences"].texts["en"]
    goes = [piece.text for row in rows for piece in row.pieces if piece.change == "removed"]
    assert "begun" in "".join(goes)
    answer = desk.post(take_back_url(changed, 1), sent_from(page), follow=True)
    assert "Version 1 is at the desk" in answer.content.decode()


def test_what_a_colleague_saved_meanwhile_is_shown_before_it_goes(desk, changed):
    page = desk.get(take_back_url(changed, 1))
    changed.summary_th = "ย่อหน้าที่เพื่อนร่วมงานเพิ่งแก้"
    changed.save()
    refused = desk.post(take_back_url(changed, 1), sent_from(page))
    assert "changed while you were reading" in refused.content.decode()
    goes = [
        piece.text
        for row in refused.context["differences"].texts["th"]
        for piece in row.pieces
        if piece.change == "removed"
    ]
    assert "เพื่อนร่วมงาน" in "".join(goes)
    changed.refresh_from_db()
    assert changed.summary_th == "ย่อหน้าที่เพื่อนร่วมงานเพิ่งแก้"
    answer = desk.post(take_back_url(changed, 1), sent_from(refused), follow=True)
    assert "Version 1 is at the desk" in answer.content.decode()


def test_a_screen_that_does_not_say_what_it_showed_takes_nothing_back(desk, changed):
    for nonsense in ({}, {"seen": "x"}, {"seen": "\x00"}):
        refused = desk.post(take_back_url(changed, 1), nonsense)
        assert "changed while you were reading" in refused.content.decode()
    changed.refresh_from_db()
    assert "ดิจิทัล" not in changed.title_th


def test_any_version_can_be_compared(desk, changed):
    publishing.publish(release=changed, kind=Version.Kind.CORRECTION, notes=NOTES)
    assert "Nothing differs." in desk.get(changes_url(changed)).content.decode()
    assert "<ins>" in desk.get(changes_url(changed, 1)).content.decode()
    for nonsense in ("99", "x", "%00"):
        assert desk.get(f"{changes_url(changed)}?version={nonsense}").status_code == 200


def test_words_of_a_text_are_shown_as_words(desk):
    release = published(title_en="Plain").release
    release.title_en = "<script>alert(1)</script>"
    release.save()
    assert "<script>alert" not in desk.get(changes_url(release)).content.decode()


def test_who_may_not_write_takes_nothing_back(changed, django_user_model, client):
    user = django_user_model.objects.create_user("reader", is_staff=True)
    client.force_login(user)
    assert client.get(take_back_url(changed, 1)).status_code in {403, 404}
    assert client.post(take_back_url(changed, 1)).status_code in {403, 404}
