"""Which files are made of a photograph, with addresses known before a byte of them is.

A recipe is a complete order: format, size, crop and quality. It is worked out from the
photograph's size and focal point alone, so a page can print a ``srcset`` while the files are still
being made, and a changed focal point or setting gives new addresses instead of stale pictures.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

VERSION = 1
"""Raise it when `derivatives` makes different pixels of the same recipe."""

Format = Literal["avif", "webp", "jpeg"]

FORMATS: tuple[Format, ...] = ("avif", "webp", "jpeg")
"""As ``<picture>`` lists them: the smallest first, the one that everybody reads last."""

CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
EXTENSIONS = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}
QUALITY = {"avif": 55, "webp": 76, "jpeg": 80}
"""Of like looks: on sharp photographs SSIM 0.955 to 0.97, at 0.75, 0.96 and 1.45 bits a pixel."""


CENTRE = (0.5, 0.5)


class Box(NamedTuple):
    """A part of a photograph, in its upright pixels; right and bottom are the first outside."""

    left: int
    top: int
    right: int
    bottom: int


class Shape(NamedTuple):
    """A way of showing a photograph: its ratio (None: its own) and the widths that are offered."""

    ratio: tuple[int, int] | None
    widths: tuple[int, ...]


WHOLE = Shape(None, (480, 960, 1600))
"""In the text and enlarged."""

CARD = Shape((3, 2), (480, 960))
"""In lists and the gallery grid, plain and for dense screens. A camera's usual 3:2 photo needs no
crop for it and shares the files of `WHOLE`."""

SQUARE = Shape((1, 1), (160, 320))
"""Beside a line of text."""

COVER = Shape((1200, 630), (1200,))
"""``og:image``, as Facebook and LINE ask for it."""

PRESS_WIDTH = 2400
"""For newspapers: 20 cm at 300 dpi."""

COVER_MAX_BYTES = 300_000
"""LINE and X give up on pictures that load slowly; a share card keeps the same limit."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """An order for one file. ``str()`` is its canonical form, `parse` the way back."""

    format: Format
    width: int
    height: int
    quality: int
    box: Box | None = None
    """The part that is shown; None for the whole picture."""
    max_bytes: int | None = None
    """Quality is lowered until the file fits."""
    version: int = VERSION

    def __str__(self) -> str:
        text = f"v{self.version} {self.format} {self.width}x{self.height} q{self.quality}"
        if self.box:
            text += " box {},{},{},{}".format(*self.box)
        if self.max_bytes:
            text += f" max {self.max_bytes}"
        return text

    @classmethod
    def parse(cls, text: str) -> Self:
        """The recipe that was written as ``text``; ValueError for anything else."""
        written = _CANONICAL.fullmatch(text)
        if not written:
            raise ValueError(f"not a recipe: {text!r}")
        box, max_bytes = written["box"], written["max_bytes"]
        return cls(
            format=written["format"],
            width=int(written["width"]),
            height=int(written["height"]),
            quality=int(written["quality"]),
            box=Box(*map(int, box.split(","))) if box else None,
            max_bytes=int(max_bytes) if max_bytes else None,
            version=int(written["version"]),
        )

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.format]


_CANONICAL = re.compile(
    r"v(?P<version>[0-9]+) (?P<format>avif|webp|jpeg) "
    r"(?P<width>[0-9]+)x(?P<height>[0-9]+) q(?P<quality>[0-9]+)"
    r"(?: box (?P<box>[0-9]+(?:,[0-9]+){3}))?(?: max (?P<max_bytes>[0-9]+))?"
)


def derivative_hash(master_sha256: str, recipe: Recipe) -> str:
    """The address of a file: 64 hex digits, SHA-256 of the master's SHA-256 and the recipe."""
    return hashlib.sha256(f"{master_sha256} {recipe}".encode("ascii")).hexdigest()


def recipes_for(width: int, height: int, focal: tuple[float, float] = CENTRE) -> tuple[Recipe, ...]:
    """Every file that is made of a photograph of this upright size, each once.

    ``focal`` is the point that crops keep, as shares of width and height. Nothing is enlarged: a
    small photograph has fewer and smaller files.
    """
    recipes = [
        *shaped(WHOLE, width, height, focal),
        *shaped(CARD, width, height, focal),
        *shaped(SQUARE, width, height, focal),
        cover(width, height, focal),
        press(width, height),
    ]
    return tuple(dict.fromkeys(recipes))


def shaped(
    shape: Shape, width: int, height: int, focal: tuple[float, float] = CENTRE
) -> tuple[Recipe, ...]:
    """The recipes of one shape: format by format as in `FORMATS`, narrow to wide."""
    box = crop(width, height, shape.ratio, focal) if shape.ratio else None
    sizes = list(_sizes(shape, box or Box(0, 0, width, height)))
    return tuple(
        Recipe(format_, *size, QUALITY[format_], box) for format_ in FORMATS for size in sizes
    )


def cover(width: int, height: int, focal: tuple[float, float] = CENTRE) -> Recipe:
    """The JPEG that stands for a release where it is shared: 1200x630, or smaller than that at
    the same ratio if the photograph is.
    """
    box = crop(width, height, COVER.ratio, focal)
    (size,) = _sizes(COVER, box or Box(0, 0, width, height))
    return Recipe("jpeg", *size, 82, box, COVER_MAX_BYTES)


def press(width: int, height: int) -> Recipe:
    """The JPEG for newspapers: the whole picture, large, hardly compressed."""
    (size,) = _sizes(Shape(None, (PRESS_WIDTH,)), Box(0, 0, width, height))
    return Recipe("jpeg", *size, 90)


def crop(
    width: int, height: int, ratio: tuple[int, int], focal: tuple[float, float] = CENTRE
) -> Box | None:
    """The largest part with this ratio that has ``focal`` as near to its middle as the edges let.

    None if that is the whole picture, but for half a pixel.
    """
    across, down = ratio
    cropped_width = min(width, max(1, round(height * across / down)))
    cropped_height = min(height, max(1, round(width * down / across)))
    if (cropped_width, cropped_height) == (width, height):
        return None
    left = _start(width, cropped_width, focal[0])
    top = _start(height, cropped_height, focal[1])
    return Box(left, top, left + cropped_width, top + cropped_height)


def _start(length: int, part: int, focal: float) -> int:
    return min(max(round(length * focal - part / 2), 0), length - part)


def _sizes(shape: Shape, box: Box) -> Iterator[tuple[int, int]]:
    """(width, height) of the files, narrow to wide; never wider than what there is."""
    width, height = box.right - box.left, box.bottom - box.top
    across, down = shape.ratio or (width, height)
    for wanted in sorted({min(wanted, width) for wanted in shape.widths}):
        yield wanted, max(1, round(wanted * down / across))


# What a page needs of all this


@dataclass(frozen=True, slots=True)
class File:
    """One file as a page names it."""

    hash: str
    width: int
    height: int
    content_type: str
    extension: str


@dataclass(frozen=True, slots=True)
class Source:
    """One ``<source>``: the same picture in one format, narrow to wide."""

    content_type: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One ``<picture>``: sources in the order of `FORMATS`; the last, JPEG, is its ``<img>``."""

    sources: tuple[Source, ...]

    @property
    def largest(self) -> File:
        """The JPEG that ``<img>`` names: its width and height reserve the space."""
        return self.sources[-1].files[-1]


def picture(
    master_sha256: str,
    width: int,
    height: int,
    shape: Shape = WHOLE,
    focal: tuple[float, float] = CENTRE,
) -> Picture:
    """What a page needs to show a photograph in one shape; nothing is read from a disk for it."""
    recipes = shaped(shape, width, height, focal)
    return Picture(
        tuple(
            Source(
                CONTENT_TYPES[format_],
                tuple(file(master_sha256, r) for r in recipes if r.format == format_),
            )
            for format_ in FORMATS
        )
    )


def file(master_sha256: str, recipe: Recipe) -> File:
    """The file that ``recipe`` makes of a master, as a page names it."""
    return File(
        derivative_hash(master_sha256, recipe),
        recipe.width,
        recipe.height,
        recipe.content_type,
        recipe.extension,
    )
