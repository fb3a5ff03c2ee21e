"""What a question asks of the index, from strict to loose.

Most of the quality of the search lies here: what stands in a title comes before what stands in a
text, words together before words apart, and looseness only where strictness finds next to nothing.
"""

from dataclasses import dataclass

from news.search.expressions import Expression, Phrase, all_of
from news.search.parsing import Question
from news.search.terms import phrase_of

FEW = 3
"""With fewer results than this the next, looser way of asking is tried."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Every term of a question, strictly and loosely, and all of them as one phrase.

    `loose` is None where it would be the same; `together` where there is one term, or a date.
    """

    strict: Expression
    loose: Expression | None
    together: Phrase | None


def asked(question: Question) -> Asked | None:
    """What to ask the index for a question; None where it has no terms (a period alone)."""
    if not question.terms:
        return None
    strict = all_of(term.strict for term in question.terms)
    loose = all_of(term.loose for term in question.terms)
    return Asked(strict, None if loose == strict else loose, _together(question))


def _together(question: Question) -> Phrase | None:
    if len(question.terms) < 2 or any(term.date for term in question.terms):
        return None
    return phrase_of([unit for term in question.terms for unit in term.typed or term.units])
