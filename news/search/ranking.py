"""How well a document answers a question, from its codes alone.

A title that holds every term counts for more than any text; then the more of the title the terms
are, the better, and of equal ones the newer. In a text it counts how often and how early the terms
stand, less so in a long one, as in BM25.
"""

from dataclasses import dataclass
from datetime import date

from news.search.cascade import Asked
from news.search.expressions import leaves
from news.search.grams import needle
from news.search.parsing import Question

IN_TITLE = 8.0
_TOGETHER = 1.0
_LATE = 0.8
"""How much a year of age takes from a title, in tenths of its coverage."""
_USUAL_LENGTH = 2_700
"""Bytes of a median release's code."""
_SATURATION = 1.5
_AGE_ZERO = date(2000, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Ranker:
    """Scores documents for one question; made once a query."""

    terms: tuple[tuple[bytes, ...], ...]
    """For each term the codes of its spellings."""
    together: bytes

    def title(self, code: bytes, day: date) -> float:
        """The score of a document whose title answers: IN_TITLE and more."""
        covered = sum(
            max((len(each) for each in term if each in code), default=0) for term in self.terms
        )
        score = IN_TITLE + min(1.0, covered / max(1, len(code))) + _recency(day)
        return score + (_TOGETHER if self.together and self.together in code else 0)

    def text(self, code: bytes, day: date) -> float:
        """The score of a document whose text answers: from 0 to less than IN_TITLE."""
        length = 0.4 + 0.6 * len(code) / _USUAL_LENGTH
        score = 0.0
        for term in self.terms:
            often = max((code.count(each) for each in term), default=0)
            score += often / (often + _SATURATION * length)
        score /= max(1, len(self.terms))
        if self.together and self.together in code:
            score += _TOGETHER
        return score + _recency(day) / 2


def ranker(question: Question, asked: Asked) -> Ranker:
    """The ranker of a question."""
    terms = tuple(_spellings(term.strict) for term in question.terms)
    return Ranker(terms, needle(asked.together) if asked.together else b"")


def _spellings(expression) -> tuple[bytes, ...]:
    return tuple(filter(None, dict.fromkeys(map(needle, leaves(expression)))))


def _recency(day: date) -> float:
    """0 for a day in 2000, one more for every 12.5 years."""
    return (day.toordinal() - _AGE_ZERO) / 365.25 * _LATE / 10
