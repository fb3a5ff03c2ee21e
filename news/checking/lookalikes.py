"""Releases that say nearly the same: found by a few numbers each, judged by their passages.

A text is cut into overlapping passages of `PASSAGE` characters. The least hash of each of 24 bins
of them (one-permutation MinHash; Li, Owen, Zhang 2012) stands for the text, four bins a band: two
texts that share four fifths of their passages have a band in common 95 times in 100, unrelated ones
once in a hundred thousand. What has a band in common is then compared passage by passage.
"""

from binascii import crc32
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from news.checking.drafts import Draft
from news.checking.findings import Problem
from news.thai.text import fold

PASSAGE = 8
"""Characters."""

BINS, BAND = 24, 4
SHORTEST = 200
"""Characters of a body below which two notices are alike by their nature."""

NEARLY = 80
"""Per cent of common passages from which two releases are told as alike."""


def passages(text: str) -> frozenset[int]:
    """Hashes of the passages of `text`; spaces, case and digits' script make no difference."""
    dense = "".join(fold(text).split())
    return frozenset(
        crc32(dense[start : start + PASSAGE].encode())
        for start in range(max(0, len(dense) - PASSAGE + 1))
    )


def bands(text: str) -> tuple[int, ...]:
    """`BINS / BAND` numbers of 63 bits for `text`, none for one that is too short."""
    if len(text) < SHORTEST:
        return ()
    least = [2**32] * BINS
    for hash_ in passages(text):
        value, place = divmod(hash_, BINS)
        least[place] = min(least[place], value)
    return tuple(
        _number(index, least[index * BAND : (index + 1) * BAND]) for index in range(BINS // BAND)
    )


def _number(band: int, values: list[int]) -> int:
    written = ",".join(map(str, (band, *values))).encode()
    return crc32(written) << 31 | crc32(written[::-1]) >> 1


def share(one: str, other: str) -> int:
    """Per cent of the passages of both texts that both have."""
    first, second = passages(one), passages(other)
    either = len(first | second)
    return round(100 * len(first & second) / either) if either else 0


def alike(draft: Draft) -> Iterator[Problem]:
    for found in draft.lookalikes:
        yield Problem(
            f"body_{found.language}",
            _("%(share)s %% of the text is that of another release (%(code)s): is it the same?"),
            {"share": found.share, "code": found.code},
            found.title,
        )
