"""Opens an original photograph under the guards that every reader of one shares."""

import warnings

from PIL import ExifTags, Image

FORMATS = ("JPEG", "PNG", "WEBP")
"""Pillow's names of what is read. Two-lens phones write JPEG with a second picture behind the
first ("MPO"); it is read as the JPEG that it is."""

MAX_PIXELS = 36_000_000
"""Lets the usual 24 and 33 megapixel cameras pass, stops 40 megapixels and what unfolds to more.
A decoded pixel takes three or four bytes, so this is what bounds the memory of one photo."""

MAX_SIDE = 16_383
"""Pixels; WebP's own limit, which a strip of 1 x 30,000,000 pixels would meet otherwise."""

# Pillow looks at its own limit while it reads a header, before our look at `size`. Set for the
# whole process, so that code which forgets this module is guarded too.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what sets the picture upright (Exif 2.32, 4.6.4 A)."""

SIDEWAYS = frozenset({5, 6, 7, 8})


def open_master(file):
    """The picture in ``file`` (a path or a binary file), its header read and no pixel decoded.

    Raises one of `BOMBS` for too many pixels, and whatever Pillow raises for what it can't read.
    """
    return Image.open(file, formats=FORMATS)


def orientation(image):
    """The EXIF orientation of ``image``, 1 to 8; 1 where there is none or it makes no sense."""
    found = exif(image).get(ExifTags.Base.Orientation, 1)
    return found if found in TRANSPOSITIONS else 1


def exif(image):
    """The EXIF fields of ``image``; empty where they can't be read.

    Cameras and editing programs write EXIF that breaks its own rules, and Pillow raises anything
    from KeyError to struct.error for it. The picture is no worse for that.
    """
    try:
        return image.getexif()
    except Exception:  # noqa: BLE001 - said above
        return Image.Exif()


def upright(image):
    """``image`` turned as its EXIF orientation asks. Decodes it."""
    transposition = TRANSPOSITIONS.get(orientation(image))
    return image if transposition is None else image.transpose(transposition)


def upright_size(image):
    """(width, height) in pixels as a reader sees the picture, without decoding it."""
    width, height = image.size
    return (height, width) if orientation(image) in SIDEWAYS else (width, height)
