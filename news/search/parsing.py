"""From what a reader types to what is asked for: pure functions of the text.

Terms are separated by spaces and all of them must occur. "Quoted words" are one term, `from:` and
`to:` (ตั้งแต่: and ถึง:) bound the releases' own day, and everything that `find_dates` reads as a
date is one term that meets the same date in any other writing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from news.search.abbreviations import Abbreviation, Meaning
from news.search.periods import PeriodRefused, read_period, with_capitals
from news.search.stream import units
from news.search.terms import Term, date_term, quoted_term, word_term
from news.thai.dates import FoundDate, find_dates
from news.thai.text import clusters, fold, normalise

MAX_CHARACTERS = 300
"""What is read of a query; the longest title in the archive's corpus is shorter."""

MAX_TERMS = 16

_CLAUSE = re.compile(
    r"(?<!\S)(?P<name>from|to|ตั้งแต่|ถึง):(?:[\"“”](?P<quoted>[^\"“”]*)[\"“”]|(?P<value>\S+))",
    re.IGNORECASE,
)
_BOUND_NAMES = {"from": "since", "ตั้งแต่": "since", "to": "until", "ถึง": "until"}
_BEFORE_NUMBERS = frozenset({"ปี", "ที่", "ร้อยละ"})
_SIGNS = frozenset({"ๆ", "ฯ", "%"})
_QUOTED = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a query that could not be done as written.

    "too_long": only the beginning was read; "bad_date": `written`, after from: or to:, is no date
    and was searched for as a word; "empty_period": from: lies after to:.
    """

    code: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One meaning of an abbreviation in a query, and the whole query rewritten to mean it."""

    meaning: Meaning
    query: str


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """An abbreviation in a query with its meanings: one explains it, several are a choice."""

    abbreviation: Abbreviation
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A query understood. Without terms and bounds it asks for nothing."""

    text: str
    """The query in its stored form, as much of it as was read."""
    terms: tuple[Term, ...] = ()
    since: date | None = None
    until: date | None = None
    dates: tuple[FoundDate, ...] = ()
    """The dates among the terms: a page can offer the releases of that day or month."""
    ambiguities: tuple[Ambiguity, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.since or self.until)


def parse(text: str) -> Question:
    """What `text` asks for. Nothing raises, and no text makes it slow or its result large."""
    read, problems = _bounded(text)
    rest, question = _with_bounds(Question(read))
    terms = tuple(dict.fromkeys(_terms(rest)))
    if len(terms) > MAX_TERMS:
        terms = terms[:MAX_TERMS]
        problems = (Problem("too_long"),)
    return replace(
        question,
        terms=terms,
        dates=tuple(term.date for term in terms if term.date),
        ambiguities=tuple(_ambiguities(read, terms)),
        problems=(*problems, *question.problems),
    )


def _bounded(text: str) -> tuple[str, tuple[Problem, ...]]:
    """The beginning of `text`, normalised and cut between clusters, and whether it was cut."""
    # What normalising drops doesn't count; a text of nothing else is not worth reading to its end.
    read = normalise(text[: 4 * MAX_CHARACTERS]).strip()
    if len(text) <= 4 * MAX_CHARACTERS and len(read) <= MAX_CHARACTERS:
        return read, ()
    kept = ""
    for cluster in clusters(read):
        if len(kept) + len(cluster) > MAX_CHARACTERS:
            break
        kept += cluster
    return kept.strip(), (Problem("too_long"),)


def _with_bounds(question: Question) -> tuple[str, Question]:
    """The query without its from: and to: clauses, and the question with what they say."""
    bounds: dict[str, date] = {}
    problems: list[Problem] = []

    def take(match: re.Match[str]) -> str:
        written = match["value"] if match["quoted"] is None else match["quoted"]
        try:
            first, last = read_period(written)
        except PeriodRefused:
            problems.append(Problem("bad_date", written))
            return f" {written} "
        bound = _BOUND_NAMES[match["name"].lower()]
        bounds[bound] = first if bound == "since" else last
        return " "

    rest = _CLAUSE.sub(take, question.text)
    if len(bounds) == 2 and bounds["since"] > bounds["until"]:
        problems.append(Problem("empty_period"))
    return rest, replace(question, **bounds, problems=tuple(problems))


def _terms(text: str) -> Iterator[Term]:
    """Quoted phrases, dates and words, in order."""
    for index, part in enumerate(_QUOTED.split(text)):
        yield from quoted_term(part) if index % 2 else _unquoted(part)


def _unquoted(text: str) -> Iterator[Term]:
    done = 0
    for found in find_dates(with_capitals(text)):
        yield from _words(text[done : found.start])
        yield date_term(replace(found, source=text[found.start : found.end]))
        done = found.end
    yield from _words(text[done:])


def _words(text: str) -> Iterator[Term]:
    """The words between spaces; a single letter goes with its neighbour, as in ร. 10, ปี and % with
    their number, and ๆ with what it repeats.
    """
    words: list[str] = []
    waiting = ""
    pieces = text.split()
    for written, following in zip_longest(pieces, pieces[1:], fillvalue=""):
        if words and not waiting and written in _SIGNS:
            words[-1] += f" {written}"
            continue
        word = f"{waiting} {written}".strip()
        is_counting = written in _BEFORE_NUMBERS and following[:1].isdecimal()
        waiting = word if is_counting or _is_one_letter(written) else ""
        if not waiting:
            words.append(word)
    if waiting:
        words[-1:] = [" ".join([*words[-1:], waiting])]
    for word in words:
        yield from word_term(word)


def _is_one_letter(word: str) -> bool:
    """Whether a word is a letter that says nothing alone; with a vowel, as น้ำ, it does."""
    seen = units(fold(word))
    return len(seen) == 1 and seen[0].is_cluster and len(seen[0].text) == 1


def _ambiguities(query: str, terms: tuple[Term, ...]) -> Iterator[Ambiguity]:
    for index, term in enumerate(terms):
        known = term.abbreviation
        if known is None:
            continue
        if not _settled(known, [each.source for each in terms[:index]], term.source):
            choices = [
                Choice(meaning, " ".join(query.replace(term.source, meaning.query, 1).split()))
                for meaning in known.meanings
            ]
            yield Ambiguity(known, tuple(choices))


def _settled(known: Abbreviation, before: list[str], source: str) -> bool:
    """Whether the words before an abbreviation say what it means, as in สำนักงาน ก.พ."""
    written = "".join([*before, source]).replace(" ", "").replace(".", "")
    return any(
        written.endswith(meaning.query.replace(" ", "").replace(".", ""))
        for meaning in known.meanings
        if meaning.query.replace(".", "") != source.replace(".", "")
    )
