"""Counts of followed short links, as a chart and as tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, Sum
from django.utils.translation import get_language

from news.models import Visit
from news.thai.dates import format_date

WIDTH, HEIGHT = 640, 160
GAP = 0.25
"""Share of a day's place that stays empty between two bars."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands in the chart's units, and what it says."""

    day: date
    text: str
    people: int
    programs: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Share:
    """How many visits one channel or language had."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Visits of people on every day from `first` to `last`; programs are told apart."""

    first: str
    last: str
    most: int
    people: int
    programs: int
    bars: tuple[Bar, ...]
    channels: tuple[Share, ...]
    languages: tuple[Share, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def newest_first(self) -> tuple[Bar, ...]:
        """The days on which anything was counted, for the table."""
        return tuple(bar for bar in reversed(self.bars) if bar.people or bar.programs)


def chart(visits: QuerySet[Visit], last: date, days: int) -> Chart:
    """The chart of `visits` in the `days` days that end with `last`. Three queries."""
    first = last - timedelta(days=days - 1)
    found = visits.between(first, last)
    counts: dict[tuple[date, bool], int] = {
        (day, is_bot): total
        for day, is_bot, total in found.values_list("day", "is_bot").annotate(Sum("count"))
    }
    shown = [first + timedelta(days=number) for number in range(days)]
    most = max((counts.get((day, False), 0) for day in shown), default=0)
    return Chart(
        first=_text(first),
        last=_text(last),
        most=most,
        people=sum(total for (_day, is_bot), total in counts.items() if not is_bot),
        programs=sum(total for (_day, is_bot), total in counts.items() if is_bot),
        bars=tuple(_bars(shown, counts, most)),
        channels=_shares(found, "channel", dict(Visit.Channel.choices)),
        languages=_shares(found, "language", {"th": "ไทย", "en": "English"}),
    )


def _bars(shown: list[date], counts: dict, most: int) -> Iterable[Bar]:
    step = WIDTH / len(shown)
    for number, day in enumerate(shown):
        people = counts.get((day, False), 0)
        height = round(HEIGHT * people / most, 1) if most else 0
        yield Bar(
            day=day,
            text=_text(day),
            people=people,
            programs=counts.get((day, True), 0),
            x=round(step * (number + GAP / 2), 2),
            y=round(HEIGHT - height, 1),
            width=round(step * (1 - GAP), 2),
            height=height,
        )


def _shares(found: QuerySet[Visit], name: str, names: dict) -> tuple[Share, ...]:
    totals = found.of_people().values_list(name).annotate(total=Sum("count")).order_by("-total")
    return tuple(Share(str(names.get(value, value)), total) for value, total in totals)


def _text(day: date) -> str:
    return format_date(day, get_language(), "short")
