"""What readers see changes through the screens only as the door allows."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from news import jobs, media, publishing, reviewing
from news.models import Derivative, Job, PressRelease, Version
from news.querysets import MAX_ATTEMPTS
from news.thai.dates import BANGKOK
from tests.admin.conftest import (
    ADD_URL,
    action_url,
    answer,
    change_url,
    era_date,
    seen,
    signed_in,
)
from tests.factories import (
    NOTES,
    PressReleaseFactory,
    TopicFactory,
    add_photo,
    person,
    photo_file,
    published,
    scheduled,
)

WHY = "รัฐมนตรีแถลงแล้ว"
"""Why it can't wait: these tests are about what comes after the review."""


def moment_values(at) -> dict[str, str]:
    local = at.astimezone(BANGKOK)
    typed = era_date("at", local.day, local.month, be=local.year + 543, ce=local.year)
    return typed | {"at_time": f"{local:%H.%M}"}


def act(client, release: PressRelease, name: str, **answers) -> str:
    """Do `name`, which must be accepted; returns the page that follows."""
    asked = {
        "publish": {"force": WHY},
        "unschedule": {"reason": WHY},
        "reschedule": {"reason": WHY},
    }
    answers = asked.get(name, {}) | answers
    response = answer(client, action_url(release, name), answers, follow=True)
    assert response.redirect_chain, response.context["form"].errors
    return response.content.decode()


def test_the_publish_button_saves_and_asks_for_confirmation(desk, new_release):
    response = desk.post(ADD_URL, new_release(_publish="1"))
    release = PressRelease.objects.get()
    assert response.url == action_url(release, "publish")
    assert not Version.objects.exists()


def test_the_confirmation_shows_what_readers_will_see_and_publishes_nothing(desk):
    release = PressReleaseFactory()
    page = desk.get(action_url(release, "publish")).content.decode()
    assert release.title_th in page
    assert release.title_en in page
    assert "น้ำใจผู้ใหญ่" in page
    assert not Version.objects.exists()


def with_words_everywhere(**fields) -> PressRelease:
    """A release that says something wherever it can."""
    release = PressReleaseFactory(
        gallery_description_th="ภาพบรรยากาศ", gallery_description_en="Scenes",
        contact_th="กลุ่มสื่อสาร", contact_en="Media team",
        contact_phone="0 2547 1000", contact_email="media@example.org", **fields,
    )  # fmt: skip
    add_photo(
        release, caption_th="คำบรรยาย", caption_en="A caption", alt_th="แทนภาพ", alt_en="Shown",
        credit="กองทัพภาพ", is_sample=True,
    )  # fmt: skip
    file = SimpleUploadedFile("annex.csv", b"a,b\n1,2\n")
    media.add_attachment(release=release, file=file, title_th="เอกสารแนบ", title_en="Annex")
    return release


SAID_BESIDE_THE_TEXT = (
    "ภาพบรรยากาศ", "Scenes", "กลุ่มสื่อสาร", "Media team", "0 2547 1000", "media@example.org",
    "คำบรรยาย", "A caption", "แทนภาพ", "Shown", "กองทัพภาพ", "annex.csv", "เอกสารแนบ", "Annex",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["submit", "approve", "return", "publish"])
def test_whoever_answers_for_a_text_sees_all_that_readers_get(name):
    release = with_words_everywhere(created_by=person("writer"))
    if name in {"approve", "return"}:
        reviewing.submit(release=release, by=person("writer"))
    page = signed_in(person("administrator")).get(action_url(release, name)).content.decode()
    assert [said for said in SAID_BESIDE_THE_TEXT if said not in page] == []


def test_whoever_looks_over_what_was_not_approved_sees_what_was_published(desk):
    release = with_words_everywhere(title_th="หัวข้อที่เผยแพร่แล้ว")
    alone = person("publisher")
    publishing.publish(release=release, by=alone, force=WHY)
    release.title_th = "หัวข้อที่แก้หลังจากนั้น"
    release.save()
    release.photos.update(caption_th="คำบรรยายที่แก้แล้ว")
    page = desk.get(action_url(release, "sign-off")).content.decode()
    assert [said for said in SAID_BESIDE_THE_TEXT if said not in page] == []
    assert "หัวข้อที่เผยแพร่แล้ว" in page
    assert "คำบรรยายที่แก้แล้ว" not in page


def test_a_confirmed_release_is_public_and_its_page_is_linked(desk, client, editor):
    release = PressReleaseFactory()
    page = act(desk, release, "publish", when="now", languages="both")
    version = Version.objects.get()
    assert version.recorded_by == "editor"
    assert version.languages == ("th", "en")
    assert "See it on the site" in page
    assert client.get(f"/th/news/{release.code}/").status_code == 200


def test_thai_can_go_first(desk):
    release = PressReleaseFactory()
    act(desk, release, "publish", when="now", languages="th")
    assert Version.objects.get().languages == ("th",)
    assert "unpublished changes" in desk.get(change_url(release)).content.decode()


def test_a_refusal_of_the_door_is_shown_and_the_answers_stay(desk):
    release = published().release
    release.title_th = "พาดหัวที่แก้แล้ว"
    release.save()
    response = answer(
        desk,
        action_url(release, "publish"),
        {"force": WHY, "when": "now", "languages": "both", "kind": "correction", "note_th": "แก้ชื่อ"},
    )
    page = response.content.decode()
    assert "Tell readers what changed" in page
    assert "แก้ชื่อ" in page
    assert Version.objects.count() == 1


def test_a_live_release_is_corrected_with_a_note_in_both_languages(desk):
    release = published().release
    page = desk.get(action_url(release, "publish")).content.decode()
    assert "Kind of change" in page
    act(
        desk,
        release,
        "publish",
        when="now",
        languages="both",
        kind="correction",
        note_th="แก้ชื่อ",
        note_en="Corrected a name.",
    )
    latest = Version.objects.get(number=2)
    assert (latest.kind, latest.note_th, latest.note_en) == (
        "correction",
        "แก้ชื่อ",
        "Corrected a name.",
    )


def test_a_live_release_needs_a_kind(desk):
    release = published().release
    response = answer(
        desk, action_url(release, "publish"), {"force": WHY, "when": "now", "languages": "both"}
    )
    assert "kind" in response.context["form"].errors


def test_photos_without_their_files_keep_publication_waiting(desk, new_release):
    described = new_release(new_photos=[photo_file()], gallery_description_th="ผู้เข้าร่วมประชุม")
    desk.post(ADD_URL, described)
    release = PressRelease.objects.get()
    page = desk.get(action_url(release, "publish"))
    assert "still being prepared" in page.content.decode()
    answers = {"force": WHY, "when": "now"} | seen(page)
    response = answer(desk, action_url(release, "publish"), answers)
    assert "still being prepared" in str(response.context["form"].errors)


def test_an_incomplete_language_is_refused_with_its_name(desk):
    release = PressReleaseFactory(body_en="")
    page = desk.get(action_url(release, "publish"))
    answers = {"force": WHY, "when": "now"} | seen(page)
    response = answer(desk, action_url(release, "publish"), answers)
    assert "English text is incomplete" in str(response.context["form"].errors)


def test_a_release_is_scheduled_to_the_minute_of_thai_time(desk, client):
    release = PressReleaseFactory()
    at = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    page = desk.get(action_url(release, "publish")).content.decode()
    assert "Thai time (UTC+7)" in page
    act(desk, release, "publish", when="later", languages="both", **moment_values(at))
    assert Version.objects.get().visible_from == at
    assert client.get(f"/th/news/{release.code}/").status_code == 404
    assert "scheduled" in desk.get(change_url(release)).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"at_day": "1"},
        era_date("at", 1, 1, be=2570) | {"at_time": "25.00"},
        era_date("at", 1, 1, be=2570),
    ],
)
def test_a_schedule_without_a_whole_moment_is_a_form_error(desk, typed):
    release = PressReleaseFactory()
    answers = {"force": WHY, "when": "later", "languages": "both", **typed}
    response = answer(desk, action_url(release, "publish"), answers)
    assert "at" in response.context["form"].errors
    assert not Version.objects.exists()


def test_a_moment_that_has_passed_is_refused(desk):
    release = PressReleaseFactory()
    past = moment_values(timezone.now() - timedelta(hours=1))
    response = answer(
        desk,
        action_url(release, "publish"),
        {"force": WHY, "when": "later", "languages": "both", **past},
    )
    assert "passed already" in str(response.context["form"].errors)


def test_a_schedule_is_moved_and_cancelled(desk):
    release = scheduled().release
    at = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    act(desk, release, "reschedule", **moment_values(at))
    assert release.versions.pending(timezone.now()).get().visible_from == at
    act(desk, release, "unschedule")
    assert not release.versions.pending(timezone.now()).exists()


def test_a_change_scheduled_on_a_live_release_is_cancelled_by_choice_only(desk):
    release = published().release
    at = moment_values(timezone.now() + timedelta(days=1))
    act(desk, release, "publish", when="later", languages="both", kind="minor", **at)
    answers = {"force": WHY, "when": "now", "languages": "both", "kind": "minor"}
    response = answer(desk, action_url(release, "publish"), answers)
    assert "on_scheduled" in response.context["form"].errors
    act(desk, release, "publish", **answers, on_scheduled="rebase")
    assert release.versions.pending(timezone.now()).get().number == 3


def test_a_change_scheduled_on_a_live_release_makes_way_for_another_time(desk):
    release = published().release
    at = moment_values(timezone.now() + timedelta(days=1))
    answers = {"when": "later", "languages": "both", "kind": "minor"}
    act(desk, release, "publish", **answers, **at)
    wanted = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    answers |= moment_values(wanted)
    refused = answer(
        desk, action_url(release, "publish"), answers | {"force": WHY, "on_scheduled": "rebase"}
    )
    assert "can follow only what is published now" in str(refused.context["form"].errors)
    act(desk, release, "publish", **answers, on_scheduled="cancel")
    assert release.versions.pending(timezone.now()).get().visible_from == wanted


def test_half_a_time_that_was_begun_keeps_nothing_from_being_published_now(desk):
    release = PressReleaseFactory()
    act(desk, release, "publish", when="now", languages="both", at_day="5")
    assert release.versions.live(timezone.now()).exists()


def test_a_photo_that_was_given_up_is_told_and_tried_again(desk):
    release = PressReleaseFactory()
    photo = add_photo(release)
    Derivative.objects.all().delete()
    media.queue_derivatives(photo)
    screen = action_url(release, "publish")
    assert "a minute at most" in desk.get(screen).content.decode()
    Job.objects.filter(kind=media.DERIVATIVES).update(attempts=MAX_ATTEMPTS, error="OSError")

    told = desk.get(screen).content.decode()
    assert "1 photo could not be prepared" in told
    assert "a minute at most" not in told
    refused = answer(desk, screen, {"force": WHY, "when": "now", "languages": "both"})
    assert "a minute at most" in refused.content.decode()
    jobs.run_waiting()
    act(desk, release, "publish", when="now", languages="both")
    assert release.versions.live(timezone.now()).exists()


def test_a_release_is_withdrawn_with_a_reason_and_restored(desk, client):
    release = published().release
    response = desk.post(action_url(release, "withdraw"), {"note_th": "ซ้ำ"})
    assert "reason" in response.context["form"].errors
    act(desk, release, "withdraw", reason="duplicate", note_th="ซ้ำ", note_en="Twice.")
    assert release.versions.live(timezone.now()).get().kind == "withdrawn"
    assert "Publish…" not in desk.get(change_url(release)).content.decode()
    act(desk, release, "restore")
    assert release.versions.listed(timezone.now()).exists()


def test_what_ends_a_release_is_for_administrators(desk, boss):
    release, other = published().release, published().release
    for name in ("merge", "remove"):
        assert desk.get(action_url(release, name)).status_code == 403
        assert boss.get(action_url(release, name)).status_code == 200
    act(boss, release, "merge", into=other.code.upper())
    assert release.versions.live(timezone.now()).get().merged_into == other
    act(boss, other, "remove", reason="legal")
    assert other.versions.live(timezone.now()).get().kind == "gone"


def test_merging_into_an_unknown_code_is_a_form_error(boss):
    release = published().release
    response = boss.post(action_url(release, "merge"), {"into": "zzzzzz"})
    assert "into" in response.context["form"].errors


@pytest.mark.parametrize("name", ["withdraw", "restore", "reschedule", "unschedule"])
def test_an_action_that_makes_no_sense_now_leads_back_with_a_word(desk, name):
    release = PressReleaseFactory()
    page = desk.get(action_url(release, name), follow=True)
    assert page.redirect_chain == [(change_url(release), 302)]
    assert "stands otherwise" in page.content.decode()


def test_an_unknown_action_and_an_unknown_release_are_not_found(desk):
    assert desk.get(action_url(PressReleaseFactory(), "explode")).status_code == 404
    assert (
        desk.get(reverse("admin:news_pressrelease_action", args=(999, "publish"))).status_code
        == 404
    )


def test_a_text_that_somebody_saved_after_the_confirmation_was_shown_is_not_published(desk):
    release = PressReleaseFactory()
    url = action_url(release, "publish")
    shown = desk.get(url).context["form"].initial["seen"]
    PressRelease.objects.update(body_th="<p>ร่างที่ยังไม่มีใครอ่าน</p>")
    answers = {"force": WHY, "when": "now", "languages": "both"}
    refused = desk.post(url, answers | {"seen": shown})
    assert "changed while you were reading" in str(refused.context["form"].errors)
    assert refused.context["form"]["force"].value() == WHY
    assert not Version.objects.exists()
    assert "ร่างที่ยังไม่มีใครอ่าน" in refused.content.decode()
    desk.post(url, answers | {"seen": refused.context["form"]["seen"].value()})
    assert Version.objects.exists()


def test_a_colleague_who_may_only_look_cannot_publish(client, django_user_model):
    user = django_user_model.objects.create_user("reader", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_pressrelease"))
    client.force_login(user)
    release = PressReleaseFactory()
    assert (
        client.post(action_url(release, "publish"), {"force": WHY, "when": "now"}).status_code
        == 403
    )
    assert client.get(change_url(release)).status_code == 200


def test_actions_are_in_the_history(desk):
    release = PressReleaseFactory()
    act(desk, release, "publish", when="now", languages="both")
    page = desk.get(reverse("admin:news_pressrelease_history", args=(release.pk,)))
    text = page.content.decode()
    assert "published (version 1)" in text
    assert "without approval" in text
    assert WHY in text


def test_versions_are_listed_with_notes_and_links_to_what_readers_saw(desk):
    release = published().release
    notes = {"note_th": "แก้ชื่อ", "note_en": "A name."}
    answers = {"force": WHY, "when": "now", "languages": "both", "kind": "correction"}
    act(desk, release, "publish", **answers, **notes)
    page = desk.get(reverse("admin:news_pressrelease_versions", args=(release.pk,)))
    text = page.content.decode()
    assert f"/th/news/{release.code}/v/1/" in text
    assert f"/en/news/{release.code}/v/2/" in text
    assert "แก้ชื่อ" in text


def test_a_withdrawn_version_does_not_look_like_one_that_readers_are_given(desk):
    release = published().release
    url = reverse("admin:news_pressrelease_versions", args=(release.pk,))
    assert "badge-live" in desk.get(url).content.decode()
    publishing.withdraw(release=release, reason=Version.Reason.ERROR, notes=NOTES)
    text = desk.get(url).content.decode()
    assert "badge-withdrawn" in text
    assert "version-withdrawn" in text
    assert "badge-live" not in text
    assert "version-live" not in text


def test_a_preview_shows_the_draft_on_the_public_page_and_to_the_desk_alone(desk, client):
    release = PressReleaseFactory(topic=TopicFactory())
    photo = add_photo(release)
    url = reverse("desk_preview", args=(release.pk, "th"))
    answer = desk.get(url)
    page = answer.content.decode()
    assert release.title_th in page
    assert "Only the desk sees this page" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    # Of what is shown, whatever the desk speaks.
    assert answer.headers["Content-Language"] == "th"
    assert client.get(url).status_code == 302
    # Its pictures come from the desk: the public address has nothing for a draft.
    assert 'src="/media/' not in page
    start = page.index("/admin/media/")
    picture = page[start : page.index(" ", start)].strip('",')
    assert desk.get(picture).getvalue()
    assert client.get(picture).status_code == 302
    assert client.get(picture.removeprefix("/admin")).status_code == 404
    assert photo.release_id == release.pk


def test_the_preview_button_saves_and_shows_it(desk, new_release):
    response = desk.post(ADD_URL, new_release(_preview="1"))
    assert response.url == reverse("desk_preview", args=(PressRelease.objects.get().pk, "th"))


def test_a_draft_without_a_whole_text_has_no_preview_yet(desk, new_release):
    response = desk.post(ADD_URL, new_release(body_th="", _preview="1"), follow=True)
    assert "A preview needs a headline and a body" in response.content.decode()
    release = PressRelease.objects.get()
    assert desk.get(reverse("desk_preview", args=(release.pk, "th"))).status_code == 404
