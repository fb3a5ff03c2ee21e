"""A text under change that remembers where each of its characters came from."""

import re
from bisect import bisect_left
from collections.abc import Callable


class Traced:
    """A text and, for each character, the half-open span of the original that it stands for.

    `marks` holds (kind, start, end) of every change, in the original's code points.
    """

    __slots__ = ("ends", "marks", "original", "starts", "text")

    def __init__(self, text: str):
        self.original = text
        self.text = text
        self.starts = list(range(len(text)))
        self.ends = list(range(1, len(text) + 1))
        self.marks: list[tuple[str, int, int]] = []

    def sub(
        self, kind: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
    ) -> None:
        """Like `pattern.sub(replace, text)`, with every real change marked as `kind`."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            before, after = match.group(), replace(match)
            if before == after:
                continue
            skip, keep = _common_edges(before, after)
            at, until = match.start() + skip, match.end() - keep
            new = after[skip : len(after) - keep]
            first, last = self._span(at, until)
            pieces += (self.text[done:at], new)
            starts += self.starts[done:at]
            ends += self.ends[done:at]
            if len(new) == until - at:
                starts += self.starts[at:until]
                ends += self.ends[at:until]
            else:
                starts += [first] * len(new)
                ends += [last] * len(new)
            self.marks.append((kind, first, last))
            done = until
        if done or pieces:
            self.text = "".join(pieces) + self.text[done:]
            self.starts = starts + self.starts[done:]
            self.ends = ends + self.ends[done:]

    def _span(self, at: int, until: int) -> tuple[int, int]:
        if at < until:
            return self.starts[at], self.ends[until - 1]
        edge = self.starts[at] if at < len(self.starts) else len(self.original)
        return edge, edge

    def between(self, start: int, end: int) -> str:
        """What the original's span [start, end) has become."""
        return self.text[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def _common_edges(before: str, after: str) -> tuple[int, int]:
    """Lengths of the prefix and of the suffix that both texts share, not overlapping."""
    limit = min(len(before), len(after))
    prefix = 0
    while prefix < limit and before[prefix] == after[prefix]:
        prefix += 1
    suffix = 0
    while suffix < limit - prefix and before[-1 - suffix] == after[-1 - suffix]:
        suffix += 1
    return prefix, suffix
