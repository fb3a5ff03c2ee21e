"""Text outlives the session and the power, in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from news.models import DeskSession, PressRelease, UnsavedText
from tests.browser.test_desk import PASSWORD, desk, editor, form_of, ready
from tests.factories import PressReleaseFactory, TopicFactory

__all__ = ["desk", "editor"]

NEW = "/admin/news/pressrelease/add/"


def opened(page: Page, address: str) -> Page:
    """`page` with a form whose beats the test gives."""
    page.clock.install()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    ready(page)
    return page


def typed(page: Page, headline: str) -> None:
    """Type, and wait until it is kept."""
    page.locator("#id_title_th").fill(headline)
    page.clock.run_for(21_000)
    expect(page.locator(".autosave-status")).to_contain_text("ยังไม่ได้บันทึกร่าง")


def offers(page: Page):
    return page.locator(".autosave-offer li b")


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
    kept = UnsavedText.objects.get().values
    assert kept["title_th"] == ["พาดหัวที่ยังไม่บันทึก"]
    assert "ข้อความใหม่" in kept["body_th"][0]

    # The window is closed; the next one offers it.
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(form_of(release))
    expect(desk.get_by_text("มีข้อความที่พิมพ์ไว้ที่นี่แต่ยังไม่ได้บันทึก")).to_be_visible()
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
    assert not UnsavedText.objects.exists()


def test_two_new_releases_in_two_windows_overwrite_and_forget_nothing_of_each_other(
    desk, context: BrowserContext
):
    topic = TopicFactory()
    first, second = opened(desk, NEW), opened(context.new_page(), NEW)
    typed(first, "ข่าวแรก")
    typed(second, "ข่าวที่สอง")
    typed(first, "ข่าวแรก แก้แล้ว")
    first.locator("#id_topic").select_option(str(topic.pk))
    first.locator(".ProseMirror[contenteditable]").first.click()
    first.keyboard.type("เลขาธิการ ก.พ. เป็นประธาน")
    first.get_by_role("button", name="บันทึกร่าง").click()
    expect(first.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    assert PressRelease.objects.get().title_th == "ข่าวแรก แก้แล้ว"
    second.close()
    first.goto(NEW)
    expect(offers(first)).to_have_text(["ข่าวที่สอง"])
    first.get_by_role("link", name="นำกลับมา").click()
    ready(first)
    expect(first.locator("#id_title_th")).to_have_value("ข่าวที่สอง")


def test_two_clicks_on_save_make_one_release(desk):
    TopicFactory()
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(NEW)
    ready(desk)
    desk.locator("#id_title_th").fill("พาดหัว")
    desk.locator("#id_topic").select_option(index=1)
    sent = []
    desk.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    desk.locator('[name="_save"]').dblclick()
    desk.wait_for_url("**/change/")
    assert [url for url in sent if url.endswith(NEW)] == [
        f"{desk.url.partition('/admin/')[0]}{NEW}"
    ]
    assert PressRelease.objects.count() == 1


def test_who_types_before_choosing_keeps_both_texts(desk):
    release = PressReleaseFactory()
    typed(opened(desk, form_of(release)), "ก่อนไฟดับ")
    desk.goto(form_of(release))
    ready(desk)
    typed(desk, "หลังไฟดับ")
    # Typed since the last beat, and then the older one is asked for: that is kept as well.
    desk.locator("#id_title_en").fill("After the power cut")
    desk.get_by_role("link", name="นำกลับมา").click()
    expect(desk.locator("#autosave-restored")).to_be_visible()
    expect(desk.locator("#id_title_th")).to_have_value("ก่อนไฟดับ")
    desk.goto(form_of(release))
    expect(offers(desk)).to_have_count(2)
    kept = {
        each.values["title_th"][0]: each.values["title_en"] for each in UnsavedText.objects.all()
    }
    assert kept.keys() == {"หลังไฟดับ", "ก่อนไฟดับ"}
    assert kept["หลังไฟดับ"] == ["After the power cut"]
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()
    older = desk.locator(".autosave-offer li", has_text="ก่อนไฟดับ")
    older.get_by_role("button", name="ทิ้ง").click()
    expect(offers(desk)).to_have_text(["หลังไฟดับ"])


def test_two_texts_that_a_window_kept_while_offline_both_reach_the_server(desk):
    opened(desk, NEW)
    desk.route("**/autosave/", lambda route: route.abort())
    for headline in ("ข่าวแรก", "ข่าวที่สอง"):
        desk.locator("#id_title_th").fill(headline)
        desk.clock.run_for(21_000)
        expect(desk.locator(".autosave-status")).to_contain_text("ไม่มีการเชื่อมต่อ")
        desk.goto(NEW)
        ready(desk)
    desk.unroute("**/autosave/")
    desk.goto(NEW)
    expect(offers(desk)).to_have_count(2)
