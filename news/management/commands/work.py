import signal
import threading
from collections.abc import Iterable
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from news import jobs
from news.exporting import chain


class Command(BaseCommand):
    help = "Do the work that waits outside requests (derivatives, effects of publications)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing waits")
        parser.add_argument(
            "--again",
            action="store_true",
            help="list what failed five times, let the worker try it again, and stop",
        )
        parser.add_argument(
            "--forget",
            nargs="+",
            metavar="JOB",
            help="take out such jobs, as listed, and stop",
        )
        parser.add_argument(
            "--interval", type=float, default=1.0, help="seconds between looks (default: 1)"
        )

    def handle(
        self, *, once: bool, again: bool, forget: list[str] | None, interval: float, **options
    ) -> None:
        if again or forget:
            self._settle(again=again, names=forget or ())
            return
        if once:
            jobs.plan_daily(timezone.now())
            self.stdout.write(f"{jobs.run_waiting()} done")
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stopping.set())
        planned = None
        while not stopping.is_set():
            close_old_connections()
            if not jobs.run_next():
                planned = self._plan(planned)
                stopping.wait(interval)

    def _settle(self, *, again: bool, names: Iterable[str]) -> None:
        """What was given up and is named is taken out first; then the rest is put back."""
        now = timezone.now()
        for name in names:
            try:
                self.stdout.write(f"forgotten: {jobs.forget(name, now)}")
            except jobs.NotForgotten as error:
                raise CommandError(str(error)) from error
        if again:
            for job in (found := jobs.try_again(now)):
                self.stdout.write(f"tried again: {job} ({job.error or 'its worker was killed'})")
            if not found:
                self.stdout.write("nothing was given up")

    @staticmethod
    def _plan(planned: date | None) -> date:
        """Enqueue the daily jobs when another day is over; `planned` is the last one dealt with."""
        now = timezone.now()
        day = chain.last_day(now)
        if day != planned:
            jobs.plan_daily(now)
        return day
