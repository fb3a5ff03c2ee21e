"""What was typed and not saved: kept for its writer, offered again, and gone once it is saved."""

from django.contrib.auth.models import Group
from django.test import Client

from news.models import Attachment, AuditEntry, Autosave, PressRelease
from tests.admin.conftest import ADD_URL, change_url, era_date, form_values
from tests.factories import PressReleaseFactory, add_photo

AUTOSAVE = "/admin/news/pressrelease/autosave/"


def keep(client: Client, release: PressRelease | None, **typed):
    values = form_values(client.get(change_url(release) if release else ADD_URL)) | typed
    key = str(release.pk) if release else ""
    return client.post(AUTOSAVE, values | {"autosave_release": key})


def test_what_was_typed_is_offered_and_filled_in_when_asked_for(desk):
    release = PressReleaseFactory()
    photo = add_photo(release)
    typed = {"title_th": "พาดหัวใหม่", "photos-0-alt_th": "โต๊ะประชุม"} | era_date(
        "event_date", 19, 5, 2561
    )
    assert keep(desk, release, **typed).status_code == 200
    page = desk.get(change_url(release))
    assert "was not saved; it was kept at" in page.content.decode()
    assert "พาดหัวใหม่" not in page.content.decode()
    restored = desk.get(change_url(release) + "?restore=1")
    values = form_values(restored)
    assert values["title_th"] == "พาดหัวใหม่"
    assert values["photos-0-alt_th"] == "โต๊ะประชุม"
    assert (values["event_date_day"], values["event_date_be"]) == ("19", "2561")
    assert "It is not saved yet" in restored.content.decode()
    desk.post(change_url(release), values)
    release.refresh_from_db()
    photo.refresh_from_db()
    assert (release.title_th, photo.alt_th) == ("พาดหัวใหม่", "โต๊ะประชุม")
    assert not Autosave.objects.exists()


def test_a_release_that_was_never_saved_is_kept_as_well(desk, new_release):
    keep(desk, None, title_th="ยังไม่บันทึก")
    keep(desk, None, title_th="ยังไม่บันทึก อีกครั้ง")
    assert Autosave.objects.count() == 1
    values = form_values(desk.get(f"{ADD_URL}?restore=1"))
    assert values["title_th"] == "ยังไม่บันทึก อีกครั้ง"
    desk.post(ADD_URL, new_release())
    assert not Autosave.objects.exists()


def test_keeping_changes_nothing_that_anybody_else_sees(desk, boss):
    release = PressReleaseFactory()
    before = (release.updated_at, AuditEntry.objects.count())
    keep(desk, release, title_th="พาดหัวใหม่")
    release.refresh_from_db()
    assert (release.updated_at, AuditEntry.objects.count()) == before
    page = boss.get(change_url(release)).content.decode()
    assert "พาดหัวใหม่" not in page
    assert "was not saved" not in page
    assert "พาดหัวใหม่" not in boss.get(change_url(release) + "?restore=1").content.decode()


def test_rows_are_found_again_by_their_keys_whatever_has_gone(desk):
    release = PressReleaseFactory()
    first, second = add_photo(release, colour="navy"), add_photo(release, colour="teal")
    keep(desk, release, **{"photos-0-credit": "หนึ่ง", "photos-1-credit": "สอง"})
    first.delete()
    values = form_values(desk.get(change_url(release) + "?restore=1"))
    assert values["photos-0-id"] == str(second.pk)
    assert values["photos-0-credit"] == "สอง"
    assert not Attachment.objects.exists()


def test_it_can_be_thrown_away(desk):
    release = PressReleaseFactory()
    keep(desk, release, title_th="พาดหัวใหม่")
    response = desk.post(f"{AUTOSAVE}discard/", {"autosave_release": str(release.pk)})
    assert response.url == change_url(release)
    assert not Autosave.objects.exists()


def test_the_offer_says_when_somebody_has_saved_since(desk):
    release = PressReleaseFactory()
    keep(desk, release, title_th="พาดหัวใหม่")
    release.save()
    assert "The release was saved after that" in desk.get(change_url(release)).content.decode()


def test_keeping_is_for_those_who_may_write_this_release(desk, client, editor):
    release = PressReleaseFactory()
    assert client.post(AUTOSAVE, {"autosave_release": str(release.pk)}).status_code == 302
    editor.groups.clear()
    editor.groups.add(Group.objects.create(name="nobody"))
    assert desk.post(AUTOSAVE, {"autosave_release": str(release.pk)}).status_code == 403
    assert not Autosave.objects.exists()


def test_a_page_that_stayed_open_gets_a_token_after_signing_in_again(desk, editor):
    answer = desk.get(AUTOSAVE).json()
    assert answer["user"] == editor.pk
    assert len(answer["token"]) == 64
