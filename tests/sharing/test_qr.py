"""A telephone's decoder reads our QR codes from paper: 2 cm wide, printed at 300 dpi."""

import io

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from news.sharing import qr

TWO_CENTIMETRES = round(2 / 2.54 * 300)
"""Pixels: 236."""

URLS = [
    "https://www.ocsc.go.th/s/k7m4q2",
    "https://www.ocsc.go.th/s/k7m4q2/en",
    f"https://news.example.go.th/s/{'digital-skills-' * 2}2561-phase2/en",
]


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


def printed(url: str) -> Image.Image:
    """The PNG as a press puts it on two centimetres."""
    with Image.open(io.BytesIO(qr.png(url))) as code:
        size = (TWO_CENTIMETRES, TWO_CENTIMETRES)
        small = code.convert("L").resize(size, Image.Resampling.BOX)
    paper = Image.new("L", (500, 500), 255)
    paper.paste(small, (132, 132))
    return paper


@pytest.mark.parametrize("url", URLS)
def test_a_code_on_two_centimetres_is_read(url):
    assert read(printed(url)) == [f"{url}?via=qr"]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("angle", [0, 7, 45, 180])
def test_it_is_read_at_an_angle_a_little_out_of_focus_and_in_poor_light(url, angle):
    seen = printed(url).filter(ImageFilter.GaussianBlur(1.2))
    seen = seen.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    seen = seen.point(lambda value: 70 + value * 90 // 255)
    assert read(seen) == [f"{url}?via=qr"]


def test_a_code_with_a_stain_is_read():
    seen = printed(URLS[0])
    seen.paste(0, (230, 230, 255, 255))
    assert read(seen) == [f"{URLS[0]}?via=qr"]


def test_a_paper_without_a_code_has_none():
    assert read(Image.new("L", (500, 500), 255)) == []


def test_the_png_tells_its_size_on_paper_and_keeps_a_quiet_zone():
    with Image.open(io.BytesIO(qr.png(URLS[0]))) as code:
        assert code.mode == "1"
        assert round(code.info["dpi"][0]) == 300
        zone = code.convert("L").crop((0, 0, code.width, qr.BORDER * qr.PNG_SCALE))
        assert zone.getextrema() == (255, 255)
