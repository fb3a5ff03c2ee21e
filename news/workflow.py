"""The newsroom's rules in one table: which step is possible from where, and for whom.

A release has two sides. Its **status** is what the record says of it: draft, scheduled, live,
withdrawn, removed, merged. Its **stage** is how far the review of the working copy has come: being
written, waiting, returned, approved. Neither is stored: the status follows from versions and the
moment, the stage from the audit trail and the digest of the working copy.

The doors (`news.publishing`, `news.reviewing`) ask `check` before they do anything; screens ask
`possible` to know what to offer. Steps without a person (`by=None`) are those of commands, which
whoever runs the server answers for; the table's permissions don't concern them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from news.models import AuditEntry

Action = AuditEntry.Action


class PublishingRefused(ValidationError):
    """The action is not possible now. `code` names the rule, `messages` tell it to the editor."""


class Status(TextChoices):
    """What the record says of a release at one moment."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    WITHDRAWN = "withdrawn", _("withdrawn")
    GONE = "gone", _("removed")
    MERGED = "merged", _("merged with another release")


class Stage(TextChoices):
    """How far the review of the working copy has come."""

    WRITING = "writing", _("being written")
    SUBMITTED = "submitted", _("waiting for review")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")


class Step(StrEnum):
    TAKE_BACK = "take_back"
    """Bring an old version's content to the desk."""
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    FORCE = "force"
    """Publish or schedule what nobody else has approved, with a reason."""
    SIGN_OFF = "sign_off"
    RESCHEDULE = "reschedule"
    UNSCHEDULE = "unschedule"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    REMOVE = "remove"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Edge:
    """From where a step leads on, and who may take it.

    `scheduled` says whether a version must be waiting for its moment (None: no matter); `of_others`
    that nobody may take the step about a text of their own; `forced` that there must be a
    publication that nobody else has looked over.
    """

    permission: str
    status: frozenset[Status]
    stage: frozenset[Stage] = frozenset(Stage)
    scheduled: bool | None = None
    of_others: bool = False
    forced: bool = False


_OPEN = frozenset({Status.DRAFT, Status.SCHEDULED, Status.LIVE})
_WITH_TEXT = frozenset({Status.LIVE, Status.WITHDRAWN})
_ANY = frozenset(Status)
_PUBLISH, _APPROVE = "news.publish_pressrelease", "news.approve_pressrelease"
_SUBMIT, _END = "news.submit_pressrelease", "news.end_pressrelease"

EDGES: dict[Step, Edge] = {
    Step.TAKE_BACK: Edge("news.change_pressrelease", _OPEN | {Status.WITHDRAWN}),
    Step.SUBMIT: Edge(_SUBMIT, _OPEN, frozenset({Stage.WRITING, Stage.RETURNED})),
    Step.RECALL: Edge(_SUBMIT, _OPEN, frozenset({Stage.SUBMITTED})),
    Step.RETURN: Edge(_APPROVE, _OPEN, frozenset({Stage.SUBMITTED, Stage.APPROVED})),
    Step.APPROVE: Edge(_APPROVE, _OPEN, frozenset({Stage.SUBMITTED}), of_others=True),
    Step.PUBLISH: Edge(_PUBLISH, _OPEN, frozenset({Stage.APPROVED})),
    Step.SCHEDULE: Edge(_PUBLISH, _OPEN, frozenset({Stage.APPROVED}), scheduled=False),
    Step.FORCE: Edge(_PUBLISH, _OPEN, frozenset(Stage) - {Stage.APPROVED}),
    Step.SIGN_OFF: Edge(_APPROVE, _ANY, of_others=True, forced=True),
    Step.RESCHEDULE: Edge(_PUBLISH, _OPEN, scheduled=True),
    Step.UNSCHEDULE: Edge(_PUBLISH, _OPEN, scheduled=True),
    Step.WITHDRAW: Edge(_PUBLISH, frozenset({Status.LIVE})),
    Step.RESTORE: Edge(_PUBLISH, frozenset({Status.WITHDRAWN})),
    Step.REMOVE: Edge(_END, _WITH_TEXT),
    Step.MERGE: Edge(_END, _WITH_TEXT),
}

_STAGE_AFTER = {
    Action.SUBMITTED: Stage.SUBMITTED,
    Action.RECALLED: Stage.WRITING,
    Action.RETURNED: Stage.RETURNED,
    Action.APPROVED: Stage.APPROVED,
}


@dataclass(frozen=True, slots=True)
class Review:
    """Where the review of a working copy stands.

    `last` is the entry that brought it there; `authors` are the keys of everybody who wrote what
    isn't published yet; `changed` says that an approval ended because the text changed after it.
    `forced` is the latest publication without approval that waits for a second person, and
    `forced_authors` who wrote or published that.
    """

    stage: Stage = Stage.WRITING
    last: AuditEntry | None = None
    authors: frozenset[int] = frozenset()
    changed: bool = False
    forced: AuditEntry | None = None
    forced_authors: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Replay:
    last: AuditEntry | None = None
    authors: set[int] = field(default_factory=set)


def review_of(entries: Iterable[AuditEntry], digest: str) -> Review:
    """The review that `entries` (of one release, oldest first) tell of a working copy with
    `digest`.
    """
    now, before_schedule = _Replay(), _Replay()
    of_the_cancelled: frozenset[int] = frozenset()
    forced: dict[int | None, tuple[AuditEntry, frozenset[int]]] = {}
    for entry in entries:
        match entry.action:
            case action if action in AuditEntry.WRITING:
                if entry.actor_id is not None:
                    now.authors.add(entry.actor_id)
            case action if action in _STAGE_AFTER:
                now.last = entry
            case Action.PUBLISHED | Action.SCHEDULED:
                if entry.is_forced:
                    wrote = now.authors | ({entry.actor_id} - {None})
                    if not entry.digest:  # perhaps what was cancelled, which follows another one
                        wrote |= of_the_cancelled
                    forced[entry.version_number] = (entry, frozenset(wrote))
                before_schedule = now if entry.action == Action.SCHEDULED else _Replay()
                # What stayed behind has been seen by nobody either.
                stays = entry.is_forced and not entry.digest
                now = _Replay(authors=set(now.authors) if stays else set())
            case Action.UNSCHEDULED:
                # As if it had never been scheduled: what was approved is approved still.
                _entry, of_the_cancelled = forced.pop(entry.version_number, (None, frozenset()))
                now.last = now.last or before_schedule.last
                now.authors |= before_schedule.authors
                before_schedule = _Replay()
            case Action.SIGNED_OFF:
                forced.pop(entry.version_number, None)
    stage = _STAGE_AFTER[now.last.action] if now.last is not None else Stage.WRITING
    changed = stage == Stage.APPROVED and now.last.digest != digest
    waiting, wrote = list(forced.values())[-1] if forced else (None, frozenset())
    return Review(
        stage=Stage.SUBMITTED if changed else stage,
        last=now.last,
        authors=frozenset(now.authors),
        changed=changed,
        forced=waiting,
        forced_authors=wrote,
    )


@dataclass(frozen=True, slots=True)
class Situation:
    """One release at one moment, as far as the table asks."""

    status: Status
    has_schedule: bool = False
    review: Review = field(default_factory=Review)


def possible(step: Step, situation: Situation) -> bool:
    """Whether the table lets anybody take `step` from here."""
    edge = EDGES[step]
    return (
        situation.status in edge.status
        and situation.review.stage in edge.stage
        and (edge.scheduled is None or edge.scheduled == situation.has_schedule)
        and (not edge.forced or situation.review.forced is not None)
    )


def allowed(step: Step, situation: Situation, by) -> bool:
    """Whether the table lets `by` take `step`, wherever the release stands."""
    edge = EDGES[step]
    return by.has_perm(edge.permission) and not (edge.of_others and by.pk in _own(edge, situation))


def offered(step: Step, situation: Situation, by) -> bool:
    return possible(step, situation) and allowed(step, situation, by)


def check(step: Step, situation: Situation, by) -> None:
    """Raise `PublishingRefused` unless the table lets `by` take `step` from here.

    Codes: `no_permission`, `own_text`, `not_approved`, `wrong_state`.
    """
    edge = EDGES[step]
    if by is not None and not by.has_perm(edge.permission):
        raise PublishingRefused(_("Your account has no right to do this."), "no_permission")
    if not possible(step, situation):
        if step in {Step.PUBLISH, Step.SCHEDULE} and possible(Step.FORCE, situation):
            raise PublishingRefused(
                _(
                    "Nobody else has approved this text yet. Ask for review, or give the reason "
                    "why it can’t wait."
                ),
                "not_approved",
            )
        raise PublishingRefused(
            _("This can't be done now: the release stands otherwise."), "wrong_state"
        )
    if by is not None and edge.of_others and by.pk in _own(edge, situation):
        raise PublishingRefused(
            _("You wrote part of this text yourself: somebody else has to look at it."), "own_text"
        )


def _own(edge: Edge, situation: Situation) -> Sequence[int] | frozenset[int]:
    review = situation.review
    return review.forced_authors if edge.forced else review.authors
