"""What failed five times is tried again when somebody says so, or forgotten."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from news import erasing, jobs, media
from news.models import Job
from news.querysets import MAX_ATTEMPTS
from tests.factories import PressReleaseFactory, photo_file

pytestmark = pytest.mark.django_db


def work(**options) -> str:
    said = io.StringIO()
    call_command("work", stdout=said, **options)
    return said.getvalue()


def given_up() -> int:
    return Job.objects.backlog(timezone.now()).given_up


@pytest.fixture
def full_disk(monkeypatch):
    """A job that was given up for want of room; `full_disk.undo()` makes room."""

    def full(_payload):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setitem(jobs.HANDLERS, media.DERIVATIVES, full)
        yield disk


@pytest.fixture
def release(full_disk):
    release = PressReleaseFactory()
    media.add_photo(release=release, file=photo_file())
    for _attempt in range(MAX_ATTEMPTS):
        Job.objects.update(leased_until=None)
        assert jobs.run_next()
    return release


class TestTryingAgain:
    def test_what_was_given_up_is_listed_with_its_error_and_done_when_there_is_room(
        self, release, full_disk
    ):
        assert given_up() == 1
        full_disk.undo()
        said = work(again=True)
        job = Job.objects.get()
        assert str(job) in said
        assert "No space left on device" in said
        assert given_up() == 0
        assert jobs.run_waiting() == 1
        assert media.photos_without_derivatives(release) == []

    def test_what_waits_or_is_done_stays_as_it_is(self):
        waits = Job.objects.enqueue("card", "a", run_after=timezone.now() + timedelta(days=1))
        done = Job.objects.create(kind="card", key="b", done_at=timezone.now(), attempts=5)
        before = list(Job.objects.order_by("pk").values())
        assert "nothing" in work(again=True)
        assert list(Job.objects.order_by("pk").values()) == before
        assert {waits.pk, done.pk} == {row["id"] for row in before}

    def test_a_last_try_that_is_under_way_is_not_given_up(self):
        job = Job.objects.enqueue("card", "a")
        Job.objects.filter(pk=job.pk).update(attempts=MAX_ATTEMPTS - 1)
        now = timezone.now()
        assert Job.objects.claim(now).attempts == MAX_ATTEMPTS
        backlog = Job.objects.backlog(now)
        assert (backlog.waiting, backlog.given_up) == (1, 0)
        assert "nothing" in work(again=True)
        # Its worker was killed.
        later = Job.objects.backlog(now + timedelta(hours=1))
        assert (later.waiting, later.given_up) == (0, 1)


class TestHowLongWorkWaits:
    """What `WorkStands` looks at: whether somebody takes the work, not whether it succeeds."""

    @pytest.fixture
    def job(self):
        now = timezone.now()
        job = Job.objects.enqueue("card", "a", run_after=now - timedelta(hours=1))
        job.now = now
        return job

    def oldest(self, at):
        return Job.objects.backlog(at).oldest_seconds

    def test_from_when_it_is_due_until_a_worker_takes_it(self, job):
        assert self.oldest(job.now) == pytest.approx(3600)
        assert Job.objects.claim(job.now)
        assert self.oldest(job.now + timedelta(minutes=5)) == 0

    def test_one_that_failed_waits_from_when_it_may_be_tried_again(self, job):
        leased_until = Job.objects.claim(job.now).leased_until
        assert self.oldest(leased_until) == 0
        assert self.oldest(leased_until + timedelta(minutes=6)) == pytest.approx(360)

    def test_what_is_done_or_given_up_or_not_yet_due_waits_for_nobody(self, job):
        Job.objects.filter(pk=job.pk).update(done_at=job.now)
        Job.objects.create(kind="card", key="b", attempts=MAX_ATTEMPTS)
        Job.objects.enqueue("card", "c", run_after=job.now + timedelta(days=1))
        assert self.oldest(job.now) == 0


class TestForgetting:
    def test_one_that_can_never_be_done_is_taken_out_by_its_name(self, release):
        name = str(Job.objects.get())
        assert name in work(forget=[name])
        assert not Job.objects.exists()

    def test_what_still_waits_is_not_forgotten_nor_what_is_not_there(self):
        waits = Job.objects.enqueue("card", "a")
        for name in (str(waits), "card:b", "card"):
            with pytest.raises(CommandError, match="not given up"):
                work(forget=[name])
        assert Job.objects.filter(pk=waits.pk).exists()

    def test_nor_is_what_an_erasure_has_to_clear(self):
        job = Job.objects.create(kind=erasing.SCRUB, key="abc123", attempts=MAX_ATTEMPTS)
        with pytest.raises(CommandError, match="--again"):
            work(forget=[str(job)])
        assert Job.objects.filter(pk=job.pk).exists()


def test_the_same_photo_sent_again_asks_again_for_what_was_never_made(release, full_disk):
    full_disk.undo()
    media.add_photo(release=release, file=photo_file())
    assert jobs.run_waiting() == 1
    assert release.photos.count() == 1
    assert media.photos_without_derivatives(release) == []


def test_the_same_photo_sent_again_asks_for_nothing_that_is_there():
    release = PressReleaseFactory()
    media.add_photo(release=release, file=photo_file())
    jobs.run_waiting()
    media.add_photo(release=release, file=photo_file())
    assert jobs.run_waiting() == 0
