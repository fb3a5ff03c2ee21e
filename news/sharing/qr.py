"""QR codes of short links, as SVG for screens and print and as PNG for documents."""

import io

import segno

BORDER = 4
"""Modules of quiet zone: what ISO/IEC 18004 asks for."""

PNG_SCALE = 12
"""Pixels a module: about 4 cm at 300 dpi for a link of this site."""


DPI = 300
"""What programs that place the PNG on paper are told."""

VIA = "?via=qr"
"""Behind the link in every code: who scans one brings nothing else that says so."""


def plain_svg(text: str) -> bytes:
    """An SVG file of `text` as it is, such as what a telephone's authenticator reads."""
    return _svg(segno.make_qr(text, error="m"))


def _code(url: str) -> segno.QRCode:
    # Level M survives a fold or a stain; H would make the modules of a small print too fine.
    return segno.make_qr(f"{url}{VIA}", error="m")


def svg(url: str) -> bytes:
    """A standalone SVG file, black on white, that scales without blur."""
    return _svg(_code(url))


def _svg(code: segno.QRCode) -> bytes:
    stream = io.BytesIO()
    code.save(stream, kind="svg", border=BORDER, light="#fff", xmldecl=False, omitsize=True)
    return stream.getvalue()


def png(url: str) -> bytes:
    """A PNG file of one bit a pixel."""
    stream = io.BytesIO()
    _code(url).save(stream, kind="png", border=BORDER, scale=PNG_SCALE, dpi=DPI)
    return stream.getvalue()
