"""Texts made equal that a reader takes for equal: for the index, queries and comparisons.

On top of the stored form: compatibility forms (full-width, ligatures), case, Latin diacritics and
Thai digits are folded. A folded text is for machines; it is never shown.
"""

import re
import unicodedata

from news.thai.characters import ARABIC_DIGITS
from news.thai.cleaning import Pass, normalise, normalise_traced, trace
from news.thai.tracing import Traced

# ASCII, Thai and the usual typographic marks fold to themselves but for case and digits.
_FOREIGN = re.compile("[^\x00-\x7f\u0e00-\u0e7f\u2013\u2014\u2018\u2019\u201c\u201d\u2022]+")
_THAI_DIGIT = re.compile("[\u0e50-\u0e59]")
_DIACRITIC = re.compile("[\u0300-\u036f\ufe00-\ufe0f]")
_UPPER = re.compile("[A-Z]")


def _without_form(match: re.Match[str]) -> str:
    text = unicodedata.normalize("NFKC", match.group()).casefold()
    text = _DIACRITIC.sub("", unicodedata.normalize("NFKD", text))
    return normalise(unicodedata.normalize("NFKC", text)).lower()


_FORM = Pass("form", _FOREIGN, _without_form)
_FOLDS = (
    Pass("case", _UPPER, lambda match: match.group().lower()),
    Pass("digit", _THAI_DIGIT, lambda match: ARABIC_DIGITS[ord(match.group())]),
)


def fold(text: str) -> str:
    """`text` as the search index sees it. Folding twice changes nothing; nothing raises."""
    return fold_normalised(normalise(text))


def fold_normalised(text: str) -> str:
    """`fold` of a text that is in its stored form already, for who needs both."""
    if _FOREIGN.search(text):
        # A foreign mark that goes can leave Thai marks side by side.
        text = normalise(_FOREIGN.sub(_without_form, text))
    text = text.lower()
    if _THAI_DIGIT.search(text):
        text = text.translate(ARABIC_DIGITS)
    return text


def trace_fold(text: str) -> Traced:
    """`fold`, with the origin of every character kept: to mark in the original what was found."""
    traced = trace(text)
    traced.sub(*_FORM)
    normalise_traced(traced)
    for step in _FOLDS:
        traced.sub(*step)
    return traced
