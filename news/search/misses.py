"""What readers searched for and didn't find, counted per day: words and numbers, no addresses."""

from datetime import date

from news.models import SearchMiss
from news.search.parsing import Question
from news.thai.text import fold, single_line

_LONGEST = 100


def count_miss(question: Question, day: date) -> None:
    """Count a search that found nothing."""
    if words := single_line(fold(question.text))[:_LONGEST].strip():
        SearchMiss.objects.count_miss(words, day)
