"""Colours as every screen shows them: sRGB, eight bits, no transparency."""

import io
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageCms

from news.images.masters import open_master

WHITE = (255, 255, 255)

PROFILE_DATE = slice(24, 36)
"""Where an ICC profile says when it was made (ICC.1:2010, 7.2.1)."""


def _srgb_profile():
    """An sRGB profile without the moment at which it was made: files are the same every day."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[PROFILE_DATE] = bytes(12)
    return bytes(profile)


SRGB_PROFILE = _srgb_profile()


def to_srgb(image: Image.Image) -> Image.Image:
    """The decoded ``image`` as RGB pixels in sRGB, on white, with nothing else attached.

    A profile that can't be used is passed over, as browsers do.
    """
    profile = image.info.get("icc_profile")
    image = _opaque(_eight_bits(image))
    if profile and not _is_srgb(profile):
        image = _converted(image, profile)
    image = image.convert("RGB")  # a copy, which needs no open file
    image.info = {}
    return image


def placeholder_colour(path: Path | BinaryIO) -> str:
    """``#rrggbb``: the colour that takes most room in a photograph, for the space it will fill."""
    with open_master(path) as image:
        image.draft(None, (64, 64))
        small = to_srgb(image).resize((48, 48), Image.Resampling.BOX)
    palette = small.quantize(6, Image.Quantize.MEDIANCUT)
    _, index = max(palette.getcolors())
    return "#{:02x}{:02x}{:02x}".format(*palette.getpalette()[index * 3 : index * 3 + 3])


def _eight_bits(image):
    if image.mode.startswith("I"):  # 16 bits of grey, which `convert` would clip
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image


def _opaque(image):
    """``image`` without palette and transparency, in a mode that colour profiles are made for."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, WHITE)
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")


def _is_srgb(profile):
    """True if ``profile`` calls itself sRGB: most do, and a conversion would change nothing."""
    try:
        name = ImageCms.getProfileDescription(io.BytesIO(profile))
    except ImageCms.PyCMSError:
        return False
    return "sRGB" in name


def _converted(image, profile):
    try:
        return ImageCms.profileToProfile(
            image,
            io.BytesIO(profile),
            io.BytesIO(SRGB_PROFILE),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return image
