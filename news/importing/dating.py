"""The day of an imported release: what its source says, what its headline and its text say, and
whether they agree.

Nothing is settled here that the sources leave open: where headline and text name different days,
both are kept and the release is in doubt until somebody who knows decides.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.utils.dateparse import parse_datetime

from news.models import Precision
from news.thai.dates import FoundDate, bangkok_day, find_dates

_LOOKED_AT = 1_500
"""Characters of a text in which the day that it is about is looked for."""

_MOST_SOURCE = 300


class UndatedError(ValueError):
    """No day can be told; the message says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A day, how far it can be trusted, the words that say so, and what else they may mean."""

    day: date
    precision: str
    source: str
    other: date | None = None


def dates_of(title: str, paragraphs: Sequence[str], given: str) -> tuple[Reading, Reading | None]:
    """(the release's own day, the day of what it reports) of cleaned words.

    The source's own day comes first, whatever the text reports. Without it the release is dated as
    its headline says, else as its text begins. Raises UndatedError.
    """
    event = _event(title, paragraphs)
    if given.strip():
        return _given(given.strip()), event
    if event is None:
        raise UndatedError("no date, and none in its headline or text")
    return event, event


def _given(words: str) -> Reading:
    try:
        day = _of_moment(words) or date.fromisoformat(
            words[:10] if words[10:11] in {"T", " "} else words
        )
    except ValueError:
        found = [each for each in find_dates(words) if each.date]
        if len(found) != 1:
            raise UndatedError(f"date is no day: {words[:40]!r}") from None
        day = found[0].date
    if not 1900 <= day.year <= 2100:
        raise UndatedError(f"date is of the year {day.year}; Common Era, 1900 to 2100, is expected")
    return Reading(day, Precision.DAY, words[:_MOST_SOURCE])


def _of_moment(words: str) -> date | None:
    """The Bangkok day of a moment with its offset; None for anything else."""
    moment = parse_datetime(words)
    if moment is None or not moment.tzinfo:
        return None
    with suppress(OverflowError):  # at either end of the calendar
        return bangkok_day(moment)
    return None


def _event(title: str, paragraphs: Sequence[str]) -> Reading | None:
    """The day that the headline names, or that the text begins with, compared with each other."""
    in_title = _certain(title)
    in_text = _certain("\n".join(paragraphs)[:_LOOKED_AT])
    if not in_title:
        return _alone(in_text[0]) if in_text and _opens(in_text[0], paragraphs) else None
    first = in_title[0]
    if first.date is None:
        return None
    if in_text and not any(_covers(each, first.date) for each in in_text):
        source = f"{first.source} / {in_text[0].source}"
        return Reading(first.date, Precision.DOUBT, source[:_MOST_SOURCE], in_text[0].first)
    return _alone(first)


def _certain(text: str) -> list[FoundDate]:
    """The single days that are written; of a range its first day counts in `_covers`."""
    return [each for each in find_dates(text) if each.precision == "day" and each.first]


def _covers(found: FoundDate, day: date | None) -> bool:
    return day is not None and found.first <= day <= (found.last or found.first)


def _opens(found: FoundDate, paragraphs: Sequence[str]) -> bool:
    """Whether a text begins with the date: "เมื่อวันที่ 19 พฤษภาคม 2560 ..."."""
    return found.start < 40 and found.date is not None and bool(paragraphs)


def _alone(found: FoundDate) -> Reading | None:
    if found.date is None:
        return None
    if found.weekday_agrees is False:
        other = found.readings[0] if found.readings else None
        return Reading(found.date, Precision.DOUBT, found.source[:_MOST_SOURCE], other)
    return Reading(found.date, Precision.DAY, found.source[:_MOST_SOURCE])
