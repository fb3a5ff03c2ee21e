"""The door: what each action appends, and what it refuses."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from news import media, publishing
from news.door import Door
from news.models import Epoch, Photo, Version
from news.publishing import Notes, OnScheduled, PublishingRefused
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

pytestmark = pytest.mark.django_db


def refused(code, action, **arguments):
    """Asserts that the action is refused for this reason, and returns the sentence for the
    editor.
    """
    with pytest.raises(PublishingRefused) as caught:
        action(**arguments)
    assert caught.value.code == code
    return caught.value.messages[0]


def now_live(release):
    return Version.objects.live(timezone.now()).get(release=release)


class TestPublish:
    def test_the_first_publication_is_version_1_and_live_at_once(self):
        version = published(title_th="หัวข่าว", title_en="Headline")

        assert (version.number, version.kind) == (1, Version.Kind.FIRST)
        assert version.visible_from == version.recorded_at == version.first_published
        assert version.visible_until is None
        assert now_live(version.release) == version
        assert (version.title_th, version.title_en) == ("หัวข่าว", "Headline")

    def test_a_correction_ends_the_version_before_at_the_moment_it_begins(self):
        first = published()
        first.release.title_th = "หัวข่าวที่ถูกต้อง"
        first.release.save()

        second = publishing.publish(
            release=first.release, kind=Version.Kind.CORRECTION, notes=NOTES
        )

        first.refresh_from_db()
        assert second.number == 2
        assert first.visible_until == second.visible_from > first.visible_from
        assert first.title_th != second.title_th == "หัวข่าวที่ถูกต้อง"
        assert second.first_published == first.visible_from
        assert second.last_changed == second.visible_from
        assert now_live(first.release) == second

    def test_a_minor_change_does_not_move_the_day_of_the_last_change(self):
        first = published()
        second = publishing.publish(release=first.release, kind=Version.Kind.MINOR)
        assert second.last_changed == first.visible_from

    def test_saving_the_working_copy_changes_nothing_public(self):
        version = published(title_th="เดิม")
        version.release.title_th = "ใหม่"
        version.release.save()
        assert now_live(version.release).title_th == "เดิม"

    @pytest.mark.parametrize(
        ("trait", "languages"), [("thai_only", ("th",)), ("english_only", ("en",))]
    )
    def test_a_version_may_have_one_language_alone(self, trait, languages):
        assert published(**{trait: True}).languages == languages

    def test_thai_can_go_out_before_the_english_that_is_ready(self):
        release = PressReleaseFactory()
        first = publishing.publish(release=release, languages=["th"])
        second = publishing.publish(release=release, kind=Version.Kind.TRANSLATION, notes=NOTES)
        assert first.languages == ("th",)
        assert second.languages == ("th", "en")

    def test_the_body_is_frozen_without_what_could_run(self):
        version = published(body_th='<p onclick="x()">ข่าว<script>alert(1)</script></p>')
        assert version.body_th == "<p>ข่าว</p>"

    def test_the_gallery_is_frozen_in_order_with_the_chosen_cover(self):
        release = PressReleaseFactory()
        add_photo(release, colour="red", alt_th="แดง")
        release.cover = add_photo(release, colour="blue", alt_th="น้ำเงิน", focal_x=20)
        release.save()

        version = publishing.publish(release=release)
        Photo.objects.filter(release=release).update(alt_th="เปลี่ยนแล้ว")

        assert [photo["alt_th"] for photo in version.photos] == ["แดง", "น้ำเงิน"]
        assert version.cover["alt_th"] == "น้ำเงิน"
        assert version.cover["focal_x"] == 20
        assert {m.master_sha256 for m in version.media.all()} == {
            photo["sha256"] for photo in version.photos
        }

    def test_who_did_it_is_kept_by_name(self):
        user = person("publisher", "somsri")
        version = publishing.publish(release=PressReleaseFactory(), by=user, force="ด่วน")
        assert version.recorded_by == "somsri"

    def test_dated_is_the_bangkok_day_of_the_first_publication_unless_told(self):
        today_in_bangkok = timezone.localdate()
        assert published().dated == today_in_bangkok
        day = today_in_bangkok - timedelta(days=3000)
        assert published(dated=day).dated == day

    def test_two_publications_of_one_release_cannot_both_be_the_first(self):
        version = published()
        refused("kind_missing", publishing.publish, release=version.release)

    def test_a_change_needs_a_note_in_each_language_it_has(self):
        version = published()
        for notes in (Notes(), Notes(th="แก้ไขชื่อ"), Notes(en="Name corrected", th="  ")):
            refused(
                "note_missing",
                publishing.publish,
                release=version.release,
                kind=Version.Kind.CORRECTION,
                notes=notes,
            )
        thai = published(thai_only=True)
        publishing.publish(
            release=thai.release, kind=Version.Kind.UPDATE, notes=Notes(th="เพิ่มข้อมูล")
        )

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"body_th": "", "body_en": ""}, "incomplete"),
            ({"body_en": "<p> </p>"}, "incomplete"),
            ({"title_en": ""}, "incomplete"),
        ],
    )
    def test_half_a_language_is_refused_and_nothing_is_written(self, fields, code):
        release = PressReleaseFactory(**fields)
        refused(code, publishing.publish, release=release)
        assert not release.versions.exists()

    def test_photos_must_be_prepared_first(self):
        release = PressReleaseFactory()
        media.add_photo(release=release, file=photo_file())
        refused("photos_waiting", publishing.publish, release=release)
        refused(
            "photos_waiting",
            publishing.schedule,
            release=release,
            at=timezone.now() + timedelta(hours=1),
        )


class TestSchedule:
    def test_a_scheduled_version_is_live_at_its_moment_and_not_before(self):
        version = scheduled(hours=1)
        moment = version.visible_from
        live = Version.objects.live
        assert not live(timezone.now()).exists()
        assert not live(moment - timedelta(microseconds=1)).exists()
        assert live(moment).get() == version

    def test_the_past_cannot_be_scheduled(self):
        refused(
            "past",
            publishing.schedule,
            release=PressReleaseFactory(),
            at=timezone.now() - timedelta(seconds=1),
        )

    def test_a_scheduled_correction_takes_over_at_its_moment(self):
        first = published()
        at = timezone.now() + timedelta(hours=2)
        second = publishing.schedule(
            release=first.release, at=at, kind=Version.Kind.CORRECTION, notes=NOTES
        )
        assert Version.objects.live(at - timedelta(seconds=1)).get() == first
        assert Version.objects.live(at).get() == second

    def test_what_is_scheduled_is_what_was_approved(self):
        version = scheduled(title_th="ฉบับที่อนุมัติ")
        version.release.title_th = "แก้ภายหลัง"
        version.release.save()
        assert Version.objects.live(version.visible_from).get().title_th == "ฉบับที่อนุมัติ"

    def test_a_cancelled_schedule_was_never_shown_and_gives_its_number_back(self):
        first = published()
        at = timezone.now() + timedelta(hours=2)
        publishing.schedule(release=first.release, at=at, kind=Version.Kind.CORRECTION, notes=NOTES)
        publishing.cancel_schedule(release=first.release)

        assert Version.objects.live(at + timedelta(days=1)).get() == first
        assert Version.objects.shown(at + timedelta(days=1)).get() == first
        assert not Version.objects.pending(timezone.now()).exists()
        again = publishing.publish(release=first.release, kind=Version.Kind.MINOR)
        assert again.number == 2

    def test_what_is_kept_of_a_page_ends_with_a_schedule_that_is_cancelled(self):
        version = scheduled()
        before = Epoch.objects.get(pk=1).counter
        publishing.cancel_schedule(release=version.release)
        assert Epoch.objects.get(pk=1).counter == before + 1

    def test_a_first_schedule_can_be_cancelled_and_set_again(self):
        version = scheduled()
        publishing.cancel_schedule(release=version.release)
        assert publishing.publish(release=version.release).number == 1

    def test_nothing_scheduled_is_nothing_to_cancel(self):
        refused("nothing_scheduled", publishing.cancel_schedule, release=published().release)

    def test_rescheduling_moves_the_frozen_text(self):
        version = scheduled(hours=1, title_th="ฉบับที่อนุมัติ")
        later = version.visible_from + timedelta(minutes=30)
        moved = publishing.reschedule(release=version.release, at=later)
        assert (moved.number, moved.visible_from, moved.title_th) == (1, later, "ฉบับที่อนุมัติ")
        assert not Version.objects.live(version.visible_from).exists()

    @pytest.mark.parametrize("hour", [0, 23])
    def test_a_release_that_nobody_dated_has_the_day_on_which_it_appears_at_last(self, hour):
        tomorrow = timezone.localtime() + timedelta(days=1)
        evening = tomorrow.replace(hour=23, minute=59, second=59, microsecond=999_999)
        version = publishing.schedule(release=PressReleaseFactory(), at=evening)
        assert version.dated == evening.date()
        later = evening + timedelta(microseconds=1) + timedelta(hours=hour)
        moved = publishing.reschedule(release=version.release, at=later)
        assert moved.dated == timezone.localdate(later) == evening.date() + timedelta(days=1)
        assert moved.checksum == moved.compute_checksum()

    def test_a_day_that_the_desk_gave_stays_when_the_time_is_changed(self):
        at = timezone.now() + timedelta(days=1)
        day = timezone.localdate(at)
        for dated in (day, day - timedelta(days=3)):
            version = publishing.schedule(release=PressReleaseFactory(dated=dated), at=at)
            later = at + timedelta(days=2)
            assert publishing.reschedule(release=version.release, at=later).dated == dated

    def test_publishing_over_a_schedule_asks_for_a_decision(self):
        first = published()
        at = timezone.now() + timedelta(hours=2)
        waiting = publishing.schedule(
            release=first.release, at=at, kind=Version.Kind.CORRECTION, notes=NOTES
        )
        arguments = {"release": first.release, "kind": Version.Kind.UPDATE, "notes": NOTES}
        refused("scheduled", publishing.publish, **arguments)

        second = publishing.publish(**arguments, on_scheduled=OnScheduled.REBASE)

        third = Version.objects.live(at).get()
        assert (second.number, third.number) == (2, 3)
        assert third.visible_from == at
        assert third.note_th == waiting.note_th
        fourth_arguments = {**arguments, "on_scheduled": OnScheduled.CANCEL}
        assert publishing.publish(**fourth_arguments).number == 3
        assert Version.objects.live(at).get().kind == Version.Kind.UPDATE

    def test_a_first_publication_cannot_be_followed_by_another_first_one(self):
        version = scheduled()
        refused(
            "scheduled",
            publishing.publish,
            release=version.release,
            on_scheduled=OnScheduled.REBASE,
        )


class TestEnds:
    def test_a_withdrawn_release_keeps_its_text_and_leaves_the_lists(self):
        version = published()
        tombstone = publishing.withdraw(
            release=version.release, reason=Version.Reason.ERROR, notes=NOTES
        )
        at = timezone.now()
        assert tombstone.title_th == version.title_th
        assert tombstone.note_th == NOTES.th
        assert Version.objects.readable(at).get() == tombstone
        assert not Version.objects.listed(at).exists()

    def test_restoring_brings_the_same_text_back(self):
        version = published(title_th="ข่าวเดิม")
        publishing.withdraw(release=version.release, reason=Version.Reason.ERROR)
        restored = publishing.restore(release=version.release)
        assert (restored.number, restored.kind) == (3, Version.Kind.RESTORED)
        assert restored.title_th == "ข่าวเดิม"
        assert restored.reason == ""
        assert Version.objects.listed(timezone.now()).get() == restored

    def test_only_what_is_withdrawn_can_be_restored(self):
        refused("not_withdrawn", publishing.restore, release=published().release)
        refused("not_withdrawn", publishing.restore, release=PressReleaseFactory())

    def test_a_gone_release_has_no_text_but_a_date_and_a_reason(self):
        version = published(slug="digital-skills")
        gone = publishing.remove(release=version.release, reason=Version.Reason.LEGAL)
        assert gone.languages == ()
        assert gone.text("th") is None
        assert (gone.slug, gone.gallery, gone.attachments, gone.contact) == ("", "[]", "[]", "{}")
        assert gone.reason == Version.Reason.LEGAL
        assert not Version.objects.readable(timezone.now()).exists()
        assert not Version.objects.citable(timezone.now()).exists()

    def test_a_merged_release_leads_to_a_listed_one(self):
        one, other = published(), published()
        tombstone = publishing.merge(release=one.release, into=other.release)
        assert tombstone.merged_into == other.release
        assert Version.objects.listed(timezone.now()).get() == other

    def test_merging_cannot_make_a_circle_or_lead_nowhere(self):
        one, other = published(), published()
        publishing.merge(release=one.release, into=other.release)
        for target in (one.release, other.release, PressReleaseFactory(), scheduled().release):
            refused("bad_target", publishing.merge, release=other.release, into=target)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
    def test_two_mergers_that_cross_make_no_circle(self, monkeypatch):
        one, other = (published().release for _ in range(2))
        both_are_in = threading.Barrier(2)
        require_readable = Door.require_readable

        def together(door):
            require_readable(door)
            with suppress(threading.BrokenBarrierError):
                both_are_in.wait(timeout=1)

        monkeypatch.setattr(Door, "require_readable", together)
        outcomes = []

        def merge(release, into):
            try:
                outcomes.append(publishing.merge(release=release, into=into).kind)
            except PublishingRefused as refusal:
                outcomes.append(refusal.code)
            finally:
                connection.close()

        threads = [
            threading.Thread(target=merge, args=pair) for pair in ((one, other), (other, one))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["bad_target", "merged"]
        assert Version.objects.listed(timezone.now()).count() == 1

    def test_an_end_needs_a_reason(self):
        release = published().release
        refused("reason_missing", publishing.withdraw, release=release, reason="")
        refused("reason_missing", publishing.remove, release=release, reason="because")

    @pytest.mark.parametrize("action", [publishing.withdraw, publishing.remove])
    def test_what_was_never_public_cannot_end(self, action):
        for release in (PressReleaseFactory(), scheduled().release):
            code = "scheduled" if release.versions.exists() else "not_live"
            refused(code, action, release=release, reason=Version.Reason.ERROR)

    def test_a_withdrawn_release_cannot_be_corrected_before_it_is_restored(self):
        release = published().release
        publishing.withdraw(release=release, reason=Version.Reason.ERROR)
        refused(
            "not_live",
            publishing.publish,
            release=release,
            kind=Version.Kind.CORRECTION,
            notes=NOTES,
        )


class TestTheRecordOfIt:
    def test_the_checksum_covers_content_number_and_moment_but_not_the_end(self):
        version = published()
        version.refresh_from_db()
        assert version.compute_checksum() == version.checksum
        publishing.publish(release=version.release, kind=Version.Kind.MINOR)
        version.refresh_from_db()
        assert version.visible_until is not None
        assert version.compute_checksum() == version.checksum
        for field, value in [
            ("title_th", "อื่น"),
            ("number", 7),
            ("visible_from", timezone.now()),
            ("gallery", '[{"sha256":"00"}]'),
            ("kind", "update"),
        ]:
            original = getattr(version, field)
            setattr(version, field, value)
            assert version.compute_checksum() != version.checksum, field
            setattr(version, field, original)

    def test_the_epoch_rises_with_every_change_and_not_with_a_refusal(self):
        counters = []

        def count():
            counters.append(Epoch.objects.get(pk=1).counter)

        release = PressReleaseFactory()
        count()
        publishing.publish(release=release)
        count()
        publishing.withdraw(release=release, reason=Version.Reason.ERROR)
        count()
        publishing.restore(release=release)
        count()
        assert counters == sorted(set(counters))
        refused("kind_missing", publishing.publish, release=release)
        count()
        assert counters[-1] == counters[-2]

    def test_a_topic_that_is_renamed_is_shown_by_its_new_name(self):
        version = published(topic=TopicFactory(slug="one"))
        topic = version.topic
        topic.name_th = "ชื่อใหม่"
        topic.save()
        assert Version.objects.select_related("topic").get().topic.name_in("th") == "ชื่อใหม่"
        assert Version.objects.get().compute_checksum() == version.checksum
