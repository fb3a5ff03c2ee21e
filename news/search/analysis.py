"""What is indexed of a text: one pure function for both databases."""

from collections.abc import Iterable
from dataclasses import dataclass

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
from news.search.markers import markers
from news.search.stream import unit_texts
from news.thai.folding import fold_normalised
from news.thai.text import normalise

TOKEN_STREAM_VERSION = 6
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


def analyse(titles: Iterable[str], texts: Iterable[str]) -> Document:
    """The document of plain texts (no tags): the titles in all languages, and all else."""
    title = normalise("\n".join(titles))
    folded = fold_normalised(title)
    title_units = unit_texts(folded)
    title_grams, title_code = _analysed(title, title_units)
    text = normalise("\n".join(texts))
    text_units = unit_texts(fold_normalised(text))
    all_grams, text_code = _analysed(text, text_units)
    is_long = len(title_units) + len(text_units) > LONG
    all_grams |= title_grams
    for units in (title_units, text_units):
        all_grams.update(buckets(code(units), fine=is_long))
    title_grams.update(buckets(code(title_units)))
    all_grams.update(of_title(title_grams))
    return Document(
        all_grams,
        title_code + _BLOCK_END + text_code + words_code([*title_units, *text_units]),
        title_code + words_code(title_units),
        folded,
    )


def _analysed(text: str, units: list[str]) -> tuple[set[int], bytes]:
    of_units = code(units)
    found = grams(units, of_units)
    codes = [of_units]
    for token in markers(text):
        meant = Marker(token)
        found.add(marker_gram(meant))
        # The year of "พ.ค. 61" is asked for as the number that it is.
        codes.append(_BLOCK_END + code([token]) if token.isdecimal() else marker_code(meant))
    return found, b"".join(codes)
