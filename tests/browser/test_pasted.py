"""What a paste brings is told where it was pasted, and kept with a key or a click."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.test_desk import desk, editor, form_of, ready
from tests.factories import PressReleaseFactory

__all__ = ["desk", "editor"]

# Three zero-width spaces, two decomposed sara am, one sara ae of two letters.
WORDS = "น\u0e4d\u0e32\u200bใจ เเละ\u200b ท\u0e4d\u0e32\u200bดี"
TOLD = "ในข้อความที่วางมี อักขระที่มองไม่เห็น (3), สระอำที่แยกส่วน (2)"


def paste(field: Locator, words: str) -> None:
    """Put `words` into `field` as a browser does: the event first, then, unless it was taken, the
    text.
    """
    field.evaluate(
        """(field, words) => {
          const data = new DataTransfer();
          data.setData("text/plain", words);
          field.focus();
          const event = new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true });
          if (field.dispatchEvent(event)) document.execCommand("insertText", false, words);
        }""",
        words,
    )


def test_a_paste_is_told_at_once_and_kept_by_keyboard_or_mended_by_saving(desk):
    release = PressReleaseFactory(title_th="", body_th="")
    desk.goto(form_of(release))
    ready(desk)
    body = desk.locator(".ProseMirror[contenteditable]").first
    paste(desk.locator("#id_title_th"), WORDS)
    paste(body, WORDS)
    notes = desk.locator(".as-typed[data-field]")
    expect(notes).to_have_count(2)
    expect(notes.last).to_contain_text(TOLD)
    expect(desk.locator("#as-typed [role=status]")).to_contain_text(TOLD)
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()

    desk.keyboard.press("Tab")
    kept = desk.get_by_label("คงข้อความไว้ตามที่พิมพ์หรือวาง").last
    expect(kept).to_be_focused()
    desk.keyboard.press("Space")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    release.refresh_from_db()
    assert release.title_th == "น\u0e33ใจ และ ท\u0e33ดี"
    assert release.body_th == f"<p>{WORDS}</p>"

    # What was kept is said whenever the form is opened, and is given up with a click.
    desk.goto(form_of(release))
    ready(desk)
    expect(notes).to_have_count(1)
    expect(kept).to_be_checked()
    kept.uncheck()
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    release.refresh_from_db()
    assert release.body_th == "<p>น\u0e33ใจ และ ท\u0e33ดี</p>"


def test_an_ordinary_paste_is_no_news(desk):
    desk.goto(form_of(PressReleaseFactory(title_th="")))
    ready(desk)
    with desk.expect_response("**/pasted/") as answered:
        paste(desk.locator("#id_title_th"), "น้ำใจผู้ใหญ่ and English, 19 พ.ค. 2561")
    assert answered.value.json() == {"found": ""}
    expect(desk.locator(".as-typed[data-field]")).to_have_count(0)
