"""Words and lines of Thai, where they are laid out or compared by us: cards, differences.

The search knows no words (see `clusters`): a dictionary cuts a query in other places than a text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from news.thai.breaks import break_positions, cluster_positions, word_pieces
from news.thai.truncation import ELLIPSIS, ended

__all__ = ["words", "wrap"]


def words(text: str) -> list[str]:
    """The words of `text` with the spaces and marks between them; joined they give `text` again."""
    return word_pieces(text)


def wrap(
    text: str, width_of: Callable[[str], float], max_width: float, max_lines: int
) -> list[str]:
    """`text` in at most `max_lines` lines, each at most `max_width` wide as `width_of` measures.

    `width_of` takes a string and returns its width in whatever unit `max_width` has. Line feeds end
    lines. A line ends at a space where one lies in its last quarter, otherwise at a word's end. A
    word that is wider than a line is cut between clusters; a cluster that is wider stands alone.
    Where the text doesn't fit, the last line ends in "…". Raises ValueError for no lines.
    """
    if max_lines < 1:
        raise ValueError(f"a text can't be set in {max_lines} lines")
    box = _Box(width_of, max_width)
    lines: list[str] = []
    for paragraph in text.splitlines():
        rest = paragraph.strip()
        while rest:
            if len(lines) == max_lines:
                lines[-1] = box.ended(lines[-1])
                return lines
            end = box.line_end(rest)
            lines.append(rest[:end].rstrip())
            rest = rest[end:].lstrip()
    return lines


@dataclass(frozen=True, slots=True)
class _Box:
    """The width of a line, and what fits into it."""

    width_of: Callable[[str], float]
    max_width: float

    def line_end(self, text: str) -> int:
        """How much of `text` goes on one line; at least one cluster."""
        fitting = self._fitting(text, break_positions(text))
        if not fitting:
            ends = cluster_positions(text)
            return (self._fitting(text, ends) or ends[:1])[-1]
        spaces = [end for end in fitting if text[end - 1].isspace()]
        if fitting[-1] < len(text) and spaces and self._is_well_filled(text[: spaces[-1]]):
            return spaces[-1]
        return fitting[-1]

    def ended(self, line: str) -> str:
        """`line` with "…" after it, less as many of its last words as have to go."""
        ends = self._fitting(line, break_positions(line), after=ELLIPSIS)
        ends = ends or self._fitting(line, cluster_positions(line), after=ELLIPSIS)
        return ended(line[: ends[-1]] if ends else "")

    def _fitting(self, text: str, ends: list[int], after: str = "") -> list[int]:
        """The first of `ends`, in order, up to which `text` fits with `after` behind it."""
        return list(
            takewhile(
                lambda end: self.width_of(text[:end].rstrip() + after) <= self.max_width, ends
            )
        )

    def _is_well_filled(self, line: str) -> bool:
        return self.width_of(line.rstrip()) >= self.max_width * 0.75
