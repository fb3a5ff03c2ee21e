"""The numbers that a document is indexed under, and the bytes that it is checked by.

A document's code is all its units in order, two bytes each: a phrase in it is a substring. Its
grams say which documents are worth checking: one number for every unit, one for every two
neighbours, for every three the number of a bucket that other threes share, and one for every part
of a Latin word, each once and without positions. A phrase of one or two units is one gram, and the
documents that have it are the documents that hold the phrase. A longer one asks for the buckets of
its threes; a document can have those for other reasons, so it is then checked in its code.

Both databases keep and intersect sets of numbers many times faster than positions, and hold the
same numbers. Buckets, because most threes of a language are rare: an index of each takes three
times as long to write, and buckets keep out nearly as many documents.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from struct import unpack
from zlib import crc32

from news.search.expressions import All, Any, Expression, Marker, Phrase, leaves
from news.thai.characters import MARK, TONE

# Bits 7 and 23 are set in the number of a pair, for they are in its bytes; in one of a title's,
# bit 23 is not. Bit 7 is set in no other number, and bit 30 only in a unit's.
_UNIT_BITS = 0x3FFF_FF7F
_UNIT = 0x4000_0000
_BUCKETS = 16_381
"""A prime; a median release fills a twentieth of them."""

IN_TITLE = 0x1BD1_E915
"""What a gram of the title alone is combined with (XOR), beside the same gram of the whole text."""

MIN_PART = 3
"""Letters that a Latin word must have to be looked for as a part of longer ones."""
_MAX_PART = 4
_FEW_BUCKETS = 4
"""Up to this many units the buckets of a phrase keep out too little without its pairs."""

_SPARSE_FROM = 20
"""From this many units on a phrase asks for every second three only: that touches every unit."""

_LATIN = re.compile(f"[a-z]{{{MIN_PART},}}")
_ENDS_WITH_LETTER = re.compile("[ก-ฮ]$")
_ENDS_WITH_MARK = re.compile(f"[{MARK}]$")
_ENDS_WITH_TONE = re.compile(f"[{TONE}์]$")
LEADING_VOWELS = "เแโใไ"
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


_NUMBER = _Remembered(lambda number: number & _UNIT_BITS | _UNIT)
_PART = _Remembered(lambda number: (number ^ _UNIT_BITS) & _UNIT_BITS | _UNIT)
# Bytes from 80 on begin a unit, bytes below end it: no match lies across two units.
_CODE = _Remembered(lambda number: bytes((0x80 | number >> 7 & 0x7F, number & 0x7F)))


def grams(units: Sequence[str], code: bytes) -> set[int]:
    """The grams of a text of these units and this code, parts of its Latin words included."""
    # The pairs that begin with an even unit, and those between them.
    even, odd = _numbers(code), _numbers(code[2:])
    found = {(one + two) % _BUCKETS << 8 for one, two in zip(even, odd, strict=False)}
    found.update([(one + two) % _BUCKETS << 8 for one, two in zip(odd, even[1:], strict=False)])
    different = set(units)
    found.update(even, odd, map(_NUMBER.__getitem__, different))
    for word in filter(_LATIN.match, different):
        found.update(map(_PART.__getitem__, _parts(word)))
    return found


def marker_gram(marker: Marker) -> int:
    """The gram of what a text means."""
    return _NUMBER[marker.token]


def phrase_grams(phrase: Phrase, *, in_title: bool = False) -> list[list[int]]:
    """What a document that holds the phrase has: one of each list, in all of them. A title has so
    few buckets that pairs keep nothing out besides.
    """
    units = phrase.units
    closed = partial(_closed, few_buckets=0 if in_title else _FEW_BUCKETS)
    if phrase.goes_on and _LATIN.match(units[-1]):
        return [
            [gram] for gram in (*closed(units[:-1]), *map(_PART.__getitem__, _longest(units[-1])))
        ]
    firsts, lasts = _firsts(phrase), _lasts(phrase)
    if len(units) == 1:
        return [[_NUMBER[unit] for first in firsts for unit in _goings_on(phrase, first)]]
    if len(units) == 2:
        return [[_pair(first, last) for first in firsts for last in lasts]]
    found = [[gram] for gram in closed(_certain(phrase))]
    if phrase.cut_off:
        found.append([_pair(first, units[1]) for first in firsts])
    if phrase.goes_on:
        found.append([_pair(units[-2], last) for last in lasts])
    return found


def code(units: Iterable[str]) -> bytes:
    """The units in order, two bytes each; a phrase's code is a part of its document's code."""
    return b"".join(map(_CODE.__getitem__, units))


def marker_code(marker: Marker) -> bytes:
    """A marker in a code: five bytes that no units give."""
    number = crc32(marker.token.encode())
    return bytes((0, *(number >> shift & 0x7F for shift in (0, 7, 14, 21))))


def needle(leaf: Phrase | Marker) -> bytes:
    """What the code of a document has that holds `leaf` as it is written, neither cut nor going on;
    empty where any code may.
    """
    if isinstance(leaf, Marker):
        return marker_code(leaf)
    return code(leaf.units[:-1] if leaf.goes_on else leaf.units)


def needs_checking(expression: Expression) -> bool:
    """Whether a document can have the grams of an expression without holding it."""
    return any(isinstance(leaf, Phrase) and len(leaf.units) > 2 for leaf in leaves(expression))


def checker(expression: Expression) -> Callable[[bytes], bool]:
    """Tells of a document's code whether it has what `expression` asks for."""
    if isinstance(expression, All | Any):
        parts = [checker(part) for part in expression.parts]
        joint = all if isinstance(expression, All) else any
        return lambda document: joint(part(document) for part in parts)
    if isinstance(expression, Marker) or not (expression.goes_on or expression.cut_off):
        wanted = needle(expression)
        return lambda document: wanted in document
    certain = code(_certain(expression))
    firsts = frozenset(map(_CODE.__getitem__, _firsts(expression))) if expression.cut_off else None
    lasts = None
    if expression.goes_on and not _LATIN.match(expression.units[-1]):
        lasts = frozenset(map(_CODE.__getitem__, _lasts(expression)))
    return partial(_stands_between, firsts, certain, lasts)


def shows_in_code(expression: Expression) -> bool:
    """Whether the code alone tells who holds an expression: not of parts of words and clusters."""
    return all(
        isinstance(leaf, Marker)
        or not (leaf.goes_on or leaf.cut_off)
        or (_certain(leaf) and not _LATIN.match(leaf.units[-1]))
        for leaf in leaves(expression)
    )


def _stands_between(
    firsts: frozenset[bytes] | None, certain: bytes, lasts: frozenset[bytes] | None, document: bytes
) -> bool:
    if not certain:
        return True  # asked for as whole grams
    start = document.find(certain)
    while start >= 0:
        end = start + len(certain)
        before, after = document[max(0, start - 2) : start], document[end : end + 2]
        if (firsts is None or before in firsts) and (lasts is None or after in lasts):
            return True
        start = document.find(certain, start + 2)
    return False


def _certain(phrase: Phrase) -> Sequence[str]:
    """The units of a phrase that are whole."""
    return phrase.units[phrase.cut_off : len(phrase.units) - phrase.goes_on]


def _firsts(phrase: Phrase) -> list[str]:
    """What the first unit of a phrase can be."""
    first = phrase.units[0]
    return [first, *(vowel + first for vowel in LEADING_VOWELS)] if phrase.cut_off else [first]


def _lasts(phrase: Phrase) -> list[str]:
    return _goings_on(phrase, phrase.units[-1])


def _goings_on(phrase: Phrase, unit: str) -> list[str]:
    return continuations(unit) if phrase.goes_on else [unit]


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


def _closed(units: Sequence[str], few_buckets: int) -> list[int]:
    """The grams of a phrase, of a long one enough of them to touch every unit."""
    if len(units) < 2:
        return [_NUMBER[unit] for unit in units]
    last = len(units) - 3
    step = 1 if len(units) < _SPARSE_FROM else 2
    starts = sorted({*range(0, last, step), max(0, last)})
    found = [_bucket(*units[start : start + 3]) for start in starts if last >= 0]
    if len(units) < 3 or len(units) <= few_buckets:
        found += [_pair(*units[start : start + 2]) for start in range(len(units) - 1)]
    return list(dict.fromkeys(found))


def _numbers(code: bytes) -> tuple[int, ...]:
    """Every four bytes of a code as a number, the rest left off."""
    count = len(code) // 4
    return unpack(f"<{count}I", code[: 4 * count])


def _pair(one: str, two: str) -> int:
    return _numbers(_CODE[one] + _CODE[two])[0]


def _bucket(one: str, two: str, three: str) -> int:
    return (_pair(one, two) + _pair(two, three)) % _BUCKETS << 8


def _parts(word: str) -> Iterator[str]:
    """All parts of a Latin word that are indexed: of three and of four letters."""
    for size in range(MIN_PART, _MAX_PART + 1):
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


def _longest(letters: str) -> Iterator[str]:
    """The longest such parts of what is looked for, enough of them to touch every letter."""
    last = max(0, len(letters) - _MAX_PART)
    for start in sorted({*range(0, last, _MAX_PART // 2), last}):
        yield letters[start : start + _MAX_PART]
