"""The newsroom's rules: every step from every state, for every role, through the real doors."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from news import media, publishing, reviewing, taking_back
from news.audit import Action, note
from news.door import review
from news.freezing import digest
from news.models import AuditEntry, Erasure, PressRelease, Version
from news.publishing import Notes, OnScheduled, PublishingRefused
from news.workflow import EDGES, Stage, Step
from tests.factories import NOTES, PressReleaseFactory, add_photo, person, published

pytestmark = pytest.mark.django_db

ROLES = ("writer", "editor", "publisher", "administrator")
LATER = timedelta(hours=1)


def test_thai_tells_what_was_done_from_when_it_was_done():
    """English says "approved" for both."""
    with override("th"):
        assert Stage.APPROVED.label == Action.APPROVED.label == "อนุมัติแล้ว"
        assert Erasure._meta.get_field("approved_at").verbose_name == "อนุมัติเมื่อ"


# -- states, each reached through the doors --------------------------------------------------------


class Newsroom:
    """One person of each role besides the author, and a release that the author began."""

    def __init__(self) -> None:
        self.author = person("writer", "author")
        self.people = {role: person(role, role) for role in ROLES}
        self.release = PressReleaseFactory(created_by=self.author)
        self.target = published().release
        note(Action.CREATED, by=self.author, release=self.release)

    def change(self, by=None, **fields) -> None:
        """What saving the form does."""
        fields = fields or {"title_th": "พาดหัวที่แก้แล้ว"}
        for name, value in fields.items():
            setattr(self.release, name, value)
        self.release.save()
        note(Action.SAVED, by=by or self.author, release=self.release)

    def submit(self) -> None:
        reviewing.submit(release=self.release, by=self.author)

    def approve(self) -> None:
        reviewing.approve(release=self.release, by=self.people["editor"], seen=digest(self.release))

    def stage(self) -> Stage:
        release = PressRelease.objects.get(pk=self.release.pk)
        return review(release, digest(release)).stage

    def take(self, step: Step, by) -> None:
        """Take `step` with answers that nothing else could be said against."""
        at = timezone.now() + LATER
        is_first = not self.release.versions.shown(timezone.now()).exists()
        change = {"release": self.release, "by": by}
        told = change | {
            "kind": Version.Kind.FIRST if is_first else Version.Kind.CORRECTION,
            "notes": NOTES,
        }
        over = {"on_scheduled": OnScheduled.CANCEL}
        door, answers = {
            Step.TAKE_BACK: (
                taking_back.take_back,
                change | {"number": 1, "seen": digest(self.release)},
            ),
            Step.SUBMIT: (reviewing.submit, change),
            Step.RECALL: (reviewing.recall, change),
            Step.RETURN: (reviewing.send_back, change | {"note": "ขอแก้ชื่อ"}),
            Step.APPROVE: (reviewing.approve, change | {"seen": digest(self.release)}),
            Step.PUBLISH: (publishing.publish, told | over),
            Step.SCHEDULE: (publishing.schedule, told | {"at": at}),
            Step.FORCE: (publishing.publish, told | over | {"force": "ด่วน"}),
            Step.SIGN_OFF: (reviewing.sign_off, change),
            Step.RESCHEDULE: (
                publishing.reschedule,
                change | {"at": at + LATER, "reason": "ห้องประชุมไม่ว่าง"},
            ),
            Step.UNSCHEDULE: (publishing.cancel_schedule, change | {"reason": "เลื่อน"}),
            Step.WITHDRAW: (publishing.withdraw, change | over | {"reason": "error"}),
            Step.RESTORE: (publishing.restore, change),
            Step.REMOVE: (publishing.remove, change | over | {"reason": "legal"}),
            Step.MERGE: (publishing.merge, change | over | {"into": self.target}),
        }[step]
        door(**answers)


def writing(room):
    pass


def submitted(room):
    room.submit()


def returned(room):
    room.submit()
    reviewing.send_back(release=room.release, by=room.people["editor"], note="ขอแก้ชื่อ")


def approved(room):
    room.submit()
    room.approve()


def scheduled(room):
    approved(room)
    at = timezone.now() + LATER
    publishing.schedule(release=room.release, by=room.people["publisher"], at=at)


def scheduled_and_approved_again(room):
    scheduled(room)
    room.change()
    approved(room)


def live(room):
    approved(room)
    publishing.publish(release=room.release, by=room.people["publisher"])


def live_and_changed(room):
    live(room)
    room.change()


def live_with_a_correction_submitted(room):
    live_and_changed(room)
    room.submit()


def live_with_a_correction_approved(room):
    live_with_a_correction_submitted(room)
    room.approve()


def live_with_a_correction_scheduled(room):
    live_with_a_correction_approved(room)
    room.take(Step.SCHEDULE, room.people["publisher"])


def forced(room):
    publishing.publish(release=room.release, by=room.author_who_publishes, force="ด่วน")


def withdrawn(room):
    live(room)
    room.take(Step.WITHDRAW, room.people["publisher"])


def gone(room):
    live(room)
    room.take(Step.REMOVE, room.people["administrator"])


def merged(room):
    live(room)
    room.take(Step.MERGE, room.people["administrator"])


# What a state allows; whatever isn't named here is refused.
POSSIBLE = {
    writing: "submit force",
    submitted: "recall return approve force",
    returned: "submit force",
    approved: "return publish schedule",
    scheduled: "take_back submit reschedule unschedule force",
    scheduled_and_approved_again: "take_back return publish reschedule unschedule",
    live: "take_back submit force withdraw remove merge",
    live_and_changed: "take_back submit force withdraw remove merge",
    live_with_a_correction_submitted: "take_back recall return approve force withdraw remove merge",
    live_with_a_correction_approved: "take_back return publish schedule withdraw remove merge",
    live_with_a_correction_scheduled: (
        "take_back submit force reschedule unschedule withdraw remove merge"
    ),
    forced: "take_back submit force sign_off withdraw remove merge",
    withdrawn: "take_back restore remove merge",
    gone: "",
    merged: "",
}

# What a role may do at all.
MAY = {
    "writer": "take_back submit recall",
    "editor": "take_back submit recall return approve sign_off",
    "publisher": (
        "take_back submit recall return approve sign_off publish schedule force reschedule "
        "unschedule "
        "withdraw restore"
    ),
    "administrator": (
        "take_back submit recall return approve sign_off publish schedule force reschedule "
        "unschedule "
        "withdraw restore remove merge"
    ),
}


@pytest.fixture
def room() -> Newsroom:
    room = Newsroom()
    room.author_who_publishes = person("publisher", "alone")
    return room


def outcome(room: Newsroom, step: Step, by) -> str:
    """ "done" or the code of the refusal; nothing of it stays."""
    try:
        with transaction.atomic():
            room.take(step, by)
            transaction.set_rollback(True)
    except PublishingRefused as refusal:
        return refusal.code
    return "done"


@pytest.mark.parametrize("state", POSSIBLE, ids=lambda state: state.__name__)
def test_a_state_lets_whoever_may_do_everything_take_exactly_its_own_steps(room, state):
    state(room)
    chief = room.people["administrator"]
    possible = POSSIBLE[state].split()
    # Where a text is approved, the reason why it can't wait makes no difference.
    possible += ["force"] if "publish" in possible else []
    for step in Step:
        answer = outcome(room, step, chief)
        if step in possible:
            assert answer == "done", step
        else:
            refused = {"wrong_state", "not_approved", "no_version"}
            assert answer in refused, step


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_take_exactly_its_own_steps(room, role):
    """Each step from a state that allows it."""
    starts = {
        step: next(state for state, steps in POSSIBLE.items() if step in steps.split())
        for step in Step
    }
    for step, state in starts.items():
        with transaction.atomic():
            state(room)
            answer = outcome(room, step, room.people[role])
            transaction.set_rollback(True)
        expected = "done" if step in MAY[role].split() else "no_permission"
        assert answer == expected, step


def test_somebody_in_no_role_may_take_no_step(room):
    for step in Step:
        assert outcome(room, step, person()) == "no_permission", step


def test_every_step_has_an_edge_and_every_edge_a_permission_that_exists(room):
    assert set(EDGES) == set(Step)
    everything = get_user_model().objects.create_superuser("root").get_all_permissions()
    assert {edge.permission for edge in EDGES.values()} <= everything


# -- one's own text --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "publisher", "administrator"])
def test_whoever_wrote_part_of_a_text_cannot_approve_it(room, role):
    author = room.people[role]
    room.change(by=author)
    room.submit()
    assert outcome(room, Step.APPROVE, author) == "own_text"
    assert outcome(room, Step.APPROVE, person("editor")) == "done"


def test_a_superuser_cannot_approve_their_own_text_either(room):
    root = get_user_model().objects.create_superuser("root")
    room.change(by=root)
    room.submit()
    assert outcome(room, Step.APPROVE, root) == "own_text"


def test_having_written_what_is_published_already_is_no_hindrance(room):
    room.change(by=room.people["publisher"])
    live(room)
    room.change(by=room.author)
    room.submit()
    assert outcome(room, Step.APPROVE, room.people["publisher"]) == "done"


def test_who_wrote_a_text_that_came_back_from_a_schedule_still_cannot_approve_it(room):
    editor = room.people["publisher"]
    room.change(by=editor)
    scheduled(room)
    room.take(Step.UNSCHEDULE, editor)
    room.change(by=room.author, summary_th="สรุปใหม่")
    assert room.stage() == Stage.SUBMITTED
    assert outcome(room, Step.APPROVE, editor) == "own_text"


# -- what ends an approval -------------------------------------------------------------------------


def test_any_change_of_text_gallery_or_attachments_ends_an_approval(room):
    photo = add_photo(room.release)

    def caption():
        photo.caption_en = "Second row, left"
        photo.save()

    changes = {
        "Thai body": lambda: room.change(body_th="<p>อื่น</p>"),
        "English headline": lambda: room.change(title_en="Other"),
        "event date": lambda: room.change(event_date="2018-05-19"),
        "press contact": lambda: room.change(contact_phone="02 547 1000"),
        "half a language": lambda: room.change(summary_en="", title_en="", body_en=""),
        "a caption": caption,
        "a photo more": lambda: add_photo(room.release, colour="teal"),
        "a photo less": photo.delete,
        "the cover": lambda: room.change(cover=add_photo(room.release, colour="red")),
        "an attachment": lambda: media.add_attachment(release=room.release, file=pdf()),
    }
    for what, change in changes.items():
        with transaction.atomic():
            approved(room)
            assert room.stage() == Stage.APPROVED, what
            change()
            assert room.stage() == Stage.SUBMITTED, what
            assert outcome(room, Step.PUBLISH, room.people["publisher"]) == "not_approved", what
            transaction.set_rollback(True)
        room.release.refresh_from_db()


def pdf():
    return SimpleUploadedFile("annex.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")


def test_saving_without_a_change_ends_nothing(room):
    approved(room)
    room.release.save()
    assert room.stage() == Stage.APPROVED


def test_an_approval_is_of_what_was_on_the_screen(room):
    room.submit()
    seen = digest(room.release)
    room.change(body_th="<p>แก้ระหว่างที่ผู้ตรวจอ่าน</p>")
    with pytest.raises(PublishingRefused) as refusal:
        reviewing.approve(release=room.release, by=room.people["editor"], seen=seen)
    assert refusal.value.code == "changed"
    assert room.stage() == Stage.SUBMITTED


def test_after_publication_a_review_begins_anew(room):
    live(room)
    assert room.stage() == Stage.WRITING
    room.change()
    assert outcome(room, Step.PUBLISH, room.people["publisher"]) == "not_approved"


def test_an_approved_text_taken_back_from_its_schedule_is_approved_still(room):
    scheduled(room)
    assert room.stage() == Stage.WRITING
    room.take(Step.UNSCHEDULE, room.people["publisher"])
    assert room.stage() == Stage.APPROVED


def test_half_a_language_cannot_be_put_up_for_review(room):
    room.change(body_en="")
    assert outcome(room, Step.SUBMIT, room.author) == "incomplete"


# -- without approval ------------------------------------------------------------------------------


def waiting_for_sign_off() -> list[str]:
    return list(AuditEntry.objects.without_sign_off().values_list("code", flat=True))


def test_a_publication_without_approval_waits_for_somebody_else(room):
    alone = room.author_who_publishes
    forced(room)
    assert waiting_for_sign_off() == [room.release.code]
    assert outcome(room, Step.SIGN_OFF, alone) == "own_text"
    assert outcome(room, Step.SIGN_OFF, room.author) == "no_permission"
    reviewing.sign_off(release=room.release, by=room.people["editor"])
    assert waiting_for_sign_off() == []
    assert outcome(room, Step.SIGN_OFF, room.people["administrator"]) == "wrong_state"


@pytest.mark.parametrize(
    ("door", "when"), [(publishing.publish, {}), (publishing.schedule, {"at": LATER})]
)
def test_what_was_left_behind_without_approval_still_has_its_authors(room, door, when):
    writer = room.people["publisher"]
    room.change(by=writer, title_en="Headline", body_en="<p>Text.</p>")
    at = {name: timezone.now() + ahead for name, ahead in when.items()}
    door(release=room.release, by=writer, languages=("th",), force="ด่วน", **at)
    reviewing.submit(release=room.release, by=writer)
    with pytest.raises(PublishingRefused) as refused:
        reviewing.approve(release=room.release, by=writer, seen=digest(room.release))
    assert refused.value.code == "own_text"
    room.approve()


def test_an_approved_text_can_take_the_place_of_what_is_scheduled(room):
    scheduled_and_approved_again(room)
    again = {"release": room.release, "by": room.people["publisher"]}
    at = timezone.now() + 2 * LATER
    with pytest.raises(PublishingRefused):
        publishing.schedule(**again, at=at)
    version = publishing.schedule(**again, at=at, on_scheduled=OnScheduled.CANCEL)
    assert list(room.release.versions.pending(timezone.now())) == [version]
    with pytest.raises(PublishingRefused) as refused:
        publishing.schedule(
            release=room.release, by=room.author, at=at, on_scheduled=OnScheduled.CANCEL
        )
    assert refused.value.code == "no_permission"
    assert list(room.release.versions.pending(timezone.now())) == [version]


def test_what_went_out_whole_without_approval_is_nobodys_hindrance(room):
    writer = room.people["publisher"]
    room.change(by=writer, title_en="Headline", body_en="<p>Text.</p>")
    publishing.publish(release=room.release, by=writer, force="ด่วน")
    room.change(by=room.author)
    room.submit()
    reviewing.approve(release=room.release, by=writer, seen=digest(room.release))


def test_who_wrote_what_follows_another_version_unseen_cannot_look_it_over(room):
    first = room.release.title_th
    writer, other = room.people["publisher"], room.people["administrator"]
    live(room)
    room.change(by=writer, title_th="ของผู้เขียน")
    at = timezone.now() + LATER
    told = {"kind": Version.Kind.UPDATE, "notes": NOTES}
    publishing.schedule(release=room.release, by=writer, at=at, force="ด่วน", **told)
    room.change(by=room.author, title_th=first, summary_th="สรุปใหม่")
    room.submit()
    room.approve()
    publishing.publish(release=room.release, by=other, on_scheduled=OnScheduled.REBASE, **told)
    for by in (writer, other):
        with pytest.raises(PublishingRefused) as refused:
            reviewing.sign_off(release=room.release, by=by)
        assert refused.value.code == "own_text"
    reviewing.sign_off(release=room.release, by=room.people["editor"])


def test_a_blank_reason_is_none(room):
    with pytest.raises(PublishingRefused) as refusal:
        publishing.publish(release=room.release, by=room.people["publisher"], force=" \n")
    assert refusal.value.code == "not_approved"


def test_a_reason_given_for_an_approved_text_makes_it_no_exception(room):
    approved(room)
    publishing.publish(release=room.release, by=room.people["publisher"], force="เผื่อไว้")
    assert waiting_for_sign_off() == []


def test_a_schedule_without_approval_that_is_cancelled_needs_no_second_person(room):
    publisher = room.people["publisher"]
    at = timezone.now() + LATER
    publishing.schedule(release=room.release, by=publisher, at=at, force="ด่วน")
    assert waiting_for_sign_off() == [room.release.code]
    publishing.cancel_schedule(release=room.release, by=publisher, reason="เลื่อน")
    assert waiting_for_sign_off() == []


@pytest.mark.parametrize(
    ("door", "answers"),
    [
        (publishing.cancel_schedule, {}),
        (publishing.reschedule, {"at": timezone.now() + timedelta(days=1), "reason": " "}),
    ],
)
def test_a_person_gives_the_reason_for_another_time(room, door, answers):
    scheduled(room)
    with pytest.raises(PublishingRefused) as refusal:
        door(release=room.release, by=room.people["publisher"], **answers)
    assert refusal.value.code == "reason_missing"


# -- one version never undoes another --------------------------------------------------------------


def test_what_was_frozen_earlier_takes_over_what_was_published_since(room):
    release = published(title_en="Old headline", body_en="<p>Old body</p>").release
    at = timezone.now() + LATER
    release.title_en = "Headline from tomorrow on"
    release.save()
    publishing.schedule(release=release, at=at, kind=Version.Kind.UPDATE, notes=NOTES)
    release.title_en, release.body_en = "Old headline", "<p>Corrected body</p>"
    release.save()
    publishing.publish(
        release=release,
        kind=Version.Kind.CORRECTION,
        notes=Notes(th="แก้เนื้อหา", en="Body corrected."),
        on_scheduled=OnScheduled.REBASE,
    )
    follower = Version.objects.live(at).get(release=release)
    assert (follower.number, follower.kind) == (3, Version.Kind.UPDATE)
    assert follower.title_en == "Headline from tomorrow on"
    assert follower.body_en == "<p>Corrected body</p>"


def test_where_both_changed_the_same_nothing_is_published(room):
    release = published().release
    at = timezone.now() + LATER
    release.title_en = "From tomorrow on"
    release.save()
    publishing.schedule(release=release, at=at, kind=Version.Kind.UPDATE, notes=NOTES)
    release.title_en = "Corrected today"
    release.save()
    with pytest.raises(PublishingRefused) as refusal:
        publishing.publish(
            release=release,
            kind=Version.Kind.CORRECTION,
            notes=NOTES,
            on_scheduled=OnScheduled.REBASE,
        )
    assert refusal.value.code == "both_changed"
    assert release.versions.live(timezone.now()).get().number == 1
    assert Version.objects.live(at).get(release=release).title_en == "From tomorrow on"


# -- named people ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", Step)
def test_who_is_not_named_can_take_no_step_about_a_release_under_embargo(room, step):
    PressRelease.objects.filter(pk=room.release.pk).update(is_limited=True)
    root = get_user_model().objects.create_superuser("root")
    assert outcome(room, step, root) == "unknown"
