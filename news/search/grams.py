"""The numbers that a document is indexed under, and the bytes that it is checked by.

A document's grams are one number for every unit, for every two neighbours and for every three that
occur in it, each once and without positions. A phrase of up to three units is one gram, and the
documents that have it are the documents that hold the phrase. A longer phrase asks for all its
threes; a document can have them in different places, so it is then checked in its code: all units
in order, two bytes each, in which a phrase is a substring.

Both databases keep and intersect sets of numbers many times faster than positions, and hold the
same numbers.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import xor
from zlib import crc32

from news.search.expressions import All, Any, Expression, Marker, Phrase, leaves
from news.thai.characters import MARK, TONE

_MASK = 0x7FFF_FFFF
"""31 bits: PostgreSQL's integer has a sign."""

IN_TITLE = 0x5BD1_E995
"""What a gram of the title alone is combined with (XOR), beside the same gram of the whole text."""

MIN_PREFIX = 3
"""Letters that a Latin word must have to be looked for as the beginning of longer ones."""
_MAX_PREFIX = 10
_SPARSE_FROM = 8
"""From this length on a phrase asks for every second gram only; its code is checked anyway."""

_LATIN = re.compile(f"[a-z]{{{MIN_PREFIX},}}")
_ENDS_WITH_LETTER = re.compile("[ก-ฮ]$")
_ENDS_WITH_MARK = re.compile(f"[{MARK}]$")
_ENDS_WITH_TONE = re.compile(f"[{TONE}์]$")
_VOWELS = "ัิีึืุู"
_TONES = "่้๊๋"


class _Remembered(dict):
    """What a unit becomes in a certain place, remembered for the usual units."""

    LIMIT = 50_000

    def __init__(self, make: Callable[[int], int | bytes]):
        super().__init__()
        self._make = make

    def __missing__(self, unit: str) -> int | bytes:
        made = self._make(crc32(unit.encode("utf-8", "surrogatepass")))
        if len(self) < self.LIMIT:
            self[unit] = made
        return made


# A unit as the first, second and third of a gram: odd factors lose nothing of its number.
_FIRST = _Remembered(lambda number: number * 0x9E37_79B1 & _MASK)
_SECOND = _Remembered(lambda number: number * 0x85EB_CA77 & _MASK)
_THIRD = _Remembered(lambda number: number * 0xC2B2_AE3D & _MASK)
_PLACES = (_FIRST, _SECOND, _THIRD)
# Bytes from 80 on begin a unit, bytes below end it: no match lies across two units.
_CODE = _Remembered(lambda number: bytes((0x80 | number >> 7 & 0x7F, number & 0x7F)))


def grams(units: Sequence[str]) -> set[int]:
    """The grams of a text of these units, its unfinished Latin words included."""
    firsts = list(map(_FIRST.__getitem__, units))
    pairs = list(map(xor, firsts, map(_SECOND.__getitem__, units[1:])))
    found = set(firsts)
    found.update(pairs, map(xor, pairs, map(_THIRD.__getitem__, units[2:])))
    for word in filter(_LATIN.match, set(units)):
        found.update(_beginnings(word))
    return found


def marker_gram(marker: Marker) -> int:
    """The gram of what a text means."""
    return _FIRST[marker.token]


def phrase_grams(phrase: Phrase) -> list[list[int]]:
    """What a document that holds the phrase has: one of each list, in all of them."""
    units, last = phrase.units, phrase.units[-1]
    if not phrase.goes_on:
        return [[gram] for gram in _closed(units)]
    if _LATIN.match(last):
        return [*([gram] for gram in _closed(units[:-1])), [_beginning(last[:_MAX_PREFIX])]]
    before = units[-3:-1]
    return [
        *([gram] for gram in _closed(units[:-1])),
        [_gram((*before, longer)) for longer in continuations(last)],
    ]


def code(units: Iterable[str]) -> bytes:
    """The units in order, two bytes each; a phrase's code is a part of its document's code."""
    return b"".join(map(_CODE.__getitem__, units))


def marker_code(marker: Marker) -> bytes:
    """A marker in a code: five bytes that no units give."""
    number = crc32(marker.token.encode())
    return bytes((0, *(number >> shift & 0x7F for shift in (0, 7, 14, 21))))


def needle(leaf: Phrase | Marker) -> bytes:
    """What the code of a document has that holds `leaf`; empty where any code may."""
    if isinstance(leaf, Marker):
        return marker_code(leaf)
    return code(leaf.units[:-1] if leaf.goes_on else leaf.units)


def needs_checking(expression: Expression) -> bool:
    """Whether a document can have the grams of an expression without holding it."""
    return any(isinstance(leaf, Phrase) and len(leaf.units) > 3 for leaf in leaves(expression))


def holds(expression: Expression, document: bytes) -> bool:
    """Whether a document's code has what `expression` asks for."""
    if isinstance(expression, All):
        return all(holds(part, document) for part in expression.parts)
    if isinstance(expression, Any):
        return any(holds(part, document) for part in expression.parts)
    return _needle(expression) in document


@lru_cache(maxsize=512)
def _needle(leaf: Phrase | Marker) -> bytes:
    return needle(leaf)


def continuations(cluster: str) -> list[str]:
    """The clusters that begin with the letters of `cluster`, itself first."""
    tails = [""]
    if _ENDS_WITH_LETTER.search(cluster):
        tails += [*_VOWELS, "็", "์", *_TONES]
        tails += [vowel + tone for vowel in _VOWELS for tone in _TONES]
    elif _ENDS_WITH_MARK.search(cluster) and not _ENDS_WITH_TONE.search(cluster):
        tails += _TONES
    if not cluster.endswith("ะ"):
        toned = [tail for tail in tails if not tail or tail in _TONES]
        ends = ["ะ"] if cluster.endswith(("า", "ำ", "ๅ")) else ["า", "ำ", "ะ", "าะ"]
        tails += [tail + end for tail in toned for end in ends]
    return [cluster + tail for tail in tails]


def _closed(units: Sequence[str]) -> list[int]:
    """The grams of a phrase, of a long one enough of them to touch every unit."""
    size = min(3, len(units))
    if not size:
        return []
    starts = list(range(len(units) - size + 1))
    if len(starts) > _SPARSE_FROM:
        starts = [*starts[:: 2 if len(starts) <= 4 * _SPARSE_FROM else 3], starts[-1]]
    return list(dict.fromkeys(_gram(units[start : start + size]) for start in starts))


def _gram(units: Sequence[str]) -> int:
    number = 0
    for place, unit in enumerate(units):
        number ^= _PLACES[place][unit]
    return number


def _beginnings(word: str) -> list[int]:
    """What tells that a Latin word begins with some letters, itself included."""
    return [_beginning(word[:end]) for end in range(MIN_PREFIX, min(len(word), _MAX_PREFIX) + 1)]


def _beginning(letters: str) -> int:
    return _FIRST[f"{letters}…"]
