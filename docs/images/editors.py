"""Takes the pictures of docs/editors.th.md and docs/editors.en.md from a running site with samples.

    make run                                    # in another window; then, once:
    # accounts: see docs/operations.md
    .venv/bin/python docs/images/editors.py http://127.0.0.1:8000 somsri:PASSWORD wipa:PASSWORD

The first account needs the role writer, the second publisher. Three drafts are written and
discarded.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent / "editors"
TITLE = "สำนักงาน ก.พ. เปิดรับสมัครสอบภาค ก. ประจำปี 2569"
RETURNED, APPROVED = "เลขาธิการ ก.พ. เยี่ยมศูนย์สอบจังหวัดเชียงใหม่", "เปิดศูนย์สอบแห่งใหม่สี่จังหวัด"
PATIENCE = 120_000  # milliseconds
BODY = "เลขาธิการ ก.พ. แถลงกำหนดการสอบเมื่อวันที่ 23 พฤศจิกายน 2569"


def sign_in(page: Page, site: str, account: str) -> None:
    name, _colon, password = account.partition(":")
    page.goto(f"{site}/admin/login/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("[type=submit]").first.click()
    page.wait_for_load_state()


def speak(page: Page, lang: str) -> None:
    button = page.locator(f"button[name=language][value={lang}]")
    if button.count():
        button.click()
        page.wait_for_load_state()


def write(page: Page, site: str, title: str = TITLE) -> str:
    """A draft that waits for review; returns the address of its form."""
    page.goto(f"{site}/admin/news/pressrelease/add/")
    page.locator(".ProseMirror[contenteditable][aria-label]").nth(1).wait_for()
    page.locator("#id_title_th").fill(title)
    page.locator("#id_title_en").fill("OCSC opens applications for the 2026 examination")
    for text, words in zip(
        page.locator(".ProseMirror[contenteditable]").all(),
        (BODY, "The Secretary-General announced the dates on 23 November 2026."),
        strict=True,
    ):
        text.click()
        page.keyboard.type(words)
    page.locator("#id_topic").select_option(index=1)
    page.locator("[name=_save]").click()
    page.wait_for_url(re.compile(r"/change/"))
    form = page.url
    act(page, form, "submit")
    return form


def act(page: Page, form: str, name: str, note: str = "") -> None:
    page.goto(form.replace("/change/", f"/do/{name}/"))
    page.locator("#id_note").fill(note)
    page.locator(".action-form [type=submit]").click()
    page.wait_for_url(re.compile(r"/change/"))


def take(page: Page, name: str, lang: str) -> None:
    page.wait_for_timeout(700)
    page.screenshot(path=HERE / f"{name}.{lang}.jpg", type="jpeg", quality=72)


def main(site: str, writer: str, publisher: str) -> None:
    HERE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        size = {"width": 1280, "height": 860}
        theirs = browser.new_page(viewport=size)
        page = browser.new_page(viewport=size)
        for window in (theirs, page):
            window.set_default_timeout(PATIENCE)
        sign_in(theirs, site, writer)
        sign_in(page, site, publisher)
        returned, approved = (write(theirs, site, title) for title in (RETURNED, APPROVED))
        act(page, returned, "return", "ขอชื่อเต็มของศูนย์สอบ")
        act(page, approved, "approve")
        form = write(theirs, site)
        for lang in ("th", "en"):
            page.goto(f"{site}/admin/")
            speak(page, lang)
            pictures = {
                "front": f"{site}/admin/",
                "form": form,
                "approve": form.replace("/change/", "/do/approve/"),
                "publish": form.replace("/change/", "/do/publish/"),
                "previews": form.replace("/change/", "/previews/"),
            }
            for name, address in pictures.items():
                page.goto(address)
                take(page, name, lang)
        for draft in (form, returned, approved):
            theirs.goto(draft.replace("/change/", "/delete/"))
            theirs.locator("#content-main [type=submit]").click()
            theirs.wait_for_url(re.compile(r"/pressrelease/$"))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
