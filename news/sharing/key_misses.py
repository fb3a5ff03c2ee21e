"""Counts short links that lead nowhere, so that the desk sees a misprint and can mend it.

Only what could be an alias is counted, without programs that say what they are. A crawler that
tries random keys is bounded in every place: entries in memory, rows of a day, days.
"""

from collections import Counter
from datetime import date

from django.conf import settings

from news.models import KeyMiss, ShortLink
from news.models.short_link import can_be_alias
from news.sharing.tallies import Tally


class KeyMissCounter(Tally):
    name = "misses of short links"
    most = 500

    def count(self, *, day: date, key: str) -> None:
        """Note that somebody followed `/s/<key>` in vain, where `key` could be a link at all."""
        if can_be_alias(key):
            self.note((day, key))

    def add(self, counts: Counter[tuple]) -> None:
        KeyMiss.objects.add_bounded(counts)


counter = KeyMissCounter(settings.VISITS_WRITE_SECONDS)


def most_missed(since: date, limit: int) -> list[tuple[str, int]]:
    """(key, times) of what was followed in vain from `since` on, the most frequent first.

    Without keys that were given out since, or before to a release that is not public: that one of
    them was tried is not to be told.
    """
    given_out = ShortLink.objects.values("key")
    return KeyMiss.objects.exclude(key__in=given_out).most_missed(since, limit)
