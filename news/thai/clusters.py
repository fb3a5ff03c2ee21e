"""The smallest pieces of a text that a reader takes for one."""

import re
from collections.abc import Iterable

from icu4py.breakers import CharacterBreaker

from news.thai.characters import CONSONANT, LEADING_VOWEL, MARK, SARA_AM

_SURROGATE = re.compile("[\ud800-\udfff]")
# Of these characters only Thai marks join a neighbour: one regular expression cuts them, several
# times as fast as ICU. Few press releases have any other.
_ALONE = "\t\n\u00ad\u200b\ufeff"  # not even a mark joins these
_PLAIN = re.compile(f"[{_ALONE} -~\u00a0-ÿ\u0e01-\u0e3a\u0e3f-\u0e5b‐-‧]*")
_PLAIN_GRAPHEME = re.compile(f"[{_ALONE}]|.[{MARK}{SARA_AM}]*")
_VOWEL_AFTER = "ะาๅ"
_THAI = f"[{LEADING_VOWEL}]*[{CONSONANT}][{MARK}{SARA_AM}{_VOWEL_AFTER}]*"
_PLAIN_CLUSTER = re.compile(f"{_THAI}|[{_ALONE}]|.[{MARK}{SARA_AM}ๅ]*")
_CONSONANT_FIRST = re.compile(f"[{CONSONANT}]")
_HAS_CONSONANT = re.compile(f"[{LEADING_VOWEL}]*[{CONSONANT}]")
_VOWEL_BEFORE = frozenset("เแโใไ")


def without_surrogates(text: str) -> str:
    """`text`, as long as it was, with U+FFFD for halves of surrogate pairs: ICU refuses them."""
    return _SURROGATE.sub("\ufffd", text)


def graphemes(text: str) -> list[str]:
    """What a reader counts as one character: a letter with the marks above and below it, an emoji.

    Extended grapheme clusters of Unicode Standard Annex 29; joined they give `text` again.
    """
    if _PLAIN.fullmatch(text):
        return _PLAIN_GRAPHEME.findall(text)
    return _cut(text, map(len, CharacterBreaker(without_surrogates(text), "th")))


def clusters(text: str) -> list[str]:
    """`text` in pieces that are never split in Thai; joined they give `text` again.

    A consonant has the vowels written before it and all vowels and marks written after it: เก้า is
    one piece, of two sounds and four characters. All else is cut into grapheme clusters.
    """
    if _PLAIN.fullmatch(text):
        return _PLAIN_CLUSTER.findall(text)
    pieces: list[str] = []
    for grapheme in graphemes(text):
        if pieces and _follows(grapheme[0], pieces[-1]):
            pieces[-1] += grapheme
            continue
        piece = grapheme
        if _CONSONANT_FIRST.match(grapheme):
            while pieces and pieces[-1] in _VOWEL_BEFORE:
                piece = pieces.pop() + piece
        pieces.append(piece)
    return pieces


def _follows(char: str, before: str) -> bool:
    """Whether `char` is a vowel written after the consonant that the piece `before` has.

    ๅ begins no piece, wherever it stands.
    """
    if char not in _VOWEL_AFTER:
        return False
    return bool(_HAS_CONSONANT.match(before)) or (char == "ๅ" and before not in _ALONE)


def _cut(text: str, lengths: Iterable[int]) -> list[str]:
    pieces, start = [], 0
    for length in lengths:
        pieces.append(text[start : start + length])
        start += length
    return pieces
