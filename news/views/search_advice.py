"""What the search page says besides its results: other meanings, dates, what wasn't understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from news.models import Version
from news.search.keyboard import meant_on_the_other_layout
from news.search.misspelling import usual
from news.search.parsing import Problem, Question
from news.search.searching import Results
from news.sharing.addresses import path_in, release_path
from news.sharing.short_links import parse
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
    """The search for a word as nearly all releases write it, or as other keys have it."""
    of_code: Link | None = None
    """The release whose short link was typed."""


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


def on_other_keys(asked: Asked, at: datetime) -> Link | None:
    """The search for what the same keys write in the other language. Raises SearchTooSlow."""
    words = meant_on_the_other_layout(asked.words, at)
    return Link(words, asked.address(words=words)) if words else None


def of_code(asked: Asked, lang: str, at: datetime) -> Link | None:
    """The release whose short link, or the end of it, was typed: from paper, mostly."""
    typed = parse("".join(asked.words.split()).rpartition("/s/")[2])
    if typed is None:
        return None
    found = Version.objects.live(at).filter(release__short_links__key=typed.key).first()
    if found is None:
        return None
    # What became of one without a text is told by its page.
    heading = found.heading(lang)
    return Link(heading.title if heading else typed.key, release_path(lang, found.code, found.slug))


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
