"""Bringing releases of another site into the archive: in batches, each whole or not at all.

A source is a sequence of numbered records, of whatever kind, and a function that reads one:
`import_records(numbered(lines), json_lines.read)`.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

from news import publishing
from news.freezing import freeze_text
from news.importing.ahead import one_ahead
from news.importing.categories import Categories
from news.importing.incoming import BadRecord, Incoming
from news.models import Precision, PressRelease
from news.search.analysis import Document
from news.search.documents import document_of

BATCH = 75
"""Releases of one transaction: at most a quarter of a second, so that editors can go on."""

_THAI = re.compile("[ก-ฮ]")

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was left out, and why; `number` is its line, row or item."""

    number: int
    reason: str


@dataclass
class Report:
    """What became of the records."""

    imported: int = 0
    known: int = 0
    """Releases whose source_id is in the archive already; left as they are."""
    refused: list[Refused] = field(default_factory=list)
    categories: Categories = field(default_factory=Categories)

    @property
    def records(self) -> int:
        return self.imported + self.known + len(self.refused)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A release as it came, and what the search index will have of it."""

    incoming: Incoming
    document: Document


def import_records(
    records: Iterable[tuple[int, Record]],
    read: Callable[[Record], Incoming],
    *,
    in_two_processes: bool = False,
) -> Iterator[Report]:
    """Import numbered records; yields the same report, grown, after every batch.

    `read` makes a release of a record or raises BadRecord; it needs no database. With
    `in_two_processes` it is a function of a module, and records can be pickled.

    Stopped at any moment, it leaves whole batches, and a second run goes on where the first ended:
    a release that is there already is left alone.
    """
    report = Report()
    records = iter(records)
    batches = iter(lambda: list(islice(records, BATCH)), [])
    prepare = partial(_prepared, read)
    for prepared in one_ahead(prepare, batches) if in_two_processes else map(prepare, batches):
        found: dict[str, _Prepared] = {}
        for each in prepared:
            if isinstance(each, Refused):
                report.refused.append(each)
            else:
                report.known += each.incoming.source_id in found
                found.setdefault(each.incoming.source_id, each)
        new = _unknown(found)
        report.known += len(found) - len(new)
        if new:
            publishing.publish_many(
                releases=[
                    _working_copy(each.incoming, report.categories.topic(each.incoming.category))
                    for each in new
                ],
                documents=[each.document for each in new],
            )
        report.imported += len(new)
        yield report


def _prepared(
    read: Callable[[Record], Incoming], batch: Sequence[tuple[int, Record]]
) -> list[_Prepared | Refused]:
    """All that can be done of a batch before the database is asked: most of the work."""
    prepared = []
    for number, record in batch:
        try:
            incoming = read(record)
        except BadRecord as error:
            prepared.append(Refused(number, str(error)))
        else:
            document = document_of(freeze_text(_working_copy(incoming)))
            prepared.append(_Prepared(incoming, document))
    return prepared


def _unknown(found: dict[str, _Prepared]) -> Sequence[_Prepared]:
    known = set(
        PressRelease.objects.filter(source_id__in=found).values_list("source_id", flat=True)
    )
    return [each for source_id, each in found.items() if source_id not in known]


def _working_copy(incoming: Incoming, topic=None) -> PressRelease:
    language = "th" if _THAI.search(incoming.title) else "en"
    body = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in incoming.paragraphs)
    return PressRelease(
        source_id=incoming.source_id,
        source_url=incoming.source_url,
        origin=PressRelease.Origin.IMPORTED,
        original_language=language,
        topic=topic,
        dated=incoming.dated,
        dated_precision=Precision.DAY,
        dated_source=incoming.dated.isoformat(),
        **{f"title_{language}": incoming.title, f"body_{language}": body},
    )
