"""Pictures for tests, made in memory: each of a few kilobytes, each the same in every run."""

import io
import struct
import zlib

from PIL import ExifTags, Image, ImageDraw

CORNERS = {"red": (220, 30, 30), "green": (20, 160, 60), "blue": (30, 60, 200), "white": (250,) * 3}


def picture(width=320, height=200, mode="RGB"):
    """Four quarters: red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    half_x, half_y = width // 2, height // 2
    draw.rectangle((0, 0, half_x - 1, half_y - 1), fill=CORNERS["red"])
    draw.rectangle((half_x, 0, width, half_y - 1), fill=CORNERS["green"])
    draw.rectangle((0, half_y, half_x - 1, height), fill=CORNERS["blue"])
    draw.rectangle((half_x, half_y, width, height), fill=CORNERS["white"])
    return image.convert(mode)


def quarter(image, x, y):
    """The name of the quarter colour at (x, y), given as fractions of the picture."""
    at = (min(int(x * image.width), image.width - 1), min(int(y * image.height), image.height - 1))
    pixel = image.convert("RGB").getpixel(at)

    def distance(name):
        return sum(abs(a - b) for a, b in zip(pixel, CORNERS[name], strict=True))

    return min(CORNERS, key=distance)


def encoded(image, file_format="JPEG", **options):
    """The bytes of ``image`` in one of Pillow's formats."""
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def exif(*, orientation=None, taken=None, gps=False):
    """EXIF fields as a camera writes them, for Pillow's ``exif=``."""
    fields = Image.Exif()
    if orientation:
        fields[ExifTags.Base.Orientation] = orientation
    if taken:
        fields.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if gps:
        fields[ExifTags.IFD.GPSInfo] = {1: "N", 2: (13.0, 51.0, 0.0), 3: "E", 4: (100.0, 31.0, 0.0)}
    return fields


def with_iptc(jpeg, *fields):
    """``jpeg`` with a Photoshop segment that holds IPTC ``fields``: (record, number, bytes)."""
    records = b"".join(
        b"\x1c" + bytes((record, number)) + struct.pack(">H", len(value)) + value
        for record, number, value in fields
    )
    padding = b"\x00" * (len(records) % 2)
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records + padding
    body = b"Photoshop 3.0\x00" + resource
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def png_header(width, height):
    """A PNG that claims a size and has no pixels: what a decompression bomb looks like at first."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )
