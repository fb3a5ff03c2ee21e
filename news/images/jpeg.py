"""The one thing of a JPEG that Pillow doesn't tell before it decodes: how many scans there are."""

import re

START_OF_SCAN = 0xDA
END_OF_IMAGE = 0xD9

MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
"""A marker with a segment behind it, or the end: no stuffed byte, restart or fill byte
(ITU-T T.81, B.1.1). Searched for, not expected in place: decoders skip what lies between."""


def count_scans(data):
    """How often the JPEG ``data`` passes over its pixels: 1, or about ten if it is progressive.

    Goes from segment to segment up to the picture's end, so thumbnails inside its metadata and
    films that phones append behind it don't count.
    """
    scans, at = 0, 2
    while (found := MARKER.search(data, at)) and data[found.start() + 1] != END_OF_IMAGE:
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
        if data[found.start() + 1] == START_OF_SCAN:
            scans += 1
    return scans
