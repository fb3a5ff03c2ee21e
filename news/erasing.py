"""Erasing a release for law's sake: its words, its files and every copy of them on this site.

Two different people order it (the database checks that). The record keeps that there was a release,
with numbers, dates, checksums and its place in the hash chain; everything that it said goes: from
the versions, the desk, the search, the data files, and the bytes that databases leave behind when
they delete. What is outside this site (backups, caches of others, copies) it can't reach;
docs/archive.md says what is to be done there.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePath

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from news import media, publishing, purging
from news.checking.addresses import external
from news.checking.visiting import VISIT
from news.door import lock
from news.exporting.open_data import OPEN_DATA, refresh
from news.models import (
    Attachment,
    AuditEntry,
    Autosave,
    Card,
    Derivative,
    DeskPresence,
    Epoch,
    Erasure,
    Job,
    LegacyPath,
    LinkVisit,
    Photo,
    PressRelease,
    ReaderReport,
    SharedPreview,
    ShortLink,
    SourceDocument,
    TextBand,
    UnsavedText,
    Upload,
    Version,
    VersionMedia,
    Visit,
)
from news.receiving import discard
from news.search.engine import ENTRY, TEXT

SCRUB = "erasure"
"""The kind of job that deletes the files and clears the bytes that were freed."""

_REWRITTEN = (Version, PressRelease, Photo, Attachment, LegacyPath, ShortLink, SourceDocument)
_REWRITTEN += (VersionMedia, Visit, Card, Derivative, Job, LogEntry, AuditEntry)
_REWRITTEN += (Autosave, UnsavedText, LinkVisit, ReaderReport, SharedPreview, TextBand, Upload)
_OF_THE_DESK = (Photo, Attachment, SourceDocument, TextBand, ReaderReport, SharedPreview)
_OF_THE_DESK += (Autosave, UnsavedText, DeskPresence)
_WAIT_FOR_LOCKS = "10s"
_WAIT_FOR_READERS = 30.0  # seconds


class ErasureRefused(ValidationError):
    """The erasure can't be ordered or approved so; the message says why."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An approved erasure, as it is kept beside backups. Moments in ISO 8601."""

    code: str
    reason: str
    requested_by: str
    requested_at: str
    approved_by: str
    approved_at: str


# -- ordering ------------------------------------------------------------------------------------


def request(*, release: PressRelease, reason: str, by) -> Erasure:
    """Ask for an erasure; nothing happens to the release until somebody else approves it."""
    if not release.versions.exists():
        raise ErasureRefused(_("This release was never published: discard the draft."), "draft")
    if Erasure.objects.filter(release=release).exists():
        raise ErasureRefused(_("The erasure of this release was asked for already."), "twice")
    return Erasure.objects.create(
        release=release,
        reason=reason,
        requested_by=by.get_username(),
        requested_at=timezone.now(),
    )


@transaction.atomic
def approve(*, erasure: Erasure, by) -> Erasure:
    """Order what somebody else has asked for, and do it. There is no way back."""
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    name = by.get_username()
    if erasure.approved_at is not None:
        raise ErasureRefused(_("This erasure was approved already."), "approved")
    if name.lower() == erasure.requested_by.lower():
        raise ErasureRefused(
            _("Somebody else must approve it: two people answer for an erasure."), "same_person"
        )
    _approve(erasure, name, timezone.now())
    _erase(erasure, by=by)
    return erasure


def take_back(*, erasure: Erasure) -> None:
    """Forget an erasure that was asked for and not approved; the database refuses any other."""
    erasure.delete()


def _approve(erasure: Erasure, name: str, at: datetime) -> None:
    erasure.approved_by, erasure.approved_at = name, at
    erasure.save(update_fields=["approved_by", "approved_at"])


# -- erasing -------------------------------------------------------------------------------------


def _erase(erasure: Erasure, by=None) -> None:
    release = PressRelease.objects.get(pk=erasure.release_id)
    # Nothing is placed or published from here on: what is this release's own now will be so then.
    lock(release)
    Epoch.objects.hold()
    masters = _own_masters(release)
    latest = release.versions.order_by("-number").first()
    if latest is not None and latest.kind in Version.WITHOUT_TEXT:
        # Removing it told already, or it never was removed: merged. Again, while it has its files.
        purging.queue(latest)
    publishing.erase(release=release, reason=erasure.reason, by=by)
    _clear_desk(release, masters)
    Epoch.objects.raise_site_revision()
    Job.objects.enqueue_again(OPEN_DATA, f"erasure of {release.code}", {})
    Job.objects.enqueue_again(SCRUB, release.code, _order(release, masters))


def _own_masters(release: PressRelease) -> set[str]:
    """The originals (SHA-256) that only this release ever named."""
    named = media.named_by(release)
    return named - media.still_named(named, besides=release)


def _order(release: PressRelease, masters: set[str]) -> dict:
    """What the job is to delete: by original its paths in the private storage, and those of what
    was made of it so far.

    An erasure that is done again names what it named before as well: of a restored backup the files
    may be older than the rows.
    """
    before = Job.objects.filter(kind=SCRUB, key=release.code).first()
    known = _paths(before.payload) if before is not None else {}
    paths = {sha256: set(those) for sha256, those in known.items()}
    for sha256 in masters:
        made = Derivative.objects.filter(master_sha256=sha256).values_list("path", flat=True)
        paths.setdefault(sha256, set()).update(made, media.original_paths(sha256))
    return {
        "code": release.code,
        "masters": {sha256: sorted(paths[sha256]) for sha256 in sorted(paths)},
    }


def _clear_desk(release: PressRelease, masters: set[str]) -> None:
    """What only the desk knew. The rows of files go with these, when the job deletes them."""
    linked = external(release)
    LinkVisit.objects.filter(url__in=linked).delete()
    Job.objects.filter(kind=VISIT, payload__url__in=linked).delete()
    # Not rewritten: the columns without a language hold a copy of the Thai text.
    PressRelease.objects.rewrite(False).filter(pk=release.pk).update(**_cleared(release))  # noqa: FBT003
    for upload in Upload.objects.filter(release=release):
        discard(upload)
    for model in _OF_THE_DESK:
        model.objects.filter(release=release).delete()
    # Not what tells a CDN to forget it: that has a code and hashes, and nothing that was said.
    Job.objects.filter(
        Q(key__startswith=f"{release.code}:") | Q(payload__sha256__in=list(masters))
    ).exclude(kind=purging.PURGE).delete()
    # Aliases and the former site's addresses are made of words; a code and a number are not.
    aliases = ShortLink.objects.filter(release=release, kind=ShortLink.Kind.ALIAS)
    Visit.objects.filter(key__in=list(aliases.values_list("key", flat=True))).delete()
    aliases.delete()
    LegacyPath.objects.filter(release=release).exclude(path__startswith="?q=node/").delete()
    AuditEntry.objects.filter(release=release).exclude(note="").update(note="")
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(PressRelease), object_id=str(release.pk)
    ).update(object_repr=release.code, change_message="")


KEPT = frozenset(
    {
        "id", "code", "topic", "dated", "dated_precision", "dated_other", "event_date",
        "event_precision", "event_other", "origin", "source_id", "original_language",
        "translation_status", "created_at", "updated_at", "created_by", "is_limited", "revision",
        "translation_is_stale",
    }
)  # fmt: skip
"""Fields of the working copy that say nothing of its text. `source_id` keeps an importer from
bringing the release back.
"""


def _cleared(release: PressRelease) -> dict[str, object]:
    """Every other field -> what it is after an erasure; the headline can't be empty."""
    emptied = {
        field.name: None if field.null else ""
        for field in PressRelease._meta.concrete_fields
        if field.name not in KEPT
    }
    return emptied | {"title_th": headline_after(release.code), "title": release.code}


def headline_after(code: str) -> str:
    """What the desk calls a release whose text was erased."""
    return f"ลบข้อความแล้ว ({code})"


# -- after the transaction -----------------------------------------------------------------------


def scrub(payload: dict) -> None:
    """The job: delete the files, make the data files anew, and clear what the database freed."""
    code = payload.get("code", "")
    for sha256, paths in _paths(payload).items():
        _delete_unless_named(sha256, paths, code)
    if code:
        _delete_cards(code)
    refresh()
    if connection.vendor == "sqlite":
        _scrub_sqlite()
    else:
        _scrub_postgresql()


def _paths(payload: dict) -> dict[str, list[str]]:
    """By original (SHA-256) the files of a job. Until December 2026 one named paths alone; what
    belongs to no original is then under "".
    """
    if "masters" in payload:
        return payload["masters"]
    paths: dict[str, list[str]] = {}
    for path in payload.get("files", ()):
        if path.startswith("originals/"):
            sha256 = PurePath(path).stem
        else:
            made = Derivative.objects.filter(path=path)
            sha256 = made.values_list("master_sha256", flat=True).first() or ""
        paths.setdefault(sha256, []).append(path)
    return paths


@transaction.atomic
def _delete_unless_named(sha256: str, paths: list[str], code: str) -> None:
    """Minutes lie between the approval and the last try: another release that has published the
    same photo or attachment since, or has it at the desk, keeps it.
    """
    Epoch.objects.hold()
    if media.still_named([sha256], besides=PressRelease.objects.filter(code=code).first()):
        return
    rows = Derivative.objects.filter(master_sha256=sha256)
    # The rows last: another try finds by them what this one didn't come to.
    for path in {*paths, *rows.values_list("path", flat=True)}:
        default_storage.delete(path)
    rows.delete()


def _delete_cards(code: str) -> None:
    folder = f"cards/{code}"
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:  # none was ever drawn
        names = []
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    Card.objects.filter(code=code).delete()


def _scrub_sqlite() -> None:
    """`secure_delete` has overwritten what was deleted; this reaches what was moved, and the
    log.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    if busy:
        raise RuntimeError("the write-ahead log is being read and will be emptied later")


def _scrub_postgresql() -> None:
    """Rewrite the tables: a deleted row's bytes stay in its page until something needs the room,
    and statistics keep samples of values.
    """
    tables = [model._meta.db_table for model in _REWRITTEN] + [ENTRY, TEXT]
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_WAIT_FOR_LOCKS}'")
        try:
            _wait_for_older_transactions(cursor)
            for table in tables:
                cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
        finally:
            cursor.execute("RESET lock_timeout")


def _wait_for_older_transactions(cursor) -> None:
    """Rewriting a table keeps the dead rows that a transaction begun before may still read: a
    reader of this database (its own ANALYZE is one), and a writer of any, since a snapshot counts
    the writers of the whole server. Raises RuntimeError, so that the job is tried again later.
    """
    cursor.execute("SELECT clock_timestamp(), pg_snapshot_xmax(pg_current_snapshot())::text")
    begin = cursor.fetchone()
    until = time.monotonic() + _WAIT_FOR_READERS
    while True:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot()) < %(xid)s::xid8 OR EXISTS ("
            "SELECT FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL AND xact_start < %(begin)s)",
            dict(zip(("begin", "xid"), begin, strict=True)),
        )
        if not cursor.fetchone()[0]:
            return
        if time.monotonic() > until:
            raise RuntimeError("a transaction begun before the erasure is still open")
        time.sleep(0.1)


# -- backups -------------------------------------------------------------------------------------


def ordered() -> list[Ordered]:
    """The approved erasures of this site, to be kept outside its database; none before
    `migrate`.
    """
    if Erasure._meta.db_table not in connection.introspection.table_names():
        return []
    # By name: the database may be older than this code, and lack columns of a release.
    rows = Erasure.objects.filter(approved_at__isnull=False).values_list(
        "release__code", "reason", "requested_by", "requested_at", "approved_by", "approved_at"
    )
    return [
        Ordered(code, reason, asked_by, asked.isoformat(), approved_by, approved.isoformat())
        for code, reason, asked_by, asked, approved_by, approved in rows.order_by(
            "approved_at", "pk"
        )
    ]


LEDGER = "erasures.json"
"""What lies beside the backups of a folder: no text, so it can be kept as long as any of them."""


def write_ledger(folder: Path) -> None:
    """Bring the list of erasures in `folder` up to date; what it has of others stays."""
    path = folder / LEDGER
    known = {entry.code: entry for entry in [*read_ledger(folder), *ordered()]}
    unfinished = path.with_suffix(".unfinished")
    text = json.dumps([asdict(entry) for entry in known.values()], indent=1)
    unfinished.write_text(f"{text}\n", "utf-8")
    unfinished.chmod(0o600)
    unfinished.replace(path)


def read_ledger(folder: Path) -> list[Ordered]:
    """The erasures that are written down beside the backups of `folder`."""
    path = folder / LEDGER
    if not path.exists():
        return []
    return [Ordered(**entry) for entry in json.loads(path.read_text("utf-8"))]


def apply_again(entries: Iterable[Ordered]) -> list[str]:
    """Erase once more what a restored backup has brought back; returns the codes.

    Also what is erased in the database already: the backup's files may be older than its rows.
    """
    codes = []
    for entry in entries:
        release = PressRelease.objects.filter(code=entry.code).first()
        if release is None:
            continue
        with transaction.atomic():
            erasure, _made = Erasure.objects.get_or_create(
                release=release,
                defaults={
                    "reason": entry.reason,
                    "requested_by": entry.requested_by,
                    "requested_at": parse_datetime(entry.requested_at),
                },
            )
            if erasure.approved_at is None:
                _approve(erasure, entry.approved_by, parse_datetime(entry.approved_at))
            _erase(erasure)
        codes.append(entry.code)
    for job in Job.objects.filter(kind=SCRUB, key__in=codes, done_at__isnull=True):
        scrub(job.payload)
        Job.objects.filter(pk=job.pk).update(done_at=timezone.now())
    return codes
