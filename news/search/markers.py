"""Tokens for what a text means, beside the stream of what it says: acronyms and dates.

They are appended to a text's stream, where no phrase reaches them. Each begins with a Latin letter
and goes on with Thai letters, dots or digits, which no token of the stream does.

====================  ==============================================================
aกพ                   the acronym ก.พ., also written กพ standing alone
wก.พ.                 the acronym or month in this very writing, dots included
lม.6, lจ.เ            a single letter with its dot before a number, or before a word that
                      begins so: ม.6, จ.เชียงใหม่
bกพ                   ก.พ. written as the month of a date
p2.5                  2.5 %, also written ร้อยละ 2.5 or 2.5 percent
d20180519             a day
m201805               a month of a year: every day in it, too
n05                   the month of May of any year
t0519                 the 19th of May of any year
====================  ==============================================================
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

from news.search.stream import common_year, places
from news.thai.characters import ARABIC_DIGITS, LETTER
from news.thai.dates import FoundDate, find_dates
from news.thai.months import THAI_MONTH_SHORT

_DOTTED = re.compile("[ก-ฮ]{1,7}\\.(?:[ก-ฮ]{1,7}\\.){0,7}(?: [ก-ฮ]\\.(?![ก-ฮ]))?")
_SHORT_MONTH = re.compile(THAI_MONTH_SHORT)
_NO_LETTER = re.compile(f"[^{LETTER}]")
_YEAR = re.compile("[0-9๐-๙]{4}")
_LETTER = re.compile(f"[{LETTER}]")
_ABBREVIATED = re.compile(f"([ก-ฮ])\\. ?(?![ก-ฮ]{{1,7}}\\.)([0-9๐-๙]+|[{LETTER}])")
_NUMBER = "([0-9๐-๙][0-9๐-๙,]*(?:\\.[0-9๐-๙]+)?)"
_IN_HUNDRED = re.compile(f"ร้อยละ ?{_NUMBER}")
_SIGNS = ("%", "％", "percent", "per cent", "เปอร์เซ")
_PER_CENT = re.compile(f"{_NUMBER} ?(?:%|per ?cent|เปอร์เซ็?นต์)")
_BEFORE_SIGN = re.compile(rf"{_NUMBER} ?\Z")
_LONGEST_NUMBER = 20
_TWO_LETTERS = re.compile("[ก-ฮ]\\. ?[ก-ฮ]")
_OPENING, _AROUND = "([“‘\"'", "()[]“”‘’\"',;:!?"
_OF_A_TIME = re.compile("[0-9๐-๙] ?$")
_ALONE = re.compile(f"[^{LETTER}.]([ก-ฮ]{{2,7}})(?![{LETTER}.])")
_MAX_RANGE = 31
"""Days of one written range that are indexed one by one."""
_MAX_MONTHS = 24
"""The same of months."""


def markers(text: str) -> list[str]:
    """The markers of a normalised text, each once; its capitals tell May from may."""
    dates = find_dates(text)
    found = dict.fromkeys(marker for each in dates for marker in date_markers(each))
    dotted = list(_dotted_letters(text))
    found |= dict.fromkeys(_acronyms(text, dates, dotted))
    found |= dict.fromkeys(_abbreviations(text, dotted))
    found |= dict.fromkeys(_percentages(text))
    return list(found)


def acronym(letters: str) -> str:
    """The marker of an acronym given by its letters without dots."""
    return f"a{letters}"


def as_written(dotted: str) -> str:
    """The marker of an acronym or an abbreviated month with its dots as they are written."""
    return f"w{''.join(dotted.split())}"


def is_writing(marker: str) -> bool:
    """Whether a marker tells how something is written, and not what it means."""
    return marker.startswith("w")


def abbreviated(word: str) -> str | None:
    """The marker of ม.6 or จ.เชียงใหม่: of a word that begins with a letter and its dot."""
    begun = _ABBREVIATED.match(word.lstrip(_OPENING))
    if begun is None or _TWO_LETTERS.fullmatch(word):  # ส.ส, without its last dot
        return None
    return _abbreviation(begun)


def written_month(letters: str) -> str:
    """The marker of a month's abbreviation, given by its letters, in a date."""
    return f"b{letters}"


def day_marker(day: date) -> str:
    return f"d{day:%Y%m%d}"


def month_marker(day: date) -> str:
    return f"m{day:%Y%m}"


def any_year_marker(month: int, day: int | None = None) -> str:
    """A month, or a day of a month, of no certain year."""
    return f"n{month:02}" if day is None else f"t{month:02}{day:02}"


def date_markers(found: FoundDate) -> Iterator[str]:
    """All markers under which a written date is to be found; of one in doubt, all its readings."""
    yield any_year_marker(found.month)
    for short in _SHORT_MONTH.finditer(found.source):
        yield written_month(_NO_LETTER.sub("", short.group()))
        yield as_written(short.group())
    if found.day:
        yield any_year_marker(found.month, found.day)
    for day in days_of(found):
        yield month_marker(day)
        if found.precision == "day":
            yield day_marker(day)
            yield any_year_marker(day.month, day.day)
        else:
            yield any_year_marker(day.month)
        # Four digits are in the stream already.
        if has_short_year(found):
            yield common_year(str(day.year))


def has_short_year(found: FoundDate) -> bool:
    """Whether a date is written without its year's four digits: 19 พ.ค. 61 is of 2561."""
    return not _YEAR.search(found.source)


def days_of(found: FoundDate) -> Iterator[date]:
    """The days that a date or the range that it is an end of covers, of each month its first; of
    one in doubt, all its readings. Of a long range those of the ends alone.
    """
    yield from found.readings if found.problem else ()
    if found.first and found.last:
        covered = _months if found.precision == "month" else _days
        whole = covered(*found.span) if found.span else None
        yield from whole or covered(found.first, found.last) or (found.first,)


def _days(first: date, last: date) -> list[date] | None:
    """The days of a range that is not too long."""
    count = (last - first).days
    return (
        [first + timedelta(days=step) for step in range(count + 1)] if count <= _MAX_RANGE else None
    )


def _months(first: date, last: date) -> list[date] | None:
    """The first days of the months of a range that is not too long."""
    begin, end = (12 * day.year + day.month - 1 for day in (first, last))
    if end - begin >= _MAX_MONTHS:
        return None
    return [date(month // 12, month % 12 + 1, 1) for month in range(begin, end + 1)]


def dotted_acronym(chunk: str) -> list[str] | None:
    """The letters between the dots where `chunk` is one dotted acronym and nothing else."""
    if _DOTTED.fullmatch(chunk):
        return [part.strip() for part in chunk.split(".") if part.strip()]
    return None


def bare_acronym(chunk: str) -> str | None:
    """The letters where `chunk` may be an acronym without its dots: two to seven consonants."""
    return chunk if _ALONE.fullmatch(f" {chunk}") else None


def _dotted_letters(text: str) -> Iterator[int]:
    """Where consonants stand that a dot follows; a search for those takes ten times as long."""
    for dot in places(".", text):
        if dot > 0 and "ก" <= text[dot - 1] <= "ฮ":
            yield dot - 1


def _acronyms(text: str, dates: list[FoundDate], dotted_letters: list[int]) -> Iterator[str]:
    in_dates = {position for each in dates for position in range(each.start, each.end)}
    for match in _ALONE.finditer(f" {text}"):
        if match.start() not in in_dates:
            yield acronym(match[1])
    end = 0
    for letter in dotted_letters:
        if letter >= end and letter not in in_dates:
            start = _start_of_letters(text, letter)
            dotted = _DOTTED.match(text, start)
            end = dotted.end()
            attached = start > 0 and bool(_LETTER.match(text, start - 1))
            yield from map(acronym, _spellings(dotted.group(), attached=attached))
            yield from map(as_written, _writings(dotted.group(), attached=attached))


def _abbreviations(text: str, dotted_letters: list[int]) -> Iterator[str]:
    """A letter that is the last of ก.พ. or of ผอ. abbreviates no word, nor the น. of a time."""
    for letter in dotted_letters:
        begun = _ABBREVIATED.match(text, letter)
        if begun is None or _is_behind_a_letter(text, letter):
            continue
        start = _start_of_letters(text, letter)
        is_acronym = start < letter and not (start > 0 and _LETTER.match(text, start - 1))
        is_time = begun[1] == "น" and _OF_A_TIME.search(text, max(0, letter - 2), letter)
        if not (is_acronym or is_time):
            yield _abbreviation(begun)


def _is_behind_a_letter(text: str, letter: int) -> bool:
    """Whether a letter goes on with others that each have a dot: not จ. in กกต.จ.ตาก."""
    return text[letter - 1 : letter] == "." and _start_of_letters(text, letter - 2) == letter - 2


def _abbreviation(begun: re.Match[str]) -> str:
    return f"l{begun[1]}.{begun[2].translate(ARABIC_DIGITS)}"


def percentage(chunk: str) -> str | None:
    """The marker of 2.5% or ร้อยละ 2.5, where `chunk` is that and nothing else."""
    chunk = chunk.strip(_AROUND).rstrip(".")
    found = _PER_CENT.fullmatch(chunk) or _IN_HUNDRED.fullmatch(chunk)
    return _percentage(found) if found else None


def _percentages(text: str) -> Iterator[str]:
    for sign in chain.from_iterable(places(each, text) for each in _SIGNS):
        if found := _BEFORE_SIGN.search(text[max(0, sign - _LONGEST_NUMBER) : sign]):
            yield _percentage(found)
    for words in places("ร้อยละ", text):
        if found := _IN_HUNDRED.match(text, words):
            yield _percentage(found)


def _percentage(found: re.Match[str]) -> str:
    number = found[1].translate(ARABIC_DIGITS).replace(",", "")
    return f"p{number.rstrip('0').rstrip('.') if '.' in number else number}"


def _start_of_letters(text: str, last: int) -> int:
    """Where the consonants begin that end with the one at `last`, at most seven.

    A consonant after a leading vowel belongs to it: the acronym in โดยสปสช. can't begin before ย.
    """
    start = last
    while start > 0 and last - start < 6 and "ก" <= text[start - 1] <= "ฮ":
        start -= 1
    if start < last and start > 0 and text[start - 1] in "เแโใไ":
        start += 1
    return start


def _spellings(dotted: str, *, attached: bool) -> Iterator[str]:
    """The acronyms that a dotted run can be: รมว.วท. is รมววท, รมว and วท, ก.พ. only กพ.

    Where Thai is written right before the run, its first part may begin inside that text: in
    โดยสปสช. any end of ยสปสช of two letters or more is taken.
    """
    tight, _, loose = dotted.partition(" ")
    first, *others = tight.rstrip(".").split(".")
    starts = range(len(first)) if attached else range(1)
    for start in starts:
        letters = first[start:] + "".join(others)
        if len(letters) > 1:
            yield letters
            if loose:
                yield letters + loose.rstrip(".")
    if others:
        parts = others if attached else [first, *others]
        yield from (part for part in parts if len(part) > 1)


def _writings(dotted: str, *, attached: bool) -> Iterator[str]:
    """What a dotted run is written as, where Thai stands right before it from any letter on."""
    tight = dotted.partition(" ")[0]
    for start in range(tight.index(".") if attached else 1):
        if len(tight[start:].replace(".", "")) > 1:
            yield tight[start:]
