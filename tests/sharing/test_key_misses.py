"""Short links that lead nowhere are counted, and a crawler of random keys can't fill anything."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError

from news.models import KeyMiss, ShortLink
from news.querysets import MissQuerySet
from news.sharing.key_misses import KeyMissCounter, most_missed
from tests.factories import PressReleaseFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)


def missed(*keys: str, day: date = DAY) -> None:
    """One process saw these keys, and wrote them down."""
    counter = KeyMissCounter(0)
    for key in keys:
        counter.count(day=day, key=key)
    counter.write()


def kept(day: date = DAY) -> dict[str, int]:
    return dict(KeyMiss.objects.filter(day=day).values_list("key", "count"))


def test_processes_add_to_the_same_key_of_a_day():
    missed("k7m4q3", "k7m4q3", "exam-2569")
    missed("k7m4q3")
    missed("k7m4q3", day=DAY + timedelta(days=1))
    assert kept() == {"k7m4q3": 3, "exam-2569": 1}
    assert most_missed(DAY, 8) == [("k7m4q3", 4), ("exam-2569", 1)]
    assert most_missed(DAY + timedelta(days=1), 8) == [("k7m4q3", 1)]


@pytest.mark.parametrize("key", ["ab", "a" * 41, "-abc", "a--b", "info", "wp.php", "ก-ข-ค", "v"])
def test_what_could_never_be_a_link_is_not_counted(key):
    missed(key)
    assert kept() == {}


def test_counting_asks_nothing_of_the_database_and_holds_a_bounded_number(
    django_assert_num_queries,
):
    counter = KeyMissCounter(0)
    with django_assert_num_queries(0):
        for number in range(KeyMissCounter.most + 50):
            counter.count(day=DAY, key=f"random-{number}")
        counter.count(day=DAY, key="random-0")
    assert counter.write() == KeyMissCounter.most + 1


def test_a_full_day_makes_room_from_what_was_tried_once(monkeypatch):
    monkeypatch.setattr(KeyMiss, "MOST_A_DAY", 5)
    missed("misprint", "misprint")
    missed("random-1", "random-2", "random-3", "random-4")
    missed("random-5", "late-print")
    assert kept() == {"misprint": 2, "random-3": 1, "random-4": 1, "random-5": 1, "late-print": 1}
    missed("late-print", *(f"other-{number}" for number in range(9)))
    assert len(kept()) == 5
    assert kept()["misprint"] == kept()["late-print"] == 2


def test_a_day_full_of_what_is_asked_for_again_takes_nothing_new(monkeypatch):
    monkeypatch.setattr(KeyMiss, "MOST_A_DAY", 2)
    missed("one", "one", "two", "two")
    missed("three", "one")
    assert kept() == {"one": 3, "two": 2}


def test_writing_costs_the_same_however_many_keys(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        missed(*(f"random-{number}" for number in range(400)))


def test_nothing_is_kept_for_longer_than_half_a_year():
    missed("old-print", day=DAY - KeyMiss.KEPT - timedelta(days=1))
    missed("new-print")
    assert list(KeyMiss.objects.values_list("key", flat=True)) == ["new-print"]


def test_what_cannot_be_written_is_kept_for_the_next_time(monkeypatch):
    def refuse(*args):
        raise OperationalError("attempt to write a readonly database")

    counter = KeyMissCounter(0)
    counter.count(day=DAY, key="misprint")
    with monkeypatch.context() as patched:
        patched.setattr(MissQuerySet, "add", refuse)
        assert counter.write() == 0
    counter.count(day=DAY, key="misprint")
    assert counter.write() == 2
    assert kept() == {"misprint": 2}


def test_a_key_that_was_given_out_is_not_told():
    missed("misprint", "promised")
    draft = PressReleaseFactory(is_limited=True)
    missed(draft.code)
    ShortLink.objects.create(key="promised", release=draft)
    assert most_missed(DAY, 8) == [("misprint", 1)]
