"""A job is its worker's for as long as it runs: its lease is renewed beside it."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection
from django.utils import timezone

from news.models import Job
from news.querysets import LEASE

logger = logging.getLogger(__name__)

RENEW_SECONDS = LEASE.total_seconds() / 5


@contextmanager
def renewed(job: Job) -> Iterator[None]:
    """Within, no other worker takes `job` while this process lives, however long it takes."""
    ended = threading.Event()
    renewing = threading.Thread(
        target=_renew, args=(job, ended), name=f"lease of {job}", daemon=True
    )
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()


def _renew(job: Job, ended: threading.Event) -> None:
    """On a connection of its own, which stays no longer than a statement."""
    while not ended.wait(RENEW_SECONDS):
        try:
            Job.objects.renew(job, timezone.now())
        except Error as error:
            # Locked by the job itself, maybe. The lease is good for some more of these.
            logger.warning("the lease of job %s could not be renewed: %s", job, error)
        finally:
            connection.close()
