"""The checklist at the desk: what stops, what has to be seen, and the cleaning of a text."""

import pytest
from django.urls import reverse

from news import translating
from news.models import GlossaryTerm, Job, PressRelease, Version
from tests.admin.conftest import action_url, answer, change_url, form_values, seen
from tests.factories import PressReleaseFactory, add_photo

DIRTY = "น\u0e4d\u0e49\u0e32ใจ\u200bผู้ใหญ่ เเละ"


def publish(desk, release, **values):
    answers = {"when": "now", "languages": "both", "force": "ด่วน"}
    return answer(desk, action_url(release, "publish"), answers | values)


def test_what_blocks_is_named_and_stops_publication(desk):
    release = PressReleaseFactory()
    add_photo(release, alt_th="", alt_en="")
    page = desk.get(change_url(release)).content.decode()
    assert "Has to be mended before readers see it" in page
    assert "describe photo 1" in page
    response = publish(desk, release)
    assert response.context["form"].has_error("__all__", "blocked")
    assert not Version.objects.exists()
    PressRelease.objects.update(gallery_description_th="ผู้เข้าร่วม", gallery_description_en="People")
    publish(desk, release)
    assert Version.objects.exists()


def test_warnings_have_to_be_seen_and_a_new_one_seen_anew(desk):
    release = PressReleaseFactory(title_th="ประชุม (19 พ.ค. 61)")
    page = desk.get(action_url(release, "publish"))
    assert "Years of two digits" in page.content.decode()
    tick = seen(page)
    assert publish(desk, release).context["form"].has_error("warnings_seen", "required")
    release.body_th = "<p>วันศุกร์ที่ 19 พฤษภาคม 2561</p>"
    release.save()
    assert (
        publish(desk, release, **tick).context["form"].has_error("warnings_seen", "other_warnings")
    )
    publish(desk, release, **seen(desk.get(action_url(release, "publish"))))
    assert Version.objects.exists()


def test_the_checklist_is_told_in_thai_at_a_thai_desk(client, editor):
    client.force_login(editor)
    release = PressReleaseFactory(title_th="ประชุม (19 พ.ค. 61)")
    page = client.get(change_url(release)).content.decode()
    assert "ควรเขียนปีเป็นเลขสี่หลัก" in page


def test_cleaning_shows_every_place_and_changes_the_working_copy_alone(desk):
    release = PressReleaseFactory()
    PressRelease.objects.filter(pk=release.pk).update(body_th=f"<p>{DIRTY}</p>", title_th=DIRTY)
    assert "Clean the text…" in desk.get(change_url(release)).content.decode()
    url = reverse("admin:news_pressrelease_clean", args=(release.pk,))
    page = desk.get(url).content.decode()
    assert '<span class="unseen">ZWSP</span>' in page
    assert "<mark>เเ</mark>" in page
    assert "<mark>แ</mark>" in page
    release.refresh_from_db()
    assert release.title_th == DIRTY
    desk.post(url)
    release.refresh_from_db()
    assert (release.title_th, release.body_th) == ("น้ำใจผู้ใหญ่ และ", "<p>น้ำใจผู้ใหญ่ และ</p>")
    assert "There is nothing to clean" in desk.get(url).content.decode()


def test_cleaning_tells_an_open_form_and_leaves_a_right_translation_right(desk):
    release = PressReleaseFactory(title_th=DIRTY)
    translating.follows(release)
    release.save()
    desk.post(reverse("admin:news_pressrelease_clean", args=(release.pk,)))
    cleaned = PressRelease.objects.get()
    assert cleaned.revision == release.revision + 1
    assert not cleaned.translation_is_stale
    assert translating.words_then(cleaned) == translating.original_words(cleaned)


def test_official_names_stand_beside_the_english_text(desk):
    release = PressReleaseFactory(
        body_th="<p>เลขาธิการ ก.พ. เป็นประธาน</p>", body_en="<p>He chaired.</p>"
    )
    page = desk.get(change_url(release)).content.decode()
    assert "Secretary-General of the OCSC" in page
    assert "not yet" in page


def test_an_editor_keeps_the_glossary_and_its_wrong_spellings_stay_wrong(desk):
    add = reverse("admin:news_glossaryterm_add")
    values = form_values(desk.get(add)) | {
        "kind": "person",
        "name_th": "เมธินี เทพมณี",
        "variants_th": "เมทินี เทพมณี\nเมธินี  เทพมนี",
    }
    desk.post(add, values)
    term = GlossaryTerm.objects.get(name_th="เมธินี เทพมณี")
    assert term.lines("th") == ("เมทินี เทพมณี", "เมธินี  เทพมนี")
    release = PressReleaseFactory(body_th="<p>นางเมธินี เทพมนี เลขาธิการ ก.พ.</p>")
    assert "The glossary has: เมธินี เทพมณี" in desk.get(change_url(release)).content.decode()


def test_saving_asks_the_worker_to_look_at_links(desk, settings):
    settings.CHECK_LINKS = True
    release = PressReleaseFactory()
    values = form_values(desk.get(change_url(release)))
    desk.post(
        change_url(release), values | {"body_th": '<p><a href="https://example.org/x">x</a></p>'}
    )
    assert Job.objects.filter(kind="link-visit", payload__url="https://example.org/x").exists()


@pytest.mark.django_db
def test_cleaning_is_not_for_those_who_may_not_change(client, editor):
    editor.groups.clear()
    client.force_login(editor)
    release = PressReleaseFactory()
    url = reverse("admin:news_pressrelease_clean", args=(release.pk,))
    assert client.get(url).status_code == 403
