"""What leaves with a photograph, and what its crops show: seen in the files that are served."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from news import jobs, media, publishing
from news.sharing.cards import card_of
from tests.factories import PressReleaseFactory
from tests.views.pages import page

pytestmark = pytest.mark.django_db

SECRETS = (b"SECRET-COMMENT", b"SECRET-CAMERA", b"SECRET-XMP", b"SECRET-IPTC")


def photograph() -> bytes:
    """Grey, with one green field near the left edge; with a place, a camera and comments."""
    image = Image.new("RGB", (2000, 1000), "grey")
    ImageDraw.Draw(image).rectangle((200, 300, 400, 500), "lime")
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (13.0, 50.0, 12.34), "E", (100.0, 31.0, 5.6)
    stream = io.BytesIO()
    image.save(
        stream,
        "JPEG",
        exif=exif,
        comment=b"SECRET-COMMENT",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET-XMP</x:xmpmeta>",
        extra=b"\xff\xed\x00\x0dSECRET-IPTC",
    )
    return stream.getvalue()


@pytest.fixture
def version():
    release = PressReleaseFactory()
    file = SimpleUploadedFile("photo.jpg", photograph(), "image/jpeg")
    media.add_photo(release=release, file=file, focal_x=15, focal_y=40, alt_th="ภาพ", alt_en="A")
    jobs.run_waiting()
    version = publishing.publish(release=release)
    jobs.run_waiting()
    return version


def files_of(client, version) -> dict[str, bytes]:
    """Every picture that the public can get of the release: address -> bytes."""
    paths = {card_of(version, lang).path for lang in ("th", "en")}
    release = f"/th/news/{version.code}/"
    for path in (release, f"{release}photo/1/", "/th/", "/th/archive/"):
        found = page(client, path)
        paths |= {address for address in found.fetched if address.startswith("/media/")}
        paths |= {link for link in found.links if link.startswith("/media/")}
    return {path: client.get(path).getvalue() for path in paths}


def test_the_original_says_where_and_with_what_it_was_taken():
    """Else the next test would look for what isn't there."""
    original = photograph()
    for secret in SECRETS:
        assert secret in original
    with Image.open(io.BytesIO(original)) as image:
        assert image.getexif().get_ifd(0x8825)


def test_no_file_that_is_served_tells_place_camera_or_comments(client, version):
    files = files_of(client, version)
    assert len(files) > 12
    assert {path.rpartition(".")[2] for path in files} == {"avif", "webp", "jpg"}
    for path, content in files.items():
        for secret in SECRETS:
            assert secret not in content, path
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif(), path
            assert "comment" not in image.info, path


def test_every_crop_keeps_the_focal_point(client, version):
    for path, content in files_of(client, version).items():
        with Image.open(io.BytesIO(content)) as image:
            small = image.convert("RGB").resize((80, 40))
        pixels = [small.getpixel((x, y)) for x in range(80) for y in range(40)]
        green = [pixel for pixel in pixels if pixel[1] > 200 and max(pixel[0], pixel[2]) < 100]
        assert green, path
