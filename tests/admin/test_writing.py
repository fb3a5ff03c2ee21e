"""Writing and saving a working copy: what is kept, what is refused, what is mended."""

import pytest
from django.test import Client
from django.utils import translation

from news import publishing, reviewing
from news.models import DeskPreference, Precision, PressRelease, SourceDocument, Version
from tests.admin.conftest import ADD_URL, change_url, era_date, form_values, signed_in
from tests.factories import NOTES, PressReleaseFactory, add_photo, person, published


def saved(client: Client, release: PressRelease, **changed: str) -> PressRelease:
    """`release` after its form was sent back with `changed`, which must have been accepted."""
    page = client.get(change_url(release))
    response = client.post(change_url(release), form_values(page) | changed)
    assert response.status_code == 302, response.context["errors"]
    return PressRelease.objects.get(pk=release.pk)


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    with translation.override("en"):  # the lists are lazy: the request's own language is over
        errors = response.context["adminform"].form.errors
        return {name: [str(error) for error in found] for name, found in errors.items()}


def test_a_thai_draft_is_saved_with_its_author_and_a_code(desk, editor, new_release):
    response = desk.post(ADD_URL, new_release())
    release = PressRelease.objects.get()
    assert release.title_en == ""
    assert response.url == change_url(release)
    assert release.created_by == editor
    assert len(release.code) == 6
    assert not Version.objects.exists()


def test_saving_says_that_readers_see_nothing_of_it(desk, new_release):
    page = desk.post(ADD_URL, new_release(), follow=True).content.decode()
    assert "The draft is saved." in page


def test_a_release_without_any_headline_is_a_form_error(desk, new_release):
    response = desk.post(ADD_URL, new_release(title_th="", title_en=""))
    assert "needs a headline" in str(errors(response))
    assert not PressRelease.objects.exists()


def test_a_headline_of_ten_thousand_characters_is_a_form_error_and_stays_in_the_form(
    desk, new_release
):
    long = "ก" * 10_000
    response = desk.post(ADD_URL, new_release(title_th=long))
    assert "at most 1000 characters" in str(errors(response)["title_th"])
    assert long in response.content.decode()


def test_nul_bytes_are_a_form_error(desk, new_release):
    response = desk.post(ADD_URL, new_release(summary_th="ก\x00ข"))
    assert "summary_th" in errors(response)


@pytest.mark.parametrize("language", ["th", "en"])
def test_saving_unchanged_in_either_language_changes_no_text(editor, language):
    release = PressReleaseFactory(thai_only=True)
    DeskPreference.objects.create(user=editor, language=language)
    client = Client()
    client.force_login(editor)
    before = PressRelease.objects.filter(pk=release.pk).values().get()
    saved(client, release)
    after = PressRelease.objects.filter(pk=release.pk).values().get()
    ours = [name for name in before if name.endswith(("_th", "_en"))]
    assert {name: before[name] or "" for name in ours} == {name: after[name] or "" for name in ours}


def test_an_english_text_written_in_english_leaves_the_thai_columns_alone(desk):
    release = PressReleaseFactory(thai_only=True)
    thai = (release.title_th, release.summary_th, release.body_th)
    release = saved(desk, release, title_en="A headline", body_en="<p>Text.</p>")
    assert (release.title_th, release.summary_th, release.body_th) == thai
    assert release.title_en == "A headline"


def test_saving_a_published_release_changes_nothing_that_readers_see(desk):
    version = published()
    saved(desk, version.release, title_th="พาดหัวใหม่")
    assert Version.objects.get().title_th == version.title_th
    page = desk.get("/admin/news/pressrelease/").content.decode()
    assert "unpublished changes" in page


def test_a_saved_but_unchanged_release_has_no_unpublished_changes(desk):
    release = published().release
    add_photo(release)
    publishing.publish(release=release, kind="minor", notes=NOTES)
    saved(desk, release)
    assert "unpublished changes" not in desk.get(change_url(release)).content.decode()


def test_word_paste_is_kept_clean_with_its_thai_intact(desk, new_release):
    pasted = (
        '<p class="MsoNormal" style="mso-x:1"><b>น้ำใจผู้ใหญ่ที่ญี่ปุ่น</b><o:p></o:p></p>'
        '<p class="MsoListParagraph">·&nbsp;&nbsp;&nbsp; ข้อหนึ่ง</p>'
        '<p class="MsoListParagraph">·&nbsp;&nbsp;&nbsp; ข้อสอง</p>'
        "<script>alert(1)</script><p>&nbsp;</p>"
    )
    desk.post(ADD_URL, new_release(body_th=pasted))
    body = PressRelease.objects.get().body_th
    assert body == ("<p>น้ำใจผู้ใหญ่ที่ญี่ปุ่น</p><ul><li><p>ข้อหนึ่ง</p></li><li><p>ข้อสอง</p></li></ul>")


def test_the_editor_is_told_what_was_mended(desk, new_release):
    page = desk.post(ADD_URL, new_release(title_th="นํ้าใจ\u200bไทย"), follow=True)
    assert PressRelease.objects.get().title_th == "น้ำใจไทย"
    told = page.content.decode()
    assert "invisible characters (1)" in told
    assert "split sara am (1)" in told


def test_a_headline_stays_on_one_line(desk, new_release):
    desk.post(ADD_URL, new_release(title_th="บรรทัดหนึ่ง\r\nบรรทัดสอง"))
    assert PressRelease.objects.get().title_th == "บรรทัดหนึ่ง บรรทัดสอง"


def test_a_doubtful_date_keeps_both_readings_and_the_printed_words(desk, new_release):
    values = new_release(
        **era_date("event_date", 19, 5, be=2561),
        **era_date("event_other", 19, 5, be=2560, ce=2017),
        event_precision=Precision.DOUBT,
        event_source="19 พ.ค. 61 / 19 พฤษภาคม 2560",
    )
    desk.post(ADD_URL, values)
    release = PressRelease.objects.get()
    assert release.event_date.isoformat() == "2018-05-19"
    assert release.event_other.isoformat() == "2017-05-19"
    assert release.event_source == "19 พ.ค. 61 / 19 พฤษภาคม 2560"


def test_two_readings_without_a_doubt_are_a_form_error(desk, new_release):
    values = new_release(
        **era_date("event_date", 19, 5, be=2561), **era_date("event_other", 19, 5, be=2560)
    )
    assert "event_precision" in errors(desk.post(ADD_URL, values))


def test_years_of_the_two_eras_that_disagree_are_a_form_error(desk, new_release):
    response = desk.post(ADD_URL, new_release(**era_date("event_date", 19, 5, be=2561, ce=2017)))
    assert "พ.ศ. 2561 is ค.ศ. 2018" in str(errors(response)["event_date"])


def test_the_form_speaks_thai(editor):
    client = Client()
    client.force_login(editor)
    page = client.get(ADD_URL).content.decode()
    for words in ("บันทึกร่าง", "ดูตัวอย่าง", "เผยแพร่…", "พาดหัวข่าว (ไทย)", "โต๊ะข่าว สำนักงาน ก.พ."):
        assert words in page


def test_a_draft_can_be_discarded_with_its_photos_and_its_code_is_never_given_again(desk):
    release = PressReleaseFactory()
    add_photo(release)
    url = f"/admin/news/pressrelease/{release.pk}/delete/"
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"post": "yes"}).status_code == 302
    assert not PressRelease.objects.exists()
    link = release.short_links.model.objects.get(key=release.code)
    assert link.release is None


def test_a_draft_that_something_was_imported_into_is_kept_and_that_is_told(desk):
    release = PressReleaseFactory()
    source = SourceDocument.of(b"<p>", form="html", release=release)
    source.save()
    told = desk.post(f"/admin/news/pressrelease/{release.pk}/delete/", {"post": "yes"})
    assert told.status_code == 200
    assert str(source) in told.content.decode()
    assert PressRelease.objects.get() == release


@pytest.mark.parametrize("client_name", ["desk", "boss"])
def test_what_a_version_names_can_be_deleted_by_nobody(request, client_name):
    client = request.getfixturevalue(client_name)
    release = published().release
    assert client.get(f"/admin/news/pressrelease/{release.pk}/delete/").status_code == 403
    assert "Discard this draft" not in client.get(change_url(release)).content.decode()


def test_no_list_offers_to_delete_many_at_once(boss):
    published()
    for model in ("pressrelease", "topic", "shortlink", "legacypath"):
        assert "delete_selected" not in boss.get(f"/admin/news/{model}/").content.decode()


def test_a_text_that_waits_for_review_is_not_asked_for_again(desk, new_release):
    desk.post(ADD_URL, new_release())
    release = PressRelease.objects.get()
    writer = person("writer")
    reviewing.submit(release=release, by=writer)
    client = signed_in(writer)
    page = client.get(change_url(release))
    assert 'name="_submit"' not in page.content.decode()
    stale = form_values(page) | {"title_th": "พาดหัวที่แก้ในหน้าต่างเก่า", "_submit": "1"}
    answer = client.post(change_url(release), stale)
    assert answer.url == change_url(release)
    release.refresh_from_db()
    assert release.title_th == "พาดหัวที่แก้ในหน้าต่างเก่า"
