"""Text outlives the session and the power, in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from news.models import Autosave, DeskSession
from tests.browser.test_desk import PASSWORD, desk, editor, form_of, ready
from tests.factories import PressReleaseFactory

__all__ = ["desk", "editor"]


def test_what_is_typed_survives_a_closed_window_and_a_session_that_ends(
    desk, editor, context: BrowserContext
):
    release = PressReleaseFactory()
    desk.clock.install()
    desk.goto(form_of(release))
    ready(desk)
    desk.locator("#id_title_th").fill("พาดหัวที่ยังไม่บันทึก")
    desk.locator(".ProseMirror[contenteditable]").first.click()
    desk.keyboard.type("ข้อความใหม่ ")
    desk.clock.run_for(21_000)
    expect(desk.locator(".autosave-status")).to_contain_text("ยังไม่ได้บันทึกร่าง")
    kept = Autosave.objects.get().values
    assert kept["title_th"] == ["พาดหัวที่ยังไม่บันทึก"]
    assert "ข้อความใหม่" in kept["body_th"][0]

    # The window is closed; the next one offers it.
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(form_of(release))
    expect(desk.get_by_text("มีข้อความที่พิมพ์ไว้แต่ยังไม่ได้บันทึก")).to_be_visible()
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()
    desk.get_by_role("link", name="นำกลับมา").click()
    ready(desk)
    expect(desk.locator("#id_title_th")).to_have_value("พาดหัวที่ยังไม่บันทึก")
    expect(desk.locator(".ProseMirror[contenteditable]").first).to_contain_text("ข้อความใหม่")

    # The session ends; saving loses nothing, and signing in elsewhere is enough to go on.
    DeskSession.objects.all().delete()
    desk.locator("#id_title_en").fill("Typed after the session had ended")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("ออกจากระบบแล้ว ข้อความที่พิมพ์ยังอยู่ที่นี่")).to_be_visible()
    other = context.new_page()
    other.goto("/admin/login/")
    other.get_by_label("ชื่อผู้ใช้").fill(editor.username)
    other.get_by_label("รหัสผ่าน").fill(PASSWORD)
    other.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(other.get_by_role("heading", name="โต๊ะข่าว", exact=True)).to_be_visible()
    other.close()
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    release.refresh_from_db()
    assert release.title_en == "Typed after the session had ended"
    assert release.title_th == "พาดหัวที่ยังไม่บันทึก"
    assert not Autosave.objects.exists()
