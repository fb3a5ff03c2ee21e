"""Dates that contradict the calendar, each other or the era of their language.

Nothing is corrected: that 19 May 2017 was a Friday says that something is wrong, not what.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from news.checking.drafts import LANGUAGES, TEXTS, Draft
from news.checking.findings import Problem
from news.thai.dates import BuddhistYear, CommonYear, FoundDate, find_dates

A_YEAR = timedelta(days=366)

_THAI = re.compile("[ก-ฮ]")
_FOUR_DIGITS = re.compile("[0-9๐-๙]{4}")
_TOLD_AS_PAST = re.compile(r"เมื่อ(?:วันที่)?[ \u00a0]*\Z|\b(?:was|were)\b[^.]{0,40}\bon[ \u00a0]*\Z")

WEEKDAYS = (
    pgettext_lazy("written in full", "Monday"),
    pgettext_lazy("written in full", "Tuesday"),
    pgettext_lazy("written in full", "Wednesday"),
    pgettext_lazy("written in full", "Thursday"),
    pgettext_lazy("written in full", "Friday"),
    pgettext_lazy("written in full", "Saturday"),
    pgettext_lazy("written in full", "Sunday"),
)


def _dates(draft: Draft) -> Iterator[tuple[str, str, FoundDate]]:
    """(field, its text, date) of every date in headline, summary and body."""
    for language in LANGUAGES:
        for name in TEXTS:
            text = draft.text(name, language)
            for found in find_dates(text):
                yield f"{name}_{language}", text, found


def weekday(draft: Draft) -> Iterator[Problem]:
    """A written weekday that isn't the date's: วันเสาร์ที่ 19 พฤษภาคม 2560."""
    for field, _text, found in _dates(draft):
        if found.weekday_agrees is not False or found.first is None:
            continue
        values: dict[str, object] = {
            "day": found.first,
            "weekday": WEEKDAYS[found.first.weekday()],
        }
        if found.readings:
            values["readings"] = found.readings
            yield Problem(
                field,
                _(
                    "%(day)s is a %(weekday)s. The weekday that is written would be right for "
                    "%(readings)s."
                ),
                values,
                found.source,
            )
        else:
            yield Problem(
                field, _("%(day)s is a %(weekday)s, not what is written."), values, found.source
            )


def headline_and_body(draft: Draft) -> Iterator[Problem]:
    """The headline's day and month stand in the body with another year, and nowhere with its own.

    Silent where the desk has recorded both readings as a doubt of the event date.
    """
    for language in LANGUAGES:
        body = [
            found
            for name in ("summary", "body")
            for found in find_dates(draft.text(name, language))
            if found.date is not None and found.year is not None
        ]
        told = set()
        for found in find_dates(draft.text("title", language)):
            day = found.date
            if day is None or found.year is None or any(other.date == day for other in body):
                continue
            for other in body:
                same = (other.day, other.month) == (found.day, found.month)
                recorded = {day, other.date} <= set(draft.event_days)
                if not same or recorded or (day, other.date) in told:
                    continue
                told.add((day, other.date))
                yield Problem(
                    f"title_{language}",
                    _(
                        "The headline says %(headline)s (%(weekday)s), the text says %(body)s "
                        "(%(other_weekday)s). Which of them is right?"
                    ),
                    {
                        "headline": day,
                        "weekday": WEEKDAYS[day.weekday()],
                        "body": other.date,
                        "other_weekday": WEEKDAYS[other.date.weekday()],
                    },
                    f"{found.source} / {other.source}",
                )


def eras(draft: Draft) -> Iterator[Problem]:
    """พ.ศ. 2018, 19 พฤษภาคม 2018, 19 May 2561: a year in the era of the other language."""
    for field, _text, found in _dates(draft):
        if found.problem == "era_mismatch":
            yield Problem(
                field, _("The year does not belong to the era that is named."), {}, found.source
            )
        elif found.era or found.year is None:
            continue
        elif isinstance(found.year, CommonYear) and _THAI.search(found.source):
            yield Problem(
                field,
                _("A Thai date with a year of the Common era. Thai text says %(year)s."),
                {"year": found.year.to_buddhist().number},
                found.source,
            )
        elif isinstance(found.year, BuddhistYear) and _is_english(found):
            yield Problem(
                field,
                _("An English date with a year of the Buddhist era. English text says %(year)s."),
                {"year": found.year.to_common().number},
                found.source,
            )


def _is_english(found: FoundDate) -> bool:
    return bool(re.search("[A-Za-z]{3}", found.source)) and not _THAI.search(found.source)


def no_such_day(draft: Draft) -> Iterator[Problem]:
    """31 เมษายน, and years that nobody can have meant: ๘ เมษายน ๑๕๖๔."""
    for field, _text, found in _dates(draft):
        if found.problem == "impossible_day":
            yield Problem(field, _("There is no such day."), {}, found.source)
        elif found.problem == "year_out_of_range":
            yield Problem(
                field,
                _("The year is far from any that a press release tells of."),
                {},
                found.source,
            )


def in_the_future(draft: Draft) -> Iterator[Problem]:
    """What is told as past or dates the release itself lies ahead, by a year where plans may."""
    if draft.dated is not None and draft.dated > draft.today:
        yield Problem(
            "dated", _("The release is dated %(day)s, which lies ahead."), {"day": draft.dated}
        )
    yield from (
        Problem("event_date", _("The event date %(day)s is more than a year ahead."), {"day": day})
        for day in draft.event_days
        if day > draft.today + A_YEAR
    )
    for field, text, found in _dates(draft):
        day = found.date
        if day is None or day <= draft.today:
            continue
        if _TOLD_AS_PAST.search(text[max(0, found.start - 60) : found.start]):
            yield Problem(
                field, _("%(day)s is told as past but lies ahead."), {"day": day}, found.source
            )
        elif field.startswith("title") and day > draft.today + A_YEAR and _dates_the_news(text):
            yield Problem(
                field,
                _("The headline ends with %(day)s, more than a year ahead."),
                {"day": day},
                found.source,
            )


def _dates_the_news(headline: str) -> bool:
    """Whether a headline ends with its date, as "(19 พ.ค. 61)" does."""
    return headline.rstrip().endswith(")")


def two_digit_years(draft: Draft) -> Iterator[Problem]:
    """Each field once: a release that abbreviates does so throughout."""
    told: dict[str, FoundDate] = {}
    for field, _text, found in _dates(draft):
        short = found.problem == "two_digit_year" or (
            found.year is not None and not _FOUR_DIGITS.search(found.source)
        )
        # In a range without a year of its own, "30 เม.ย. - 2 พ.ค. 61", the year is the second's.
        if short and re.search(r"[0-9๐-๙]{2}\W*\Z", found.source):
            told.setdefault(field, found)
    for field, found in told.items():
        meant = found.problem == "two_digit_year"
        text = (
            _("Which year is meant? Write it with four digits.")
            if meant
            else _("Write years with four digits: this one is read as another in time.")
        )
        yield Problem(field, text, {}, found.source)
