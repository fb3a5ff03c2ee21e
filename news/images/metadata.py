"""What cameras and editing programs wrote into a photograph.

Every function here answers "nothing" for what it can't read: metadata is often broken, a
photograph is no worse for it, and Pillow raises anything from KeyError to struct.error then.
"""

import re
from datetime import datetime

from PIL import ExifTags, IptcImagePlugin

from news.images.masters import exif

CAMERA_CLOCK = re.compile("([0-9]{4}):([0-9]{2}):([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
"""Exif 2.32, 4.6.5 D. It has no time zone, and what the camera was set to nobody knows."""

BUDDHIST_YEARS = range(2400, 2651)
"""Phones set to the Thai calendar write its years here too, against the standard."""

YEARS = range(1826, 9999)
"""From the first photograph on: programs without a date write the year 1, which no database takes
in every time zone.
"""

# Record and data set numbers of IPTC-IIM 4.2.
CREDIT = (2, 110)
CAPTION = (2, 120)

LEGACY_THAI = "cp874"
"""What Thai programs wrote before UTF-8."""

LONGEST_TEXT = 2000
"""Characters of a caption that are worth offering to an editor."""


def captured_at(image):
    """When the shutter opened by the camera's own clock, a naive datetime; None if it isn't said.

    ``DateTime`` isn't asked: editing programs set it to when they saved.
    """
    details = _directory(image, ExifTags.IFD.Exif)
    for tag in (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized):
        if written := CAMERA_CLOCK.match(str(details.get(tag))):
            year, *rest = map(int, written.groups())
            if year in BUDDHIST_YEARS:
                year -= 543
            if year not in YEARS:
                continue
            try:
                return datetime(year, *rest)  # noqa: DTZ001 - the camera names no zone
            except ValueError:
                continue
    return None


def has_gps(image):
    """True if the file says where it was taken, in EXIF or in XMP."""
    xmp = image.info.get("xmp", b"")
    return bool(_directory(image, ExifTags.IFD.GPSInfo)) or b"GPSLatitude" in _bytes(xmp)


def caption_and_credit(image):
    """The photographer's own (caption, credit), each empty where there is none."""
    try:
        fields = IptcImagePlugin.getiptcinfo(image) or {}
    except Exception:  # noqa: BLE001 - said at the top
        fields = {}
    return _text(fields.get(CAPTION)), _text(fields.get(CREDIT))


def _directory(image, tag):
    try:
        return exif(image).get_ifd(tag)
    except Exception:  # noqa: BLE001 - said at the top
        return {}


def _bytes(value):
    return value if isinstance(value, bytes) else str(value).encode()


def _text(value):
    if isinstance(value, list):  # a field that was written twice
        value = value[0]
    if not value:
        return ""
    for encoding in ("utf-8", LEGACY_THAI):
        try:
            text = value.decode(encoding)
        except UnicodeDecodeError:
            continue
        return " ".join(text.replace("\x00", " ").split())[:LONGEST_TEXT]
    return ""
