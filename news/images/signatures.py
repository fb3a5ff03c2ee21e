"""What kind of file begins with these bytes: for telling an editor what was uploaded instead."""

import re

HEAD_SIZE = 1024
"""Bytes of a file's start that `kind` looks at."""

_PATTERNS = (
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"RIFF....WEBP", "WebP"),
    (rb"....ftyp(hei[cxms]|hev[cx]|mif1|msf1)", "HEIC"),
    (rb"....ftypavi[fs]", "AVIF"),
    (rb"....ftyp", "MP4"),
    (rb"GIF8", "GIF"),
    (rb"II\*\x00|MM\x00\*", "TIFF"),
    (rb"BM", "BMP"),
    (rb"8BPS", "Photoshop"),
    (rb"\x00\x00\x01\x00", "ICO"),
    (rb"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (rb"PK\x03\x04", "ZIP"),
    (rb"\xd0\xcf\x11\xe0", "Microsoft Office"),
    (rb".*%PDF-", "PDF"),
    (rb".*<\x00?s\x00?v\x00?g", "SVG"),  # UTF-16 as well
    (rb"(?i).*<(!doctype )?html", "HTML"),
)
SIGNATURES = tuple((re.compile(pattern, re.DOTALL), name) for pattern, name in _PATTERNS)


def kind(head):
    """The name of the format that a file with these first bytes has; None where it isn't known.

    A look at signatures, not a proof: it decides what to say to an editor. What is accepted is
    decided by reading the whole picture.
    """
    for signature, name in SIGNATURES:
        if signature.match(head[:HEAD_SIZE]):
            return name
    return None
