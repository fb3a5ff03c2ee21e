"""Is this upload a photograph, and what does it say of itself?"""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from news.images.jpeg import count_scans
from news.images.masters import BOMBS, MAX_PIXELS, MAX_SIDE, open_master, upright_size
from news.images.metadata import caption_and_credit, captured_at, has_gps
from news.images.refusals import ImageRefused
from news.images.signatures import HEAD_SIZE, kind

MAX_BYTES = 30 * 1024**2
"""A 33 megapixel JPEG at the camera's best quality has about 25 MB."""

MAX_SCANS = 64
"""Passes of a progressive JPEG over its pixels. Programs write about ten; a hostile file of a few
kilobytes can ask for a hundred thousand, and each takes 40 ms on the largest picture."""

CLAIMS = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "jpe": "JPEG",
    "jfif": "JPEG",
    "png": "PNG",
    "webp": "WebP",
}
"""File name extension -> the format that it claims."""

USUAL_EXTENSION = {"JPEG": "jpg", "PNG": "png", "WebP": "webp"}

REFUSED_KINDS = {"HEIC": "heic", "SVG": "svg", "PDF": "pdf"}
"""Kinds that editors do upload, with a sentence of their own that says what to do."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of a photograph that was accepted."""

    sha256: str
    """Of the file's bytes; 64 lower-case hex digits."""
    format: str
    """``jpeg``, ``png`` or ``webp``."""
    extension: str
    """The usual one of the format, without a dot: ``jpg``, ``png`` or ``webp``."""
    width: int
    """Pixels, as a reader sees the picture: after the EXIF orientation. So is ``height``."""
    height: int
    byte_size: int
    captured_at: datetime | None
    """By the camera's own clock, without a time zone."""
    has_gps: bool
    """The file says where it was taken. No derivative keeps that; the original does."""
    caption: str
    """What the photographer wrote into the file (IPTC); empty where nothing was."""
    credit: str


def inspect(file, name=None):
    """The facts of an uploaded photograph; a file that isn't one raises `ImageRefused`.

    ``file`` is binary and seekable, read from its start and left there; ``name`` is the claimed
    file name, by default ``file.name``. Cheap looks come first: of a file that is too big no more
    than the limit is read, and one with too many pixels isn't decoded.
    """
    extension = PurePath(name or getattr(file, "name", None) or "").suffix.lstrip(".").lower()
    try:
        sha256, byte_size = _digest(file)
        found = _accepted_kind(file, extension)
        with _damage_refused():
            _decode_cheaply(file, found)
            return _facts(file, found, sha256, byte_size)
    finally:
        file.seek(0)


def _digest(file):
    """(SHA-256 in hex, size in bytes) of ``file``."""
    file.seek(0)
    sha256 = hashlib.sha256()
    byte_size = 0
    while chunk := file.read(256 * 1024):
        byte_size += len(chunk)
        if byte_size > MAX_BYTES:
            raise ImageRefused("too_many_bytes", limit=MAX_BYTES // 1024**2)
        sha256.update(chunk)
    if not byte_size:
        raise ImageRefused("empty")
    return sha256.hexdigest(), byte_size


def _accepted_kind(file, extension):
    """``JPEG``, ``PNG`` or ``WebP``: what the first bytes say, where the name says the same."""
    file.seek(0)
    found = kind(file.read(HEAD_SIZE))
    if found in REFUSED_KINDS:
        raise ImageRefused(REFUSED_KINDS[found])
    if found is None:
        raise ImageRefused("not_an_image")
    if found not in USUAL_EXTENSION:
        raise ImageRefused("unsupported", format=found)
    if CLAIMS.get(extension) != found:
        raise ImageRefused("wrong_extension", extension=extension or "–", format=found)
    return found


@contextmanager
def _damage_refused():
    """Refuses what Pillow can't read, by whatever exception it says so.

    Its readers raise OSError, SyntaxError, ValueError, struct.error, zlib.error, MemoryError and
    more for broken input. The file itself was read to its end before, so none of these is a disk.
    """
    try:
        yield
    except ImageRefused:
        raise
    except BOMBS as error:
        raise ImageRefused("too_many_pixels", limit=MAX_PIXELS // 1_000_000) from error
    except Exception as error:
        raise ImageRefused("damaged") from error


def _decode_cheaply(file, found):
    """Reads the whole picture once, at the smallest size that a JPEG offers.

    The only way to know that the pixels are all there. It is done on a picture of its own: a
    decoder's draft size must not be mistaken for the picture's.
    """
    file.seek(0)
    with open_master(file) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise ImageRefused("too_many_pixels", limit=MAX_PIXELS // 1_000_000)
        if max(width, height) > MAX_SIDE:
            raise ImageRefused("too_long", limit=MAX_SIDE)
        if found != "JPEG" and getattr(image, "is_animated", False):  # a JPEG's are second views
            raise ImageRefused("animated")
        if found == "JPEG" and count_scans(_content(file)) > MAX_SCANS:
            raise ImageRefused("too_intricate")
        image.draft(image.mode, (1, 1))
        image.load()


def _content(file):
    place = file.tell()
    file.seek(0)
    content = file.read()
    file.seek(place)
    return content


def _facts(file, found, sha256, byte_size):
    file.seek(0)
    with open_master(file) as image:
        width, height = upright_size(image)
        caption, credit = caption_and_credit(image)
        return ImageFacts(
            sha256=sha256,
            format=found.lower(),
            extension=USUAL_EXTENSION[found],
            width=width,
            height=height,
            byte_size=byte_size,
            captured_at=captured_at(image),
            has_gps=has_gps(image),
            caption=caption,
            credit=credit,
        )
