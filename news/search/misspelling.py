"""What a reader may have meant who typed one letter wrong, or left out a tone mark.

A slip spoils the clusters around it and leaves those before and after it as they were. So for each
place where it can have happened, the units before and those after are asked for, and a document
answers where the two stand next to each other with a few units between.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from news.search import engines
from news.search.engine import Engine
from news.search.entries import Entry, Scope
from news.search.expressions import Expression, Phrase, all_of, any_of
from news.search.grams import IN_TITLE, MIN_PREFIX, code
from news.search.parsing import Question
from news.search.terms import Term
from news.thai.text import fold

CUT = 78
"""Likeness, in per cent, from which a title is taken to hold a misspelt term (rapidfuzz)."""

_LONGEST = 16
"""Units of a term that are tried; a longer one is tried by its beginning."""
_CANDIDATES = 100
_UNIT = b"(?:[\x80-\xff][\x00-\x7f])"


@dataclass(frozen=True, slots=True)
class _Guess:
    """One place for the slip: the units before it and after it."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    def expression(self) -> Expression:
        return all_of(Phrase(units) for units in (self.before, self.after) if units)

    def pattern(self) -> bytes:
        gap = _UNIT + b"{0,3}?" if self.before and self.after else b""
        return re.escape(code(self.before)) + gap + re.escape(code(self.after))


def nearly(question: Question, scope: Scope) -> dict[Entry, float]:
    """Entries that hold something spelt like the terms that next to nothing holds, and their score.

    All other terms must occur as they are. Scores are below those of real results. What occurs in
    the archive is not misspelt, even if the scope excludes it.
    """
    engine = engines.engine()
    anywhere = Scope(scope.at)
    broken = [term for term in question.terms if not engine.occurs(term.loose, anywhere)]
    if not broken or any(term.date for term in broken):
        return {}
    intact = [term.strict for term in question.terms if term not in broken]
    guesses = [list(_guesses(term)) for term in broken]
    if not all(guesses):
        return _in_titles(broken, intact, scope, engine)
    found = _in_order(guesses, intact, scope, engine)
    return found or _in_titles(broken, intact, scope, engine)


def _in_order(
    guesses: Sequence[list[_Guess]], intact: list[Expression], scope: Scope, engine: Engine
) -> dict[Entry, float]:
    expression = all_of(
        [*intact, *(any_of(guess.expression() for guess in of_term) for of_term in guesses)]
    )
    patterns = [
        re.compile(b"|".join(guess.pattern() for guess in of_term), re.DOTALL)
        for of_term in guesses
    ]
    found: dict[Entry, float] = {}
    for mask, column, score in ((IN_TITLE, "title_code", 0.5), (0, "code", 0.0)):
        entries = engine.newest(expression, scope, _CANDIDATES, mask=mask)
        codes = engine.texts([entry.key for entry in entries], column)
        for entry in entries:
            if entry not in found and all(each.search(codes[entry.key]) for each in patterns):
                found[entry] = score + 0.001
    return found


def _in_titles(
    broken: Sequence[Term], intact: list[Expression], scope: Scope, engine: Engine
) -> dict[Entry, float]:
    """Titles that begin a Latin word alike, or hold some of the units, ranked by likeness."""
    beginnings = [alike for term in broken if (alike := _alike(term))]
    if len(beginnings) < len(broken):
        return {}
    entries = engine.newest(all_of([*intact, *beginnings]), scope, 3 * _CANDIDATES, mask=IN_TITLE)
    titles = engine.texts([entry.key for entry in entries], "title")
    found = {}
    for entry in entries:
        likeness = min(fuzz.partial_ratio(fold(term.source), titles[entry.key]) for term in broken)
        if likeness >= CUT:
            found[entry] = likeness / 200
    return found


def _alike(term: Term) -> Expression | None:
    """What a title has at least that is spelt like a term too short to be cut in two."""
    words = [unit.text for unit in term.units if unit.text.isalpha() and not unit.is_cluster]
    parts = [
        Phrase((word[:length],), goes_on=True)
        for word in words
        if len(word) > MIN_PREFIX
        for length in (MIN_PREFIX,)
    ]
    if parts:
        return all_of(parts)
    pairs = [
        Phrase((one.text, two.text)) for one, two in zip(term.units, term.units[1:], strict=False)
    ]
    return any_of(pairs) if pairs else None


def _guesses(term: Term) -> Iterator[_Guess]:
    """Every place where a slip of one letter can have been, none for terms too short to tell."""
    units = tuple(unit.text for unit in term.units[:_LONGEST])
    if len(units) < 4 or not all(unit.is_cluster for unit in term.units):
        return
    width = 2 if len(units) > 5 else 1
    for first in range(len(units) - width + 1):
        yield _Guess(units[:first], units[first + width :])
