"""What a paste brings is told, and stays as it was typed where the editor wants it."""

import pytest

from news.admin.as_typed import FIELDS
from news.models import PressRelease
from tests.admin.conftest import ADD_URL, change_url, form_values, signed_in
from tests.factories import PressReleaseFactory, person

PASTED = "/admin/news/pressrelease/pasted/"
# Three zero-width spaces, two decomposed sara am, one sara ae of two letters.
PASTE = "น\u0e4d\u0e32\u200bใจ เเละ\u200b ท\u0e4d\u0e32\u200bดี"
TIDY = "น\u0e33ใจ และ ท\u0e33ดี"


def boxes(page) -> dict[str, bool]:
    """Field -> whether its box is ticked, of the boxes that the form shows."""
    return {text.field: text.is_kept for text in page.context["adminform"].form.unusual()}


def test_a_paste_is_told_kind_by_kind(desk):
    found = desk.post(PASTED, {"text": PASTE}).json()["found"]
    assert found == ("invisible characters (3), split sara am (2), เเ written as two letters (1)")
    assert desk.post(PASTED, {"text": "น้ำใจไทย and English"}).json() == {"found": ""}


def test_only_who_may_write_asks_what_is_in_a_paste(desk):
    assert desk.get(PASTED).status_code == 405
    assert signed_in(person()).post(PASTED, {"text": PASTE}).status_code == 403


def test_saving_mends_what_nobody_wants_to_keep(desk, new_release):
    page = desk.post(ADD_URL, new_release(title_th=PASTE, body_th=f"<p>{PASTE}</p>"), follow=True)
    release = PressRelease.objects.get()
    assert (release.title_th, release.body_th) == (TIDY, f"<p>{TIDY}</p>")
    assert "Tidied up: invisible characters (6)" in page.content.decode()
    assert boxes(desk.get(change_url(release))) == {}


def test_what_is_kept_stays_through_every_saving_until_it_is_given_up(desk, new_release):
    values = new_release(title_th=PASTE, body_th=f"<p>{PASTE}</p>", as_typed=["body_th"])
    desk.post(ADD_URL, values)
    release = PressRelease.objects.get()
    assert (release.title_th, release.body_th) == (TIDY, f"<p>{PASTE}</p>")

    page = desk.get(change_url(release))
    assert boxes(page) == {"body_th": True}
    desk.post(change_url(release), form_values(page) | {"title_th": "พาดหัวใหม่"})
    release.refresh_from_db()
    assert (release.title_th, release.body_th) == ("พาดหัวใหม่", f"<p>{PASTE}</p>")

    values = form_values(desk.get(change_url(release)))
    desk.post(change_url(release), values | {"as_typed": []})
    release.refresh_from_db()
    assert release.body_th == f"<p>{TIDY}</p>"


def test_a_form_with_an_error_comes_back_with_the_choice(desk):
    release = PressReleaseFactory()
    values = form_values(desk.get(change_url(release)))
    wrong = {"title_th": PASTE, "title_en": PASTE, "as_typed": ["title_th"], "slug": "no slug !"}
    page = desk.post(change_url(release), values | wrong)
    assert page.status_code == 200
    assert boxes(page) == {"title_th": True, "title_en": False}


def test_the_checklist_tells_the_reviewer_of_what_was_kept(desk, new_release):
    desk.post(ADD_URL, new_release(body_th=f"<p>{PASTE}</p>", as_typed=["body_th"]))
    release = PressRelease.objects.get()
    assert "6 places have invisible characters" in desk.get(change_url(release)).content.decode()
    desk.post(f"/admin/news/pressrelease/{release.pk}/clean/")
    release.refresh_from_db()
    assert release.body_th == f"<p>{TIDY}</p>"


@pytest.mark.parametrize("field", ["title_th", "body_th"])
def test_what_would_deceive_a_reviewer_or_break_a_feed_is_never_kept(desk, new_release, field):
    typed = "ก\u202eข\u200bค\x0bง"
    desk.post(ADD_URL, new_release(**{field: typed}, as_typed=FIELDS))
    kept = getattr(PressRelease.objects.get(), field)
    assert "กข\u200bคง" in kept


def test_markup_is_tidied_whatever_is_kept(desk, new_release):
    body = f"<p onclick='x()'>{PASTE}</p><p>&nbsp;</p><script>evil()</script>"
    desk.post(ADD_URL, new_release(body_th=body, as_typed=["body_th"]))
    assert PressRelease.objects.get().body_th == f"<p>{PASTE}</p>"


def test_a_field_that_has_no_such_choice_is_a_form_error(desk, new_release):
    page = desk.post(ADD_URL, new_release(as_typed=["slug"]))
    assert "as_typed" in page.context["adminform"].form.errors
