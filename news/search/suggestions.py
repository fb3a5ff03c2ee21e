"""Titles that hold what is being typed, for the box to offer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from news.models import Version
from news.models.version import Heading
from news.search.engines import engine
from news.search.entries import Scope
from news.search.expressions import All, Expression, Marker, Phrase, all_of, any_of
from news.search.grams import LEADING_VOWELS, MIN_PART
from news.search.parsing import Question, parse
from news.search.stream import Unit
from news.search.terms import Term, phrase_of

MOST = 8
_SHORTEST = 2
"""Characters from which something is offered: one letter begins every second title."""
_CANDIDATES = 50
_SHARE_OF_TIME = 1 / 8
"""Of a search's: 50 ms. What is offered later, the next letter has overtaken."""


def suggestions(typed: str, *, at: datetime, language: str) -> list[tuple[Version, Heading]]:
    """The newest listed releases whose title holds `typed`, the last word of it unfinished.

    Raises SearchTooSlow.
    """
    question = parse(typed)
    if len(question.text) < _SHORTEST or not question.terms:
        return []
    wanted: list[int] = []
    with engine().limited(engine().until(_SHARE_OF_TIME)):
        for expression in expressions(question):
            wanted = wanted or _holding(expression, at)
    versions = Version.objects.only(
        "code", "slug", "title_th", "title_en", "summary_th", "summary_en"
    ).in_bulk(wanted)
    found = [versions[each] for each in wanted if each in versions]
    return [(version, version.heading(language)) for version in found]


def expressions(question: Question) -> list[Expression]:
    """What a title has to hold to be offered; what comes later, where nothing holds the former."""
    asked = _unfinished(question), _without_begun(question)
    return [expression for expression in dict.fromkeys(asked) if expression]


def _holding(expression: Expression, at: datetime) -> list[int]:
    """The newest listed versions whose title holds `expression`."""
    index = engine()
    entries = index.newest(expression, Scope(at), _CANDIDATES, in_title=True)
    kept = index.checked([entry.key for entry in entries], expression, column="title_code")
    return [entry.version_id for entry in entries if entry.key in kept][:MOST]


def _unfinished(question: Question) -> Expression | None:
    *others, last = question.terms
    return _all(others, _going_on(last.strict))


def _without_begun(question: Question) -> Expression | None:
    """The same by letters alone, without a number, a foreign word or an acronym of which only the
    beginning is typed: the index knows ตรวจ behind ตร, but no 2561 behind 25, no พ.ร.บ. behind พ.ร.
    """
    *others, last = question.terms
    kept = _whole(last)
    return _all(others, _open(phrase_of(kept)) if kept else None)


def _whole(term: Term) -> list[Unit]:
    if term.letters and "." in term.source:
        return []
    kept = list(term.units)
    if len(kept[-1].text) < MIN_PART and not (kept[-1].is_cluster or kept[-1].is_number):
        return kept[:-1]
    while kept and kept[-1].is_number:
        kept.pop()
    return kept


def _all(others: Sequence[Term], last: Expression | None) -> Expression | None:
    asked = [*(term.strict for term in others), *([last] if last else [])]
    return all_of(asked) if asked else None


def _going_on(expression: Expression) -> Expression | None:
    """The same with its end unfinished; None where that says nothing yet."""
    if isinstance(expression, Marker):  # of จ.เชียงใหม่ the letter stays as it is
        return expression
    if isinstance(expression, Phrase):
        return _open(expression)
    parts = [part for part in map(_going_on, expression.parts) if part]
    joined = all_of if isinstance(expression, All) else any_of
    return joined(parts) if parts else None


def _open(phrase: Phrase) -> Phrase | None:
    """A leading vowel at the end is left out: it is that of a cluster still to be typed."""
    units = phrase.units[:-1] if phrase.units[-1] in LEADING_VOWELS else phrase.units
    return replace(phrase, units=units, goes_on=True) if units else None
