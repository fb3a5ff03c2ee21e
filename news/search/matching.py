"""Where the terms of a question stand in a text, in the text's own characters.

The index answers which documents hold a term; this answers where, for the results of one page. Most
texts are as clean as the index sees them and are looked through as they are; where nothing is found
in another, it is folded first and the matches are traced back, so that น้ำ is marked in น้ํา too.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from news.search.markers import days_of
from news.search.parsing import Question
from news.search.stream import DECIMAL, MAX_TOKEN, Unit
from news.search.terms import Term
from news.thai.characters import ARABIC_DIGITS, CONSONANT, LEADING_VOWEL, LETTER, MARK
from news.thai.dates import FoundDate, find_dates
from news.thai.eras import OFFSET
from news.thai.folding import fold, trace_fold

_DIGIT = "0-9๐-๙"
# What may stand between two units of a phrase, a line break with its bullet: all that is no letter,
# but no mark of the unit before. Two short classes, for long ones take milliseconds to compile.
_BETWEEN = "(?![\u0e30-\u0e3a\u0e47-\u0e4e])[\\W_]{0,8}"
_REST = f"{MARK}\u0e30\u0e32\u0e33\u0e45"
"""What follows the consonant of a cluster."""

_LEADING = frozenset("เแโใไ")
_RESTS = frozenset("ัิีึืฺุู็่้๊๋์ํ๎ะาำๅ")

# Of อ.ก.พ. and ก.พ.ร. nothing is ก.พ.; but วท. is the second acronym of รมว.วท.
_NOT_IN_LONGER = f"(?<!^[{CONSONANT}]\\.)(?<![^{CONSONANT}][{CONSONANT}]\\.)"
_NOT_IN_NUMBER = f"(?<![{_DIGIT}])(?<![{_DIGIT}][.,:])"
_NUMBER_ENDS = f"(?![{_DIGIT}]|[.,:][{_DIGIT}])"
_MAX_MATCHES = 50
"""Matches of one term in one text that are looked at."""


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """`text[start:end]` is the term number `term` of the question."""

    start: int
    end: int
    term: int


class Matcher:
    """Finds the terms of one question; made once a query, used for every result."""

    def __init__(self, question: Question):
        self._terms = question.terms
        self._thai = [_thai(term) for term in question.terms]
        # Made when the first text needs them: compiling one takes longer than looking for it.
        self._whole: dict[int, re.Pattern[str]] = {}
        self._anywhere: dict[int, re.Pattern[str]] = {}
        self._dates = [
            (number, term.date) for number, term in enumerate(question.terms) if term.date
        ]

    def matches(self, text: str) -> list[Match]:
        """All matches in a plain text, in order. They may overlap."""
        return self.as_written(text) or self.as_folded(text)

    def as_written(self, text: str) -> list[Match]:
        """The matches in a text that is as clean as the index sees it."""
        return sorted([*self._written(text), *self._dated(text)])

    def as_folded(self, text: str) -> list[Match]:
        """The matches that show only when the text is folded: some twenty times as slow."""
        if fold(text) == text.lower().translate(ARABIC_DIGITS):
            return []  # the patterns see no more in it than in the text as written
        traced = trace_fold(text)
        return sorted(
            Match(traced.starts[match.start], traced.ends[match.end - 1], match.term)
            for match in self._written(traced.text)
        )

    def _written(self, text: str) -> Iterator[Match]:
        """Terms that stand whole; where one nowhere does, where it stands within clusters."""
        for number in range(len(self._terms)):
            spans = list(_as_typed(self._thai[number], text))
            if not spans:
                spans = list(_spans(self._pattern(self._whole, _whole, number), text))
            if not spans:
                spans = list(_spans(self._pattern(self._anywhere, _anywhere, number), text))
            yield from (Match(start, end, number) for start, end in spans)

    def _pattern(
        self, made: dict[int, re.Pattern[str]], make: Callable[[Term], re.Pattern[str]], number: int
    ) -> re.Pattern[str]:
        if number not in made:
            made[number] = make(self._terms[number])
        return made[number]

    def _dated(self, text: str) -> Iterator[Match]:
        if self._dates:
            for each in find_dates(text):
                for number, wanted in self._dates:
                    if _meet(wanted, each):
                        yield Match(each.start, each.end, number)


def merged(matches: Iterable[Match]) -> list[tuple[int, int]]:
    """The spans of some matches in order, those that touch or overlap as one."""
    spans: list[tuple[int, int]] = []
    for match in sorted(matches):
        if spans and match.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], match.end))
        else:
            spans.append((match.start, match.end))
    return spans


def _thai(term: Term) -> str:
    """A term as it mostly stands in texts too; empty where it has other writings."""
    units = _from_a_syllable(term)
    of_clusters = not term.letters and all(unit.is_cluster for unit in units)
    return "".join(unit.text for unit in units) if of_clusters else ""


def _as_typed(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where `words` stand, neither beginning nor ending inside a cluster."""
    start = text.find(words) if words else -1
    count = 0
    while start >= 0 and count < _MAX_MATCHES:
        end = start + len(words)
        if text[max(0, start - 1) : start] not in _LEADING and text[end : end + 1] not in _RESTS:
            yield start, end
            count += 1
        start = text.find(words, end)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for count, match in enumerate(pattern.finditer(text)):
        if count == _MAX_MATCHES:
            return
        yield match.span()


def _whole(term: Term) -> re.Pattern[str]:
    """The units of a term, neither beginning nor ending inside a cluster, a word or a number."""
    if term.letters:
        dotted = r"\.? ?".join(term.letters)
        bare = f"(?<![{LETTER}.]){term.letters}(?![{LETTER}.])"
        return re.compile(f"{_NOT_IN_LONGER}{dotted}\\.(?![{CONSONANT}]\\.)|{bare}")
    units = _from_a_syllable(term)
    before = f"(?<![{LEADING_VOWEL}])", _NOT_IN_NUMBER, "(?<![A-Za-z])"
    after = f"(?![{_REST}])", _NUMBER_ENDS, "(?![A-Za-z])"
    return _pattern(_by_kind(units[0], *before), units, _by_kind(units[-1], *after))


def _anywhere(term: Term) -> re.Pattern[str]:
    """The units of a term, taken to the edges of the clusters or words that they lie in."""
    units = _from_a_syllable(term)
    before = f"[{LEADING_VOWEL}]?", _NOT_IN_NUMBER, ""
    after = f"[{_REST}]*", _NUMBER_ENDS, "[A-Za-z]*"
    return _pattern(_by_kind(units[0], *before), units, _by_kind(units[-1], *after))


def _from_a_syllable(term: Term) -> list[Unit]:
    """The units of a term without the rest of a cluster at its start: nothing is marked there."""
    units = list(term.units)
    while len(units) > 1 and re.match(f"[{_REST}]", units[0].text):
        units.pop(0)
    return units


def _by_kind(unit: Unit, cluster: str, number: str, word: str) -> str:
    if unit.is_cluster:
        return cluster
    return number if unit.is_number else word


def _pattern(before: str, units: Iterable[Unit], after: str) -> re.Pattern[str]:
    return re.compile(before + _BETWEEN.join(map(_unit, units)) + after)


def _unit(unit: Unit) -> str:
    """A unit in all the writings that the stream makes equal."""
    if unit.is_cluster:
        return re.escape(unit.text)
    if not unit.is_number:
        # Not the flag IGNORECASE, which compiles slowly beside Thai ranges.
        return r"\.?".join(f"[{letter}{letter.upper()}]" for letter in unit.text[:MAX_TOKEN])
    whole, *decimals = unit.text.split(DECIMAL)
    fractions = ["".join(map(_digit, part)) for part in decimals]
    number = "[.:]".join([",?".join(map(_digit, whole)), *fractions])
    if len(whole) == 4 and not decimals:
        buddhist = "".join(map(_digit, str(int(whole) + OFFSET)))
        return f"(?:{number}|{buddhist})"
    return number


def _digit(digit: str) -> str:
    return f"[{digit}{chr(0x0E50 + int(digit))}]"


def _meet(wanted: FoundDate, found: FoundDate) -> bool:
    """Whether two written dates can be one, or one is a day in the other."""
    if wanted.problem == "year_missing":
        return (wanted.month, wanted.day) == (found.month, found.day)
    of_month = "month" in {wanted.precision, found.precision}
    one, other = (
        {day.replace(day=1) if of_month else day for day in days_of(each)}
        for each in (wanted, found)
    )
    return not one.isdisjoint(other)
