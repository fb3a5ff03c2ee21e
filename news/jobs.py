"""Work outside requests: who does what kind of job, and how a worker takes one.

`manage.py work` runs these; every job may run twice (a worker can die after the work and before the
note of it), so a handler's work must be the same the second time.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from news import erasing, leases, media, purging, reader_reports, receiving, telling
from news.accounts import mailing
from news.checking import gathering, visiting
from news.exporting import chain, open_data
from news.models import Job
from news.querysets import MAX_ATTEMPTS
from news.search import index
from news.sharing import cards

logger = logging.getLogger(__name__)

HANDLERS: dict[str, Callable[[dict], None]] = {
    media.DERIVATIVES: media.make_derivatives,
    media.HASHES: media.hash_derivatives,
    cards.CARD: cards.make,
    chain.DAILY: chain.publish_head,
    open_data.OPEN_DATA: open_data.refresh,
    erasing.SCRUB: erasing.scrub,
    purging.PURGE: purging.purge,
    visiting.VISIT: visiting.visit,
    gathering.BANDS: gathering.note_missing_bands,
    reader_reports.FORGET: reader_reports.forget,
    mailing.LINK: mailing.send,
    telling.MAIL: telling.send,
    receiving.STALE: receiving.forget_stale,
    index.AGAIN: index.rebuild_again,
}
"""kind of job -> what does it, given the job's payload."""

DAILY = (
    chain.DAILY,
    open_data.OPEN_DATA,
    gathering.BANDS,
    reader_reports.FORGET,
    receiving.STALE,
)
"""Kinds of jobs that are done once for every Bangkok day that is over; payload: `{"day": ISO}`."""


def plan_daily(at: datetime) -> None:
    """Enqueue the daily jobs of the last day that was over at `at`, unless they are there."""
    day = chain.last_day(at).isoformat()
    for kind in DAILY:
        Job.objects.enqueue(kind, day, {"day": day})


def run_next() -> bool:
    """Claim and run one waiting job; False when none waits.

    A job that raises keeps its error and is tried again when its lease has run out, five times in
    all.
    """
    job = Job.objects.claim(timezone.now())
    if job is None:
        return False
    try:
        with leases.renewed(job):
            HANDLERS[job.kind](job.payload)
    except Exception as error:
        logger.exception("job %s failed, attempt %d", job, job.attempts)
        _note_failure(job, error)
    else:
        Job.objects.filter(pk=job.pk).update(done_at=timezone.now(), leased_until=None, error="")
    return True


def _note_failure(job: Job, error: Exception) -> None:
    noted = {"error": f"{type(error).__name__}: {error}"}
    if job.attempts >= MAX_ATTEMPTS:
        noted["leased_until"] = None  # given up, and known to be so at once
    Job.objects.filter(pk=job.pk).update(**noted)


def run_waiting() -> int:
    """Run jobs until none waits; returns how many were run."""
    done = 0
    while run_next():
        done += 1
    return done


class NotForgotten(Exception):
    """The job stays; the message says why."""


def try_again(at: datetime) -> list[Job]:
    """Put all that was given up back in the queue; returns the rows as they were before."""
    found = list(Job.objects.given_up(at).order_by("pk"))
    Job.objects.filter(pk__in=[job.pk for job in found]).try_again(at)
    return found


def forget(name: str, at: datetime) -> Job:
    """Take out a job that was given up, by what its row is called; returns it.

    Raises `NotForgotten` for any other, and for what an erasure has still to clear.
    """
    kind, _, key = name.partition(":")
    job = Job.objects.given_up(at).filter(kind=kind, key=key).first()
    if job is None:
        raise NotForgotten(f"{name} is not given up: it waits, is done, or was never there")
    if kind == erasing.SCRUB:
        raise NotForgotten(
            f"{name} has files and bytes of an erased release to clear: mend what hinders it (the "
            "log has the error), then `manage.py work --again`"
        )
    job.delete()
    return job
