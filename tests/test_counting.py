"""The archive's counts: kept by the door, right at every moment, whatever is done to a release."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news import counting, publishing
from news.models import ArchiveCount, Version
from tests.factories import NOTES, PressReleaseFactory, published, scheduled

pytestmark = pytest.mark.django_db

MAY = date(2018, 5, 19)


def counted(language, at) -> tuple[Counter, Counter]:
    """Months and days, counted one by one as the table must not be."""
    found = Version.objects.listed(at).in_language(language)
    months = Counter((version.dated.year, version.dated.month) for version in found)
    days = Counter(version.dated for version in found if version.dated_precision == "day")
    return months, days


def assert_right_at(at):
    for language in ("th", "en"):
        months, days = counted(language, at)
        assert counting.months(language, at) == dict(sorted(months.items()))
        for year, month in months:
            expected = {
                day.day: number
                for day, number in sorted(days.items())
                if (day.year, day.month) == (year, month)
            }
            assert counting.days(language, year, month, at) == expected


def test_every_action_of_the_door_leaves_the_counts_right():
    published(dated=MAY)
    published(dated=MAY, thai_only=True)
    published(dated=date(2018, 5, 1), dated_precision="month")
    published(dated=date(2017, 1, 1), english_only=True)
    moved = published(dated=MAY)
    moved.release.dated = date(2017, 2, 3)
    moved.release.save()
    publishing.publish(release=moved.release, kind=Version.Kind.CORRECTION, notes=NOTES)
    withdrawn, restored, gone = (published(dated=MAY).release for _ in range(3))
    publishing.withdraw(release=withdrawn, reason=Version.Reason.ERROR)
    publishing.withdraw(release=restored, reason=Version.Reason.ERROR)
    publishing.restore(release=restored)
    publishing.remove(release=gone, reason=Version.Reason.LEGAL)
    publishing.merge(release=published(dated=MAY).release, into=restored)
    publishing.publish_many(releases=PressReleaseFactory.build_batch(3, dated=MAY, topic=None))

    assert_right_at(timezone.now())
    assert counting.months("th", timezone.now())[2018, 5] == 7
    assert list(counting.faults()) == []


def test_a_schedule_counts_from_its_minute_on_and_a_cancelled_one_never():
    first = published(dated=MAY).release
    at = timezone.now() + timedelta(hours=1)
    first.dated = date(2017, 5, 19)
    first.save()
    publishing.schedule(release=first, at=at, kind="correction", notes=NOTES)
    new = scheduled(hours=2, dated=MAY)
    cancelled = scheduled(hours=3, dated=MAY)
    publishing.cancel_schedule(release=cancelled.release)

    just_before = at - timedelta(microseconds=1)
    assert counting.months("th", just_before) == {(2018, 5): 1}
    assert counting.months("th", at) == {(2017, 5): 1}
    assert counting.days("th", 2018, 5, just_before) == {19: 1}
    assert counting.days("th", 2018, 5, at) == {}
    for moment in (just_before, at, new.visible_from, timezone.now() + timedelta(days=1)):
        assert_right_at(moment)

    publishing.cancel_schedule(release=first)
    assert counting.months("th", at) == {(2018, 5): 1}
    assert list(counting.faults()) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(["publish", "correct", "schedule", "cancel", "withdraw", "restore"]),
        max_size=8,
    )
)
def test_whatever_is_done_to_a_release_the_counts_follow(actions):
    release = PressReleaseFactory(dated=MAY)
    began = timezone.now()
    ahead = began + timedelta(hours=1)
    steps = {
        "publish": lambda: publishing.publish(release=release),
        "correct": lambda: publishing.publish(
            release=release, kind=Version.Kind.CORRECTION, notes=NOTES, on_scheduled="rebase"
        ),
        "schedule": lambda: publishing.schedule(
            release=release,
            at=ahead,
            kind="correction" if release.versions.exists() else "first",
            notes=NOTES,
        ),
        "cancel": lambda: publishing.cancel_schedule(release=release),
        "withdraw": lambda: publishing.withdraw(
            release=release, reason=Version.Reason.ERROR, on_scheduled="cancel"
        ),
        "restore": lambda: publishing.restore(release=release),
    }
    for action in actions:
        release.dated += timedelta(days=20)
        release.save()
        try:
            steps[action]()
        except publishing.PublishingRefused:
            continue
    for moment in (began, timezone.now(), ahead, ahead + timedelta(hours=1)):
        assert_right_at(moment)
    assert list(counting.faults()) == []


def test_what_was_written_without_the_door_is_told_of_and_can_be_counted_anew():
    published(dated=MAY)
    ArchiveCount.objects.filter(language="th").update(releases=9)
    assert len(list(counting.faults())) == 1

    counting.rebuild()

    assert list(counting.faults()) == []
    assert_right_at(timezone.now())
