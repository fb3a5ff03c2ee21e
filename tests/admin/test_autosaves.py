"""What was typed and not saved: kept for its writer, offered again, and gone once it is saved."""

from django.contrib.auth.models import Group
from django.test import Client

from news.admin.autosaves import MOST_KEPT
from news.models import Attachment, AuditEntry, Autosave, PressRelease, UnsavedText
from tests.admin.conftest import ADD_URL, change_url, era_date, form_values
from tests.factories import PressReleaseFactory, add_photo

AUTOSAVE = "/admin/news/pressrelease/autosave/"


def opened(client: Client, release: PressRelease | None = None) -> dict[str, str]:
    """What a browser would send from a form that was just opened."""
    return form_values(client.get(change_url(release) if release else ADD_URL))


def beat(client: Client, release: PressRelease | None, values: dict[str, str]):
    """Keep what stands in an open form."""
    return client.post(AUTOSAVE, values | {"autosave_release": str(release.pk) if release else ""})


def keep(client: Client, release: PressRelease | None, **typed):
    """Open a form, type, and close the window after a beat."""
    return beat(client, release, opened(client, release) | typed)


def offered(response) -> list[str]:
    """The titles of what a form offers to restore, in its order."""
    return [offer.title for offer in response.context["autosaves"]]


def restoring(client: Client, release: PressRelease | None, title: str):
    """The form of `release`, with the kept text of this title restored."""
    url = change_url(release) if release else ADD_URL
    (chosen,) = [o.pk for o in client.get(url).context["autosaves"] if o.title == title]
    return client.get(url, {"restore": chosen})


def test_a_character_that_no_database_keeps_costs_nobody_the_rest(desk):
    release = PressReleaseFactory()
    assert keep(desk, release, title_th="พาด\0หัว").status_code == 200
    assert form_values(restoring(desk, release, "พาดหัว"))["title_th"] == "พาดหัว"


def test_what_was_typed_is_offered_and_filled_in_when_asked_for(desk):
    release = PressReleaseFactory()
    photo = add_photo(release)
    typed = {"title_th": "พาดหัวใหม่", "photos-0-alt_th": "โต๊ะประชุม"} | era_date(
        "event_date", 19, 5, 2561
    )
    assert keep(desk, release, **typed).status_code == 200
    page = desk.get(change_url(release))
    assert "that was not saved" in page.content.decode()
    assert offered(page) == ["พาดหัวใหม่"]
    assert form_values(page)["title_th"] != "พาดหัวใหม่"
    restored = restoring(desk, release, "พาดหัวใหม่")
    values = form_values(restored)
    assert values["title_th"] == "พาดหัวใหม่"
    assert values["photos-0-alt_th"] == "โต๊ะประชุม"
    assert (values["event_date_day"], values["event_date_be"]) == ("19", "2561")
    assert "It is not saved yet" in restored.content.decode()
    desk.post(change_url(release), values)
    release.refresh_from_db()
    photo.refresh_from_db()
    assert (release.title_th, photo.alt_th) == ("พาดหัวใหม่", "โต๊ะประชุม")
    assert not UnsavedText.objects.exists()


def test_a_release_that_was_never_saved_is_kept_as_well(desk, new_release):
    form = opened(desk)
    beat(desk, None, form | {"title_th": "ยังไม่บันทึก"})
    beat(desk, None, form | {"title_th": "ยังไม่บันทึก อีกครั้ง"})
    assert UnsavedText.objects.count() == 1
    values = form_values(restoring(desk, None, "ยังไม่บันทึก อีกครั้ง"))
    assert values["title_th"] == "ยังไม่บันทึก อีกครั้ง"
    desk.post(ADD_URL, new_release(autosave_key=values["autosave_key"]))
    assert PressRelease.objects.count() == 1
    assert not UnsavedText.objects.exists()


def test_two_new_releases_are_kept_side_by_side_and_the_newest_is_offered_first(desk):
    one, two = opened(desk), opened(desk)
    beat(desk, None, one | {"title_th": "ข่าวแรก"})
    beat(desk, None, two | {"title_en": "The second"})
    assert offered(desk.get(ADD_URL)) == ["The second", "ข่าวแรก"]
    beat(desk, None, one | {"title_th": "ข่าวแรกที่แก้"})
    assert offered(desk.get(ADD_URL)) == ["ข่าวแรกที่แก้", "The second"]


def test_saving_one_new_release_forgets_none_of_the_others(desk, new_release):
    keep(desk, None, title_th="ข่าวที่ค้างอยู่")
    values = new_release()
    beat(desk, None, values)
    desk.post(ADD_URL, values)
    assert PressRelease.objects.count() == 1
    assert offered(desk.get(ADD_URL)) == ["ข่าวที่ค้างอยู่"]


def test_a_form_that_comes_back_with_errors_is_kept_where_it_was(desk, new_release):
    values = new_release(event_date_day="99")
    beat(desk, None, values)
    refused = desk.post(ADD_URL, values)
    assert refused.status_code == 200
    again = form_values(refused)
    assert again["autosave_key"] == values["autosave_key"]
    beat(desk, None, again)
    assert UnsavedText.objects.count() == 1
    desk.post(ADD_URL, again | {"event_date_day": ""})
    assert PressRelease.objects.count() == 1
    assert not UnsavedText.objects.exists()


def test_typing_on_before_choosing_leaves_what_was_kept(desk):
    release = PressReleaseFactory()
    keep(desk, release, title_th="ก่อนไฟดับ")
    keep(desk, release, title_th="หลังไฟดับ")
    assert offered(desk.get(change_url(release))) == ["หลังไฟดับ", "ก่อนไฟดับ"]
    values = form_values(restoring(desk, release, "ก่อนไฟดับ"))
    desk.post(change_url(release), values)
    release.refresh_from_db()
    assert release.title_th == "ก่อนไฟดับ"
    assert offered(desk.get(change_url(release))) == ["หลังไฟดับ"]


def test_a_window_whose_text_is_restored_in_another_goes_on_by_itself(desk):
    first = opened(desk)
    beat(desk, None, first | {"title_th": "เดิม"})
    second = form_values(restoring(desk, None, "เดิม"))
    beat(desk, None, second | {"title_th": "เดิม แก้ในหน้าต่างที่สอง"})
    beat(desk, None, first | {"title_th": "เดิม แก้ในหน้าต่างแรก"})
    assert offered(desk.get(ADD_URL)) == ["เดิม แก้ในหน้าต่างแรก", "เดิม แก้ในหน้าต่างที่สอง"]


def test_of_very_many_the_oldest_are_forgotten(desk):
    other = PressReleaseFactory()
    keep(desk, other, title_th="ของข่าวอื่น")
    for number in range(MOST_KEPT + 2):
        keep(desk, None, title_th=f"ข่าว {number}")
    assert offered(desk.get(ADD_URL)) == [f"ข่าว {n}" for n in range(MOST_KEPT + 1, 1, -1)]
    assert offered(desk.get(change_url(other))) == ["ของข่าวอื่น"]


def test_what_the_last_version_of_the_site_kept_is_offered(desk, editor):
    release = PressReleaseFactory()
    Autosave.objects.create(user=editor, release=None, values={"title_th": ["ข่าวใหม่"]})
    Autosave.objects.create(user=editor, release=release, values={"title_th": ["ข่าวเดิม"]})
    assert offered(desk.get(ADD_URL)) == ["ข่าวใหม่"]
    assert offered(desk.get(change_url(release))) == ["ข่าวเดิม"]
    assert form_values(restoring(desk, None, "ข่าวใหม่"))["title_th"] == "ข่าวใหม่"
    # That version may go on beside this one, and keeps again.
    Autosave.objects.create(user=editor, release=None, values={"title_th": ["อีกข่าว"]})
    assert offered(desk.get(ADD_URL)) == ["อีกข่าว", "ข่าวใหม่"]


def test_a_form_that_was_opened_in_the_last_version_is_kept_and_forgotten(
    desk, editor, new_release
):
    values = new_release()
    del values["autosave_key"]
    Autosave.objects.create(user=editor, release=None, values={"title_th": ["ก่อนเปลี่ยนรุ่น"]})
    assert beat(desk, None, values).status_code == 200
    assert beat(desk, None, values).status_code == 200
    assert UnsavedText.objects.count() == 1
    desk.post(ADD_URL, values)
    assert PressRelease.objects.count() == 1
    assert not UnsavedText.objects.exists()
    assert not Autosave.objects.exists()


def test_nonsense_for_a_key_is_refused_and_for_a_choice_finds_nothing(desk):
    for key in ("x" * 33, "\x00", "ก"):
        assert beat(desk, None, {"title_th": "ข่าว", "autosave_key": key}).status_code == 400
    keep(desk, None, title_th="ข่าว")
    for chosen in ("", "x", "\x00", "9" * 30, "-1", "๑" * 30):
        assert offered(desk.get(ADD_URL, {"restore": chosen})) == ["ข่าว"]
        desk.post(f"{AUTOSAVE}discard/", {"autosave_release": "", "autosave": chosen})
    assert offered(desk.get(ADD_URL)) == ["ข่าว"]


def test_keeping_changes_nothing_that_anybody_else_sees(desk, boss):
    release = PressReleaseFactory()
    before = (release.updated_at, AuditEntry.objects.count())
    keep(desk, release, title_th="พาดหัวใหม่")
    release.refresh_from_db()
    assert (release.updated_at, AuditEntry.objects.count()) == before
    page = boss.get(change_url(release)).content.decode()
    assert "พาดหัวใหม่" not in page
    assert "was not saved" not in page
    restoring_it = change_url(release) + f"?restore={UnsavedText.objects.get().pk}"
    assert "พาดหัวใหม่" not in boss.get(restoring_it).content.decode()


def test_rows_are_found_again_by_their_keys_whatever_has_gone(desk):
    release = PressReleaseFactory()
    first, second = add_photo(release, colour="navy"), add_photo(release, colour="teal")
    keep(desk, release, **{"photos-0-credit": "หนึ่ง", "photos-1-credit": "สอง"})
    first.delete()
    values = form_values(restoring(desk, release, release.title_th))
    assert values["photos-0-id"] == str(second.pk)
    assert values["photos-0-credit"] == "สอง"
    assert not Attachment.objects.exists()


def test_it_can_be_thrown_away(desk):
    release = PressReleaseFactory()
    keep(desk, release, title_th="พาดหัวใหม่")
    keep(desk, release, title_th="พาดหัวอื่น")
    newest, _oldest = desk.get(change_url(release)).context["autosaves"]
    chosen = {"autosave_release": str(release.pk), "autosave": newest.pk}
    response = desk.post(f"{AUTOSAVE}discard/", chosen)
    assert response.url == change_url(release)
    assert offered(desk.get(change_url(release))) == ["พาดหัวใหม่"]


def test_nobody_throws_away_what_another_one_typed(desk, boss):
    release = PressReleaseFactory()
    keep(desk, release, title_th="พาดหัวใหม่")
    chosen = {"autosave_release": str(release.pk), "autosave": UnsavedText.objects.get().pk}
    boss.post(f"{AUTOSAVE}discard/", chosen)
    assert offered(desk.get(change_url(release))) == ["พาดหัวใหม่"]


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
    assert not UnsavedText.objects.exists()


def test_a_page_that_stayed_open_gets_a_token_after_signing_in_again(desk, editor):
    answer = desk.get(AUTOSAVE).json()
    assert answer["user"] == editor.pk
    assert len(answer["token"]) == 64
