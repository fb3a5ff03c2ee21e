"""Where a Thai line may break: ICU's dictionary, less the places where a reader would wince."""

import re
from collections.abc import Iterator
from itertools import accumulate

from icu4py.breakers import LineBreaker, WordBreaker

from news.thai.characters import CONSONANT, LEADING_VOWEL, LETTER, MARK, NO_BREAK_BEFORE
from news.thai.clusters import clusters, without_surrogates
from news.thai.months import THAI_MONTH_PATTERN, THAI_MONTH_SHORT

_SPACE = "[ \u00a0]"
_ABBREVIATED_PART = f"[{LEADING_VOWEL}]?[{CONSONANT}]{{1,5}}[{MARK}]?\\."
ABBREVIATION_PATTERN = (
    f"(?:(?<![{LETTER}])(?:{_ABBREVIATED_PART})+|(?:[{CONSONANT}]\\.){{2,}}|ฯลฯ|นายกฯ)"
)
"""One dotted abbreviation, ก.พ. or พล.ต.อ., whole."""

_ABBREVIATION = re.compile(ABBREVIATION_PATTERN)
_YEAR_OF_ERA = f"[พค]\\.ศ\\.{_SPACE}*[0-9๐-๙]{{4}}"
_CLOCK = "[0-9๐-๙]{1,2}[.:][0-9๐-๙]{2}"
_TIME = f"{_CLOCK}{_SPACE}*น\\."
_TOGETHER = re.compile(
    f"[0-9๐-๙]{{1,2}}{_SPACE}*{THAI_MONTH_PATTERN}"
    f"(?:(?<=\\.){_SPACE}*[0-9๐-๙]{{2,4}})?"  # 19 พ.ค. 61, but 19 พฤษภาคม | 2561
    f"|{_YEAR_OF_ERA}"
    f"|{_TIME}"
    f"|(?:นางสาว|นาง|นาย|(?<![{LETTER}])คุณ){_SPACE}?[{LETTER}]"  # a title and the name's start
    f"|{ABBREVIATION_PATTERN}"
)
# 19 พ.ค. 61 as headlines have it, some with a stroke: (19 / พ.ค. 61).
_SHORT_DATE = (
    f"[(]?[0-9๐-๙]{{1,2}}{_SPACE}*(?:/{_SPACE}*)?{THAI_MONTH_SHORT}"
    f"{_SPACE}*(?:/{_SPACE}*)?[0-9๐-๙]{{2,4}}(?![0-9๐-๙])[)]?"
)
# The sign that says a word twice stands after a space; browsers end a line there.
_REPEATED = f"[{LEADING_VOWEL}]?[{CONSONANT}][{MARK}ะาำๅ]*{_SPACE}+ๆ"
# What may not stand before is looked for behind the first digit: all else is passed over at once.
_HOUR = "[0-9๐-๙](?<![0-9๐-๙.,:].)[0-9๐-๙]?"
_OR_UNTIL = f"(?:[-–]{_CLOCK})?"
_DAY = f"[0-9๐-๙]{{1,2}}{_SPACE}{THAI_MONTH_PATTERN}"  # 3 สิงหาคม, but 3 สิงหาคม | 2569
_COUNTED = (
    f"[0-9๐-๙][0-9๐-๙,.]*+{_SPACE}(?:ล้าน|แสน|หมื่น|พัน)?+(?:คน|ราย|บาท|ปี|เดือน|วัน|ชั่วโมง|ครั้ง|แห่ง"
    "|จังหวัด|ประเทศ|หน่วยงาน|อัตรา|ตำแหน่ง|ฉบับ|ข้อ|เรื่อง|รูป|ภาพ)"
    f"(?![{MARK}ะาำๅ])"
)
_PART = f"ภาค{_SPACE}[ก-ฮ]\\.(?![{LETTER}])"  # of an examination
# Browsers end a line behind a hyphen between letters and figures.
_WITH_FIGURES = "[A-Z](?<![A-Za-z].)[A-Z]{1,9}-[0-9]{1,4}(?![0-9])"
_UNBROKEN = re.compile(
    f"{_SHORT_DATE}|{_DAY}|{_COUNTED}|{_PART}|{_WITH_FIGURES}"
    f"|{_REPEATED}|{_YEAR_OF_ERA}(?![0-9๐-๙])"
    f"|{_HOUR}(?:[.:][0-9๐-๙]{{2}}{_OR_UNTIL}{_SPACE}*น\\.|(?:[.:][0-9]{{2}})?{_SPACE}[ap]\\.m\\.)"
)
# A line loses the spaces at its start: what follows them is then the first to be seen.
_NEVER_BEFORE = re.compile(f"\\s*(?:[{NO_BREAK_BEFORE}]|ฯ(?!พณ))")
_NEVER_AFTER = re.compile(f"[{LEADING_VOWEL}]")


def word_pieces(text: str) -> list[str]:
    """ICU's words, spaces and marks, abbreviations whole; joined they give `text` again."""
    ends = accumulate(map(len, WordBreaker(without_surrogates(text), "th")))
    inside = _inside(_ABBREVIATION, text)
    return _cut(text, [end for end in ends if end not in inside])


def break_positions(text: str) -> list[int]:
    """Positions in `text` where a line may end, its length included, in order.

    None lies inside a cluster or an abbreviation, a day with its month, a time with its "น.",
    between a title and the name's first letter, before a mark, ๆ or ฯ, or after a leading vowel.
    """
    inside = _inside(_TOGETHER, text)
    # ICU would end a line between a digit and a skin tone, which are one character to a reader.
    whole = set(accumulate(map(len, clusters(text))))
    ends = accumulate(map(len, LineBreaker(without_surrogates(text), "th")))
    return [
        end
        for end in ends
        if end == len(text) or (end in whole and end not in inside and may_cut(text, end))
    ]


def in_pieces(text: str) -> Iterator[tuple[str, bool]]:
    """`text` in pieces, and of each whether it is kept on one line where a browser would end one.

    Such are a date with its month abbreviated, brackets included, a day with its month, a number
    with what it counts, ภาค ก., COVID-19, ๆ with the syllable before it, an era with its year, and
    a time with the word after it. Joined the pieces give `text` again.
    """
    done = 0
    for match in _UNBROKEN.finditer(text):
        yield text[done : match.start()], False
        yield match[0], True
        done = match.end()
    yield text[done:], False


def cluster_positions(text: str) -> list[int]:
    """Positions in `text` between two clusters where a cut is allowed, its length included."""
    ends = accumulate(map(len, clusters(text)))
    return [end for end in ends if end == len(text) or may_cut(text, end)]


def may_cut(text: str, position: int) -> bool:
    """Whether the rules for Thai allow a cut of `text` just before `position`."""
    return not (
        _NEVER_BEFORE.match(text, position) or (position and _NEVER_AFTER.match(text, position - 1))
    )


def _inside(pattern: re.Pattern[str], text: str) -> set[int]:
    return {
        position
        for match in pattern.finditer(text)
        for position in range(match.start() + 1, match.end())
    }


def _cut(text: str, ends: list[int]) -> list[str]:
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
