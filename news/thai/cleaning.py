"""Thai as it is typed and pasted, brought to the one form in which it is stored.

The rules and how often real releases need them are in docs/thai.md. The form is NFC, not NFKC:
NFKC splits ำ in two, and then nothing that looks at single characters works.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from news.thai.characters import MARK, NIKHAHIT, SARA_AA, SARA_AM, VOWEL_MARK
from news.thai.tracing import Traced

OLD_FONTS = dict(
    zip(
        range(0xF700, 0xF71B),
        # Positions of Windows and Mac fonts before OpenType, U+F700 to U+F71A: the same letters,
        # drawn lower, to the left or without their base.
        "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b"
        "\u0e4c\u0e0d\u0e31\u0e4d\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a",
        strict=True,
    )
)
# Bullets and a tick that Word writes in Symbol and Wingdings: an empty box everywhere else.
OLD_FONTS |= {0xF0A7: "•", 0xF0B7: "•", 0xF0D8: "➢", 0xF0FC: "✓"}

_OLD_FONT = re.compile("[{}]".format("".join(map(chr, OLD_FONTS))))
# U+FFFC stands for a pasted picture. Directional marks hide text from a reviewer, and neither
# Thai nor English needs them.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffc]"
)
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_JOINER = re.compile("\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])")  # needed inside emoji
# The last two are no characters, and an XML file that holds one is none (XML 1.0, section 2.2).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LINE_END = re.compile("[\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: no encoding accepts it
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DOUBLE_SARA_E = re.compile("\u0e40\u0e40")
_MARKS = re.compile(f"[{MARK}{SARA_AM}]{{2,}}{SARA_AA}?|{NIKHAHIT}{SARA_AA}")
_WORD = re.compile(r"\S+")

# Most texts need little or nothing, so one look tells whether a group of passes is worth its time.
# Everything but ASCII, Latin letters, usual punctuation and Thai; and the ASCII control characters.
_ODD_CHARACTER = re.compile("[^\t\n\r -~\u00a1-\u00ac\u00ae-\u02ff\u0e00-\u0e7f\u2010-\u2027]")
_EVERY_MARK = re.findall(f"[{MARK}]", "".join(map(chr, range(0x0E00, 0x0E80))))
# Two marks first, and then what is odd about them: a branch at each character takes twice as long.
_ODD_MARKS = re.compile(
    f"[{MARK}{SARA_AM}][{MARK}{SARA_AA}{SARA_AM}](?:"
    f"(?<=[\u0e48-\u0e4c\u0e4e][{VOWEL_MARK}\u0e47{NIKHAHIT}])"  # a tone before a vowel
    f"|(?<=[{VOWEL_MARK}\u0e47{NIKHAHIT}]\u0e3a)"  # phinthu after a vowel
    f"|(?<={NIKHAHIT}[{SARA_AA}{SARA_AM}])|(?<={NIKHAHIT}[{MARK}])[{MARK}]*[{SARA_AA}{SARA_AM}]"
    f"|(?<={SARA_AM}[{MARK}{SARA_AM}])"
    f"|{'|'.join(f'(?<={mark}{mark})' for mark in _EVERY_MARK)})"
)

# Reading order above one consonant: phinthu, vowels, tones and other signs, then sara am. Sara aa,
# which stands behind all of them in what is looked at, stays there.
_RANK = {SARA_AA: 4, SARA_AM: 3, "\u0e3a": 0}
_RANK |= {chr(code): 2 for code in (*range(0x0E48, 0x0E4D), 0x0E4E)}


def _in_order(marks: str) -> str:
    return "".join(sorted(marks, key=lambda mark: _RANK.get(mark, 1)))


def _with_sara_am(match: re.Match[str]) -> str:
    """Nikhahit and sara aa, also with a tone mark between or before, are one letter: ำ."""
    marks = match.group()
    if marks.endswith(SARA_AA) and NIKHAHIT in marks:
        return marks[:-1].replace(NIKHAHIT, "", 1) + SARA_AM
    if SARA_AM in marks:
        return marks.replace(NIKHAHIT, "")
    return marks


def _without_doubles(match: re.Match[str]) -> str:
    return "".join(mark for mark, _ in groupby(match.group()))


class Pass(NamedTuple):
    """One kind of repair: what it looks for and what it puts there."""

    kind: str
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]


CHARACTERS = (
    Pass("old_font", _OLD_FONT, lambda match: OLD_FONTS[ord(match.group())]),
    Pass("invisible", _INVISIBLE, lambda match: ""),
    Pass("invisible", _JOINER, lambda match: ""),
    Pass("control", _CONTROL, lambda match: ""),
    Pass("control", _LINE_END, lambda match: "\n"),
    Pass("control", _SURROGATE, lambda match: "\ufffd"),
    Pass("space", _SPACE, lambda match: " "),
    Pass("sara_ae", _DOUBLE_SARA_E, lambda match: "\u0e41"),
)
NEVER_KEPT = (
    *(step for step in CHARACTERS if step.kind == "control"),
    Pass("invisible", _DIRECTION, lambda match: ""),
)
COMPOSITION = Pass("composition", _WORD, lambda match: unicodedata.normalize("NFC", match.group()))
MARKS = (
    Pass("sara_am", _MARKS, _with_sara_am),
    Pass("order", _MARKS, lambda match: _in_order(match.group())),
    Pass("doubled", _MARKS, _without_doubles),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One place that `clean` mended: `original[start:end] == before` has become `after`."""

    kinds: tuple[str, ...]
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True)
class Cleaned:
    """A normalised text and what was done to get it, in the order of the original."""

    text: str
    changes: tuple[Change, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many places had each kind of change, the most frequent first."""
        found = Counter(kind for change in self.changes for kind in change.kinds)
        return dict(found.most_common())


def normalise(text: str) -> str:
    """`text` in the form in which it is stored. Doing it again changes nothing; nothing raises."""
    if _ODD_CHARACTER.search(text) or _DOUBLE_SARA_E.search(text):
        for step in CHARACTERS:
            text = step.pattern.sub(step.replace, text)
    while True:
        # Putting marks in order can bring marks of other scripts out of theirs: until it is still.
        text = unicodedata.normalize("NFC", text)
        if not _ODD_MARKS.search(text):
            return text
        for step in MARKS:
            text = step.pattern.sub(step.replace, text)


def with_usual_spaces(text: str) -> tuple[str, int]:
    """`text` with every space of another kind as the usual one, and how many those were: a part of
    `normalise` that can be done before it.
    """
    return _SPACE.subn(" ", text)


def single_line(text: str) -> str:
    """`text` on one line, runs of white space as one space.

    A Thai space is punctuation: only its repetitions are dropped.
    """
    return " ".join(text.split())


def trace(text: str) -> Traced:
    """`normalise`, with the origin of every character kept."""
    traced = Traced(text)
    normalise_traced(traced)
    return traced


def normalise_traced(traced: Traced) -> None:
    """Bring a text that remembers its origin into its stored form."""
    if _ODD_CHARACTER.search(traced.text) or _DOUBLE_SARA_E.search(traced.text):
        for step in CHARACTERS:
            traced.sub(*step)
    while True:
        if not unicodedata.is_normalized("NFC", traced.text):
            traced.sub(*COMPOSITION)
        if not _ODD_MARKS.search(traced.text):
            return
        for step in MARKS:
            traced.sub(*step)


def clean(text: str) -> Cleaned:
    """`normalise`, with every change told, so that an editor can accept or refuse it."""
    return _told(text, trace(text))


def as_typed(text: str) -> Cleaned:
    """`text` as it was typed, less what no feed can hold (control characters, halves of characters)
    and what shows a reviewer another text than there is (directional marks).
    """
    traced = Traced(text)
    for step in NEVER_KEPT:
        traced.sub(*step)
    return _told(text, traced)


def _told(text: str, traced: Traced) -> Cleaned:
    changes = []
    for start, end, kinds in _merged(traced.marks):
        before, after = text[start:end], traced.between(start, end)
        if before != after:
            changes.append(Change(kinds, start, end, before, after))
    return Cleaned(traced.text, tuple(changes))


def _merged(marks: list[tuple[str, int, int]]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Spans that overlap as one, with the kinds of all of them in the order they were found."""
    merged: list[tuple[int, int, tuple[str, ...]]] = []
    for kind, start, end in sorted(marks, key=lambda mark: (mark[1], mark[2])):
        if merged and start < merged[-1][1]:
            first, last, kinds = merged[-1]
            merged[-1] = (first, max(last, end), kinds if kind in kinds else (*kinds, kind))
        else:
            merged.append((start, end, (kind,)))
    return merged
