"""A printed release says where it comes from and which version it is, on its first sheet."""

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from tests.browser.readers.conftest import SEED, SEED_PATH

A4 = (595, 842)  # points


@pytest.mark.parametrize(("lang", "ending", "version"), [("th", "", "ที่"), ("en", "/en", "Version")])
def test_the_first_sheet_has_url_qr_code_and_version(
    page: Page, base_url: str, lang: str, ending: str, version: str
):
    page.goto(f"/{lang}/{SEED_PATH}")
    picture = page.locator(".qr img")
    picture.scroll_into_view_if_needed()  # it loads lazily, and paper doesn't wait for it
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    first = paper[0]
    assert tuple(round(side) for side in first.get_size()) == A4

    text = first.get_textpage().get_text_range()
    host = base_url.removeprefix("http://")
    assert f"{host}/s/{SEED}{ending}\r\n" in text
    # Of a Thai word a PDF's text may have a mark twice: only its end is looked at.
    assert f"{version} 1\r\n{host}/s/{SEED}/v/1{ending}" in text
    assert f"1 / {len(paper)}" in text

    code = zxingcpp.read_barcode(first.render(scale=3).to_pil())
    assert code.text == f"{base_url}/s/{SEED}{ending}?via=qr"


def test_print_keeps_the_text_and_drops_the_controls(page: Page):
    page.goto(f"/th/{SEED_PATH}")
    assert not page.locator(".printed").is_visible()
    page.emulate_media(media="print")
    for selector in (".prose", ".short-link", ".printed", ".qr img", ".dates"):
        assert page.locator(selector).is_visible(), selector
    for selector in (".search-box", ".share-block", ".masthead-nav", ".languages", ".qr p"):
        assert not page.locator(selector).is_visible(), selector


def test_a_photo_is_printed_once_in_the_gallery_or_above_the_text(page: Page):
    page.emulate_media(media="print")
    for path, cover in ((f"/th/{SEED_PATH}", False), ("/th/news/8yybd3/", True)):
        page.goto(path)
        assert page.locator(".figure").is_visible() is cover, path
        assert page.locator(".gallery").count() == int(not cover)
