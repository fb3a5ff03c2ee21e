"""Makes the files that recipes order.

One decode serves all files of a photograph, at the smallest size that the largest of them needs.
The pixels leave upright and in sRGB, and nothing of the camera, the place or the editing program
leaves with them. A file has the same bytes whether it is made alone, with others or once more.
An original may be named by its path or given as an open binary file.
"""

import io
import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from news.images.colour import SRGB_PROFILE, to_srgb
from news.images.masters import open_master, upright, upright_size
from news.images.recipes import Format, Recipe, crop, recipes_for

AVIF_SPEED = 8
"""libaom's effort. 6 takes four times as long for 4 % fewer bytes at the same likeness (SSIM)."""

AVIF_SPEED_LARGE = 9
"""Above `LARGE`, where time is spent: a third of the time of 8 for 9 % more bytes."""

LARGE = 1_000_000
"""Pixels."""

REDUCING_GAP = 1.5
"""How far above the wanted size a cheap halving may stop: half of the time of 2 at 960 pixels, and
47 dB (PSNR) from the picture made without it."""

FULL_COLOUR_FROM = 90
"""The JPEG quality at which colour is kept at every pixel, not at every fourth."""

QUALITY_STEP = 8
LOWEST_QUALITY = 10


def make(path: Path | BinaryIO, recipe: Recipe) -> bytes:
    """The file that ``recipe`` orders, of the photograph at ``path``."""
    ((_, data),) = make_all(path, [recipe])
    return data


def make_all(path: Path | BinaryIO, recipes: Iterable[Recipe]) -> Iterator[tuple[Recipe, bytes]]:
    """(recipe, bytes) for each of ``recipes``, in an order of its own; decodes ``path`` once.

    The master was accepted by `validation` when it came in; one that has changed since raises
    whatever Pillow raises for it.
    """
    ordered = sorted(recipes, key=_geometry)
    pixels, full = _decode(path, ordered)
    for (size, box), group in groupby(ordered, key=_geometry):
        resized = _resized(pixels, full, size, box)
        for recipe in group:
            yield recipe, encode(resized, recipe.format, recipe.quality, recipe.max_bytes)


def pixels_of(
    path: Path | BinaryIO, size: tuple[int, int], focal: tuple[float, float]
) -> Image.Image:
    """The part of a photograph round ``focal`` that fills ``size``, as pixels to draw on.

    Unlike a file, it is enlarged where the photograph is smaller.
    """
    with open_master(path) as image:
        box = crop(*upright_size(image), size, focal)
    pixels, full = _decode(path, [Recipe("jpeg", *size, 0, box)])
    return _resized(pixels, full, size, box)


def _geometry(recipe):
    return (recipe.width, recipe.height), recipe.box or ()


def _decode(path, recipes):
    """The upright pixels that ``recipes`` need, and the size that the photograph really has."""
    with open_master(path) as image:
        size = upright_size(image)
        _draft(image, {*recipes, *recipes_for(*size)}, *size)
        return to_srgb(upright(image)), size


def _resized(pixels, full, size, box):
    """The part ``box`` (empty: all) of ``pixels``, which show a picture of the size ``full``."""
    left, top, right, bottom = box or (0, 0, *full)
    across, down = pixels.width / full[0], pixels.height / full[1]
    shown = (left * across, top * down, right * across, bottom * down)
    return pixels.resize(size, Image.Resampling.LANCZOS, shown, reducing_gap=REDUCING_GAP)


def _draft(image, recipes, width, height):
    """Has a JPEG decoded at the smallest size that leaves every recipe enough pixels.

    A decoder offers a half, a quarter and an eighth of each side, for much less time and memory.
    """
    share = max(
        max(recipe.width / (right - left), recipe.height / (bottom - top))
        for recipe in recipes
        for left, top, right, bottom in [recipe.box or (0, 0, width, height)]
    )
    image.draft(None, (math.ceil(image.width * share), math.ceil(image.height * share)))


def encode(
    image: Image.Image, format_: Format, quality: int, max_bytes: int | None = None
) -> bytes:
    """``image`` as a file; at a lower quality if it has more than ``max_bytes`` otherwise."""
    data = ENCODERS[format_](image, quality)
    while max_bytes and len(data) > max_bytes and quality > LOWEST_QUALITY:
        quality -= QUALITY_STEP
        data = ENCODERS[format_](image, quality)
    return data


def _avif(image, quality):
    speed = AVIF_SPEED if image.width * image.height <= LARGE else AVIF_SPEED_LARGE
    # One thread: photographs are made side by side, each on a core of its own.
    return _saved(image, "AVIF", quality=quality, speed=speed, max_threads=1)


def _webp(image, quality):
    return _saved(image, "WEBP", quality=quality, method=4)


def _jpeg(image, quality):
    return _saved(
        image,
        "JPEG",
        quality=quality,
        progressive=True,
        optimize=True,
        subsampling="4:4:4" if quality >= FULL_COLOUR_FROM else "4:2:0",
        icc_profile=SRGB_PROFILE,
    )


ENCODERS = {"avif": _avif, "webp": _webp, "jpeg": _jpeg}


def _saved(image, file_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()
