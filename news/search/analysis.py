"""What is indexed of a text: one pure function for both databases."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from news.search.expressions import Marker
from news.search.grams import (
    LONG,
    buckets,
    code,
    grams,
    marker_code,
    marker_gram,
    of_title,
    words_code,
)
from news.search.markers import is_writing, markers
from news.search.stream import unit_texts
from news.thai.folding import fold_normalised
from news.thai.text import normalise

TOKEN_STREAM_VERSION = 10
"""Raised with every change of what `analyse` returns; an index of another one is stale."""

_BLOCK_END = b"\0\0"


@dataclass(frozen=True, slots=True)
class Document:
    """A release as the index sees it.

    `grams` are those of the whole text and, marked as such, those of the title; `code` is the code
    of the whole text, `title_code` of the title; `title` is the folded title, for misspellings.
    """

    grams: set[int]
    code: bytes
    title_code: bytes
    title: str


class _Part(NamedTuple):
    """A title or a text: its grams without those of its threes, the code of its units, the whole
    code.
    """

    grams: set[int]
    units: bytes
    code: bytes


def analyse(titles: Iterable[str], texts: Iterable[str]) -> Document:
    """The document of plain texts (no tags): the titles in all languages, and all else."""
    normalised = normalise("\n".join(titles))
    folded = fold_normalised(normalised)
    title_units = unit_texts(folded)
    title = _analysed(normalised, title_units)
    normalised = normalise("\n".join(texts))
    text_units = unit_texts(fold_normalised(normalised))
    text = _analysed(normalised, text_units)
    is_long = len(title_units) + len(text_units) > LONG
    in_title = buckets(title.units)
    found = text.grams | title.grams
    found.update(buckets(text.units, fine=is_long))
    found.update(buckets(title.units, fine=True) if is_long else in_title)
    found.update(of_title(title.grams), of_title(in_title))
    return Document(
        found,
        title.code + _BLOCK_END + text.code + words_code([*title_units, *text_units]),
        title.code + words_code(title_units),
        folded,
    )


def _analysed(text: str, units: list[str]) -> _Part:
    of_units = code(units)
    found = grams(units, of_units)
    codes = [of_units]
    for token in markers(text):
        meant = Marker(token)
        if not is_writing(token):  # of which nobody asks: it only says which come first
            found.add(marker_gram(meant))
        # The year of "พ.ค. 61" is asked for as the number that it is.
        codes.append(_BLOCK_END + code([token]) if token.isdecimal() else marker_code(meant))
    return _Part(found, of_units, b"".join(codes))
