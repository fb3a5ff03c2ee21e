"""The misspellings of `spellings.toml`: too many letters off to be a slip of the finger, and made
by so many that the archive has them as well.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from news.thai.text import fold

DATA = Path(__file__).with_name("spellings.toml")


class BadSpellings(ValueError):
    """The data file says something that can't be meant; the message says where and what."""


def respelt(words: str) -> str | None:
    """`words`, folded, as releases mostly spell them; None where they hold no known misspelling."""
    known = _known()
    if not known:
        return None
    text = _any_of(tuple(known)).sub(lambda found: known[found[0]], words)
    return text if text != words else None


def read(toml: str) -> dict[str, str]:
    """The usual spellings of a data file by the others, folded. Raises BadSpellings."""
    try:
        entries = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise BadSpellings(str(error)) from error
    found = {}
    for wrong, right in entries.items():
        if not isinstance(right, str) or not fold(wrong) or not fold(right):
            raise BadSpellings(f"{wrong}: a spelling is missing")
        if fold(wrong) in fold(right):
            raise BadSpellings(f"{wrong}: {right} holds it, so that it would be respelt for ever")
        found[fold(wrong)] = fold(right)
    return found


@cache
def _known() -> dict[str, str]:
    return read(DATA.read_text("utf-8"))


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    # The longest first: of two that begin alike the shorter is a part of the other.
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
