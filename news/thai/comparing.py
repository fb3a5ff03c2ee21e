"""Two texts side by side, word by word: what stayed, what went, what came.

Words are ICU's: Thai has no spaces to cut at, and a comparison letter by letter would show marks
that float alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from news.thai.words import words


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that was in both, only in the former, or only in the latter."""

    change: Change
    text: str


def compared(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order, neighbours of one kind joined.

    Without the added ones they give `before`, without the removed ones `after`.
    """
    pieces: list[Piece] = []
    for piece in _by_lines(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if pieces and pieces[-1].change == piece.change:
            pieces[-1] = Piece(piece.change, pieces[-1].text + piece.text)
        elif piece.text:
            pieces.append(piece)
    return pieces


def _by_lines(before: list[str], after: list[str]) -> Iterator[Piece]:
    """Lines first, so that a long text with one changed paragraph costs only that paragraph."""
    for change, start, end, new_start, new_end in _steps(before, after):
        if change == "equal":
            yield Piece(Change.SAME, "".join(before[start:end]))
        else:
            yield from _by_words(
                words("".join(before[start:end])), words("".join(after[new_start:new_end]))
            )


def _by_words(before: list[str], after: list[str]) -> Iterator[Piece]:
    for change, start, end, new_start, new_end in _steps(before, after):
        if change == "equal":
            yield Piece(Change.SAME, "".join(before[start:end]))
            continue
        yield Piece(Change.REMOVED, "".join(before[start:end]))
        yield Piece(Change.ADDED, "".join(after[new_start:new_end]))


def _steps(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
