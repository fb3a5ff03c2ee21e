"""A reader's way through the site, as on a phone and at a desk."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.readers.conftest import SEED, SEED_PATH

HEADLINE_TH = "รัฐสภา ครู ศาล ทหาร ตำรวจ"
HEADLINE_EN = "Parliament, teachers, courts, military, police"


def test_from_home_to_the_release_to_english_to_a_photo_to_the_short_link(
    page: Page, context: BrowserContext, base_url: str, complaints: list[str]
):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
    page.goto("/")
    expect(page).to_have_url(re.compile("/(th|en)/$"))
    page.goto("/th/")

    page.get_by_role("link", name=HEADLINE_TH).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HEADLINE_TH)
    expect(page.get_by_text("วันเสาร์ที่ 19 พฤษภาคม พ.ศ. 2561")).to_be_visible()
    expect(page.get_by_text("วันศุกร์ที่ 19 พฤษภาคม พ.ศ. 2560")).to_be_visible()

    page.get_by_role("navigation", name="ภาษา").get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{base_url}/en/{SEED_PATH}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(HEADLINE_EN)

    second = page.locator("#photo-2 a")
    second.click()
    viewer = page.locator(".pswp")
    expect(viewer).to_be_focused()  # from now on it hears the keyboard
    expect(viewer.locator(".pswp__counter")).to_have_text("2 / 6")
    expect(viewer.locator(".pswp__caption")).not_to_be_empty()
    page.keyboard.press("ArrowRight")
    expect(viewer.locator(".pswp__counter")).to_have_text("3 / 6")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(second).to_be_focused()
    expect(page).to_have_url(f"{base_url}/en/{SEED_PATH}")

    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{base_url}/s/{SEED}/en"

    page.goto(copied)
    expect(page).to_have_url(f"{base_url}/en/{SEED_PATH}")
    assert context.cookies() == []
    assert complaints == []


def test_the_viewer_is_fetched_only_when_a_photo_is_opened(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/th/{SEED_PATH}", wait_until="networkidle")
    assert not [url for url in asked if "photoswipe" in url]

    page.locator("#photo-1 a").click()
    expect(page.locator(".pswp")).to_be_visible()

    assert len([url for url in asked if "photoswipe" in url]) == 2


def test_the_viewer_keeps_the_parts_of_a_caption_apart(page: Page):
    page.goto(f"/th/{SEED_PATH}")
    page.locator("#photo-1 a").click()
    caption = page.locator(".pswp__caption")
    expect(caption.locator(".tag")).to_have_text("ภาพตัวอย่าง")
    expect(caption.locator("span:not(.tag)")).not_to_contain_text("ภาพตัวอย่าง")


def test_back_closes_the_viewer_and_stays_at_the_same_place(page: Page, base_url: str):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/th/")
    page.goto(f"/th/{SEED_PATH}")
    photo, viewer = page.locator("#photo-3 a"), page.locator(".pswp")
    photo.scroll_into_view_if_needed()
    place, steps = page.evaluate("[scrollY, history.length]")
    assert place > 0

    for wait in (0, 600):  # while it fades in, and when it is there
        photo.click()
        expect(viewer).to_be_visible()
        page.wait_for_timeout(wait)
        page.go_back()
        expect(viewer).to_have_count(0)
        expect(page).to_have_url(f"{base_url}/th/{SEED_PATH}")
        assert page.evaluate("scrollY") == place

    photo.click()
    expect(viewer).to_be_focused()
    page.wait_for_timeout(600)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    assert page.evaluate("[scrollY, history.length]") == [place, steps + 1]
    expect(page).to_have_url(f"{base_url}/th/{SEED_PATH}")
    page.go_back()  # nothing of the viewer is left in the way
    expect(page).to_have_url(f"{base_url}/th/")


def test_a_photo_still_opens_when_the_viewer_does_not_arrive(page: Page, base_url: str):
    page.route("**/photoswipe*", lambda route: route.abort())
    page.goto(f"/th/{SEED_PATH}")

    page.locator("#photo-2 a").click()

    expect(page).to_have_url(f"{base_url}/th/news/{SEED}/photo/2/")


def test_copying_works_without_the_clipboard_interface(page: Page):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"/th/{SEED_PATH}")

    page.get_by_role("button", name="คัดลอกลิงก์").click()

    expect(page.get_by_role("status")).to_have_text("คัดลอกแล้ว")


def test_the_phones_own_share_sheet_gets_the_short_link(page: Page, base_url: str):
    page.add_init_script("navigator.share = async (data) => { window.shared = data; }")
    page.goto(f"/th/{SEED_PATH}")

    page.get_by_role("button", name="แอปอื่น").click()

    shared = page.evaluate("window.shared")
    assert shared["url"] == f"{base_url}/s/{SEED}"
    assert shared["title"].startswith(HEADLINE_TH)


def test_search_finds_the_release_from_any_page(page: Page, base_url: str):
    page.goto("/th/archive/")
    page.get_by_role("searchbox", name="ค้นหาข้อมูล").fill("ทักษะด้านดิจิทัล")
    page.keyboard.press("Enter")

    page.get_by_role("link", name=HEADLINE_TH).click()

    expect(page).to_have_url(f"{base_url}/th/{SEED_PATH}")


def test_the_keyboard_comes_to_the_content_first(page: Page):
    page.goto(f"/th/{SEED_PATH}")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="ข้ามไปยังเนื้อหา")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()

    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_reader_reports_an_error_with_the_passage_that_they_marked(page: Page, base_url: str):
    page.goto(f"/th/{SEED_PATH}")
    page.locator(".prose p").first.select_text()
    marked = page.evaluate("getSelection().toString().trim()")

    page.get_by_role("link", name="แจ้งข้อผิดพลาดในข่าวนี้").click()

    expect(page).to_have_url(f"{base_url}/th/report/{SEED}/1/")
    passage = page.get_by_label("ข้อความส่วนที่ผิด")
    expect(passage).to_have_value(marked[:1000])
    page.get_by_label("อีเมลของท่าน").fill("reader@")
    page.get_by_role("button", name="ส่งเรื่อง").click()
    expect(page.get_by_text("โปรดเขียนว่ามีอะไรผิด")).to_be_visible()
    expect(passage).to_have_value(marked[:1000])

    page.get_by_label("อีเมลของท่าน").fill("")
    page.get_by_label("มีอะไรผิด").fill("ปีในเนื้อข่าวไม่ตรงกับหัวข่าว")
    page.get_by_role("button", name="ส่งเรื่อง").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ส่งเรื่องแล้ว")
    assert page.context.cookies() == []
    assert page.evaluate("sessionStorage.length") == 0
