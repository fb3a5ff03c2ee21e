"""Bringing releases of another site into the archive: in batches, each whole or not at all."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from news import publishing
from news.importing.categories import Categories
from news.importing.json_lines import BadLine, Incoming, read
from news.models import Precision, PressRelease

BATCH = 50
"""Releases of one transaction: at most a quarter of a second, so that editors can go on."""

_THAI = re.compile("[ก-ฮ]")


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was left out, and why."""

    number: int
    reason: str


@dataclass
class Report:
    """What became of the lines."""

    imported: int = 0
    known: int = 0
    """Releases whose source_id is in the archive already; left as they are."""
    refused: list[Refused] = field(default_factory=list)
    categories: Categories = field(default_factory=Categories)

    @property
    def lines(self) -> int:
        return self.imported + self.known + len(self.refused)


def import_lines(lines: Iterable[tuple[int, bytes]]) -> Iterator[Report]:
    """Import numbered lines; yields the same report, grown, after every batch.

    Stopped at any moment, it leaves whole batches, and a second run goes on where the first ended:
    a release that is there already is left alone.
    """
    report = Report()
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        incoming: dict[str, Incoming] = {}
        for number, line in batch:
            try:
                release = read(line)
            except BadLine as error:
                report.refused.append(Refused(number, str(error)))
            else:
                report.known += release.source_id in incoming
                incoming.setdefault(release.source_id, release)
        new = _unknown(incoming)
        report.known += len(incoming) - len(new)
        if new:
            publishing.publish_many(
                releases=[_working_copy(each, report.categories) for each in new]
            )
        report.imported += len(new)
        yield report


def _unknown(incoming: dict[str, Incoming]) -> Sequence[Incoming]:
    known = set(
        PressRelease.objects.filter(source_id__in=incoming).values_list("source_id", flat=True)
    )
    return [each for source_id, each in incoming.items() if source_id not in known]


def _working_copy(incoming: Incoming, categories: Categories) -> PressRelease:
    language = "th" if _THAI.search(incoming.title) else "en"
    body = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in incoming.paragraphs)
    return PressRelease(
        source_id=incoming.source_id,
        source_url=incoming.source_url,
        origin=PressRelease.Origin.IMPORTED,
        original_language=language,
        topic=categories.topic(incoming.category),
        dated=incoming.dated,
        dated_precision=Precision.DAY,
        dated_source=incoming.dated.isoformat(),
        **{f"title_{language}": incoming.title, f"body_{language}": body},
    )
