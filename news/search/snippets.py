"""What a result shows of its text: the part where the terms stand, with the matches marked.

Pure data: (text, marked) segments of the original, to be escaped by whoever makes HTML of them.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from news.search.matching import Match, merged
from news.thai.breaks import break_positions
from news.thai.characters import CONSONANT, LEADING_VOWEL, LETTER
from news.thai.truncation import ELLIPSIS

LENGTH = 180
"""Code points of a snippet, about two lines on a wide screen."""

_SPACES = re.compile(r"\s+")
_UNEVEN = re.compile(r"[^\S ]| \s")
"""White space that is not one space."""
# Not those of 19 พ.ค. 61, of 14.00 น. or before ๆ and ฯ.
_BETWEEN_PHRASES = re.compile(
    rf"(?<=[{LETTER}])(?<!\.)[ \n]+(?=[{CONSONANT}{LEADING_VOWEL}][{LETTER}]{{2}})"
)
_LEAD = 40
"""Code points shown before the first match."""


class Segment(NamedTuple):
    """A piece of a text, and whether it is a match."""

    text: str
    marked: bool


_ELLIPSIS = Segment(ELLIPSIS, marked=False)


def marked(text: str, found: list[Match]) -> list[Segment]:
    """All of `text` on one line, the matches `found` in it marked: for titles."""
    return _segments(text, merged(found), 0, len(text))


def snippet(text: str, found: list[Match], length: int = LENGTH) -> list[Segment]:
    """The part of `text` that holds the most terms, in about `length` code points, on one line.

    It begins and ends at a word, with "…" where text was left out. Without any match (a result that
    is only spelt nearly so) it is the beginning of the text.
    """
    start = _best_start(found, length)
    start, end = _at_words(text, max(0, start - _LEAD), length)
    return _segments(text, merged(found), start, end)


def _best_start(found: list[Match], length: int) -> int:
    """Where the window's matches begin: the most different terms, the earliest of such windows."""
    best, most = 0, 0
    for index, first in enumerate(found):
        terms = set()
        for match in found[index:]:
            if match is not first and match.end > first.start + length - _LEAD:
                break
            terms.add(match.term)
        if len(terms) > most:
            best, most = first.start, len(terms)
    return best


def _at_words(text: str, start: int, length: int) -> tuple[int, int]:
    """The window of about `length` from `start`, moved to where words begin and end."""
    first = _edge(text, start) if start else 0
    wanted = start + length
    if wanted >= len(text):
        return first, len(text)
    last = _edge(text, wanted + _LEAD // 2)
    return first, last if last > first else wanted


def _edge(text: str, position: int) -> int:
    """A place near `position` where a phrase begins, or else the last up to it where a word does.

    Of the phrases the last up to `position` is taken, or else the first after it.
    """
    reach = max(0, position - _LEAD)
    # Thai has a space between phrases, and words take fifty times as long to find.
    before = None
    for space in _BETWEEN_PHRASES.finditer(text, reach, position + _LEAD):
        if space.end() > position:
            return space.end() if before is None else before
        before = space.end()
    if before is not None:
        return before
    # A little of what follows, for the last word to be seen whole.
    edges = break_positions(text[reach : position + _LEAD // 2])
    return reach + max((edge for edge in edges if edge <= position - reach), default=0)


def _segments(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Segment]:
    pieces: list[tuple[str, bool]] = []
    done = start
    for match_start, match_end in spans:
        first, last = max(match_start, start), min(match_end, end)
        if first < last:
            pieces += ((text[done:first], False), (text[first:last], True))
            done = last
    pieces.append((text[done:end], False))
    before = [_ELLIPSIS] if start > 0 else []
    after = [_ELLIPSIS] if end < len(text) and not text[end:].isspace() else []
    return [*before, *_on_one_line(pieces), *after]


def _on_one_line(pieces: Iterable[tuple[str, bool]]) -> list[Segment]:
    """The pieces with each run of white space as one space, none at the two ends."""
    result: list[Segment] = []
    space_before = True
    for piece, is_match in pieces:
        text = _SPACES.sub(" ", piece) if _UNEVEN.search(piece) else piece
        if space_before:
            text = text.removeprefix(" ")
        if text:
            result.append(Segment(text, is_match))
            space_before = text[-1] == " "
    if result and space_before:
        last = result.pop()
        if last.text != " ":
            result.append(Segment(last.text[:-1], last.marked))
    return result
