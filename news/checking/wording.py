"""Official names, characters that nobody sees, and texts that are missing."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from news.checking.drafts import LANGUAGES, TEXTS, Draft, Term
from news.checking.findings import Problem
from news.thai.characters import NO_BREAK_BEFORE
from news.thai.text import clean

NEARLY = 85
"""Per cent of likeness from which a name is taken for another spelling of a person's."""

SHORTEST_PERSON = 8
"""Characters; below that, another person's name is as near as a misspelling."""

_SPACES = re.compile(r"[ \u00a0]+")
_LATIN = re.compile("[A-Za-z]")
_MARK = re.compile(f"[{NO_BREAK_BEFORE}]")


def missing_english(draft: Draft) -> Iterator[Problem]:
    if "th" in draft.languages and "en" not in draft.languages:
        started = draft.text("title", "en") or draft.text("body", "en")
        yield Problem(
            "title_en",
            _("The English text is not complete: it needs a headline and a body.")
            if started
            else _("There is no English text. Readers of English get the Thai one."),
        )


def official_names(draft: Draft) -> Iterator[Problem]:
    """What the glossary knows as a wrong spelling, and persons' names that are nearly right."""
    for language in LANGUAGES:
        for name in TEXTS:
            text = _SPACES.sub(" ", draft.text(name, language))
            if text:
                for written, official in misspelt(text, draft.terms, language):
                    yield Problem(
                        f"{name}_{language}",
                        _("The glossary has: %(official)s"),
                        {"official": official},
                        written,
                    )


def misspelt(text: str, terms: tuple[Term, ...], language: str) -> Iterator[tuple[str, str]]:
    """(as written, official name) of every other spelling in `text`, each pair once.

    A variant inside an official name is none: names are taken out of the text first, the longest
    before the shorter ones.
    """
    known = sorted({term.name(language) for term in terms} - {""}, key=len, reverse=True)
    rest = text
    for name in known:
        rest = _whole(name).sub("\u2028", rest)
    for term in terms:
        official = term.name(language)
        if not official:
            continue
        for variant in sorted(term.variants(language), key=len, reverse=True):
            pattern = _whole(variant)
            if pattern.search(rest):
                yield variant, official
                rest = pattern.sub("\u2028", rest)
        if term.is_person and (written := _nearly(official, rest)):
            yield written, official


def _whole(name: str) -> re.Pattern[str]:
    """`name` as it stands in a text: a Latin name ends where its word does, a Thai one anywhere."""
    spaced = re.escape(name).replace(r"\ ", " +")
    begin = r"(?<![A-Za-z])" if _LATIN.match(name) else ""
    end = r"(?![A-Za-z])" if _LATIN.match(name[-1]) else r"(?![ะ-ฺ็-๎])"
    return re.compile(f"{begin}{spaced}{end}")


def _nearly(name: str, text: str) -> str:
    """What in `text` is nearly `name`, a given and a family name; empty where nothing is.

    Both parts have to be near: brothers and sisters share one of them.
    """
    if len(name) < SHORTEST_PERSON or " " not in name:
        return ""
    found = fuzz.partial_ratio_alignment(name, text, score_cutoff=NEARLY)
    if found is None:
        return ""
    written = _best_cut(name, text, found.dest_start, found.dest_end)
    parts, others = name.split(" ", 1), written.split(" ", 1)
    if len(others) != 2 or written == name:
        return ""
    near = [fuzz.ratio(part, other) for part, other in zip(parts, others, strict=True)]
    return written if min(near) >= NEARLY - 10 else ""


def _best_cut(name: str, text: str, start: int, end: int) -> str:
    """What of `text` round [start, end) is most like `name`, never cut before a mark.

    An alignment has the length of the name, which another spelling need not have.
    """
    cuts = {
        text[first:last].strip()
        for first in range(max(0, start - 2), start + 3)
        for last in range(end - 2, min(len(text), end + 2) + 1)
        if not _MARK.match(text, first) and not _MARK.match(text, last)
    }
    return max(sorted(cuts), key=lambda cut: fuzz.ratio(name, cut), default="")


def suggestions(thai: str, terms: tuple[Term, ...]) -> list[Term]:
    """The terms that a Thai text names, longest first, for whoever writes the English."""
    rest = _SPACES.sub(" ", thai)
    found = []
    for term in sorted(terms, key=lambda term: len(term.name_th), reverse=True):
        if not term.name_en:
            continue
        for spelling in (term.name_th, *term.variants_th):
            pattern = _whole(spelling) if spelling else None
            if pattern is not None and pattern.search(rest):
                rest = pattern.sub("\u2028", rest)
                if term not in found:
                    found.append(term)
    return found


def unclean(draft: Draft) -> Iterator[Problem]:
    """Characters that nobody sees and marks in an order that nobody types on purpose."""
    for field, text in draft.raw.items():
        cleaned = clean(text)
        if cleaned.changes:
            yield Problem(
                field,
                _(
                    "%(count)s places have invisible characters or broken marks. “Clean the text” "
                    "shows them and mends them."
                ),
                {"count": len(cleaned.changes)},
            )
