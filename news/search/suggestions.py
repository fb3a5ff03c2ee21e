"""Titles that hold what is being typed, for the box to offer."""

from dataclasses import replace
from datetime import datetime

from news.models import Version
from news.models.version import Heading
from news.search.engines import engine
from news.search.entries import Scope
from news.search.expressions import All, Expression, Phrase, all_of
from news.search.parsing import Question, parse

MOST = 8
_SHORTEST = 2
"""Characters from which something is offered: one letter begins every second title."""
_CANDIDATES = 50


def suggestions(typed: str, *, at: datetime, language: str) -> list[tuple[Version, Heading]]:
    """The newest listed releases whose title holds `typed`, the last word of it unfinished.

    Raises SearchTooSlow.
    """
    question = parse(typed)
    if len(question.text) < _SHORTEST or not question.terms:
        return []
    expression = _unfinished(question)
    index = engine()
    with index.limited():
        entries = index.newest(expression, Scope(at), _CANDIDATES, in_title=True)
        kept = index.checked([entry.key for entry in entries], expression, column="title_code")
    wanted = [entry.version_id for entry in entries if entry.key in kept][:MOST]
    versions = Version.objects.only(
        "code", "slug", "title_th", "title_en", "summary_th", "summary_en"
    ).in_bulk(wanted)
    found = [versions[each] for each in wanted if each in versions]
    return [(version, version.heading(language)) for version in found]


def _unfinished(question: Question) -> Expression:
    *others, last = question.terms
    return all_of([*(term.strict for term in others), _going_on(last.strict)])


def _going_on(expression: Expression) -> Expression:
    if isinstance(expression, All):  # of จ.เชียงใหม่ the letter stays as it is
        return all_of(map(_going_on, expression.parts))
    return replace(expression, goes_on=True) if isinstance(expression, Phrase) else expression
