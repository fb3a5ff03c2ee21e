"""Words typed while the keyboard stood in the other language: -jk; for ข่าว, แนอรก for covid."""

from datetime import datetime

from news.search.cascade import asked
from news.search.engines import engine
from news.search.entries import Scope
from news.search.parsing import parse

# Row by row, each key first alone and then with shift, as TIS 820 (Kedmanee) has them; where two
# keys have the same sign it is read as the first.
_LATIN = (
    "1234567890-=" "qwertyuiop[]\\" "asdfghjkl;'" "zxcvbnm,./"
    '!@#$%^&*()_+' "QWERTYUIOP{}|" 'ASDFGHJKL:"' "ZXCVBNM<>?"
)  # fmt: skip
_THAI = (
    "ๅ/-ภถุึคตจขช" "ๆไำพะัีรนยบลฃ" "ฟหกดเ้่าสวง" "ผปแอิืทมใฝ"
    "+๑๒๓๔ู฿๕๖๗๘๙" '๐"ฎฑธํ๊ณฯญฐ,ฅ' "ฤฆฏโฌ็๋ษศซ." "()ฉฮฺ์?ฒฬฦ"
)  # fmt: skip
_TO_THAI = dict(zip(_LATIN, _THAI, strict=True))
_TO_LATIN = {thai: latin for latin, thai in reversed(_TO_THAI.items())}

_FEWEST = 3
"""Keys from which on the words of the other language are no accident."""
_NEWEST = 30
"""Releases with the grams of what was meant, one of which must hold it."""
_SHARE_OF_TIME = 0.25


def on_the_other_layout(typed: str) -> str | None:
    """What the same keys write in the other language; None where that is no word, as of what has
    letters of both.
    """
    if len(typed) < _FEWEST:
        return None
    is_thai = any("ก" <= sign <= "๛" for sign in typed)
    layout = _TO_LATIN if is_thai else _TO_THAI
    meant = "".join(" " if sign == " " else layout.get(sign, "") for sign in typed)
    if len(meant) < len(typed):
        return None
    words = meant.replace(" ", "")
    is_word = words.isascii() and words.isalnum() if is_thai else _is_thai_word(words)
    return meant if is_word and meant != typed else None


def meant_on_the_other_layout(typed: str, at: datetime) -> str | None:
    """The same where a release visible `at` a moment holds it. Raises SearchTooSlow."""
    meant = on_the_other_layout(typed)
    words = asked(parse(meant)) if meant else None
    if words is None:
        return None
    index = engine()
    with index.limited(index.until(_SHARE_OF_TIME)):
        keys = [entry.key for entry in index.newest(words.strict, Scope(at), _NEWEST)]
        return meant if index.checked(keys, words.strict) else None


def _is_thai_word(words: str) -> bool:
    begins = "ก" <= words[:1] <= "ฮ" or "เ" <= words[:1] <= "ไ"
    return begins and all("ก" <= sign <= "๙" or sign in "./-" for sign in words)
