"""The numbers that a document is indexed under, and the bytes that it is checked by.

A document's code is all its units in order, two bytes each: a phrase in it is a substring. After
them stand its Latin words letter by letter, for their parts. Its grams say which documents are
worth checking: one number for every unit, one for every two neighbours, for every three the number
of a bucket that other threes share, and one for every part of a Latin word of three or four
letters, each once and without positions. A phrase of one or two units is one gram, and the
documents that have it are the documents that hold the phrase. A longer one asks for the buckets of
its threes, a longer part for its own parts; a document can have those for other reasons, so it is
then checked in its code.

Both databases keep and intersect sets of numbers many times faster than positions, and hold the
same numbers. Buckets, because most threes of a language are rare: an index of each takes three
times as long to write, and buckets keep out nearly as many documents. A long document would fill
so many that nearly every phrase met it, and had to look through the longest codes of all: its
threes have buckets of their own, of which there are more.
"""

import re
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cache, partial
from itertools import pairwise
from math import log2
from pathlib import Path
from zlib import crc32

from news.search.expressions import All, Any, Expression, Marker, Phrase, leaves
from news.thai.characters import MARK, TONE

# Bits 7 and 23 are set in the number of a pair, for they are in its bytes; in one of a title's,
# bit 23 is not. Bit 7 is set in no other number, and bit 30 only in a unit's. Of the others, those
# of buckets, bit 0 tells a long document's.
_UNIT_BITS = 0x3FFF_FF7F
_UNIT = 0x4000_0000
_BUCKETS = 1 << 14
"""A median release fills a twentieth of them."""

_FINE_BUCKETS = 1 << 18
LONG = 4_000
"""A document of more units has fine buckets. One in sixteen is so long."""

_IN_TITLE = 0x1BD1_E915
"""What a gram of the title alone is combined with (XOR), beside the same gram of the whole text."""


class Kind(Enum):
    """Whose grams a question asks for: those of a title alone, or those of a whole document, which
    are others in a long one.
    """

    TITLE = "title"
    SHORT = "short"
    LONG = "long"


MIN_PART = 3
"""Letters that a Latin word must have to be looked for as a part of longer ones."""
_MAX_PART = 4
_FEW_BUCKETS = 4
"""Up to this many units the buckets of a phrase keep out too little without its pairs."""
_ASKED_BUCKETS = 4
"""Buckets, the rarest, that a phrase asks for, with the pairs in the rarest of them. Each further
one is a long list to look through, and keeps out next to nothing that the check would not.
"""
_ASKED_BESIDE_OTHERS = 2
"""The same where other phrases have to stand in the document too."""

_COMMONNESS = Path(__file__).with_name("commonness.bin")

_LATIN = re.compile(f"[a-z]{{{MIN_PART},}}")
# Bytes from 80 on alone stand in a code's words, two of them before the first: no units have that.
_WORD_END = b"\x80"
_WORDS = 2 * _WORD_END
_HIGH = bytes(byte | 0x80 for byte in range(256))
_LOW = bytes(byte & 0x7F for byte in range(256))
_ENDS_WITH_LETTER = re.compile("[ก-ฮ]$")
_ENDS_WITH_MARK = re.compile(f"[{MARK}]$")
_ENDS_WITH_TONE = re.compile(f"[{TONE}์]$")
LEADING_VOWELS = "เแโใไ"
_VOWELS = "ัิีึืุู"
_TONES = "่้๊๋"
_SILENT = ("ิ์", "ุ์")
"""Ends of syllables that are not spoken: สิทธิ์, พันธุ์."""


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
    """The grams of a text of these units and this code, parts of its Latin words included; but for
    those of its threes.
    """
    different = set(units)
    found = set(map(_NUMBER.__getitem__, different))
    found.update(_numbers(code), _numbers(code[2:]))
    for word in _latin(different):
        found.update(map(_PART.__getitem__, _parts(word)))
    return found


def buckets(code: bytes, *, fine: bool = False) -> array:
    """The bucket of every three neighbours in a code, those that begin with an even unit first.

    All at once: a code is one whole number of many lanes, each of two neighbours, and arithmetic on
    it costs next to nothing. No lane runs over into the next, for bit 31 is set in none of them.
    """
    even = int.from_bytes(code, "little")
    odd = even >> 16
    from_even, from_odd = max(0, (len(code) - 2) // 4), max(0, (len(code) - 4) // 4)
    mixed = _mixed_finely if fine else _mixed
    return _as_numbers(mixed(even + odd, from_even) + mixed(odd + (even >> 32), from_odd))


def of_title(grams: Iterable[int]) -> list[int]:
    """The same grams as those of a title alone."""
    return [gram ^ _IN_TITLE for gram in grams]


def kinds(*, in_title: bool) -> list[Kind]:
    """The kinds that a question of titles, or of whole documents, has to ask for."""
    return [Kind.TITLE] if in_title else [Kind.SHORT, Kind.LONG]


def marker_gram(marker: Marker, kind: Kind = Kind.SHORT) -> int:
    """The gram of what a text means."""
    gram = _NUMBER[marker.token]
    return gram ^ _IN_TITLE if kind is Kind.TITLE else gram


def phrase_grams(phrase: Phrase, kind: Kind = Kind.SHORT, *, alone: bool = True) -> list[list[int]]:
    """What a document that holds the phrase has: one of each list, in all of them. It is less where
    the phrase is not asked for `alone`.
    """
    found = _phrase_grams(phrase, kind, _ASKED_BUCKETS if alone else _ASKED_BESIDE_OTHERS)
    return list(map(of_title, found)) if kind is Kind.TITLE else found


def _phrase_grams(phrase: Phrase, kind: Kind, asked: int) -> list[list[int]]:
    units = phrase.units
    firsts, lasts = _firsts(phrase), _lasts(phrase)
    if _ends_in_latin(phrase):
        closed = _closed(_certain(phrase), kind, asked)
        found = [[gram] for gram in (*closed, *map(_PART.__getitem__, _longest(units[-1])))]
        if phrase.cut_off:
            with_next = len(units) > 2
            found.append([_pair(each, units[1]) if with_next else _NUMBER[each] for each in firsts])
        return found
    if len(units) == 1:
        return [[_NUMBER[unit] for first in firsts for unit in _goings_on(phrase, first)]]
    if len(units) == 2:
        return [[_pair(first, last) for first in firsts for last in lasts]]
    found = [[gram] for gram in _closed(_certain(phrase), kind, asked)]
    if phrase.cut_off:
        found.append([_pair(first, units[1]) for first in firsts])
    if phrase.goes_on:
        found.append([_pair(units[-2], last) for last in lasts])
    return found


def code(units: Iterable[str]) -> bytes:
    """The units in order, two bytes each; a phrase's code is a part of its document's code."""
    return b"".join(map(_CODE.__getitem__, units))


def words_code(units: Iterable[str]) -> bytes:
    """What stands after all units and markers in a code: the Latin words among the units, each once
    and by its letters.
    """
    words = sorted(_latin(set(units)))
    return _WORDS + b"".join([_letters(word) + _WORD_END for word in words]) if words else b""


def _latin(units: Iterable[str]) -> list[str]:
    """The Latin words among units. Most others come after z, and that is soon seen."""
    return [unit for unit in units if unit < "{" and _LATIN.match(unit)]


def without_words(code: bytes) -> bytes:
    """A code as far as its words."""
    end = code.find(_WORDS)
    return code if end < 0 else code[:end]


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


def proof(leaf: Phrase | Marker) -> bytes | None:
    """What a code has if and only if its document holds `leaf`; None where more has to be looked at
    than whether bytes are there.
    """
    if isinstance(leaf, Marker) or not (leaf.goes_on or leaf.cut_off):
        return needle(leaf)
    return _letters(leaf.units[0]) if _ends_in_latin(leaf) and len(leaf.units) == 1 else None


def needed(leaf: Phrase | Marker) -> bytes:
    """What the code of every document has that holds `leaf`; others may have it too."""
    return proof(leaf) or code(_certain(leaf))


def needs_checking(expression: Expression) -> bool:
    """Whether a document can have the grams of an expression without holding it."""
    return any(isinstance(leaf, Phrase) and _is_longer(leaf) for leaf in leaves(expression))


def checker(expression: Expression) -> Callable[[bytes], bool]:
    """Tells of a document's code whether it has what `expression` asks for."""
    if isinstance(expression, All | Any):
        parts = [checker(part) for part in expression.parts]
        joint = all if isinstance(expression, All) else any
        return lambda document: joint(part(document) for part in parts)
    wanted = proof(expression)
    if wanted is not None:
        return lambda document: wanted in document
    if _ends_in_latin(expression):
        part = _letters(expression.units[-1])
        certain = code(expression.units[expression.cut_off : -1])
        return partial(_stands_before_part, _codes_of_first(expression), certain, part)
    certain = code(_certain(expression))
    lasts = None
    if expression.goes_on:
        lasts = frozenset(map(_CODE.__getitem__, _lasts(expression)))
    return partial(_stands_between, _codes_of_first(expression), certain, lasts)


def shows_in_code(expression: Expression) -> bool:
    """Whether the code alone tells who holds an expression: not of parts of clusters."""
    return all(
        isinstance(leaf, Marker)
        or not (leaf.goes_on or leaf.cut_off)
        or _ends_in_latin(leaf)
        or _certain(leaf)
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


def _stands_before_part(
    firsts: frozenset[bytes] | None, certain: bytes, part: bytes, document: bytes
) -> bool:
    """Whether `certain` stands before a word that has the part."""
    if part not in document:
        return False
    words = document[document.find(_WORDS) :].split(_WORD_END)
    lasts = frozenset(_CODE[word.translate(_LOW).decode()] for word in words if part in word)
    return _stands_between(firsts, certain, lasts, document)


def _is_longer(phrase: Phrase) -> bool:
    """Whether a phrase is longer than what one gram says."""
    if _ends_in_latin(phrase):
        return len(phrase.units) > 1 or len(phrase.units[-1]) > _MAX_PART
    return len(phrase.units) > 2


def _ends_in_latin(phrase: Phrase) -> bool:
    """Whether the end of a phrase may be a part of a Latin word."""
    return phrase.goes_on and bool(_LATIN.match(phrase.units[-1]))


def _letters(word: str) -> bytes:
    """A Latin word, or a part of one, as it stands among the words of a code."""
    return word.encode("ascii", "replace").translate(_HIGH)


def _codes_of_first(phrase: Phrase) -> frozenset[bytes] | None:
    return frozenset(map(_CODE.__getitem__, _firsts(phrase))) if phrase.cut_off else None


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
        tails += _SILENT
    elif _ENDS_WITH_MARK.search(cluster) and not _ENDS_WITH_TONE.search(cluster):
        tails += _TONES
        tails += [silent[1:] for silent in _SILENT if cluster.endswith(silent[0])]
    if not cluster.endswith("ะ"):
        toned = [tail for tail in tails if not tail or tail in _TONES]
        ends = ["ะ"] if cluster.endswith(("า", "ำ", "ๅ")) else ["า", "ำ", "ะ", "าะ"]
        tails += [tail + end for tail in toned for end in ends]
    return [cluster + tail for tail in tails]


def _closed(units: Sequence[str], kind: Kind, asked: int) -> list[int]:
    """The grams of a phrase: its rarest buckets, and the pairs in the rarest one. Of a title's few
    buckets pairs keep nothing out besides, nor of a long document's fine ones.
    """
    if len(units) < 2:
        return [_NUMBER[unit] for unit in units]
    whole, last = code(units), len(units) - 2
    starts = [*range(0, last, 2), *range(1, last, 2)]  # of the threes, as `buckets` has them
    start_of = dict(zip(buckets(whole), starts, strict=True))
    common = _commonness()
    rarest = sorted(start_of, key=lambda bucket: (common[bucket >> 8], bucket))[:asked]
    if kind is not Kind.SHORT and rarest:
        paired = ()
    elif len(units) <= _FEW_BUCKETS:
        paired = units
    else:
        start = start_of[rarest[0]]
        paired = units[start : start + 3]
    if kind is Kind.LONG:
        fine = dict(zip(starts, buckets(whole, fine=True), strict=True))
        rarest = [fine[start_of[bucket]] for bucket in rarest]
    return list(dict.fromkeys([*rarest, *(_pair(*pair) for pair in pairwise(paired))]))


@cache
def _commonness() -> bytes:
    """Of each bucket how common it is in Thai; the scale is that of `commonness`."""
    return _COMMONNESS.read_bytes()


def commonness(codes: Iterable[bytes]) -> bytes:
    """Of each bucket how many of some texts have it, eight steps for a factor of two: what
    `commonness.bin` holds. A text is given by the code of its units.
    """
    held: Counter[int] = Counter()
    texts = 0
    for units in codes:
        held.update(set(buckets(units)))
        texts += 1
    return bytes(
        round(8 * log2(1 + held[bucket << 8] * 100_000 / texts)) for bucket in range(_BUCKETS)
    )


def _mixed(lanes: int, count: int) -> bytes:
    """Of each of the first lanes its bucket: bits of all its bytes, as evenly as a checksum's. What
    the shifts bring in from the next lane lies above the bits that are kept.
    """
    mixed = (lanes ^ lanes >> 9 ^ lanes >> 18) & _in_each(_BUCKETS - 1, count)
    return (mixed << 8).to_bytes(4 * count, "little")


def _mixed_finely(lanes: int, count: int) -> bytes:
    mixed = (lanes ^ lanes >> 9 ^ lanes >> 14) & _in_each(_FINE_BUCKETS - 1, count)
    return (mixed << 8 | _in_each(1, count)).to_bytes(4 * count, "little")


def _in_each(number: int, count: int) -> int:
    """A number in each of so many lanes."""
    return int.from_bytes(number.to_bytes(4, "little") * count, "little")


def _numbers(code: bytes) -> array:
    """Every four bytes of a code as a number, the rest left off."""
    return _as_numbers(code[: len(code) // 4 * 4])


def _as_numbers(little_endian: bytes) -> array:
    """As they stand in memory: each becomes a number of Python's only when it is looked at."""
    numbers = array("I", little_endian)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _pair(one: str, two: str) -> int:
    return _numbers(_CODE[one] + _CODE[two])[0]


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
