"""A folded text as a stream of units, the same for documents and queries.

Thai is cut into character clusters (a consonant with its vowels and marks): ประชุม is ป ระ ชุ ม. What
is looked for is a run of units, so any part of any word is found, and no dictionary has to agree
with the reader about what a word is. Numbers and words of other scripts are one unit each. Spaces
and punctuation are no units and part none, for in Thai they are optional.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import AnyStr

from news.thai.characters import CONSONANT, LEADING_VOWEL, LETTER, MARK
from news.thai.dates import YearRefused, read_year

# Lao, Burmese, Khmer, kana and Chinese: written without spaces too, one letter at a time here.
_UNSPACED = (
    "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u1000-\u102a\u103f\u1780-\u17b3"
    "\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff"
)
_UNSPACED_MARK = "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
_VOWEL_AFTER = "\u0e32\u0e33\u0e45"

CLUSTER_LETTER = f"{LETTER}{_UNSPACED}{_UNSPACED_MARK}"
"""Every character that stands in a cluster, as the body of a class."""

# At most ten characters long, whatever comes in: databases limit the length of a token. Possessive,
# for nothing that was taken is ever given back, and remembering how costs a third.
_CLUSTER = re.compile(
    f"[{LEADING_VOWEL}]?+[{CONSONANT}][{MARK}]{{0,6}}+[{_VOWEL_AFTER}]?+\u0e30?+"
    f"|[{_UNSPACED}][{_UNSPACED_MARK}]{{0,6}}+"
    f"|[{MARK}{_UNSPACED_MARK}]{{1,6}}+"
    f"|[{LETTER}]"
)
_DIGITS = r"[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]*(?:[.:][0-9]+)*"
# U.S.A., also right behind Thai; not the end of another Latin word.
_LETTERS = r"(?<![a-z\u00df-\u024f][a-z])\.(?:[a-z]\.)+|[a-z]*"
# A number or a word; one class in front, for regular expressions skip quickly to the next of those.
_ASCII = f"[0-9a-z](?:(?<=[0-9])(?:{_DIGITS})|(?<=[a-z])(?:{_LETTERS}))"
_OTHER = re.compile(f"({_ASCII})")
_OTHER_ANY_SCRIPT = re.compile(f"({_ASCII}|[^\\W_0-9{CLUSTER_LETTER}]+)")
_ANY_SCRIPT = re.compile("[^\x00-\x7f\u0e00-\u0e7f\u2010-\u2027\ufffd]")

MAX_TOKEN = 40
"""Characters after which a number or a word is cut; no reader types more of one."""

DECIMAL = "_"
"""Stands in a token for the dot of 2.5, for its comma-free thousands and the colon of 14:00."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A cluster, or a whole number or word, as the stream has it."""

    text: str
    is_cluster: bool

    @property
    def is_number(self) -> bool:
        return "0" <= self.text[0] <= "9"


def units(folded: str) -> list[Unit]:
    """All units of a folded text in order."""
    return [Unit(text, is_cluster) for texts, is_cluster in _runs(folded) for text in texts]


def unit_texts(folded: str) -> list[str]:
    """The same without saying which of them are clusters: what the index needs of a document."""
    return list(chain.from_iterable(texts for texts, _ in _runs(folded)))


def places(part: AnyStr, whole: AnyStr) -> Iterator[int]:
    """Where a part begins in a text, or in a code, overlapping ones included."""
    place = whole.find(part)
    while place >= 0:
        yield place
        place = whole.find(part, place + 1)


def _runs(folded: str) -> Iterator[tuple[list[str], bool]]:
    """Clusters that follow each other, and the numbers and words between them."""
    other = _OTHER_ANY_SCRIPT if _ANY_SCRIPT.search(folded) else _OTHER
    for index, piece in enumerate(other.split(folded)):
        if index % 2:
            yield [_canonical(piece)], False
        elif clusters := _CLUSTER.findall(piece):
            yield clusters, True


def _canonical(piece: str) -> str:
    """One spelling of a number or word: a year of either era is the Common-era year."""
    if not "0" <= piece[0] <= "9":
        return piece.replace(".", "")[:MAX_TOKEN]
    if "," in piece or "." in piece or ":" in piece:
        plain = piece.replace(",", "")
        return plain.replace(".", DECIMAL).replace(":", DECIMAL)[:MAX_TOKEN]
    if len(piece) == 4:
        return common_year(piece)
    return piece[:MAX_TOKEN]


@lru_cache(maxsize=10_000)
def common_year(digits: str) -> str:
    """Four digits that can be a Buddhist year as the Common-era year; others as they are."""
    try:
        return str(read_year(digits).to_common().number)
    except YearRefused:
        return digits
