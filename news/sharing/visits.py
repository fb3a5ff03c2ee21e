"""Counts followed short links."""

from collections import Counter
from datetime import date

from django.conf import settings

from news.models import Visit
from news.sharing.tallies import Tally


class VisitCounter(Tally):
    name = "visits"
    most = 10_000  # about 3 MB

    def count(self, *, day: date, key: str, channel: str, language: str, is_bot: bool) -> None:
        """Note one visit."""
        self.note((day, key, str(channel), language, is_bot))

    def add(self, counts: Counter[tuple]) -> None:
        Visit.objects.add(counts)


counter = VisitCounter(settings.VISITS_WRITE_SECONDS)
