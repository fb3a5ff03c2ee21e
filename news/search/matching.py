"""Where the terms of a question stand in a text, in the text's own characters.

The index answers which documents hold a term; this answers where, for the results of one page. Most
texts are as clean as the index sees them and are looked through as they are; for a term that is not
found in another, it is folded and the matches are traced back, so that น้ำ is marked in น้ํา too.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate, islice

from news.search.markers import days_of, has_short_year
from news.search.parsing import Question
from news.search.stream import DECIMAL, MAX_TOKEN, Unit, common_year
from news.search.terms import Term
from news.thai.characters import ARABIC_DIGITS, CONSONANT, LEADING_VOWEL, LETTER, MARK
from news.thai.dates import FoundDate, find_dates
from news.thai.eras import OFFSET
from news.thai.folding import fold, trace_fold

_DIGIT = "0-9๐-๙"
_ANY = r"[\s\S]"
_FIRST = re.compile(r"\[[^\]]+\]|[^\\(\[]")
"""The first character of a pattern, or its class, where it is one."""
# What may stand between two units of a phrase, a line break with its bullet: all that is no letter,
# but no mark of the unit before. Two short classes, for long ones take milliseconds to compile.
_BETWEEN = "(?![\u0e30-\u0e3a\u0e47-\u0e4e])[\\W_]{0,8}"
_REST = f"{MARK}\u0e30\u0e32\u0e33\u0e45"
"""What follows the consonant of a cluster."""

_NO_SPACE = re.compile(r"\S+")
# Spaces, punctuation and symbols by their ranges: several times as fast as a class of non-letters.
_LETTERS = re.compile(
    "[^\\s!-/:-@\\[-`{-~\u00a0-\u00bf\u0e3f\u0e4f\u0e5a\u0e5b\u2000-\u2bff\u3000-\u303f\ue000-\uf8ff\ufeff]+"
)
_LEADING = frozenset("เแโใไ")
_RESTS = frozenset("ัิีึืฺุู็่้๊๋์ํ๎ะาำๅ")

# Of อ.ก.พ. and ก.พ.ร. nothing is ก.พ.; but วท. is the second acronym of รมว.วท.
_NOT_IN_LONGER = f"(?<!^[{CONSONANT}]\\.{_ANY})(?<![^{CONSONANT}][{CONSONANT}]\\.{_ANY})"
# What may not stand before a term is looked for behind its first character: the search for a
# character, or one of two, skips through a text many times as fast as a look behind each.
# As in the stream, a comma parts thousands, and in 2560,2561 or 5,10 it parts numbers.
_NOT_IN_NUMBER = (
    f"(?<![{_DIGIT}]{_ANY})(?<![{_DIGIT}][.:]{_ANY})"
    f"(?<![{_DIGIT}],{_ANY}(?=[{_DIGIT}]{{2}}(?![{_DIGIT}])))"
)
_NUMBER_ENDS = f"(?![{_DIGIT}]|[.:][{_DIGIT}]|,[{_DIGIT}]{{3}}(?![{_DIGIT}]))"
_MAX_MATCHES = 50
"""Matches of one term in one text that are looked at."""


_Way = Callable[[str], Iterator[tuple[int, int]]]
"""Gives the places of one term in a text."""


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """`text[start:end]` is the term number `term` of the question."""

    start: int
    end: int
    term: int


class Matcher:
    """Finds the terms of one question; made once a query, used for every result."""

    def __init__(self, question: Question):
        self._ways = [_ways(term) for term in question.terms]
        self._dates = [
            (number, term.date) for number, term in enumerate(question.terms) if term.date
        ]
        self._years = [
            (number, term.units[0].text)
            for number, term in enumerate(question.terms)
            if not term.date and _is_year(term)
        ]
        self._months = [
            (number, term.month) for number, term in enumerate(question.terms) if term.month
        ]

    def matches(self, text: str) -> list[Match]:
        """All matches in a plain text, in order. They may overlap."""
        return self.in_any_form(text)[0]

    def in_any_form(self, *texts: str) -> list[list[Match]]:
        """The matches in each of some texts; of a term that none of them holds as it is written,
        those that show only when the texts are folded: some twenty times as slow.
        """
        found = self.as_written(*texts)
        missing = set(range(len(self._ways))).difference(
            match.term for matches in found for match in matches
        )
        if not missing:
            return found
        folded = (self._as_folded(text, missing) for text in texts)
        return [sorted([*each, *more]) for each, more in zip(found, folded, strict=True)]

    def as_written(self, *texts: str) -> list[list[Match]]:
        """The matches in each of some texts that are as clean as the index sees them.

        A term that stands whole in one of them is looked for within clusters in none.
        """
        found = [list(self._dated(text)) for text in texts]
        for number, ways in enumerate(self._ways):
            for way in ways:
                spans = [list(islice(way(text), _MAX_MATCHES)) for text in texts]
                if any(spans):
                    for matches, of_text in zip(found, spans, strict=True):
                        matches += [Match(start, end, number) for start, end in of_text]
                    break
        return [sorted(matches) for matches in found]

    def _as_folded(self, text: str, terms: set[int]) -> Iterator[Match]:
        if fold(text) == text.lower().translate(ARABIC_DIGITS):
            return  # the ways see no more in it than in the text as written
        traced = trace_fold(text)
        for match in self.as_written(traced.text)[0]:
            if match.term in terms:
                yield Match(traced.starts[match.start], traced.ends[match.end - 1], match.term)

    def _dated(self, text: str) -> Iterator[Match]:
        if not (self._dates or self._years or self._months):
            return
        for each in find_dates(text):
            for number, wanted in self._dates:
                if _meet(wanted, each):
                    yield Match(each.start, each.end, number)
            # The index knows ก.ย. in a date as September.
            months = {each.month, *(day.month for day in days_of(each))} if self._months else ()
            for number, month in self._months:
                if month in months:
                    yield Match(each.start, each.end, number)
            # The index knows 61 in a date as 2561, which the ways can't see in the text.
            if self._years and has_short_year(each):
                years = {common_year(str(day.year)) for day in days_of(each)}
                for number, year in self._years:
                    if year in years:
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


def _ways(term: Term) -> tuple[_Way, ...]:
    """How to look for a term, the strictest way first."""
    words = _thai(term)
    as_letters = (partial(_in_thai, words), partial(_between_anything, words))
    if words and not (term.letters or term.is_abbreviated):
        return as_letters
    # Made when the first text needs them: compiling one takes longer than looking for it.
    whole, anywhere = (partial(_spans, cache(partial(make, term))) for make in (_whole, _anywhere))
    return (whole, *as_letters) if words else (whole, anywhere)


def _thai(term: Term) -> str:
    """The letters of a term that is of clusters alone; empty for another."""
    units = _from_a_syllable(term)
    return "".join(unit.text for unit in units) if all(unit.is_cluster for unit in units) else ""


def _in_thai(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where `words` stand as typed, or else with white space that they have not."""
    found = list(_standing(words, text))
    return iter(found) if found else _standing_apart(words, text, _NO_SPACE)


def _between_anything(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where `words` stand when all that is no letter and no digit is left out."""
    return _standing_apart(words, text, _LETTERS)


def _standing(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where `words` stand, neither beginning nor ending inside a cluster."""
    for start, end in _occurrences(words, text):
        if text[max(0, start - 1) : start] not in _LEADING and text[end : end + 1] not in _RESTS:
            yield start, end


def _standing_apart(words: str, text: str, kept: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The same in what is `kept` of a text; or else to the edges of the clusters they lie in."""
    squeezed = "".join(text.split() if kept is _NO_SPACE else kept.findall(text))
    if words not in squeezed:
        return
    spans = list(_standing(words, squeezed)) or [
        _to_edges(squeezed, start, end) for start, end in _occurrences(words, squeezed)
    ]
    starts = [piece.start() for piece in kept.finditer(text)]
    lengths = (len(piece) for piece in kept.findall(text))
    in_squeezed = [0, *accumulate(lengths)]

    def place(position: int) -> int:
        piece = bisect_right(in_squeezed, position) - 1
        return starts[piece] + position - in_squeezed[piece]

    for start, end in spans:
        yield place(start), place(end - 1) + 1


def _to_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """A span, grown to the edges of the clusters that it begins and ends in."""
    start -= text[max(0, start - 1) : start] in _LEADING
    while text[end : end + 1] in _RESTS:
        end += 1
    return start, end


def _occurrences(words: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        yield start, end
        start = text.find(words, end)


def _spans(pattern: Callable[[], re.Pattern[str]], text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern().finditer(text))


def _whole(term: Term) -> re.Pattern[str]:
    """The units of a term, neither beginning nor ending inside a cluster, a word or a number."""
    if term.letters:
        first, *others = term.letters
        dotted = "".join(f"\\.? ?{letter}" for letter in others)
        dotted = f"{_NOT_IN_LONGER}{dotted}\\.(?![{CONSONANT}]\\.)"
        bare = f"(?<![{LETTER}.]{_ANY}){''.join(others)}(?![{LETTER}.])"
        return re.compile(f"{first}(?:{dotted}|{bare})")
    units = _from_a_syllable(term)
    before = f"(?<![{LEADING_VOWEL}]{_ANY})", _NOT_IN_NUMBER, "(?<![A-Za-z]{_ANY})"
    after = f"(?![{_REST}])", _NUMBER_ENDS, "(?![A-Za-z])"
    if term.is_percentage:
        number = _unit(units[0])
        return re.compile(f"(?<![{_DIGIT}.,]){number} ?%|ร้อยละ ?{number}{_NUMBER_ENDS}")
    if term.is_abbreviated:
        letter, *others = map(_unit, units)
        return re.compile(f"{letter}\\. ?{_BETWEEN.join(others)}{_by_kind(units[-1], *after)}")
    return _pattern(_by_kind(units[0], *before), units, _by_kind(units[-1], *after))


def _anywhere(term: Term) -> re.Pattern[str]:
    """The units of a term, taken to the edges of the clusters or words that they lie in."""
    units = _from_a_syllable(term)
    before = "", _NOT_IN_NUMBER, ""
    after = f"[{_REST}]*", _NUMBER_ENDS, "[A-Za-z]*"
    vowel = f"[{LEADING_VOWEL}]?" if units[0].is_cluster else ""
    return _pattern(_by_kind(units[0], *before), units, _by_kind(units[-1], *after), vowel)


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


def _pattern(
    behind_first: str, units: Iterable[Unit], after: str, vowel: str = ""
) -> re.Pattern[str]:
    first, *others = map(_unit, units)
    character = _FIRST.match(first)
    if character:
        first = character[0] + behind_first + first[character.end() :]
    else:
        first = f"(?={_ANY}{behind_first}){first}"
    return re.compile(vowel + _BETWEEN.join([first, *others]) + after)


def _unit(unit: Unit) -> str:
    """A unit in all the writings that the stream makes equal."""
    if unit.is_cluster:
        return re.escape(unit.text)
    if not unit.is_number:
        # Not the flag IGNORECASE, which compiles slowly beside Thai ranges.
        return r"\.?".join(f"[{letter}{letter.upper()}]" for letter in unit.text[:MAX_TOKEN])
    whole, *decimals = unit.text.split(DECIMAL)
    fractions = ["".join(map(_digit, part)) for part in decimals]
    number = "[.:]".join([_thousands(whole), *fractions])
    if len(whole) == 4 and not decimals:
        buddhist = "".join(map(_digit, str(int(whole) + OFFSET)))
        return f"(?:{number}|{buddhist})"
    return number


def _thousands(digits: str) -> str:
    return "".join(
        f",?{_digit(digit)}" if place and place % 3 == len(digits) % 3 else _digit(digit)
        for place, digit in enumerate(digits)
    )


def _digit(digit: str) -> str:
    return f"[{digit}{chr(0x0E50 + int(digit))}]"


def _is_year(term: Term) -> bool:
    """Whether a term is a number of four digits alone; as a unit, a year is of the Common era."""
    return len(term.units) == 1 and term.units[0].text.isdecimal() and len(term.units[0].text) == 4


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
