"""From what a reader types to what is asked for: pure functions of the text.

Terms are separated by spaces and all of them must occur. "Quoted words" are one term, `from:` and
`to:` (ตั้งแต่: and ถึง:) bound the releases' own day, and everything that `find_dates` reads as a
date is one term that meets the same date in any other writing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, zip_longest
from typing import NamedTuple

from news.search.abbreviations import Abbreviation, Meaning
from news.search.periods import PeriodRefused, read_period, with_capitals
from news.search.stream import units
from news.search.terms import Term, as_meant, date_term, quoted_term, word_term, year_term
from news.thai.dates import YEAR_OF_ERA, FoundDate, find_dates, year_of_era
from news.thai.text import clusters, fold, normalise

MAX_CHARACTERS = 300
"""What is read of a query; the longest title in the archive's corpus is shorter."""

MAX_TERMS = 16

# A phrase keeps what looks like a clause in it.
_PART = re.compile(
    r"(?<!\S)(?P<name>from|to|ตั้งแต่|ถึง):(?:[\"“”](?P<period>[^\"“”]*)[\"“”]|(?P<value>\S+))"
    r"|[\"“”„](?P<phrase>[^\"“”„]*)[\"“”„]",
    re.IGNORECASE,
)
_BOUND_NAMES = {"from": "since", "ตั้งแต่": "since", "to": "until", "ถึง": "until"}
_BEFORE_NUMBERS = frozenset({"ปี", "ที่", "ร้อยละ"})
_SIGNS = frozenset({"ๆ", "ฯ", "%"})
_PIECE = re.compile(r"\S+")


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

    def rewritten(self, words: Mapping[Term, str]) -> str:
        """The query with other words where some of its terms stand."""
        return _rewritten(self.text, words)


class _Word(NamedTuple):
    """What is read as one word, its pieces with one space between them, and where it stands."""

    written: str
    start: int
    end: int


def parse(text: str) -> Question:
    """What `text` asks for. Nothing raises, and no text makes it slow or its result large."""
    read, problems = _bounded(text)
    question = _understood(read)
    terms = tuple(_settled(tuple(dict.fromkeys(question.terms))))
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


def _understood(text: str) -> Question:
    """The question with all terms, quoted phrases, dates and words, and what its clauses say."""
    terms: list[Term] = []
    bounds: dict[str, date] = {}
    problems: list[Problem] = []
    done = 0
    for part in _PART.finditer(text):
        terms += _unquoted(text, done, part.start())
        done = part.end()
        if part["name"] is None:
            for term in quoted_term(part["phrase"]):
                # Words in an acronym's place are meant as they mean, not as they are written.
                start, end = part.span() if term.letters else part.span("phrase")
                terms.append(replace(term, start=start, end=end))
            continue
        value = "value" if part["period"] is None else "period"
        try:
            first, last = read_period(part[value])
        except PeriodRefused:
            problems.append(Problem("bad_date", part[value]))
            if value == "value":
                done = part.start(value)  # the words after it may go with it: from:5 พ.ค. 61
            else:
                terms += _unquoted(text, *part.span(value))
            continue
        bound = _BOUND_NAMES[part["name"].lower()]
        bounds[bound] = first if bound == "since" else last
    terms += _unquoted(text, done, len(text))
    if len(bounds) == 2 and bounds["since"] > bounds["until"]:
        problems.append(Problem("empty_period"))
    return Question(text, tuple(terms), **bounds, problems=tuple(problems))


def _unquoted(text: str, start: int, end: int) -> Iterator[Term]:
    """Dates and words, in order, each with its place in `text`."""
    done = start
    for found in find_dates(with_capitals(text[start:end])):
        first, last = start + found.start, start + found.end
        yield from _years_and_words(text, done, first)
        term = date_term(replace(found, source=text[first:last]))
        yield replace(term, start=first, end=last)
        done = last
    yield from _years_and_words(text, done, end)


def _years_and_words(text: str, start: int, end: int) -> Iterator[Term]:
    for match in YEAR_OF_ERA.finditer(text, start, end):
        if year_of_era(match):
            yield from _words(text, start, match.start())
            term = year_term(" ".join(match.group().split()))
            start = match.end()
            yield replace(term, start=match.start(), end=start)
    yield from _words(text, start, end)


def _words(text: str, start: int, end: int) -> Iterator[Term]:
    """The words between spaces; a single letter goes with its neighbour, as in ร. 10, ปี and % with
    their number, and ๆ with what it repeats.
    """
    words: list[_Word] = []
    waiting: _Word | None = None
    pieces = [_Word(piece.group(), *piece.span()) for piece in _PIECE.finditer(text, start, end)]
    for piece, following in zip_longest(pieces, pieces[1:]):
        if words and not waiting and piece.written in _SIGNS:
            words[-1] = _joined(words[-1], piece)
            continue
        word = _joined(waiting, piece) if waiting else piece
        is_counting = piece.written in _BEFORE_NUMBERS and following and following[0][0].isdecimal()
        waiting = word if is_counting or _is_one_letter(piece.written) else None
        if not waiting:
            words.append(word)
    if waiting:
        words[-1:] = [_joined(words[-1], waiting) if words else waiting]
    for word in words:
        yield from _placed(word_term(word.written), text, word.start, word.end)


def _joined(one: _Word, other: _Word) -> _Word:
    return _Word(f"{one.written} {other.written}", one.start, other.end)


def _placed(terms: Iterable[Term], text: str, start: int, end: int) -> Iterator[Term]:
    """Terms that share a place, each with its part of it: of สำนักงานก.พ. the first has สำนักงาน."""
    for term, following in pairwise([*terms, None]):
        last = _end_of(term.source, text, start) if following else end
        yield replace(term, start=start, end=last)
        start = last


def _end_of(words: str, text: str, start: int) -> int:
    for word in words.split():
        start = text.index(word, start) + len(word)
    return start


def _is_one_letter(word: str) -> bool:
    """Whether a word is a letter that says nothing alone; with a vowel, as น้ำ, it does."""
    seen = units(fold(word))
    return len(seen) == 1 and seen[0].is_cluster and len(seen[0].text) == 1


def _settled(terms: Sequence[Term]) -> Iterator[Term]:
    """The terms, each abbreviation as what the words before it say that it means."""
    for index, term in enumerate(terms):
        meaning = _said_before(term, terms[:index])
        yield as_meant(term, meaning) if meaning else term


def _said_before(term: Term, before: Sequence[Term]) -> Meaning | None:
    """The meaning of an abbreviation where the words before say it, as in สำนักงาน ก.พ."""
    written = "".join(each.source for each in (*before, term)).replace(" ", "").replace(".", "")
    written = written.replace("สนง", "สำนักงาน")
    for meaning in term.abbreviation.meanings if term.abbreviation else ():
        whole = meaning.query.replace(".", "")
        if whole != term.source.replace(".", "") and written.endswith(whole.replace(" ", "")):
            return meaning
    return None


def _ambiguities(query: str, terms: tuple[Term, ...]) -> Iterator[Ambiguity]:
    for index, term in enumerate(terms):
        known = term.abbreviation
        if known is None or _said_before(term, terms[:index]):
            continue
        choices = [
            Choice(meaning, " ".join(_rewritten(query, {term: meaning.query}).split()))
            for meaning in known.meanings
        ]
        yield Ambiguity(known, tuple(choices))


def _rewritten(query: str, words: Mapping[Term, str]) -> str:
    for term in sorted(words, key=lambda term: -term.start):
        query = query[: term.start] + words[term] + query[term.end :]
    return query
