"""How many of the results fall on each year, month, topic and so on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from news.search.entries import FLAGS, parts, year_and_month
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
    of_months, topics, flag_sets = {}, {}, {}
    # Up to a thousand different ones: first by what each has, then by what that is part of.
    for packed, count in counted:
        month, topic_id, flag_set = parts(packed)
        of_months[month] = of_months.get(month, 0) + count
        topics[topic_id] = topics.get(topic_id, 0) + count
        flag_sets[flag_set] = flag_sets.get(flag_set, 0) + count
    topics.pop(0, None)
    months = {year_and_month(month): count for month, count in of_months.items()}
    years, fiscal, flags = Counter(), Counter(), Counter()
    for (year, month), count in months.items():
        years[year] += count
        # The year from October on is named after the September in it.
        fiscal[year + OFFSET + (month >= 10)] += count
    for flag_set, count in flag_sets.items():
        for name, bit in FLAGS.items():
            if flag_set & bit:
                flags[name] += count
    if not exact:
        for counter in (years, fiscal, months, topics, flags):
            for value, count in counter.items():
                counter[value] = max(1, round(count))
    return Facets(
        dict(sorted(years.items(), reverse=True)),
        dict(sorted(fiscal.items(), reverse=True)),
        dict(sorted(months.items(), reverse=True)),
        dict(sorted(topics.items(), key=itemgetter(1), reverse=True)),
        dict(flags),
        exact,
    )


NO_FACETS = tally((), exact=True)
"""Of no results, or of results that nobody counted."""
