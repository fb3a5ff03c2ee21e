"""A row of the index: when it is shown, under which day it stands, and what it counts as.

An entry's key is the release's day and a number within it, so that the order of the keys is the
order of every list (`newest_first`), a period is a range of keys, and the newest of many matches
are read first.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

THAI, ENGLISH, PHOTOS, FILES = 1, 2, 4, 8
"""Flags of an entry: the languages it can be read in, photographs, attachments."""

FLAGS = {"th": THAI, "en": ENGLISH, "photos": PHOTOS, "files": FILES}

FOREVER = 2**62
"""`visible_until` of an entry without an end."""

_DAY_BITS = 20
_FLAG_BITS = 4
_TOPIC_BITS = 20
_MONTH_FROM = _FLAG_BITS + _TOPIC_BITS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(NamedTuple):
    """What is found: `facet` packs month, topic and flags into one number to count by."""

    key: int
    version_id: int
    facet: int

    @property
    def day(self) -> date:
        return date.fromordinal(self.key >> _DAY_BITS)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked besides words. The bounds are keys, `first` included and `end` excluded."""

    at: datetime
    first: int = 0
    end: int = FOREVER
    topic_id: int | None = None
    flags: int = 0


def microseconds(moment: datetime | None) -> int:
    """A moment as a number that both databases compare alike; FOREVER for None."""
    return FOREVER if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def key_of(day: date, number: int = 0) -> int:
    """The key of the entry `number` of a day; without a number the bound below all of them."""
    return day.toordinal() << _DAY_BITS | number


def bounds_of(day: date) -> tuple[int, int]:
    """The bounds between which the keys of a day lie, neither of them one."""
    first = key_of(day)
    return first, first + (1 << _DAY_BITS)


def pack(day: date, topic_id: int | None, flags: int) -> int:
    """The facet of an entry."""
    month = day.year * 12 + day.month - 1
    return (month << _TOPIC_BITS | (topic_id or 0)) << _FLAG_BITS | flags


def by_parts(counted: Iterable[tuple[int, float]]) -> tuple[dict[int, float], ...]:
    """The counts of facets by their month (see `year_and_month`), by their topic, 0 for none, and
    by their set of flags.
    """
    months, others = defaultdict(int), defaultdict(int)
    below_month = (1 << _MONTH_FROM) - 1
    for facet, count in counted:
        months[facet >> _MONTH_FROM] += count
        others[facet & below_month] += count
    topics, flag_sets = defaultdict(int), defaultdict(int)
    for facet, count in others.items():
        topics[facet >> _FLAG_BITS] += count
        flag_sets[facet & (1 << _FLAG_BITS) - 1] += count
    return months, topics, flag_sets


def year_and_month(month: int) -> tuple[int, int]:
    """The month of a facet in the Common Era, from 1 on."""
    return month // 12, month % 12 + 1


TOPIC_SQL = f"(e.facet >> {_FLAG_BITS} & {(1 << _TOPIC_BITS) - 1})"
"""The topic in a packed facet, for both databases."""
