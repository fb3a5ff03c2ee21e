"""How well a document answers a question, from its codes alone.

A title that holds every term counts for more than any text; then the more of the title the terms
are, the better, and of equal ones the newer. In a text it counts how often and how early the terms
stand, less so in a long one, as in BM25.
"""

from dataclasses import dataclass, replace
from datetime import date

from news.search.cascade import Asked
from news.search.expressions import Expression, Marker, Phrase, leaves
from news.search.grams import marker_code, needle, without_words
from news.search.markers import as_written
from news.search.parsing import Question
from news.search.terms import Term
from news.thai.text import fold

IN_TITLE = 8.0
_TOGETHER = 1.0
_ONE_NAME = IN_TITLE + 4
"""For words as one phrase that are typed with spaces anyway: a text with it beats any title."""
_ALONE = 1.0
"""For acronyms that are no part of longer ones, and have the dots that were typed within."""
_AS_TYPED = 0.2
"""For one without any, besides: who types กพ. for ก.พ. saves a key, and means the same."""
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
    """For each term the codes of its spellings, the longest first."""
    together: bytes
    is_one_name: bool
    """Whether the terms are Latin words, whose phrase has a space between them too."""
    acronyms: tuple[tuple[bytes, ...], ...]
    """For each term that is an acronym with dots the codes of its writings, as typed first."""

    @property
    def titles_lead(self) -> bool:
        """Whether no text scores as much as IN_TITLE."""
        return not (self.together and self.is_one_name)

    def title(self, code: bytes, day: date) -> float:
        """The score of a document whose title answers: IN_TITLE and more for words as typed."""
        code = without_words(code)
        covered = 0
        for term in self.terms:
            for each in term:
                if each in code:
                    covered += len(each)
                    break
            else:
                return _recency(day) / 2  # only as parts of longer words
        return IN_TITLE + min(1.0, covered / len(code)) + _recency(day) + self._bonus(code)

    def text(self, code: bytes, day: date) -> float:
        """The score of a document whose text answers: from 0 to less than IN_TITLE."""
        code = without_words(code)
        length = 0.4 + 0.6 * len(code) / _USUAL_LENGTH
        score = 0.0
        for term in self.terms:
            often = max(map(code.count, term), default=0)
            score += often / (often + _SATURATION * length)
        score /= max(1, len(self.terms))
        return score + _recency(day) / 2 + self._bonus(code)

    def _bonus(self, code: bytes) -> float:
        bonus = 0.0
        for as_typed, *others in self.acronyms:
            if as_typed in code:
                bonus += (_ALONE + _AS_TYPED) / len(self.acronyms)
            elif any(other in code for other in others):
                bonus += _ALONE / len(self.acronyms)
        if self.together and self.together in code:
            bonus += _ONE_NAME if self.is_one_name else _TOGETHER
        return bonus


def ranker(question: Question, asked: Asked) -> Ranker:
    """The ranker of a question."""
    terms = tuple(_spellings(term.strict) for term in question.terms)
    units = [unit for term in question.terms for unit in term.units]
    latin = all(unit.text.isalpha() and not unit.is_cluster for unit in units)
    acronyms = [term for term in question.terms if term.letters and "." in term.source]
    return Ranker(
        terms,
        together=needle(asked.together) if asked.together else b"",
        is_one_name=latin,
        acronyms=tuple(tuple(map(_code_of_writing, _writings(term))) for term in acronyms),
    )


def _writings(term: Term) -> list[str]:
    """An acronym as it was typed; without a dot between its letters, also with all of them."""
    typed = fold(term.source).rstrip(".") + "."
    is_short = typed == f"{term.letters}."
    return [typed, "".join(f"{letter}." for letter in term.letters)] if is_short else [typed]


def _code_of_writing(dotted: str) -> bytes:
    return marker_code(Marker(as_written(dotted)))


def _spellings(expression: Expression) -> tuple[bytes, ...]:
    """The codes of an expression; of a word that may go on, that of the word as typed."""
    whole = (
        replace(leaf, goes_on=False) if isinstance(leaf, Phrase) else leaf
        for leaf in leaves(expression)
    )
    return tuple(sorted(dict.fromkeys(map(needle, whole)), key=len, reverse=True))


def _recency(day: date) -> float:
    """0 for a day in 2000, one more for every 12.5 years."""
    return (day.toordinal() - _AGE_ZERO) / 365.25 * _LATE / 10
