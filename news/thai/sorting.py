"""Thai dictionary order: the Royal Institute's rule, in the form of ICU's collation for Thai.

A syllable sorts by its consonant, then by its vowel, and a vowel written before the consonant
counts after it: ก กา เก แก ขา. Tone marks and the other signs above decide only between words
otherwise equal: ไก before ไก่. Spaces and punctuation count for nothing, digits come before Thai
and Thai before Latin letters. The package that brings ICU's word breaks brings no collation;
PostgreSQL's `th-x-icu` orders alike.
"""

import re
import unicodedata

from news.thai.characters import CONSONANT, LEADING_VOWEL
from news.thai.cleaning import normalise
from news.thai.folding import fold

OTHER = "#"
"""The initial of what begins with no letter."""

_BEFORE_CONSONANT = re.compile(f"([{LEADING_VOWEL}])([{CONSONANT}])")
_SIGNS = "\u0e4e\u0e4c\u0e47\u0e48\u0e49\u0e4a\u0e4b"  # lightest first
_IGNORED = re.compile(r"[^\w\u0e31\u0e34-\u0e3a\u0e45\u0e47-\u0e4e]|[_ๆฯ]")
_SIGN = re.compile(f"[{_SIGNS}]")
_FIRST = re.compile(rf"[{LEADING_VOWEL}]*([{CONSONANT}])|([^\W_\u0e2f-\u0e4f])")

# Nikhahit is the first of the vowels, phinthu the last; all other Thai letters are in the order of
# the alphabet already. What isn't Thai goes to a place of its own behind it.
_PLACES = {0x0E4D: 0x0E2F, 0x0E3A: 0x0E4D}
_BEHIND_THAI = "\u0e80"
_FOREIGN = re.compile("[^0-9\u0e00-\u0e7f]")


def sort_key(text: str) -> tuple[str, str, str]:
    """A key for `sorted`: the letters, then the signs above them, then case. Nothing raises."""
    stored = normalise(text)
    spoken = _BEFORE_CONSONANT.sub(r"\2\1", _IGNORED.sub("", fold(stored)))
    letters = _SIGN.sub("", spoken).translate(_PLACES)
    return (
        _FOREIGN.sub(lambda match: _BEHIND_THAI + match.group(), letters),
        "".join("0" if char not in _SIGNS else str(1 + _SIGNS.index(char)) for char in spoken),
        stored.swapcase(),  # small letters before capitals
    )


def initial(text: str) -> str:
    """The letter under which an A-Z list files `text`: ก for เก้า, A for "apple", else "#"."""
    for match in _FIRST.finditer(fold(text)):
        letter = match[1] or match[2].upper()
        return letter if unicodedata.category(letter[0])[0] == "L" else OTHER
    return OTHER
