"""The door: every change of what the public sees, as a named action.

Each action is keyword-only, atomic, and appends one version to the record (a cancelled schedule is
the one exception: it empties an interval that nobody has seen). Nothing else writes versions. An
action that can't be done raises `PublishingRefused` and leaves everything as it was.

Where a person acts (`by`), the newsroom's table in `news.workflow` must let them; commands that
load or import act for whoever runs the server and give none. Every action is in the audit trail.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from news import counting, media, purging, record_guards, rows, telling, translating
from news.audit import Action
from news.door import (
    Door,
    OnScheduled,
    database_now,
    lock,
    require_whole_texts,
    seal,
)
from news.freezing import (
    COMPARED,
    NO_NOTES,
    Notes,
    copied,
    freeze,
    freeze_text,
    set_notes,
    without_text,
)
from news.models import AuditEntry, Epoch, PressRelease, Version, VersionMedia
from news.models.version import LANGUAGES
from news.search import index
from news.search.engine import Written
from news.thai.dates import bangkok_day
from news.workflow import PublishingRefused, Step, possible

__all__ = [
    "CHANGES",
    "NO_NOTES",
    "Notes",
    "OnScheduled",
    "PublishingRefused",
    "cancel_schedule",
    "erase",
    "freeze",
    "merge",
    "publish",
    "publish_many",
    "remove",
    "reschedule",
    "restore",
    "schedule",
    "withdraw",
]

CHANGES = (
    Version.Kind.CORRECTION,
    Version.Kind.CLARIFICATION,
    Version.Kind.UPDATE,
    Version.Kind.TRANSLATION,
    Version.Kind.MINOR,
)
"""What a further version of a live release can be; readers are told of all but the last."""


# -- the actions ---------------------------------------------------------------------------------


@transaction.atomic
def publish(
    *,
    release: PressRelease,
    by=None,
    kind: str = Version.Kind.FIRST,
    notes: Notes = NO_NOTES,
    languages: Sequence[str] | None = None,
    other_follows: bool = False,
    on_scheduled: OnScheduled = OnScheduled.REFUSE,
    force: str = "",
    seen: str = "",
) -> Version:
    """Make the working copy the live version, from this moment on.

    `kind` is FIRST for a release never published, otherwise one of `CHANGES`; all of these but
    MINOR need a note in every language that the version has. `languages` limits the version to
    some of the complete ones ("Thai now, English later"); by default all. With `other_follows` the
    language that is not among them keeps the text that it has, and its page says that it hasn't
    followed yet. `force` is the reason why a text that nobody else has approved can't wait; `seen`,
    where a screen showed the text, is the digest of what stood there, and no other text goes out.
    """
    door = Door(release, by)
    forced = _check_approved(door, Step.PUBLISH, force, seen)
    before = door.latest
    postponed = door.clear_schedule(on_scheduled)
    draft = _frozen(door, kind, notes, languages, other_follows=other_follows)
    version = door.append(draft)
    _settle_translation(door, version)
    entry = _note_text(door, Action.PUBLISHED, version, forced=forced, said=force)
    telling.tell_when_live(version, entry)
    if postponed is not None:
        follower = door.append(_rebased(postponed, before, version), at=postponed.visible_from)
        unseen = _was_forced(door, postponed)
        entry = door.note(Action.SCHEDULED, number=follower.number, forced=unseen)
        telling.tell_when_live(follower, entry)
    return version


@transaction.atomic
def schedule(
    *,
    release: PressRelease,
    at: datetime,
    by=None,
    kind: str = Version.Kind.FIRST,
    notes: Notes = NO_NOTES,
    languages: Sequence[str] | None = None,
    other_follows: bool = False,
    on_scheduled: OnScheduled = OnScheduled.REFUSE,
    force: str = "",
    seen: str = "",
) -> Version:
    """Freeze the working copy now, to be live from `at` (aware, in the future). Nothing runs
    then. The other arguments are those of `publish`; what is scheduled can be cancelled for it, but
    can't follow it.
    """
    door = Door(release, by)
    if on_scheduled == OnScheduled.REBASE:
        raise PublishingRefused(
            _(
                "What is scheduled can follow only what is published now. Cancel it, or publish "
                "now."
            ),
            "scheduled",
        )
    if on_scheduled == OnScheduled.CANCEL:
        door.clear_schedule(on_scheduled)  # first, for the table knows one schedule at a time
    forced = _check_approved(door, Step.SCHEDULE, force, seen)
    door.clear_schedule(on_scheduled)
    if at <= door.now:
        raise PublishingRefused(_("The time of publication has passed already."), "past")
    draft = _frozen(door, kind, notes, languages, other_follows=other_follows)
    version = door.append(draft, at=at)
    _settle_translation(door, version)
    entry = _note_text(door, Action.SCHEDULED, version, forced=forced, said=force)
    telling.tell_when_live(version, entry)
    return version


@transaction.atomic
def reschedule(*, release: PressRelease, at: datetime, by=None, reason: str = "") -> Version:
    """Move the scheduled version, as it was frozen, to another future moment.

    A first version that nobody has given a day is dated on its new one. A person gives the reason,
    which everyone concerned is told.
    """
    door = Door(release, by)
    door.check(Step.RESCHEDULE)
    _require_reason(door, reason)
    if at <= door.now:
        raise PublishingRefused(_("The time of publication has passed already."), "past")
    scheduled = door.cancel()
    follower = copied(scheduled)
    if _took_its_day_from(scheduled, door.release):
        follower.dated = None  # the door gives it the day on which it appears now
    moved = door.append(follower, at=at)
    entry = door.note(Action.RESCHEDULED, number=moved.number, said=reason)
    telling.tell_when_live(moved, entry)
    return moved


@transaction.atomic
def cancel_schedule(*, release: PressRelease, by=None, reason: str = "") -> Version:
    """Take the scheduled version back before its moment; returns the cancelled row.

    A person gives the reason. Raises `PublishingRefused` when nothing is scheduled, or its moment
    has come.
    """
    door = Door(release, by)
    door.check(Step.UNSCHEDULE)
    _require_reason(door, reason)
    cancelled = door.cancel()
    door.note(Action.UNSCHEDULED, number=cancelled.number, said=reason)
    return cancelled


@transaction.atomic
def withdraw(
    *,
    release: PressRelease,
    reason: str,
    by=None,
    notes: Notes = NO_NOTES,
    on_scheduled: OnScheduled = OnScheduled.REFUSE,
) -> Version:
    """Take a live release out of all lists; its page keeps the text under a banner with the reason.

    `reason` is one of `Version.Reason`.
    """
    door = Door(release, by)
    door.check(Step.WITHDRAW)
    door.clear_schedule(_not_rebased(on_scheduled))
    door.require_live()
    tombstone = copied(door.latest)
    tombstone.kind, tombstone.reason = Version.Kind.WITHDRAWN, _reason(reason)
    set_notes(tombstone, notes)
    return _noted(door, Action.WITHDRAWN, tombstone)


@transaction.atomic
def restore(*, release: PressRelease, by=None, notes: Notes = NO_NOTES) -> Version:
    """Bring a withdrawn release back with the text it was withdrawn with."""
    door = Door(release, by)
    door.check(Step.RESTORE)
    if door.latest is None or door.latest.kind != Version.Kind.WITHDRAWN:
        raise PublishingRefused(_("Only a withdrawn release can be restored."), "not_withdrawn")
    restored = copied(door.latest)
    restored.kind, restored.reason = Version.Kind.RESTORED, ""
    set_notes(restored, notes)
    return _noted(door, Action.RESTORED, restored)


@transaction.atomic
def remove(
    *,
    release: PressRelease,
    reason: str,
    by=None,
    notes: Notes = NO_NOTES,
    on_scheduled: OnScheduled = OnScheduled.REFUSE,
) -> Version:
    """End a release for good: its address answers "gone", with date and reason but without its
    text.
    """
    door = Door(release, by)
    door.check(Step.REMOVE)
    door.clear_schedule(_not_rebased(on_scheduled))
    return _removed(door, reason, notes)


def _removed(door: Door, reason: str, notes: Notes = NO_NOTES) -> Version:
    door.require_readable()
    tombstone = without_text(copied(door.latest))
    tombstone.kind, tombstone.reason = Version.Kind.GONE, _reason(reason)
    set_notes(tombstone, notes)
    removed = _noted(door, Action.REMOVED, tombstone)
    Epoch.objects.raise_removals()
    purging.queue(removed)
    return removed


@transaction.atomic
def merge(
    *,
    release: PressRelease,
    into: PressRelease,
    by=None,
    notes: Notes = NO_NOTES,
    on_scheduled: OnScheduled = OnScheduled.REFUSE,
) -> Version:
    """Let the address of `release` lead to `into`, which must be listed now."""
    # Both, in one order: two mergers that cross would otherwise make a circle.
    lock(release, into)
    door = Door(release, by)
    door.check(Step.MERGE)
    door.clear_schedule(_not_rebased(on_scheduled))
    door.require_readable()
    # A listed target is neither merged nor gone, and never this release, so no cycle can arise.
    if into.pk == release.pk or not into.versions.listed(door.now).exists():
        raise PublishingRefused(
            _("A release can only be merged into another one that is live."), "bad_target"
        )
    tombstone = without_text(copied(door.latest))
    tombstone.kind, tombstone.merged_into, tombstone.reason = Version.Kind.MERGED, into, ""
    set_notes(tombstone, notes)
    return _noted(door, Action.MERGED, tombstone)


@transaction.atomic
def erase(*, release: PressRelease, reason: str, by=None) -> list[Version]:
    """Empty the texts of every version of a release whose erasure two people have ordered.

    A release that is still read is removed first, for `reason`; a schedule is cancelled. Numbers,
    dates and checksums stay, a removal's note too. Returns the versions that were emptied, as they
    were. Without an approved `Erasure` the database refuses. For `news.erasing`, which clears all
    that lies outside the record.
    """
    door = Door(release, by)
    door.clear_schedule(OnScheduled.CANCEL)
    if door.latest is not None and door.latest.kind not in Version.WITHOUT_TEXT:
        _removed(door, reason)
    emptied = []
    versions = list(Version.objects.filter(release=release).order_by("pk"))
    index.erase(versions)
    for version in versions:
        texts = dict(record_guards.EMPTIED)
        if version.kind == Version.Kind.GONE:
            del texts["note_th"], texts["note_en"]
        if any(getattr(version, name) != value for name, value in texts.items()):
            Version.objects.filter(pk=version.pk).update(erased=True, **texts)
            emptied.append(version)
    VersionMedia.objects.filter(version__in=versions).delete()
    Epoch.objects.raise_counter()
    Epoch.objects.raise_removals()
    return emptied


@transaction.atomic
def publish_many(
    *,
    releases: Sequence[PressRelease],
    by=None,
    drafts: Sequence[Version] | None = None,
    documents: Sequence[Written] | None = None,
) -> list[Version]:
    """Save new releases that are nothing but text and publish them all at this moment.

    For importing: there are no photographs to wait for, no card is drawn ahead, and readers are
    told of nothing. Each release needs a headline and a body; where one has neither, none is
    published. Where somebody has worked them out already, `drafts` is what `freeze_text` gave for
    each, before it had its code and topic, and `documents` what `index.written` gave for those.
    """
    for release in releases:
        if not release.languages():
            raise PublishingRefused(_("A headline and a body are missing."), "no_text")
    PressRelease.save_new(releases)
    now = database_now()
    versions = list(drafts or map(freeze_text, releases))
    for version, release in zip(versions, releases, strict=True):
        version.release, version.code, version.topic = release, release.code, release.topic
        seal(version, after=None, now=now, visible_from=now, by=by)
    rows.insert(versions)
    Epoch.objects.raise_counter()
    index.add(versions, documents)
    counting.add(versions)
    return versions


# -- the rules -----------------------------------------------------------------------------------


def _check_approved(door: Door, step: Step, force: str, seen: str) -> bool:
    """Whether this goes past the review, which needs a reason (`force`) and a person."""
    if door.by is None:
        return False
    forced = bool(force.strip()) and not possible(step, door.situation)
    door.check(Step.FORCE if forced else step)
    if seen:
        door.require_seen(seen)
    return forced


def _frozen(
    door: Door,
    kind: str,
    notes: Notes,
    languages: Sequence[str] | None,
    *,
    other_follows: bool,
) -> Version:
    """The working copy as it would go out now, and may."""
    draft = freeze(
        release=door.release,
        kind=kind,
        notes=notes,
        languages=languages,
        kept=door.latest if other_follows else None,
    )
    _check_publishable(door, draft)
    return draft


def _note_text(door: Door, action: str, version: Version, *, forced: bool, said: str) -> AuditEntry:
    """Write that `version` goes out, with the digest of the working copy where that is all of it:
    the rest has its authors still.
    """
    is_all = set(version.languages) >= set(door.release.languages()) and not version.behind
    whole = door.digest if is_all else ""
    return door.note(action, number=version.number, forced=forced, digest=whole, said=said)


def _settle_translation(door: Door, version: Version) -> None:
    """Where both languages go out together, somebody has said that they agree."""
    if len(version.languages) < len(LANGUAGES) or version.behind:
        return
    translating.follows(door.release)
    PressRelease.objects.filter(pk=door.release.pk).update(
        translated_from=door.release.translated_from, translation_is_stale=False
    )


def _was_forced(door: Door, scheduled: Version) -> bool:
    """Whether `scheduled` had been scheduled without approval."""
    found = door.release.audit_entries.filter(
        action=Action.SCHEDULED, version_number=scheduled.number
    )
    return found.order_by("-pk").values_list("is_forced", flat=True).first() or False


def _took_its_day_from(scheduled: Version, release: PressRelease) -> bool:
    """Whether `scheduled` is dated on the day of its own moment because the desk gave it none."""
    is_first = scheduled.first_published == scheduled.visible_from
    on_its_day = scheduled.dated == bangkok_day(scheduled.visible_from)
    return is_first and on_its_day and release.dated != scheduled.dated


def _require_reason(door: Door, reason: str) -> None:
    if door.by is not None and not reason.strip():
        raise PublishingRefused(_("Give a reason."), "reason_missing")


def _noted(door: Door, action: str, tombstone: Version) -> Version:
    version = door.append(tombstone)
    door.note(action, number=version.number, said=str(version.get_reason_display()))
    return version


def _rebased(postponed: Version, before: Version, now: Version) -> Version:
    """What was scheduled on top of `before`, on top of `now` instead.

    What it left as it was is taken from `now`: a version frozen earlier never brings back what was
    changed since. Raises `PublishingRefused` where both changed the same.
    """
    follower = copied(postponed)
    for name in (*COMPARED, "dated"):
        was, wanted, new = (getattr(v, name) for v in (before, postponed, now))
        if wanted == was:
            setattr(follower, name, new)
        elif new not in (was, wanted):
            raise PublishingRefused(
                _(
                    "The scheduled version changes something that this one changes too, and would "
                    "undo it. Cancel the schedule, and schedule the whole text again."
                ),
                "both_changed",
            )
    return follower


def _check_publishable(door: Door, draft: Version) -> None:
    release, latest = door.release, door.latest
    if latest is None and draft.kind != Version.Kind.FIRST:
        raise PublishingRefused(_("This release has not been published yet."), "not_published")
    if latest is not None:
        door.require_live()
        if draft.kind not in CHANGES:
            raise PublishingRefused(_("Say what kind of change this is."), "kind_missing")
    require_whole_texts(release, besides=draft.behind)
    if set(draft.languages) <= {draft.behind}:
        raise PublishingRefused(_("A headline and a body are missing."), "no_text")
    told = draft.kind in CHANGES and draft.kind != Version.Kind.MINOR
    if told and any(not getattr(draft, f"note_{language}") for language in draft.languages):
        raise PublishingRefused(
            _("Tell readers what changed, in each language of the release."), "note_missing"
        )
    waiting = media.photos_without_derivatives(release)
    if waiting:
        raise PublishingRefused(
            ngettext_lazy(
                "%(count)d photo is still being prepared. Try again in a moment.",
                "%(count)d photos are still being prepared. Try again in a moment.",
                "count",
            ),
            "photos_waiting",
            {"count": len(waiting)},
        )


def _reason(reason: str) -> str:
    if reason not in Version.Reason.values:
        raise PublishingRefused(_("Give a reason."), "reason_missing")
    return reason


def _not_rebased(on_scheduled: OnScheduled) -> OnScheduled:
    if on_scheduled == OnScheduled.REBASE:
        raise ValueError("a scheduled version can't follow one that ends the release")
    return on_scheduled
