"""How many of the results fall on each year, month, topic and so on."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from news.search.entries import FLAGS, by_parts, year_and_month
from news.thai.eras import OFFSET


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by value, from one set of results. Years are Common Era, fiscal years Buddhist.

    `exact` is False where there are so many results that not each was checked: the counts are then
    close.
    """

    years: dict[int, int]
    fiscal_years: dict[int, int]
    months: dict[tuple[int, int], int]
    topics: dict[int, int]
    flags: dict[str, int]
    exact: bool = True


def tally(counted: Iterable[tuple[int, float]], *, exact: bool) -> Facets:
    """The facets of (packed facet, how many) pairs; the newest periods and largest topics first."""
    # Up to a thousand different ones: first by what each has, then by what that is part of.
    of_months, topics, flag_sets = by_parts(counted)
    topics.pop(0, None)
    years, fiscal, months, flags = defaultdict(int), defaultdict(int), {}, defaultdict(int)
    for number, count in sorted(of_months.items(), reverse=True):
        year, month = year_and_month(number)
        months[year, month] = count
        years[year] += count
        # The year from October on is named after the September in it.
        fiscal[year + OFFSET + (month >= 10)] += count
    for flag_set, count in flag_sets.items():
        for name, bit in FLAGS.items():
            if flag_set & bit:
                flags[name] += count
    counts = map(dict if exact else _rounded, (years, fiscal, months, topics, flags))
    years, fiscal, months, topics, flags = counts
    largest_first = sorted(topics.items(), key=itemgetter(1), reverse=True)
    return Facets(years, fiscal, months, dict(largest_first), flags, exact)


def _rounded(counts: Mapping[Hashable, float]) -> dict[Hashable, int]:
    return {value: max(1, round(count)) for value, count in counts.items()}


NO_FACETS = tally((), exact=True)
"""Of no results, or of results that nobody counted."""
