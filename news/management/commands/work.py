import signal
import threading
from datetime import date

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from news import jobs
from news.exporting import chain


class Command(BaseCommand):
    help = "Do the work that waits outside requests (derivatives, effects of publications)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing waits")
        parser.add_argument(
            "--interval", type=float, default=1.0, help="seconds between looks (default: 1)"
        )

    def handle(self, *, once: bool, interval: float, **options) -> None:
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

    @staticmethod
    def _plan(planned: date | None) -> date:
        """Enqueue the daily jobs when another day is over; `planned` is the last one dealt with."""
        now = timezone.now()
        day = chain.last_day(now)
        if day != planned:
            jobs.plan_daily(now)
        return day
