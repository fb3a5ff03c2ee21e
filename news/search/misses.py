"""What readers searched for and didn't find, counted per day: words and numbers, no addresses."""

from datetime import date, timedelta

from django.db import Error, transaction
from django.db.models import F, Sum

from news.models import SearchMiss
from news.search.parsing import Question
from news.thai.text import fold, single_line

_LONGEST = 100
_MOST_A_DAY = 2_000
"""Different searches kept for one day; a robot that tries names can't fill the table."""
_KEPT_DAYS = 180
"""What was typed can be a person's name: it is of use while the desk may still act on it."""


def count_miss(question: Question, day: date) -> None:
    """Count a search that found nothing. A read-only database is no reason to fail."""
    words = single_line(fold(question.text))[:_LONGEST].strip()
    if not words:
        return
    try:
        with transaction.atomic():
            rows = SearchMiss.objects.filter(day=day)
            if rows.filter(words=words).update(count=F("count") + 1):
                return
            kept = rows.count()
            if kept == 0:
                SearchMiss.objects.filter(day__lt=day - timedelta(days=_KEPT_DAYS)).delete()
            if kept < _MOST_A_DAY:
                SearchMiss.objects.create(day=day, words=words, count=1)
    except Error:
        return


def most_missed(since: date, limit: int = 20) -> list[tuple[str, int]]:
    """(words, times) of what was searched for in vain from `since` on, the most frequent first."""
    rows = (
        SearchMiss.objects.filter(day__gte=since)
        .values_list("words")
        .annotate(times=Sum("count"))
        .order_by("-times", "words")
    )
    return list(rows[:limit])
