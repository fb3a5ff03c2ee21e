"""One term of a query: what must occur, strictly and loosely, and what letters it is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from news.search.abbreviations import Abbreviation, Meaning, abbreviations, letters_of
from news.search.expressions import Expression, Marker, Phrase, all_of, any_of
from news.search.grams import LEADING_VOWELS, MIN_PART
from news.search.markers import (
    abbreviated,
    acronym,
    any_year_marker,
    bare_acronym,
    day_marker,
    days_of,
    dotted_acronym,
    month_marker,
    percentage,
    written_month,
)
from news.search.stream import Unit, units
from news.thai.characters import CONSONANT, MARK
from news.thai.dates import FoundDate
from news.thai.months import ENGLISH_MONTHS, THAI_MONTHS
from news.thai.text import fold

_CONSONANT = re.compile(f"[{CONSONANT}]")
_ERAS = frozenset({"พศ", "คศ"})
_REST = re.compile(f"[{MARK}ะาำๅ]")
"""What begins no syllable, only the rest of one."""
_SHORT_OFFICE = re.compile(r"สนง(?:\.|\Z)")
_OFFICE = "สำนักงาน"


@dataclass(frozen=True, slots=True)
class Term:
    """A term. `strict` is asked first; `loose` finds it also where its ends cut into words, and an
    acronym or date also as the mere letters it is written with. `units` are those letters, for
    finding the term in a text; `letters` are an acronym's, `date` is a date's reading, `month` what
    the name of a month says. One that `is_abbreviated` begins with a letter and its dot, as ม.6.
    `typed` are the units as typed, where a name is looked for that has more of them than the term.
    It stands at `[start:end]` of its query; the same words elsewhere are the same term.
    """

    source: str
    strict: Expression
    loose: Expression
    units: tuple[Unit, ...] = ()
    letters: str = ""
    abbreviation: Abbreviation | None = None
    date: FoundDate | None = None
    month: int | None = None
    is_abbreviated: bool = False
    is_percentage: bool = False
    typed: tuple[Unit, ...] = ()
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def quoted_term(source: str) -> Iterator[Term]:
    """The words of `source` exactly in their order: at most one term. An acronym in quotes is one:
    the letters of "ก.พ." would be found in any ตึกพัก.
    """
    folded = fold(source)
    seen = units(folded)
    if parts := dotted_acronym(folded.strip()):
        yield _acronym_term(source, parts)
    elif marker := percentage(folded):
        yield _percentage_term(source, Marker(marker), seen)
    elif seen:
        phrase: Expression = phrase_of(seen)
        marker = abbreviated(folded)
        strict = all_of([Marker(marker), phrase]) if marker else phrase
        loose = _open_ended(seen)
        yield Term(source, strict, loose, tuple(seen), is_abbreviated=bool(marker))


def word_term(source: str) -> Iterator[Term]:
    """The terms of one word: mostly one, two for สำนักงานก.พ., none for mere punctuation."""
    folded = fold(source)
    if _SHORT_OFFICE.match(folded):
        yield _office_term(source, folded)
        return
    parts = dotted_acronym(folded) or _without_last_dot(folded)
    if parts:
        yield _acronym_term(source, parts)
        return
    if attached := _attached_acronym(folded):
        before, letters = attached
        end = len(source) - (len(folded) - len(before))
        yield from quoted_term(source[:end])
        yield _acronym_term(source[end:], letters)
        return
    bare = bare_acronym(folded)
    if bare in abbreviations():
        yield _acronym_term(source, [bare])
        return
    for term in quoted_term(source):
        strict, loose = _part_of_word(term), term.loose
        if bare:
            strict, loose = (any_of([Marker(acronym(bare)), each]) for each in (strict, loose))
        if month := _month_named(folded):
            name = Marker(any_year_marker(month))
            strict, loose = (any_of([each, name]) for each in (strict, loose))
        yield replace(term, strict=strict, loose=loose, letters=bare or "", month=month)


def as_meant(term: Term, meaning: Meaning) -> Term:
    """An acronym of which the words before it say what it means: the ก.พ. of สำนักงาน ก.พ. is no
    February, and its mere letters are looked for behind those words.
    """
    strict = Marker(acronym(term.letters))
    whole = phrase_of(units(fold(meaning.query)))
    return replace(term, strict=strict, loose=any_of([strict, whole]))


def date_term(found: FoundDate) -> Term:
    """A date in any writing that `find_dates` reads; one without a year is of any year."""
    seen = units(fold(found.source))
    literal = phrase_of(seen)
    if found.problem == "year_missing":
        strict: Expression = Marker(any_year_marker(found.month, found.day))
    elif days := list(days_of(found)):
        of_day = month_marker if found.precision == "month" else day_marker
        strict = any_of(Marker(of_day(day)) for day in days)
    else:
        strict = literal
    return Term(found.source, strict, any_of([strict, literal]), tuple(seen), date=found)


def year_term(source: str) -> Term:
    """A year with the name of its era: the year alone, as whichever era a text has it in."""
    seen = units(fold(source))
    year = (next(unit for unit in seen if unit.is_number),)
    phrase = phrase_of(year)
    return Term(source, phrase, phrase, year, typed=tuple(seen))


def _acronym_term(source: str, parts: list[str]) -> Term:
    """ก.พ. is one marker; รมว.วท. is that of the whole, or those of both its parts."""
    letters = "".join(parts)
    seen = units(fold(source))
    literal = phrase_of(seen)
    if len(letters) == 1:
        return Term(source, literal, literal, tuple(seen))
    known = abbreviations().get(letters)
    spellings: list[Expression] = [Marker(acronym(letters))]
    if len(parts) > 1 and all(len(part) > 1 for part in parts):
        spellings.append(all_of(Marker(acronym(part)) for part in parts))
    if known and known.month:
        spellings.append(Marker(written_month(letters)))
    if letters in _ERAS:
        spellings.append(literal)  # in a date it is no acronym
    strict = any_of(spellings)
    return Term(source, strict, any_of([strict, literal]), tuple(seen), letters, known)


def _office_term(source: str, folded: str) -> Term:
    """สนง.ก.พ. as it is written, or as สำนักงาน ก.พ.: what texts spell out, readers shorten."""
    parts = dotted_acronym(folded)
    (typed,) = [_acronym_term(source, parts)] if parts else quoted_term(source)
    rest = _SHORT_OFFICE.sub("", folded, count=1)
    acronym_of_it = "".join(dotted_acronym(rest) or ())
    if len(acronym_of_it) > 1:
        office = phrase_of(units(_OFFICE))
        meant: Expression = all_of([office, Marker(acronym(acronym_of_it))])
    else:
        meant = phrase_of(units(_OFFICE + rest))
    strict, loose = (any_of([each, meant]) for each in (typed.strict, typed.loose))
    return Term(source, strict, loose, tuple(units(_OFFICE + rest)))


def _percentage_term(source: str, marker: Marker, seen: list[Unit]) -> Term:
    """2.5% is ร้อยละ 2.5: what both have in a text is the number."""
    number = next(unit for unit in seen if unit.is_number)
    loose = any_of([marker, phrase_of(seen)])
    return Term(source, marker, loose, (number,), is_percentage=True)


def _without_last_dot(folded: str) -> list[str] | None:
    """ก.พ as ก.พ., where that is known: จ.นคร is a province."""
    if "." not in folded or letters_of(folded) not in abbreviations():
        return None
    return dotted_acronym(f"{folded}.")


def _attached_acronym(folded: str) -> tuple[str, list[str]] | None:
    """สำนักงานก.พ. as สำนักงาน and ก.พ.: the longest known abbreviation at its end."""
    if not folded.endswith("."):
        return None
    for start in range(1, len(folded)):
        end = folded[start:]
        parts = dotted_acronym(end)
        if parts and folded[start - 1] not in LEADING_VOWELS:
            known = letters_of(end) in abbreviations()
            if known and len(units(folded[:start])) > 1:
                return folded[:start], parts
    return None


def _month_named(folded: str) -> int | None:
    for names in (THAI_MONTHS, [name.lower() for name in ENGLISH_MONTHS]):
        if folded in names:
            return 1 + names.index(folded)
    return None


def _part_of_word(term: Term) -> Expression:
    """A Latin word finds those that it is a part of too: service, eServices."""
    (word, *others) = term.units
    if others or not (word.text.isalpha() and word.text.isascii()) or len(word.text) < MIN_PART:
        return term.strict
    return Phrase((word.text,), goes_on=True)


def phrase_of(seen: Iterable[Unit]) -> Phrase:
    """Units as they follow each other in a text."""
    return Phrase(tuple(unit.text for unit in seen))


def _open_ended(seen: list[Unit]) -> Phrase:
    """A phrase whose ends may lie inside a cluster or a Latin word.

    A reader's fragment can begin with the rest of a cluster (ารประชุม), with a consonant whose
    leading vowel was cut off (มือง), or end before the vowels of its last one (นค) or after the
    leading vowel of the next (นคแ).
    """
    kept = list(seen)
    while len(kept) > 1 and _REST.match(kept[0].text):
        kept.pop(0)
    if len(kept) > 1 and kept[-1].text in LEADING_VOWELS:
        kept.pop()
    last = kept[-1]
    return Phrase(
        tuple(unit.text for unit in kept),
        goes_on=last.is_cluster or (last.text.isalpha() and len(last.text) >= MIN_PART),
        cut_off=bool(_CONSONANT.match(kept[0].text)),
    )
