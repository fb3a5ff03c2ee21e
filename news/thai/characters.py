"""The Thai characters by what they do, as bodies of regular-expression classes.

Names follow the Unicode chart U+0E00-0E7F. A class body is written without its brackets, so that
classes combine: `f"[{CONSONANT}{MARK}]"`.
"""

LEADING_VOWEL = "\u0e40-\u0e44"
"""เ แ โ ใ ไ: written before the consonant they follow in speech."""

CONSONANT = "\u0e01-\u0e2e"
"""ก to ฮ, with ฤ and ฦ."""

VOWEL_MARK = "\u0e31\u0e34-\u0e3a"
"""Vowels above and below the consonant, and phinthu."""

TONE = "\u0e48-\u0e4b"

MARK = f"{VOWEL_MARK}\u0e47-\u0e4e"
"""All that stands above or below a consonant."""

SARA_AM = "\u0e33"
NIKHAHIT = "\u0e4d"
SARA_AA = "\u0e32"

NO_BREAK_BEFORE = "\u0e31\u0e33-\u0e3a\u0e45-\u0e4e"
"""A text is never cut before these: marks, sara am, lakkhangyao and the repetition sign ๆ."""

LETTER = "\u0e01-\u0e3a\u0e40-\u0e4e"
"""All of Thai that words are made of: no digits, currency or section signs."""

ARABIC_DIGITS = {0x0E50 + value: str(value) for value in range(10)}
"""A table for `str.translate`: ๐-๙ to 0-9, one character for one."""
