"""Bringing releases of another site into the archive: in batches, each whole or not at all.

A source is a sequence of numbered records, of whatever kind, and a function that reads one:
`import_records(numbered(lines), json_lines.read)`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from django.core.files import File
from django.db import transaction

from news import media, publishing, rows
from news.freezing import freeze_text
from news.full_disk import is_full
from news.images.refusals import ImageRefused
from news.importing.ahead import worked_ahead
from news.importing.categories import Categories
from news.importing.dating import Reading
from news.importing.incoming import MOST_CHARACTERS, BadRecord, Incoming
from news.importing.known import Known, known
from news.models import (
    Epoch,
    LegacyPath,
    Photo,
    Precision,
    PressRelease,
    SourceDocument,
    Version,
)
from news.search import index
from news.search.engine import Written

BATCH = 150
"""Releases of one transaction: about half a second, so that editors can go on; the index of fewer
costs more to write.
"""

_THAI = re.compile("[ก-ฮ]")

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was left out, and why; `number` is its line, row or item."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one record that could be read; `code` is empty where it wasn't imported."""

    number: int
    incoming: Incoming
    outcome: str
    """"imported", "known", or on a dry run "new"."""
    code: str = ""
    warnings: tuple[str, ...] = ()


@dataclass
class Report:
    """What became of the records."""

    imported: int = 0
    """On a dry run: what would be."""
    known: int = 0
    """Releases that are in the archive already; left as they are."""
    changed: int = 0
    """Of those known: releases that say something else than when they came."""
    refused: list[Refused] = field(default_factory=list)
    taken: int = 0
    """Of those refused: records with the source_id of another release."""
    in_doubt: int = 0
    """Releases with a day that their source leaves in doubt."""
    cleaned: int = 0
    """Releases in whose words something was mended."""
    entries: list[Entry] = field(default_factory=list)
    """Those of the last batch alone."""
    categories: Categories = field(default_factory=Categories)

    @property
    def records(self) -> int:
        return self.imported + self.known + len(self.refused)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        if entry.outcome == "known":
            self.known += 1
            self.changed += bool(entry.warnings)
            return
        self.imported += 1
        self.cleaned += bool(entry.incoming.cleaned)
        doubted = (entry.incoming.reading, entry.incoming.event)
        self.in_doubt += any(each and each.precision == Precision.DOUBT for each in doubted)


@dataclass(frozen=True, slots=True)
class _Drafted:
    """All that the archive will keep of a release of nothing but text, made without asking it."""

    release: PressRelease
    draft: Version
    document: Written
    origin: SourceDocument | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A release as it came, and what becomes of it."""

    number: int
    incoming: Incoming
    """Without its words where they are in `drafted`."""
    drafted: _Drafted | None
    """None for one that has photos, or was known when the import began."""

    @property
    def was_known(self) -> bool:
        return self.drafted is None and not self.incoming.photos

    @property
    def as_known(self) -> Known:
        return Known.of(self.incoming, f"record {self.number}")


def import_records(
    records: Iterable[tuple[int, Record]],
    read: Callable[[Record], Incoming],
    *,
    source: str = "",
    in_two_processes: bool = False,
    dry_run: bool = False,
) -> Iterator[Report]:
    """Import numbered records; yields the same report, grown, after every batch.

    `read` makes a release of a record or raises BadRecord; it needs no database. With
    `in_two_processes` it is a function of a module, and records can be pickled. `source` is put
    before every source_id, for sources that number alike. A `dry_run` reads and reports and writes
    nothing.

    Stopped at any moment, it leaves whole batches, and a second run goes on where the first ended:
    a release that is there already is left alone. What `records` raises is raised when those before
    are imported.
    """
    report = Report()
    taken = _Taken(records)
    # Most of a second run is what the first one imported: that need not be analysed again.
    imported = PressRelease.objects.filter(source_id__isnull=False)
    there = frozenset(imported.values_list("source_id", flat=True).iterator())
    prepare = partial(_prepared, read, source, there)
    worked = worked_ahead if in_two_processes else map
    seen: dict[str, Known] = {}
    for prepared in worked(prepare, taken.batches()):
        report.entries = []
        new = _unknown(prepared, seen, report)
        if dry_run:
            seen |= {each.incoming.source_id: each.as_known for each in new}
            for each in new:
                report.add(Entry(each.number, each.incoming, "new"))
        else:
            _import(new, report)
        yield report
    if taken.failure is not None:
        raise taken.failure


@dataclass
class _Taken(Generic[Record]):
    """Records in batches. What ends them too early waits until those before it are imported."""

    records: Iterable[tuple[int, Record]]
    failure: Exception | None = None

    def batches(self) -> Iterator[list[tuple[int, Record]]]:
        batch: list[tuple[int, Record]] = []
        try:
            for record in self.records:
                batch.append(record)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        except Exception as error:  # noqa: BLE001 - raised after the last batch
            self.failure = error
        if batch:
            yield batch


def _unknown(
    prepared: Sequence[_Prepared | Refused], seen: dict[str, Known], report: Report
) -> list[_Prepared]:
    """Those that are neither in the archive nor among those `seen`; the others are reported."""
    read = [each for each in prepared if isinstance(each, _Prepared)]
    source_ids = {each.incoming.source_id for each in read}
    there = {each: seen[each] for each in source_ids & seen.keys()} | known(source_ids)
    report.refused += [each for each in prepared if isinstance(each, Refused)]
    new = []
    for each in read:
        incoming = each.incoming
        if incoming.source_id not in there and not each.was_known:
            there[incoming.source_id] = each.as_known
            new.append(each)
        elif (one := there.get(incoming.source_id)) is None:
            report.add(Entry(each.number, incoming, "known"))
        elif one.is_another(incoming):
            report.taken += 1
            report.refused.append(Refused(each.number, _taken_by(one, incoming)))
        else:
            told = [f"another {name} than when it came" for name in one.differences(incoming)]
            report.add(Entry(each.number, incoming, "known", warnings=tuple(told)))
    return new


def _taken_by(one: Known, incoming: Incoming) -> str:
    return (
        f"its source_id {incoming.source_id} is that of {one.where}, another release: "
        f'"{one.title}" of {one.dated}. --source NAME tells the numbers of two sources apart'
    )


def _import(new: Sequence[_Prepared], report: Report) -> None:
    """Texts alone all at once; releases with photos one by one, since these have to be prepared."""
    texts = [(each, each.drafted) for each in new if each.drafted is not None]
    if texts:
        for each, drafted in texts:
            drafted.release.topic = report.categories.topic(each.incoming.category)
        with transaction.atomic():
            publishing.publish_many(
                releases=[drafted.release for _, drafted in texts],
                drafts=[drafted.draft for _, drafted in texts],
                documents=[drafted.document for _, drafted in texts],
            )
            told = _keep_origins(
                [(each.incoming, drafted.release, drafted.origin) for each, drafted in texts]
            )
        for each, drafted in texts:
            code = drafted.release.code
            warnings = (*each.incoming.warnings, *told.get(code, ()))
            report.add(Entry(each.number, each.incoming, "imported", code, warnings))
    for each in new:
        if each.drafted is None:
            report.add(_imported_with_photos(each, report.categories))


def _imported_with_photos(each: _Prepared, categories: Categories) -> Entry:
    photos, refused = _received(each.incoming)
    release = _working_copy(each.incoming, categories.topic(each.incoming.category))
    with transaction.atomic():
        release.save()
        for photo in photos:
            media.place_photo(photo, release=release)
        publishing.publish(release=release)
        told = _keep_origins([(each.incoming, release, _origin(each.incoming))])
    warnings = (*each.incoming.warnings, *refused, *told.get(release.code, ()))
    return Entry(each.number, each.incoming, "imported", release.code, warnings)


def _received(incoming: Incoming) -> tuple[list[Photo], list[str]]:
    """The photos, kept and prepared but of no release yet; and what was refused of them."""
    photos: dict[str, Photo] = {}
    refused = []
    language = _language(incoming)
    for wanted in incoming.photos:
        alt = {f"alt_{language}": wanted.alt[:300]} if wanted.alt else {}
        try:
            with Path(wanted.path).open("rb") as stream:
                photo = media.receive_photo(File(stream, name=wanted.name), **alt)
        except (ImageRefused, OSError) as error:
            if is_full(error):  # no fault of the photo's: nothing goes out without it for that
                raise
            reason = error.message if isinstance(error, ImageRefused) else error
            refused.append(f"photo {wanted.name} refused: {reason}")
            continue
        if photo.sha256 not in photos:
            media.make_derivatives(media.derivatives_order(photo))
            photos[photo.sha256] = photo
    return list(photos.values()), refused


def _keep_origins(
    imported: Sequence[tuple[Incoming, PressRelease, SourceDocument | None]],
) -> dict[str, list[str]]:
    """Keep what each was read from and the addresses it had; code -> what was not possible."""
    for _, release, origin in imported:
        if origin is not None:
            origin.release = release
    rows.insert([origin for _, _, origin in imported if origin is not None])
    wanted = {path: release for incoming, release, _ in imported for path in incoming.former}
    if not wanted:
        return {}
    taken = set(LegacyPath.objects.filter(path__in=wanted).values_list("path", flat=True))
    LegacyPath.objects.bulk_create(
        LegacyPath(path=path, release=release)
        for path, release in wanted.items()
        if path not in taken
    )
    Epoch.objects.raise_site_revision()
    told: dict[str, list[str]] = {}
    for incoming, release, _ in imported:
        for path in incoming.former:
            if path in taken or wanted[path] is not release:
                told.setdefault(release.code, []).append(f"{path} leads to another release")
    return told


def _prepared(
    read: Callable[[Record], Incoming],
    source: str,
    there: frozenset[str],
    batch: Sequence[tuple[int, Record]],
) -> list[_Prepared | Refused]:
    """All that can be done of a batch before the database is asked: most of the work.

    One step for all of them, then the next: all steps together are more code than a processor keeps
    at hand, and going through them again for each release takes a tenth longer.
    """
    given = [_given(read, source, record) for _, record in batch]
    new = {
        at: each
        for at, each in enumerate(given)
        if isinstance(each, Incoming) and not each.photos and each.source_id not in there
    }
    drafted = dict(zip(new, _drafted([*new.values()]), strict=True))
    prepared: list[_Prepared | Refused] = []
    for at, ((number, _), each) in enumerate(zip(batch, given, strict=True)):
        if isinstance(each, BadRecord):
            prepared.append(Refused(number, str(each)))
        else:
            kept = each if each.photos else each.without_words()
            prepared.append(_Prepared(number, kept, drafted.get(at)))
    return prepared


def _given(read: Callable[[Record], Incoming], source: str, record: Record) -> Incoming | BadRecord:
    try:
        return _from(source, read(record))
    except BadRecord as error:
        return error


def _drafted(new: Sequence[Incoming]) -> list[_Drafted]:
    releases = [*map(_working_copy, new)]
    drafts = [*map(freeze_text, releases)]
    documents = [*map(index.written, drafts)]
    return [*map(_Drafted, releases, drafts, documents, map(_origin, new))]


def _origin(incoming: Incoming) -> SourceDocument | None:
    """The unsaved row that keeps what it was read from."""
    if not incoming.original:
        return None
    return SourceDocument.of(incoming.original, form=incoming.form)


def _from(source: str, incoming: Incoming) -> Incoming:
    if not source:
        return incoming
    source_id = f"{source}:{incoming.source_id}"
    if len(source_id) > (most := MOST_CHARACTERS["source_id"]):
        raise BadRecord(f"source_id with the name of its source has more than {most} characters")
    return replace(incoming, source_id=source_id)


def _language(incoming: Incoming) -> str:
    return "th" if _THAI.search(incoming.title) else "en"


def _working_copy(incoming: Incoming, topic=None) -> PressRelease:
    language = _language(incoming)
    dated = incoming.reading or Reading(incoming.dated, Precision.DAY, incoming.dated.isoformat())
    event = {}
    if incoming.event is not None:
        event = {
            "event_date": incoming.event.day,
            "event_precision": incoming.event.precision,
            "event_source": incoming.event.source,
            "event_other": incoming.event.other,
        }
    return PressRelease(
        source_id=incoming.source_id,
        source_url=incoming.source_url,
        origin=PressRelease.Origin.IMPORTED,
        original_language=language,
        topic=topic,
        dated=dated.day,
        dated_precision=dated.precision,
        dated_source=dated.source,
        dated_other=dated.other,
        **event,
        **{
            f"title_{language}": incoming.title,
            f"summary_{language}": incoming.summary,
            f"body_{language}": incoming.body_html(),
        },
    )
