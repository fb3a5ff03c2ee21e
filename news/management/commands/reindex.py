"""Builds the search index anew beside the one in use, and puts it in its place."""

import sys
import time

from django.core.management.base import CommandError, CommandParser

from news.importing.ahead import OtherProcessEnded, worked_ahead
from news.management.migrated import MigratedCommand
from news.search import index
from news.search.engine import IndexInUse

GONE = (
    "the process that analyses the texts was ended, by somebody or for want of memory; "
    "`manage.py reindex` goes on from there"
)
WAITING = "the index in use is being read, by a backup perhaps: waiting until it can be replaced"
IN_USE = (
    "the index in use was read the whole time, by a backup perhaps, and is used on; "
    "`manage.py reindex` goes on from there"
)


class Command(MigratedCommand):
    help = (
        "Rebuild the search index while the site runs. Stopped at any moment, it goes on from "
        "there when it is started again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-stale",
            action="store_true",
            help="do nothing unless the index was made by another version of the analysis",
        )

    def handle(self, *, if_stale: bool, **options) -> None:
        if if_stale and index.is_current():
            return
        self._started, self._first, self._told = time.monotonic(), None, 0.0
        self._waits = False
        try:
            entries = index.rebuild(self._tell, worked=worked_ahead, waiting=self._wait)
        except index.IndexMismatch as error:
            raise CommandError(str(error)) from error
        except OtherProcessEnded as error:
            raise CommandError(GONE) from error
        except IndexInUse as error:
            raise CommandError(IN_USE) from error
        seconds = time.monotonic() - self._started
        self.stdout.write(f"{entries} entries, counted and in use, in {seconds:.0f} s")

    def _wait(self) -> None:
        if not self._waits:
            self._waits = True
            self.stdout.write(WAITING)

    def _tell(self, done: int, total: int) -> None:
        """One line that is written over at a terminal, elsewhere a line every ten seconds."""
        now = time.monotonic()
        if self._first is None:
            self._first = done
            if done:
                self.stdout.write(f"going on after {done} of {total}")
        at_terminal = sys.stdout.isatty()
        if done < total and now - self._told < (0.2 if at_terminal else 10):
            return
        self._told = now
        rate = (done - self._first) / max(0.001, now - self._started)
        line = f"{done} of {total} ({rate:.0f}/s)"
        self.stdout.write(f"\r{line} " if at_terminal else line, ending="" if at_terminal else "\n")
        if at_terminal and done >= total:
            self.stdout.write("")
