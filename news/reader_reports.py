"""What readers report as wrong: taken in, closed by the desk, and forgotten in time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from news.models import ReaderReport, Version

FORGET = "reader_reports"
"""The kind of the daily job that forgets."""

EMAIL_DAYS = 90
"""How long after a report was closed its reader's address is kept."""

REPORT_DAYS = 730
"""How long after it was closed the report itself is kept; the form says both."""

WAITING_DAYS = 365
"""An address is kept no longer than this, whether anybody dealt with the report or not."""

SAME = timedelta(minutes=10)
"""Within this the same words about the same version are the same report, sent twice."""

FLOOD = 60
"""Reports in a minute, of all readers together, that no newsroom's readers write: counted in the
database, so that it holds for all processes and without Redis.
"""

Closed = {ReaderReport.State.ANSWERED, ReaderReport.State.DISMISSED}


class TooManyReports(Exception):
    """More reports come in than readers write."""


@transaction.atomic
def receive(*, version: Version, language: str, quote: str, message: str, email: str) -> None:
    """Keep a report for the desk; the same one sent twice is kept once.

    Raises TooManyReports.
    """
    now = timezone.now()
    if ReaderReport.objects.filter(received_at__gt=now - timedelta(minutes=1)).count() >= FLOOD:
        raise TooManyReports
    words = {"quote": quote, "message": message, "email": email}
    about = {"release_id": version.release_id, "version_number": version.number}
    known = ReaderReport.objects.filter(received_at__gt=now - SAME, **about, **words)
    if not known.exists():
        ReaderReport.objects.create(language=language, **about, **words)


def mark(*, report: ReaderReport, state: str, by) -> None:
    """Close a report, or open it again."""
    is_closed = state in Closed
    report.state = state
    report.closed_at = timezone.now() if is_closed else None
    report.closed_by = by.get_username() if is_closed else ""
    report.save(update_fields=["state", "closed_at", "closed_by"])


def forget(payload: dict) -> None:
    """The daily job."""
    forget_at(timezone.now())


def forget_at(at: datetime) -> None:
    """Empty the addresses and delete the reports whose time is over at `at`."""
    ReaderReport.objects.filter(closed_at__lt=at - timedelta(days=REPORT_DAYS)).delete()
    over = Q(closed_at__lt=at - timedelta(days=EMAIL_DAYS))
    over |= Q(received_at__lt=at - timedelta(days=WAITING_DAYS))
    ReaderReport.objects.filter(over).exclude(email="").update(email="")
