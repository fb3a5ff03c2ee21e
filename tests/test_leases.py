"""A job that takes long stays its worker's while it runs, and no longer."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from news import jobs, leases
from news.models import Job
from news.querysets import JobQuerySet

pytestmark = pytest.mark.django_db(transaction=True)

KIND = "takes-long"


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    return is_so()


def is_leased() -> bool:
    return Job.objects.filter(leased_until__gt=timezone.now()).exists()


def runs_out() -> None:
    Job.objects.update(leased_until=timezone.now() - timedelta(minutes=1))


@pytest.fixture
def run(monkeypatch):
    """`run(work)` lets a worker do `work` as a job, with leases that are renewed all the time."""
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.05)

    def run(work: Callable[[], None]) -> Job:
        monkeypatch.setitem(jobs.HANDLERS, KIND, lambda _payload: work())
        job = Job.objects.enqueue(KIND, "a")
        assert jobs.run_next()
        job.refresh_from_db()
        return job

    return run


def test_its_lease_does_not_run_out_while_it_runs(run):
    def work():
        runs_out()
        assert until(is_leased)
        assert Job.objects.claim(timezone.now()) is None

    job = run(work)
    assert (job.error, job.attempts) == ("", 1)
    assert job.done_at is not None
    assert job.leased_until is None


def test_nothing_renews_it_afterwards(run):
    names = []
    run(lambda: names.extend(thread.name for thread in threading.enumerate()))
    assert f"lease of {KIND}:a" in names
    assert f"lease of {KIND}:a" not in [thread.name for thread in threading.enumerate()]


def test_a_job_that_fails_waits_for_its_lease_as_before(run):
    def work():
        raise RuntimeError("broken")

    job = run(work)
    assert "broken" in job.error
    assert job.done_at is None
    assert is_leased()


def test_a_database_that_once_refuses_costs_one_renewal(run, monkeypatch):
    renew = JobQuerySet.renew
    refused = []

    def refuses_once(self, job, at):
        if not refused:
            refused.append(job)
            raise OperationalError("database is locked")
        renew(self, job, at)

    monkeypatch.setattr(JobQuerySet, "renew", refuses_once)

    def work():
        runs_out()
        assert until(is_leased)

    assert run(work).error == ""
    assert refused


def test_what_another_worker_has_claimed_since_is_not_renewed():
    job = Job.objects.enqueue(KIND, "a")
    now = timezone.now()
    lost = Job.objects.claim(now)
    another = Job.objects.claim(now + timedelta(minutes=11))
    Job.objects.renew(lost, now + timedelta(hours=1))
    job.refresh_from_db()
    assert job.leased_until == another.leased_until
