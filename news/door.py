"""One release at the door: locked, with its history and its review as of the database's now."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from news import audit, counting, telling, workflow
from news.audit import Action
from news.exporting.open_data import OPEN_DATA
from news.freezing import digest
from news.html import plain
from news.models import AuditEntry, Epoch, Job, PressRelease, Version, VersionMedia
from news.models.version import LANGUAGES
from news.search import index
from news.sharing import cards
from news.thai.dates import bangkok_day
from news.workflow import PublishingRefused, Review, Situation, Status, Step

_TICK = timedelta(microseconds=1)


class OnScheduled(StrEnum):
    """What to do with a later version that is already scheduled."""

    REFUSE = "refuse"
    CANCEL = "cancel"
    REBASE = "rebase"
    """Keep its moment, and number it after the version published now (not after a first one)."""


class Door:
    """One release, locked for the length of a transaction, with its history as of the database's
    now. `by` is who stands there; None for a command.

    Raises `PublishingRefused` (`unknown`) for a person who may not know of the release.
    """

    def __init__(self, release: PressRelease, by=None) -> None:
        self.by = by
        # Two editors who act at once are taken one after the other (SQLite: by BEGIN IMMEDIATE).
        self.release = PressRelease.objects.select_for_update().get(pk=release.pk)
        self.now = database_now()
        known = PressRelease.objects.filter(pk=release.pk)
        if by is not None and not known.seen_by(by, self.now).exists():
            raise PublishingRefused(_("There is no such release."), "unknown")
        history = list(
            self.release.versions.exclude(visible_until=F("visible_from")).order_by("number")
        )
        self.scheduled = history.pop() if history and history[-1].visible_from > self.now else None
        self.latest: Version | None = history[-1] if history else None

    # -- the rules of the newsroom ---------------------------------------------------------------

    @cached_property
    def digest(self) -> str:
        """That of the working copy as it is in the database now."""
        return digest(self.release)

    @cached_property
    def review(self) -> Review:
        return review(self.release, self.digest)

    @property
    def situation(self) -> Situation:
        return Situation(
            status=status_of(self.latest, self.scheduled),
            has_schedule=self.scheduled is not None,
            review=self.review,
        )

    def check(self, step: Step) -> None:
        """Raise `PublishingRefused` unless the newsroom's table lets `by` take `step` now."""
        if self.by is not None:
            workflow.check(step, self.situation, self.by)

    def require_seen(self, seen: str) -> None:
        """Raise `PublishingRefused` (`changed`) unless the working copy still has the digest `seen`
        that a person had on the screen.
        """
        if seen != self.digest:
            raise PublishingRefused(
                _("The text was changed while you were reading. Look at it once more."), "changed"
            )

    def note(self, action: str, **said) -> AuditEntry:
        """Write what was done into the audit trail."""
        entry = audit.note(action, by=self.by, release=self.release, **said)
        telling.tell(entry)
        return entry

    # -- the record --------------------------------------------------------------------------------

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
        self.note(Action.UNSCHEDULED, number=cancelled.number)
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
        Epoch.objects.raise_counter()
        for version in (scheduled, self.latest):
            if version is not None:
                index.end(version)
        counting.remove(scheduled)
        if self.latest is not None:
            counting.add([self.latest])
        return scheduled

    def append(self, version: Version, *, at: datetime | None = None) -> Version:
        """Number, date, seal and save `version`, in force from `at` or from now."""
        latest = self.latest
        visible_from = at or self.now
        if latest is not None and visible_from <= latest.visible_from:
            visible_from = latest.visible_from + _TICK
        seal(version, after=latest, now=self.now, visible_from=visible_from, by=self.by)
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
        Epoch.objects.raise_counter()
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


def seal(
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
        version.dated = bangkok_day(version.first_published)
    version.checksum = version.compute_checksum()


def lock(*releases: PressRelease) -> None:
    """Keep other transactions from acting on any of `releases` until this one ends."""
    keys = [release.pk for release in releases]
    locked = PressRelease.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    list(locked.values_list("pk", flat=True))


def database_now() -> datetime:
    """The database's clock, which its guards compare with; microseconds (SQLite: milliseconds)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
            return parse_datetime(cursor.fetchone()[0])
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def status_of(latest: Version | None, scheduled: Version | None) -> Status:
    """What the record says, given the version in force and one whose moment lies ahead."""
    if latest is None:
        return Status.SCHEDULED if scheduled is not None else Status.DRAFT
    return Status.LIVE if latest.is_listed_kind else Status(latest.kind)


def review(release: PressRelease, digest_now: str) -> Review:
    """The review of a working copy that has `digest_now`. One query, or none after a prefetch to
    `review_entries`.
    """
    entries = getattr(release, "review_entries", None)
    if entries is None:
        entries = release.audit_entries.replayed()
    return workflow.review_of(entries, digest_now)


def require_whole_texts(release: PressRelease, besides: str = "") -> None:
    """Raise `PublishingRefused` (`incomplete`, `no_text`) for half a language, or for none; the
    language `besides` may be as it is.
    """
    whole = 0
    for language in LANGUAGES:
        title, body = getattr(release, f"title_{language}"), getattr(release, f"body_{language}")
        has_title, has_body = bool((title or "").strip()), bool(plain(body or ""))
        if has_title != has_body and language != besides:
            raise PublishingRefused(
                _("The %(language)s text is incomplete: it needs a headline and a body."),
                "incomplete",
                {"language": dict(PressRelease.Language.choices)[language]},
            )
        whole += has_title
    if not whole:
        raise PublishingRefused(_("A headline and a body are missing."), "no_text")
