"""What a slip of the finger leaves of Thai words: pure functions of what was typed.

A slip spoils the clusters around it and leaves those before and after as they were (`Gaps`). Two
letters swapped or one typed twice can simply be undone (`Undone`): that tells all of the word, and
finds it among thousands that have the same clusters around a gap.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from news.search.expressions import Expression, Phrase, all_of, any_of
from news.search.grams import code
from news.search.stream import places, unit_texts
from news.thai.characters import LEADING_VOWEL, MARK
from news.thai.text import fold

_LONGEST = 16
"""Units of a word whose gaps are tried; a longer one is tried by its beginning."""
_MOST_LETTERS = 60
"""Characters of words in which letters can be swapped: each place of more is asked for."""
_MOST_ASKED = 6
"""Guesses that the index is asked for at once; of more, those of neighbouring places are one."""
_MOST_SPOILT = 2
"""Units that one slip spoils; where it spoils more, letters were swapped."""
_FEWEST_KEPT = 2
_NEAR = 3
"""Units at either end of what a slip has left that the index is asked for."""
_PLACES = 12
"""Places of a guess in one text that are compared."""
_GAP = 8
"""Bytes of a code, two for each unit, that may stand in a slip's place."""
SLACK = (-2, -1, 0, 1, 2)
"""Characters by which what was meant may be longer or shorter than what was typed."""
_MARKS = re.compile(f"[{MARK}ะาำๅ]+")
_REST = re.compile(f"[{MARK}ะาำๅ]")
_LEADS = re.compile(f"[{LEADING_VOWEL}]")
_DOUBLED = {"แ": "เ", "เ": "แ"}
"""What folding makes of a letter typed twice, or of two that were typed for the one, but one left
out.
"""


class Slip(ABC):
    """A kind of slip that may have been made in some words."""

    @property
    @abstractmethod
    def expression(self) -> Expression:
        """What the index is asked for: a document that it finds may hold what was meant."""

    @abstractmethod
    def stands_in(self, document: bytes) -> bool:
        """Whether a document's code surely holds what may have been meant."""

    @abstractmethod
    def parts(self, text: str) -> set[str]:
        """The parts of a text without spaces that may have been meant."""


@dataclass(frozen=True)
class Undone(Slip):
    """Words that can have been meant, as they are."""

    words: tuple[str, ...]

    @property
    def expression(self) -> Expression:
        return any_of(map(Phrase, self._units))

    def stands_in(self, document: bytes) -> bool:
        return any(each in document for each in self._codes)

    def parts(self, text: str) -> set[str]:
        return {each for each in self.words if _stands_whole(each, text)}

    @cached_property
    def _units(self) -> list[tuple[str, ...]]:
        return [tuple(unit_texts(each)) for each in self.words]

    @cached_property
    def _codes(self) -> list[bytes]:
        return list(map(code, self._units))


@dataclass(frozen=True, slots=True)
class _Guess:
    """What is left of some units before and after a slip. Letters can be added there, too: up to
    `gap` stand between the two.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    gap: int


@dataclass(frozen=True)
class Gaps(Slip):
    """The guesses of a slip that spoilt so many units, one for each place of it, in order."""

    typed: str
    guesses: Sequence[_Guess]
    is_whole: bool
    """Whether the guesses are of all that was typed, and not of its beginning."""

    @property
    def expression(self) -> Expression:
        # Those at the ends by themselves: what they leave out tells most, for many words end alike.
        inner = self.guesses[1:-1]
        size = max(1, -(-len(inner) // (_MOST_ASKED - 2)))
        groups = [inner[start : start + size] for start in range(0, len(inner), size)]
        groups += filter(None, [self.guesses[:1], self.guesses[1:][-1:]])
        return any_of(_in_common(group[0].before, group[-1].after) for group in groups)

    def stands_in(self, document: bytes) -> bool:
        return any(_stand_near(*codes, document) for codes in self._codes)

    def parts(self, text: str) -> set[str]:
        """Those that stand where a guess has its words, about as long as what was typed."""
        parts: set[str] = set()
        if _stands_whole(self.typed, text):
            return parts  # with the same slip
        for guess in self.guesses:
            before, after = "".join(guess.before), "".join(guess.after)
            for start in islice(places(before or after, text), _PLACES):
                end = start + len(before or after)
                if not before:
                    starts = (max(0, end - len(self.typed) + slack) for slack in SLACK)
                    parts |= {whole_clusters(text, each, end) for each in starts}
                    continue
                ends = [start + len(self.typed) + slack for slack in SLACK]
                if after:
                    between = text[end : end + guess.gap + len(after)]
                    found = [end + place + len(after) for place in places(after, between)]
                    if self.is_whole or not found:
                        ends = found
                parts |= {whole_clusters(text, start, each) for each in ends}
        return parts

    @cached_property
    def _codes(self) -> list[tuple[bytes, bytes]]:
        return [(code(guess.before), code(guess.after)) for guess in self.guesses]


def undone(typed: str) -> Undone | None:
    """Folded words with two neighbouring letters swapped, or one of two alike left out; None of a
    single letter, or of too many.
    """
    if len(typed) > _MOST_LETTERS:
        return None
    found: dict[str, None] = {}
    for reading in readings(typed):
        for place, (one, other) in enumerate(pairwise(reading)):
            instead = one if one == other else other + one
            found[fold(reading[:place] + instead + reading[place + 2 :])] = None
        for place, letter in enumerate(reading):
            if letter in _DOUBLED:
                found[reading[:place] + _DOUBLED[letter] + reading[place + 1 :]] = None
    found.pop(typed, None)
    return Undone(tuple(found)) if found else None


def gaps(typed: str, units: Sequence[str]) -> Iterator[Gaps]:
    """What a slip can have left of the units of what was typed, for each place of it: all of them,
    with another one left out between two, or all but one, or two. Guesses of too few units tell
    nothing.
    """
    tried = units[:_LONGEST]
    for spoilt in range(_MOST_SPOILT + 1):
        made = []
        for first in range(spoilt == 0, len(tried) - spoilt + (spoilt > 0)):
            last = first + spoilt
            if len(tried) - spoilt >= _FEWEST_KEPT:
                gap = len("".join(tried[first:last])) + 2
                made.append(_Guess(tuple(tried[:first]), tuple(tried[last:]), gap))
        if made:
            yield Gaps(typed, made, len(tried) == len(units))


def readings(typed: str) -> Iterator[str]:
    """What can have been typed before its marks were put in order, itself first: บำบัด without its
    second บ is บำัด, and in order บัำด.
    """
    yield typed
    for run in _MARKS.finditer(typed):
        if len(run[0]) > 1:
            yield typed[: run.start()] + run[0][::-1] + typed[run.end() :]


def are_marks(letters: str) -> bool:
    """Whether all letters are such as are easily mistaken for each other."""
    return bool(_MARKS.fullmatch(letters)) or letters in {
        doubled + once for doubled, once in _DOUBLED.items()
    }


def whole_clusters(text: str, start: int, end: int) -> str:
    """`text[start:end]` with the vowels and marks that belong to its first and last letter."""
    while start > 0 and (_REST.match(text, start) or _LEADS.match(text, start - 1)):
        start -= 1
    while end < len(text) and _REST.match(text, end):
        end += 1
    return text[start:end]


def _stands_whole(words: str, text: str) -> bool:
    """Whether words stand in a text without a letter or a vowel of theirs left out at an end."""
    spans = ((start, start + len(words)) for start in places(words, text))
    return any(whole_clusters(text, *span) == words for span in spans)


def _in_common(*parts: tuple[str, ...]) -> Expression:
    # Both ends of both parts: of more, the index would have to look through more lists.
    ends = {each for part in parts if part for each in (part[:_NEAR], part[-_NEAR:])}
    return all_of(map(Phrase, sorted(ends)))


def _stand_near(before: bytes, after: bytes, document: bytes) -> bool:
    """Whether a document's code has the one part, a few units, and then the other."""
    # The longer one is rarer, and sooner looked for.
    if len(before) < len(after):
        return any(
            before in document[max(0, start - _GAP - len(before)) : start]
            for start in places(after, document)
        )
    ends = (start + len(before) for start in places(before, document))
    return any(after in document[end : end + _GAP + len(after)] for end in ends)
