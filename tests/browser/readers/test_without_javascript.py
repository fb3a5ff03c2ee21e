"""The same walk with JavaScript off: nothing is lost but convenience."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.readers.conftest import SEED, SEED_PATH


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return browser_context_args | {
        "java_script_enabled": False,
        "viewport": {"width": 360, "height": 740},
    }


def test_from_home_to_the_release_to_english_to_a_photo_and_back_to_the_short_link(
    page: Page, context: BrowserContext, base_url: str
):
    page.goto("/th/")
    page.get_by_role("link", name="รัฐสภา ครู ศาล ทหาร ตำรวจ").click()
    page.get_by_role("navigation", name="ภาษา").get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{base_url}/en/{SEED_PATH}")

    page.locator("#photo-2 a").click()
    expect(page).to_have_url(f"{base_url}/en/news/{SEED}/photo/2/")
    expect(page.locator("main img")).to_be_in_viewport()
    page.get_by_role("link", name="Next photo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Photo 3 of 6")
    page.get_by_role("link", name="Back to the press release").click()
    expect(page).to_have_url(f"{base_url}/en/{SEED_PATH}#photo-3")
    expect(page.locator("#photo-3")).to_be_in_viewport()

    # What only a script could do is not offered.
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    expect(page.get_by_role("link", name="LINE", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()

    page.get_by_role("link", name=f"/s/{SEED}/en").click()
    expect(page).to_have_url(f"{base_url}/en/{SEED_PATH}")
    assert context.cookies() == []


def test_back_from_a_photo_returns_to_the_same_place(page: Page):
    page.goto(f"/th/{SEED_PATH}")
    photo = page.locator("#photo-5 a")
    photo.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ภาพที่ 5 จาก 6")

    page.go_back()

    expect(photo).to_be_in_viewport()
