"""Thai and Latin text as pixels.

Thai puts up to two marks over a consonant and one below, and their places depend on each other and
on the letter. Only a shaping engine knows them: Pillow has HarfBuzz inside and finds it usable
where the system has the small library FriBidi. Without it marks collide and ญ keeps its foot
under a vowel, so nothing is drawn then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

from news.thai.words import wrap

FONTS = Path(__file__).parent / "fonts"
REGULAR = "Sarabun-Regular.ttf"
BOLD = "Sarabun-Bold.ttf"

LINE_HEIGHT = 1.5
"""Of the font's size. Between lines ฏู reaches down by 0.56 and กี้ up by 1.28: set tighter than
their sum, as all Thai is, and further apart than Latin would be."""

ABOVE = 1.3
"""Of the font's size: what the tallest stack, ฟั้ or กี้, takes above the baseline."""

BELOW = 0.6
"""Of the font's size: what the deepest, ฎุ or ฏู, takes below it."""


class ShapingUnavailable(RuntimeError):
    """Thai can't be drawn on this machine: FriBidi is missing (Debian: ``libfribidi0``)."""

    def __init__(self) -> None:
        super().__init__(
            "Pillow can't shape Thai because it doesn't find the library FriBidi. "
            "Install it (Debian and Ubuntu: apt-get install libfribidi0) and start again."
        )


def raqm_available() -> bool:
    """True if text can be shaped on this machine."""
    return features.check("raqm")


@lru_cache(maxsize=64)
def font(file: str, size: int) -> ImageFont.FreeTypeFont:
    """One of `FONTS` at a size in pixels. Raises `ShapingUnavailable`."""
    if not raqm_available():
        raise ShapingUnavailable
    return ImageFont.truetype(FONTS / file, size, layout_engine=ImageFont.Layout.RAQM)


@dataclass(frozen=True, slots=True)
class Setting:
    """Text laid out in lines."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    language: str

    @property
    def line_height(self) -> int:
        return round(self.font.size * LINE_HEIGHT)

    @property
    def height(self) -> int:
        """Pixels from the top of the first line's tallest mark to below the last line's deepest."""
        return _height(self.font.size, len(self.lines))

    @property
    def width(self) -> int:
        return round(
            max((width_of(line, self.font, self.language) for line in self.lines), default=0)
        )

    def draw(self, draw: ImageDraw.ImageDraw, left: int, top: int, fill) -> None:
        """Draw it with its upper left corner at (left, top)."""
        baseline = top + round(self.font.size * ABOVE)
        for line in self.lines:
            draw.text((left, baseline), line, fill, self.font, anchor="ls", language=self.language)
            baseline += self.line_height


def width_of(text: str, face: ImageFont.FreeTypeFont, language: str) -> float:
    """Pixels that ``text`` advances."""
    return face.getlength(text, language=language)


def set_text(
    text: str,
    *,
    file: str,
    sizes: Sequence[int],
    room: tuple[int, int],
    language: str,
) -> Setting:
    """``text`` at the first of ``sizes`` at which it fits into ``room``: (width, height) in pixels.

    Where it fits at none, the last size is taken and the text ends in "…". Lines are broken
    between words and evened out, so that no single word is left for the last one.
    """
    width, height = room
    for size in sizes:
        face = font(file, size)
        most = _most_lines(size, height)
        lines = _lines(text, face, language, width, most + 1)
        if len(lines) <= most:
            return Setting(_evened(text, face, language, width, len(lines)), face, language)
    return Setting(_lines(text, face, language, width, max(most, 1)), face, language)


def _height(size, lines):
    return round(size * LINE_HEIGHT) * (lines - 1) + round(size * (ABOVE + BELOW))


def _most_lines(size, height):
    return max((height - _height(size, 1)) // round(size * LINE_HEIGHT) + 1, 0)


def _lines(text, face, language, max_width, max_lines):
    def measure(part):
        return width_of(part, face, language)

    return tuple(wrap(text, measure, max_width, max_lines))


def _evened(text, face, language, max_width, count):
    """The lines of the narrowest measure that needs no more of them."""
    too_narrow, wide_enough = max_width // 2, max_width
    while wide_enough - too_narrow > face.size // 4:
        middle = (too_narrow + wide_enough) // 2
        if len(_lines(text, face, language, middle, count + 1)) <= count:
            wide_enough = middle
        else:
            too_narrow = middle
    return _lines(text, face, language, wide_enough, count + 1)
