"""Imports releases of another site: JSON Lines, tables, feeds, WordPress exports, saved pages."""

import json
import re
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError

from news.full_disk import is_full
from news.importing import sources
from news.importing.ahead import OtherProcessEnded
from news.importing.dating import Reading
from news.importing.releases import Entry, Refused, Report, import_records
from news.management.migrated import MigratedCommand
from news.search import index

REFUSED = 3
"""Exit code of an import that ran to its end and refused some records. 1 is one that did not."""

_WIDTH = 30
_SOURCE = re.compile("[a-z0-9-]{1,40}")
_WORTH_A_PROCESS = 1024**2
"""Bytes of a file from which a second process saves more time than it takes to start."""


class Command(MigratedCommand):
    help = (
        "Import releases: JSON Lines (.jsonl, .jsonl.gz, .jsonl.xz), a table (.csv, .tsv; UTF-8 or "
        "Windows-874), a feed (RSS, Atom) or WordPress export (.xml), or pages of the former site "
        "(.html, .txt, or a folder of them). Releases that are in the archive already (by "
        "source_id) are left alone, so a stopped import is simply started again. What can't be "
        "read is reported and skipped; the exit code is then 3. It is 1 where the file could not "
        "be read to its end, and 0 where nothing was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--format", choices=sources.FORMS, help="where the file's ending doesn't tell"
        )
        parser.add_argument(
            "--source",
            default="",
            metavar="NAME",
            help="put before every source_id, where another source numbers its releases alike",
        )
        parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE",
            help="what became of each record and what was mended in it, as JSON Lines",
        )
        parser.add_argument(
            "--media", type=Path, metavar="FOLDER", help="where the photos of a feed or export lie"
        )

    def handle(self, *, file: Path, dry_run: bool, **options) -> None:
        started = time.monotonic()
        form = _form_of(file, options["format"])
        if options["source"] and not _SOURCE.fullmatch(options["source"]):
            raise CommandError("--source is a word of at most 40 of a-z, 0-9 and hyphens")
        report = Report()
        failure = None
        try:
            with (
                sources.opened(file, form, options["media"]) as source,
                _opened_report(options["report"]) as told,
            ):
                size = file.stat().st_size if source.raw is not None else 0
                reports = import_records(
                    source.records,
                    source.read,
                    source=options["source"],
                    in_two_processes=form == "jsonl" and size > _WORTH_A_PROCESS,
                    dry_run=dry_run,
                )
                told_of = 0
                for report in reports:
                    self._tell_refused(report.refused[told_of:], source.word, told)
                    told_of = len(report.refused)
                    for entry in report.entries:
                        _tell(told, **_told(entry))
                    share = source.raw.tell() / max(1, size) if source.raw is not None else 0
                    self._bar(share, report, time.monotonic() - started)
        except (*sources.UNREADABLE, OperationalError) as error:
            failure = _of_the_file(error, report)
        except OtherProcessEnded as error:
            raise CommandError(
                "the process that reads ahead was ended, by somebody or for want of memory, after "
                f"{report.imported} imported releases; start the import again"
            ) from error
        finally:
            self._clear()
        if not dry_run:
            # Also where all was known already: an import that was killed left this undone.
            index.settle()
        self._say(report, max(0.001, time.monotonic() - started), dry_run)
        if failure is not None:
            raise CommandError(f"{file} can't be read to its end: {failure}") from failure
        if not report.records:
            raise CommandError(f"{file} holds no record")
        if report.refused:
            raise CommandError(
                f"{len(report.refused)} of {report.records} records were refused, as told above; "
                "the others were not held up. Mend those and import the file again.",
                returncode=REFUSED,
            )

    def _tell_refused(self, refused: Sequence[Refused], word: str, told: TextIO | None) -> None:
        for each in refused:
            self._clear()
            self.stderr.write(f"{word} {each.number}: {each.reason}")
            _tell(told, record=each.number, outcome="refused", reason=each.reason)

    def _say(self, report: Report, seconds: float, dry_run: bool) -> None:  # noqa: FBT001
        done = "would be imported" if dry_run else "imported"
        self.stdout.write(
            f"{report.imported} {done}, {report.known} known already, "
            f"{len(report.refused)} refused, in {seconds:.0f} s ({report.records / seconds:.0f}/s)"
        )
        if report.in_doubt or report.cleaned:
            self.stdout.write(
                f"{report.in_doubt} with a date in doubt, {report.cleaned} with mended words"
            )
        if report.changed:
            self.stdout.write(
                f"{report.changed} of those known say something else than when they came; what, "
                "is in the report (--report)"
            )
        if report.taken:
            self.stdout.write(
                f"{report.taken} of those refused have the source_id of another release"
            )
        for category, count in sorted(report.categories.unknown.items()):
            self.stdout.write(f"no topic for {category!r} ({count})")

    def _bar(self, share: float, report: Report, seconds: float) -> None:
        if not sys.stderr.isatty():
            return
        share = min(1.0, share)
        left = seconds / share - seconds if share else 0
        filled = round(_WIDTH * share)
        self.stderr.write(
            f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {report.records} records, "
            f"{report.records / max(0.001, seconds):.0f}/s, {left:.0f} s left ",
            ending="",
        )
        self.stderr.flush()

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")


def _of_the_file(error: Exception, report: Report) -> Exception:
    """`error`, where it says something of the file that is read; others are raised."""
    if is_full(error):
        raise CommandError(
            f"no room is left on a disk ({error}). {report.imported} releases were imported, each "
            "of them whole; make room and start the import again"
        ) from error
    if isinstance(error, OperationalError):
        raise error
    return error


def _form_of(file: Path, said: str | None) -> str:
    if not file.is_dir() and not file.is_file():
        raise CommandError(f"{file} is no file")
    if form := said or sources.form_of(file):
        return form
    raise CommandError(f"{file}: its ending tells no format; say --format")


def _opened_report(path: Path | None):
    return (
        path.open("w", encoding="utf-8", errors="backslashreplace")
        if path is not None
        else nullcontext()
    )


def _tell(told: TextIO | None, **said) -> None:
    if told is not None:
        told.write(json.dumps(said, ensure_ascii=False) + "\n")


def _told(entry: Entry) -> dict:
    incoming = entry.incoming
    return {
        "record": entry.number,
        "outcome": entry.outcome,
        "source_id": incoming.source_id,
        "code": entry.code,
        "title": incoming.title,
        "dated": _day(incoming.reading),
        "event": _day(incoming.event),
        "mended": incoming.cleaned,
        "former": incoming.former,
        "photos": [photo.name for photo in incoming.photos],
        "warnings": entry.warnings or incoming.warnings,
    }


def _day(reading: Reading | None) -> dict | None:
    if reading is None:
        return None
    return {
        "day": reading.day.isoformat(),
        "precision": str(reading.precision),
        "as_written": reading.source,
        "other_reading": reading.other.isoformat() if reading.other else None,
    }
