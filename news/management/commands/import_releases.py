"""Imports releases of another site from a file of JSON Lines; see news.importing.json_lines."""

import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from news.importing.json_lines import numbered, opened, read
from news.importing.releases import Report, import_records
from news.search import index

_WIDTH = 30
_WORTH_A_PROCESS = 1024**2
"""Bytes of a file from which a second process saves more time than it takes to start."""


class Command(BaseCommand):
    help = (
        "Import releases from a file of JSON Lines (.jsonl, .jsonl.gz, .jsonl.xz). Releases that "
        "are in the archive already (by source_id) are left alone, so a stopped import is simply "
        "started again. Bad lines are reported and skipped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options) -> None:
        started = time.monotonic()
        report = Report()
        reported = 0
        size = max(1, file.stat().st_size) if file.is_file() else 0
        if not size:
            raise CommandError(f"{file} is no file")
        try:
            with opened(file) as (lines, raw):
                reports = import_records(
                    numbered(lines), read, in_two_processes=size > _WORTH_A_PROCESS
                )
                for report in reports:
                    for refused in report.refused[reported:]:
                        self._clear()
                        self.stderr.write(f"line {refused.number}: {refused.reason}")
                    reported = len(report.refused)
                    self._bar(raw.tell() / size, report, time.monotonic() - started)
        except (OSError, EOFError) as error:
            raise CommandError(f"{file} can't be read to its end: {error}") from error
        finally:
            self._clear()
        if report.imported:
            index.settle()
        seconds = max(0.001, time.monotonic() - started)
        self.stdout.write(
            f"{report.imported} imported, {report.known} known already, "
            f"{len(report.refused)} refused, in {seconds:.0f} s ({report.records / seconds:.0f}/s)"
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
            f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {report.records} lines, "
            f"{report.records / max(0.001, seconds):.0f}/s, {left:.0f} s left ",
            ending="",
        )
        self.stderr.flush()

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
