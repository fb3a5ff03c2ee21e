"""The SVG code, drawn by a browser at the size of two printed centimetres, is read by a decoder."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.factories import published


@pytest.mark.parametrize("form", ["", "/en"])
def test_the_svg_is_read_at_two_centimetres(page: Page, base_url: str, form: str):
    version = published()
    page.set_viewport_size({"width": 236, "height": 236})
    page.goto(f"/s/{version.code}{form}.svg")
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        assert shot.size == (236, 236)
        found = zxingcpp.read_barcodes(shot.convert("L"))
    assert [code.text for code in found] == [f"http://testserver/s/{version.code}{form}?via=qr"]
