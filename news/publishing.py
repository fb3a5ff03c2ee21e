"""The door: every change of what the public sees, as a named action.

Each action is keyword-only, atomic, and appends one version to the record (a cancelled schedule is
the one exception: it empties an interval that nobody has seen). Nothing else writes versions. An
action that can't be done raises `PublishingRefused` and leaves everything as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from news import counting, media, record_guards
from news.exporting.open_data import OPEN_DATA
from news.html import plain, sanitise
from news.models import Epoch, Job, PressRelease, Version, VersionMedia
from news.models.version import LANGUAGES, canonical_json
from news.search import index
from news.sharing import cards

BANGKOK = ZoneInfo("Asia/Bangkok")
_TICK = timedelta(microseconds=1)

CHANGES = (
    Version.Kind.CORRECTION,
    Version.Kind.CLARIFICATION,
    Version.Kind.UPDATE,
    Version.Kind.TRANSLATION,
    Version.Kind.MINOR,
)
"""What a further version of a live release can be; readers are told of all but the last."""


class PublishingRefused(ValidationError):
    """The action is not possible now. `code` names the rule, `messages` tell it to the editor."""


class OnScheduled(StrEnum):
    """What to do with a later version that is already scheduled."""

    REFUSE = "refuse"
    CANCEL = "cancel"
    REBASE = "rebase"
    """Keep its moment, and number it after the version published now (not after a first one)."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What readers are told about a change, in each language; empty where there is nothing to
    say.
    """

    th: str = ""
    en: str = ""


NO_NOTES = Notes()


# -- the actions ---------------------------------------------------------------------------------


@transaction.atomic
def publish(
    *,
    release: PressRelease,
    by=None,
    kind: str = Version.Kind.FIRST,
    notes: Notes = NO_NOTES,
    languages: Sequence[str] | None = None,
    on_scheduled: OnScheduled = OnScheduled.REFUSE,
) -> Version:
    """Make the working copy the live version, from this moment on.

    `kind` is FIRST for a release never published, otherwise one of `CHANGES`; all of these but
    MINOR need a note in every language that the version has. `languages` limits the version to
    some of the complete ones ("Thai now, English later"); by default all.
    """
    door = _Door(release)
    postponed = door.clear_schedule(on_scheduled)
    draft = freeze(release=door.release, kind=kind, notes=notes, languages=languages)
    _check_publishable(door, draft)
    version = door.append(draft, by=by)
    if postponed is not None:
        door.append(_copy(postponed), by=by, at=postponed.visible_from)
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
) -> Version:
    """Freeze the working copy now, to be live from `at` (aware, in the future). Nothing runs
    then.
    """
    door = _Door(release)
    door.clear_schedule(OnScheduled.REFUSE)
    if at <= door.now:
        raise PublishingRefused(_("The time of publication has passed already."), "past")
    draft = freeze(release=door.release, kind=kind, notes=notes, languages=languages)
    _check_publishable(door, draft)
    return door.append(draft, by=by, at=at)


@transaction.atomic
def reschedule(*, release: PressRelease, at: datetime, by=None) -> Version:
    """Move the scheduled version, exactly as it was frozen, to another future moment."""
    door = _Door(release)
    if at <= door.now:
        raise PublishingRefused(_("The time of publication has passed already."), "past")
    scheduled = door.cancel()
    return door.append(_copy(scheduled), by=by, at=at)


@transaction.atomic
def cancel_schedule(*, release: PressRelease, by=None) -> Version:
    """Take the scheduled version back before its moment; returns the cancelled row.

    Raises `PublishingRefused` when nothing is scheduled, or its moment has come.
    """
    door = _Door(release)
    return door.cancel()


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
    door = _Door(release)
    door.clear_schedule(_not_rebased(on_scheduled))
    door.require_live()
    tombstone = _copy(door.latest)
    tombstone.kind, tombstone.reason = Version.Kind.WITHDRAWN, _reason(reason)
    _set_notes(tombstone, notes)
    return door.append(tombstone, by=by)


@transaction.atomic
def restore(*, release: PressRelease, by=None, notes: Notes = NO_NOTES) -> Version:
    """Bring a withdrawn release back with the text it was withdrawn with."""
    door = _Door(release)
    if door.latest is None or door.latest.kind != Version.Kind.WITHDRAWN:
        raise PublishingRefused(_("Only a withdrawn release can be restored."), "not_withdrawn")
    restored = _copy(door.latest)
    restored.kind, restored.reason = Version.Kind.RESTORED, ""
    _set_notes(restored, notes)
    return door.append(restored, by=by)


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
    door = _Door(release)
    door.clear_schedule(_not_rebased(on_scheduled))
    door.require_readable()
    tombstone = _without_text(_copy(door.latest))
    tombstone.kind, tombstone.reason = Version.Kind.GONE, _reason(reason)
    _set_notes(tombstone, notes)
    return door.append(tombstone, by=by)


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
    door = _Door(release)
    door.clear_schedule(_not_rebased(on_scheduled))
    door.require_readable()
    # A listed target is neither merged nor gone, and never this release, so no cycle can arise.
    if into.pk == release.pk or not into.versions.listed(door.now).exists():
        raise PublishingRefused(
            _("A release can only be merged into another one that is live."), "bad_target"
        )
    tombstone = _without_text(_copy(door.latest))
    tombstone.kind, tombstone.merged_into, tombstone.reason = Version.Kind.MERGED, into, ""
    _set_notes(tombstone, notes)
    return door.append(tombstone, by=by)


@transaction.atomic
def erase(*, release: PressRelease, reason: str, by=None) -> list[Version]:
    """Empty the texts of every version of a release whose erasure two people have ordered.

    A release that is still read is removed first, for `reason`; a schedule is cancelled. Numbers,
    dates and checksums stay, a removal's note too. Returns the versions that were emptied, as they
    were. Without an approved `Erasure` the database refuses. For `news.erasing`, which clears all
    that lies outside the record.
    """
    door = _Door(release)
    door.clear_schedule(OnScheduled.CANCEL)
    if door.latest is not None and door.latest.kind not in Version.WITHOUT_TEXT:
        remove(release=release, reason=reason, by=by)
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
    _raise_epoch()
    return emptied


@transaction.atomic
def publish_many(*, releases: Sequence[PressRelease], by=None) -> list[Version]:
    """Save new releases that are nothing but text and publish them all at this moment.

    For importing: there are no photographs to wait for, no card is drawn ahead, and readers are
    told of nothing. Each release needs a headline and a body; where one has neither, none is
    published.
    """
    for release in releases:
        if not release.languages():
            raise PublishingRefused(_("A headline and a body are missing."), "no_text")
    PressRelease.save_new(releases)
    now = _database_now()
    versions = []
    for release in releases:
        version = _frozen(
            release, release.languages(), photos=[], files=[], kind=Version.Kind.FIRST
        )
        _seal(version, after=None, now=now, visible_from=now, by=by)
        versions.append(version)
    Version.objects.bulk_create(versions)
    _raise_epoch()
    index.add(versions)
    counting.add(versions)
    return versions


# -- freezing ------------------------------------------------------------------------------------


def freeze(
    *,
    release: PressRelease,
    kind: str = Version.Kind.FIRST,
    notes: Notes = NO_NOTES,
    languages: Sequence[str] | None = None,
) -> Version:
    """An unsaved version with the working copy's content: what `publish` appends, what a preview
    shows.

    Number and moments are still unset; languages without both headline and body are left out.
    """
    return _frozen(
        release,
        release.languages() if languages is None else languages,
        photos=frozen_gallery(release),
        files=frozen_attachments(release),
        kind=kind,
        notes=notes,
    )


def _frozen(
    release: PressRelease,
    languages: Sequence[str],
    *,
    photos: list[dict],
    files: list[dict],
    kind: str,
    notes: Notes = NO_NOTES,
) -> Version:
    version = Version(
        release=release,
        code=release.code,
        slug=release.slug,
        kind=kind,
        topic=release.topic,
        dated=release.dated,
        dated_precision=release.dated_precision,
        dated_source=release.dated_source,
        dated_other=release.dated_other,
        event_date=release.event_date,
        event_precision=release.event_precision,
        event_source=release.event_source,
        event_other=release.event_other,
        origin=release.origin,
        source_url=release.source_url,
        original_language=release.original_language,
        translation_status=release.translation_status,
        gallery=canonical_json(photos),
        attachments=canonical_json(files),
        contact=canonical_json(_frozen_contact(release)),
    )
    for language in release.languages():
        if language not in languages:
            continue
        for name in ("title", "summary", "gallery_description"):
            field = f"{name}_{language}"
            setattr(version, field, (getattr(release, field) or "").strip())
        setattr(version, f"body_{language}", sanitise(getattr(release, f"body_{language}")))
    _set_notes(version, notes)
    return version


def frozen_gallery(release: PressRelease) -> list[dict]:
    """The photos as the record keeps them, in order.

    Keys: sha256 (of the private original), width, height, colour, focal_x, focal_y (per cent),
    alt_th, alt_en, caption_th, caption_en, credit, is_sample, is_cover.
    """
    photos = list(release.photos.all())
    cover_id = release.cover_id or next((photo.pk for photo in photos), None)
    return [
        {
            "sha256": photo.sha256,
            "width": photo.width,
            "height": photo.height,
            "colour": photo.colour,
            "focal_x": photo.focal_x,
            "focal_y": photo.focal_y,
            "alt_th": photo.alt_th or "",
            "alt_en": photo.alt_en or "",
            "caption_th": photo.caption_th or "",
            "caption_en": photo.caption_en or "",
            "credit": photo.credit,
            "is_sample": photo.is_sample,
            "is_cover": photo.pk == cover_id,
        }
        for photo in photos
    ]


def frozen_attachments(release: PressRelease) -> list[dict]:
    """The attachments as the record keeps them, in order.

    Keys: sha256, name, content_type, byte_size, language (th, en, both), title_th, title_en.
    """
    return [
        {
            "sha256": attachment.sha256,
            "name": attachment.name,
            "content_type": attachment.content_type,
            "byte_size": attachment.byte_size,
            "language": attachment.language,
            "title_th": attachment.title_th or "",
            "title_en": attachment.title_en or "",
        }
        for attachment in release.attachments.all()
    ]


def _frozen_contact(release: PressRelease) -> dict:
    return {
        "text_th": release.contact_th or "",
        "text_en": release.contact_en or "",
        "phone": release.contact_phone,
        "email": release.contact_email,
    }


_COPIED = tuple(
    field.attname
    for field in Version._meta.concrete_fields
    if field.attname
    not in {
        "id",
        "number",
        "visible_from",
        "visible_until",
        "recorded_at",
        "recorded_by",
        "checksum",
    }
)


def _copy(version: Version) -> Version:
    """An unsaved version with the same content; the door gives it its number and moments."""
    return Version(**{name: getattr(version, name) for name in _COPIED})


def _without_text(version: Version) -> Version:
    for language in LANGUAGES:
        for name in ("title", "summary", "body", "gallery_description"):
            setattr(version, f"{name}_{language}", "")
    version.slug = version.source_url = version.dated_source = version.event_source = ""
    version.gallery, version.attachments, version.contact = "[]", "[]", "{}"
    return version


def _set_notes(version: Version, notes: Notes) -> None:
    version.note_th, version.note_en = notes.th.strip(), notes.en.strip()


# -- the rules -----------------------------------------------------------------------------------


def _check_publishable(door: "_Door", draft: Version) -> None:
    release, latest = door.release, door.latest
    if latest is None and draft.kind != Version.Kind.FIRST:
        raise PublishingRefused(_("This release has not been published yet."), "not_published")
    if latest is not None:
        door.require_live()
        if draft.kind not in CHANGES:
            raise PublishingRefused(_("Say what kind of change this is."), "kind_missing")
    for language in LANGUAGES:
        title, body = getattr(release, f"title_{language}"), getattr(release, f"body_{language}")
        if bool((title or "").strip()) != bool(plain(body or "")):
            raise PublishingRefused(
                _("The %(language)s text is incomplete: it needs a headline and a body."),
                "incomplete",
                {"language": dict(PressRelease.Language.choices)[language]},
            )
    if not draft.languages:
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


class _Door:
    """One release, locked for the length of a transaction, with its history as of the database's
    now.
    """

    def __init__(self, release: PressRelease) -> None:
        # Two editors who act at once are taken one after the other (SQLite: by BEGIN IMMEDIATE).
        self.release = PressRelease.objects.select_for_update().get(pk=release.pk)
        self.now = _database_now()
        history = list(
            self.release.versions.exclude(visible_until=F("visible_from")).order_by("number")
        )
        self.scheduled = history.pop() if history and history[-1].visible_from > self.now else None
        self.latest: Version | None = history[-1] if history else None

    def require_live(self) -> None:
        """Raises unless the release is in force with a listed text."""
        if self.latest is None or not self.latest.is_listed_kind:
            raise PublishingRefused(_("This release is not live."), "not_live")

    def require_readable(self) -> None:
        """Raises unless the release is live or withdrawn."""
        if self.latest is None or self.latest.kind in Version.WITHOUT_TEXT:
            raise PublishingRefused(_("This release is not live."), "not_live")

    def clear_schedule(self, on_scheduled: OnScheduled) -> Version | None:
        """Deal with a scheduled version; returns it where it is to be appended again."""
        if self.scheduled is None:
            return None
        follows = on_scheduled == OnScheduled.REBASE and self.latest is not None
        if not follows and on_scheduled != OnScheduled.CANCEL:
            raise PublishingRefused(
                _("Another version is already scheduled. Cancel it, or let it follow this one."),
                "scheduled",
            )
        cancelled = self.cancel()
        return cancelled if follows else None

    def cancel(self) -> Version:
        """Empty the scheduled version's interval and let the live one go on."""
        scheduled = self.scheduled
        if scheduled is None:
            raise PublishingRefused(_("Nothing is scheduled."), "nothing_scheduled")
        self._end(scheduled, scheduled.visible_from)
        if self.latest is not None:
            self._end(self.latest, None)
        self.scheduled = None
        _raise_epoch()
        for version in (scheduled, self.latest):
            if version is not None:
                index.end(version)
        counting.remove(scheduled)
        if self.latest is not None:
            counting.add([self.latest])
        return scheduled

    def append(self, version: Version, *, by=None, at: datetime | None = None) -> Version:
        """Number, date, seal and save `version`, in force from `at` or from now."""
        latest = self.latest
        visible_from = at or self.now
        if latest is not None and visible_from <= latest.visible_from:
            visible_from = latest.visible_from + _TICK
        _seal(version, after=latest, now=self.now, visible_from=visible_from, by=by)
        if latest is not None:
            self._end(latest, version.visible_from)
        version.save(force_insert=True)
        VersionMedia.objects.bulk_create(
            VersionMedia(version=version, master_sha256=sha256)
            for sha256 in dict.fromkeys(item["sha256"] for item in version.photos + version.files)
        )
        cards.queue(version)
        if not version.is_listed_kind:  # its text must leave the data files at once
            Job.objects.enqueue(OPEN_DATA, f"{version.code}@{version.number}")
        _raise_epoch()
        # After the epoch, whose row makes publications follow each other: see news.search.index,
        # news.counting.
        if latest is not None:
            index.end(latest)
            counting.remove(latest)
        index.add([version])
        counting.add([version])
        self.latest = version
        return version

    @staticmethod
    def _end(version: Version, moment: datetime | None) -> None:
        Version.objects.filter(pk=version.pk).update(visible_until=moment)
        version.visible_until = moment


def _seal(
    version: Version, *, after: Version | None, now: datetime, visible_from: datetime, by=None
) -> None:
    """Number and date a version that follows `after`, and compute its checksum."""
    version.recorded_at = now
    version.recorded_by = by.get_username() if by is not None else ""
    version.number = after.number + 1 if after else 1
    version.visible_from = visible_from
    version.visible_until = None
    version.first_published = after.first_published if after else visible_from
    unchanged = after is not None and version.kind == Version.Kind.MINOR
    version.last_changed = after.last_changed if unchanged else visible_from
    if version.dated is None:
        version.dated = version.first_published.astimezone(BANGKOK).date()
    version.checksum = version.compute_checksum()


def _raise_epoch() -> None:
    Epoch.objects.filter(pk=1).update(counter=F("counter") + 1)


def _database_now() -> datetime:
    """The database's clock, which its guards compare with; microseconds (SQLite: milliseconds)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
            return parse_datetime(cursor.fetchone()[0])
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
