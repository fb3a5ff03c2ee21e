"""Shortening a text without hurting a Thai word."""

import re

from news.thai.breaks import break_positions, cluster_positions
from news.thai.clusters import graphemes

ELLIPSIS = "…"
# Nothing of this may stand before the ellipsis: opened and not closed, or waiting for more.
_DANGLING = re.compile(r"[\s,;:(\[“‘/\-–—เแโใไ]+\Z")
# How far past the cut a break has to be known: the longest thing that breaks keep together.
_LOOK_AHEAD = 60


def truncate(text: str, limit: int) -> str:
    """`text`, or its beginning and "…", in at most `limit` user-perceived characters.

    The cut is at a word's end where one lies in the second half of what fits, otherwise between
    two clusters; never before a mark, sara am or ๆ, never after a leading vowel. Raises ValueError
    for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"a text can't be cut to {limit} characters")
    if len(text) <= limit:
        return text
    seen = graphemes(text)
    if len(seen) <= limit:
        return text
    room = sum(map(len, seen[: limit - 1]))  # in code points
    begin = text[: room + _LOOK_AHEAD]
    ends = [end for end in break_positions(begin) if room // 2 < end <= room]
    ends = ends or [end for end in cluster_positions(begin) if end <= room]
    return ended(text[: ends[-1]] if ends else "")


def ended(beginning: str) -> str:
    """`beginning` and "…", with nothing left hanging between the two."""
    return _DANGLING.sub("", beginning) + ELLIPSIS
