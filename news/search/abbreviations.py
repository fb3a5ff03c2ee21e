"""The abbreviations of `abbreviations.toml`: what readers type, and what each can mean."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from news.thai.months import ENGLISH_MONTHS, THAI_MONTHS, THAI_MONTHS_SHORT

DATA = Path(__file__).with_name("abbreviations.toml")


class BadAbbreviations(ValueError):
    """The data file says something that can't be meant; the message says where and what."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning: its name in both languages, and the query that asks for it alone."""

    th: str
    en: str
    query: str
    month: int | None = None

    def name(self, lang: str) -> str:
        """The name in "th" or "en"."""
        return self.th if lang == "th" else self.en


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """An abbreviation as it is written; `letters` is the same without its dots."""

    written: str
    meanings: tuple[Meaning, ...]

    @property
    def letters(self) -> str:
        return letters_of(self.written)

    @property
    def month(self) -> int | None:
        """1 to 12 where one of its meanings is a month."""
        return next((meaning.month for meaning in self.meanings if meaning.month), None)


def letters_of(written: str) -> str:
    """An abbreviation without dots and spaces."""
    return written.replace(".", "").replace(" ", "")


@cache
def abbreviations() -> dict[str, Abbreviation]:
    """All known abbreviations by their letters: the twelve months, and those of the data file."""
    return {each.letters: each for each in (*_months(), *read(DATA.read_text("utf-8")))}


def read(toml: str) -> list[Abbreviation]:
    """The abbreviations of a data file. Raises BadAbbreviations."""
    try:
        entries = tomllib.loads(toml).get("abbreviation", [])
    except tomllib.TOMLDecodeError as error:
        raise BadAbbreviations(str(error)) from error
    found = [_abbreviation(entry) for entry in entries]
    letters = [each.letters for each in found]
    if twice := {each for each in letters if letters.count(each) > 1}:
        raise BadAbbreviations(f"{', '.join(sorted(twice))}: more than one entry")
    return found


def _months() -> list[Abbreviation]:
    return [
        Abbreviation(written, (Meaning(thai, english, thai, month),))
        for month, (written, thai, english) in enumerate(
            zip(THAI_MONTHS_SHORT, THAI_MONTHS, ENGLISH_MONTHS, strict=True), start=1
        )
    ]


def _abbreviation(entry: dict) -> Abbreviation:
    written = entry.get("written", "")
    if not letters_of(written):
        raise BadAbbreviations(f"an entry without letters in `written`: {entry!r}")
    meanings = tuple(_meaning(written, block) for block in entry.get("meaning", []))
    if not meanings:
        raise BadAbbreviations(f"{written}: no meaning")
    return Abbreviation(written, meanings)


def _meaning(written: str, block: dict) -> Meaning:
    month = block.get("month")
    if month is not None and month not in range(1, 13):
        raise BadAbbreviations(f"{written}: no month {month!r}")
    query = THAI_MONTHS[month - 1] if month else block.get("query")
    if not (block.get("th") and block.get("en") and query):
        raise BadAbbreviations(f"{written}: a meaning needs th, en, and query or month")
    return Meaning(block["th"], block["en"], query, month)
