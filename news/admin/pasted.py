"""Body text as it comes from Word and other programs, made fit to keep."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from news.html import plain, sanitise
from news.thai.text import Cleaned, clean

_SPACE = r"(?:&nbsp;|\s)"
# Word writes a list as paragraphs that begin with a bullet of the Symbol font. The letter o and the
# section sign are its bullets of deeper levels, told from text by the spaces behind them.
_BULLET = rf"(?:[·•▪◦‣\uf0b7\uf0a7\uf0d8]{_SPACE}*|[§o\uf0fc]{_SPACE}{{2,}})"
# A bullet of a bullet is one bullet: what is tidied twice must not change twice.
_BULLET_PARAGRAPH = rf"<p(?: [^>]*)?>{_SPACE}*{_BULLET}+((?:(?!</?p[ >]).)*?)</p>"
_ITEM = re.compile(_BULLET_PARAGRAPH, re.DOTALL)
_LIST = re.compile(rf"(?:{_BULLET_PARAGRAPH}\s*)+", re.DOTALL)
_EMPTY = re.compile(rf"<p(?: [^>]*)?>(?:{_SPACE}|<br ?/?>)*</p>\s*")
_NOT_BREAKING = re.compile("&nbsp;")
_MARKUP = re.compile(r"(<[^>]*>)")


@dataclass(frozen=True, slots=True)
class Tidied:
    """`counts` says how many places had each kind of change."""

    html: str
    counts: Counter[str] = field(default_factory=Counter)


def tidy(html: str, mend: Callable[[str], Cleaned] = clean) -> Tidied:
    """`html` with allowed markup only, bullets as lists, no empty paragraphs, Thai as it is stored,
    or as `mend` makes it.

    Empty where there are no words. Doing it again changes nothing.
    """
    counts: Counter[str] = Counter()
    html = sanitise(html)

    def as_list(match: re.Match[str]) -> str:
        items = _ITEM.findall(match.group())
        counts["bullets"] += len(items)
        rows = "".join(f"<li><p>{item.strip()}</p></li>" for item in items)
        return f"<ul>{rows}</ul>"

    # Only words are mended: an address in a link leads elsewhere when a character of it changes.
    pieces = _MARKUP.split(_NOT_BREAKING.sub("\u00a0", _LIST.sub(as_list, html)))
    for index in range(0, len(pieces), 2):
        words = mend(pieces[index])
        counts.update(words.counts)
        pieces[index] = words.text
    # A bullet may have stood behind a character that nobody saw.
    html = _LIST.sub(as_list, "".join(pieces))
    html = _EMPTY.sub("", html).strip()
    return Tidied(html if plain(html) else "", counts)
