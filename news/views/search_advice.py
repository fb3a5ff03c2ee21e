"""What the search page says besides its results: other meanings, dates, what wasn't understood."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from news.search.misspelling import usual
from news.search.parsing import Problem, Question
from news.search.searching import Results
from news.sharing.addresses import path_in
from news.thai.dates import format_date, format_month
from news.views.search_request import Asked


@dataclass(frozen=True, slots=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Meanings:
    """An abbreviation and the searches that it can stand for."""

    written: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    meanings: tuple[Meanings, ...]
    dates: tuple[Link, ...]
    problems: tuple[str, ...]
    usual: Link | None = None
    """The search for a word as nearly all releases write it."""


def advice(question: Question, asked: Asked, lang: str) -> Advice:
    """What to tell the reader of this question."""
    return Advice(
        tuple(
            Meanings(
                ambiguity.abbreviation.written,
                tuple(
                    Link(choice.meaning.name(lang), asked.address(words=choice.query))
                    for choice in ambiguity.choices
                ),
            )
            for ambiguity in question.ambiguities
        ),
        tuple(_dates(question, lang)),
        tuple(_problems(question, asked)),
    )


def usual_spelling(question: Question, asked: Asked, results: Results, at) -> Link | None:
    """A word that was meant, perhaps, where writers made the slip that the reader made. Raises
    SearchTooSlow.
    """
    if asked != asked.without_filters or results.more_than or results.corrected:
        return None
    words = usual(question, at, results.total)
    return Link(words, asked.address(words=words)) if words else None


def other_ways(question: Question, asked: Asked, lang: str) -> list[Link]:
    """What to try where nothing was found: without the filters, or with each term alone."""
    links = []
    if asked != asked.without_filters:
        links.append(Link(gettext("Search without filters"), asked.without_filters.address()))
    if len(question.terms) > 1:
        links += [
            Link(
                gettext("Search for “%(words)s” alone") % {"words": term.source},
                asked.without_filters.address(words=term.source),
            )
            for term in question.terms
        ]
    links.append(Link(gettext("Archive by date"), path_in(lang, "archive")))
    links.append(Link(gettext("All topics"), path_in(lang, "topics")))
    return links


def _dates(question: Question, lang: str):
    for found in question.dates:
        day = found.first
        if day is None or not 1900 <= day.year <= 2100:
            continue
        if found.precision == "month":
            url = path_in(lang, "archive_month", year=day.year, month=day.month)
            yield Link(format_month(day.year, day.month, lang), url)
        else:
            url = path_in(lang, "archive_day", year=day.year, month=day.month, day=day.day)
            yield Link(format_date(day, lang, style="long"), url)


def _problems(question: Question, asked: Asked) -> Iterator[str]:
    if asked.words and question.is_empty:
        yield gettext("There is nothing to search for: what was typed has no letter and no digit.")
    yield from map(_said, question.problems)


def _said(problem: Problem) -> str:
    if problem.code == "too_long":
        return gettext("The question is very long. Only its beginning was searched for.")
    if problem.code == "empty_period":
        return gettext("The period ends before it begins.")
    return gettext("“%(written)s” is no date that can be read; it was searched for as a word.") % {
        "written": problem.written
    }
