"""Journey of a newsroom in a real browser: an embargo with two people, publication at its minute, a
correction the next day; and once with the keyboard alone.
"""

import re
from datetime import timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from news import jobs
from news.models import AuditEntry, Epoch, PressRelease, Version
from news.thai.dates import BANGKOK
from tests.factories import TopicFactory, person, photo_file, published

PASSWORD = "k7m4q-long-enough"


@pytest.fixture(autouse=True)
def _room():
    Epoch.objects.get_or_create(pk=1)
    TopicFactory()


@pytest.fixture
def signed_in(browser: Browser, browser_context_args: dict):
    """Signs somebody in, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def sign_in(role: str, name: str) -> Page:
        person(role, name)
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/")
        page.get_by_label("ชื่อผู้ใช้").fill(name)
        page.get_by_label("รหัสผ่าน").fill(PASSWORD)
        page.get_by_role("button", name="เข้าสู่ระบบ").click()
        expect(page.get_by_role("heading", name="โต๊ะข่าว")).to_be_visible()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def ready(page: Page) -> None:
    expect(page.locator(".ProseMirror[contenteditable][aria-label]")).to_have_count(2)


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def write(page: Page) -> None:
    """A bilingual text with two photos, for its author and somchai alone."""
    page.get_by_role("link", name="เขียนข่าวใหม่").click()
    ready(page)
    page.get_by_label("พาดหัวข่าว (ไทย)").fill("แต่งตั้งเลขาธิการ ก.พ. คนใหม่")
    page.get_by_label("พาดหัวข่าว (อังกฤษ)").fill("New Secretary-General of the OCSC")
    thai, english = page.locator(".ProseMirror[contenteditable]").all()
    thai.click()
    page.keyboard.type("คณะรัฐมนตรีมีมติแต่งตั้งนายสมศักดิ์ ใจดี")
    english.click()
    page.keyboard.type("The Cabinet appointed Mr Somsak Jaidee.")
    page.locator("#id_topic").select_option(label="รัฐบาลดิจิทัล")
    page.locator("#id_gallery_description_th").fill("นายกรัฐมนตรีกับเลขาธิการ ก.พ. คนใหม่")
    page.locator("#id_gallery_description_en").fill("The Prime Minister with Mr Somsak")
    limits = page.locator("details", has=page.locator("#id_is_limited"))
    limits.locator("summary").click()
    page.locator("#id_is_limited").check()
    for name in ("somchai", "wipa"):
        page.get_by_label(name).check()


def moment_in(page: Page, at) -> None:
    """Fill in the moment, the year in the Buddhist era alone."""
    local = at.astimezone(BANGKOK)
    group = page.get_by_role("group", name="เผยแพร่วันที่")
    group.get_by_label("วันที่", exact=True).fill(str(local.day))
    group.get_by_label("เดือน").select_option(str(local.month))
    group.get_by_label("ปี พ.ศ.").fill(str(local.year + 543))
    group.get_by_label(re.compile("เวลา")).fill(f"{local:%H.%M}")


def submit_with_photos(writer: Page) -> PressRelease:
    write(writer)
    writer.get_by_role("button", name="บันทึกร่าง").click()
    expect(writer.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    files = [
        {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": file.read()}
        for colour in ("navy", "maroon")
        for file in [photo_file(f"{colour}.jpg", colour=colour)]
    ]
    writer.locator("input[name=new_photos]").set_input_files(files)
    ready(writer)
    writer.get_by_role("button", name="ส่งตรวจ…").click()
    expect(writer.get_by_role("heading", level=1, name="ส่งตรวจ")).to_be_visible()
    accessible(writer)
    writer.get_by_role("button", name="ส่งตรวจ", exact=True).click()
    expect(writer.get_by_text("ข่าวรอการตรวจแล้ว")).to_be_visible()
    jobs.run_waiting()
    return PressRelease.objects.get()


def return_once_then_approve(writer: Page, editor: Page, release: PressRelease) -> None:
    editor.goto("/admin/")
    editor.locator("section", has_text="รอตรวจ").get_by_role("link").first.click()
    ready(editor)
    editor.get_by_role("link", name="ส่งกลับแก้ไข").click()
    editor.get_by_label("สิ่งที่ต้องแก้ไข").fill("ตรวจตัวสะกดชื่อ")
    editor.get_by_role("button", name="ส่งกลับ", exact=True).click()
    expect(editor.get_by_text("ส่งกลับผู้เขียนแล้ว")).to_be_visible()
    writer.goto(f"/admin/news/pressrelease/{release.pk}/do/submit/")
    writer.get_by_role("button", name="ส่งตรวจ", exact=True).click()
    expect(writer.get_by_text("ข่าวรอการตรวจแล้ว")).to_be_visible()
    editor.goto(f"/admin/news/pressrelease/{release.pk}/do/approve/")
    accessible(editor)
    editor.get_by_role("button", name="อนุมัติข้อความนี้").click()
    expect(editor.get_by_text("อนุมัติแล้ว เผยแพร่ได้")).to_be_visible()


def give_out_a_preview(writer: Page, release: PressRelease) -> str:
    """To somebody without an account; returns the link's path."""
    writer.goto(f"/admin/news/pressrelease/{release.pk}/previews/")
    accessible(writer)
    writer.locator("#id_recipient").fill("สำนักงานรัฐมนตรี")
    writer.get_by_role("button", name="สร้างลิงก์").click()
    link = writer.locator(".preview-made-link").input_value()
    return "/" + link.split("/", 3)[3]


def schedule_then_slip(publisher: Page, release: PressRelease):
    """Schedule it, then half an hour later; returns the moment."""
    at = (timezone.now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    publisher.goto(f"/admin/news/pressrelease/{release.pk}/do/publish/")
    publisher.get_by_label("ตั้งเวลาเผยแพร่").check()
    moment_in(publisher, at)
    tick(publisher)
    accessible(publisher)
    publisher.get_by_role("button", name="ตั้งเวลาเผยแพร่").click()
    expect(publisher.locator(".messagelist")).to_contain_text("ตั้งเวลา")
    later = at + timedelta(minutes=30)
    publisher.goto(f"/admin/news/pressrelease/{release.pk}/do/reschedule/")
    moment_in(publisher, later)
    publisher.get_by_label("เหตุผล").fill("ห้องประชุมไม่ว่าง")
    publisher.get_by_role("button", name="เปลี่ยนเวลา").click()
    expect(publisher.locator(".messagelist")).to_be_visible()
    return later


def test_an_embargo_from_the_first_word_to_its_minute(signed_in, page):
    writer, editor = signed_in("writer", "somsri"), signed_in("editor", "somchai")
    outsider, publisher = signed_in("writer", "outsider"), signed_in("publisher", "wipa")

    release = submit_with_photos(writer)
    outsider.goto("/admin/news/pressrelease/")
    expect(outsider.locator("body")).not_to_contain_text("แต่งตั้ง")
    return_once_then_approve(writer, editor, release)

    preview = give_out_a_preview(writer, release)
    page.goto(preview)
    expect(page.get_by_text("นี่คือฉบับร่าง")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("แต่งตั้งเลขาธิการ ก.พ. คนใหม่")

    at = schedule_then_slip(publisher, release)
    assert Version.objects.pending(timezone.now()).get().visible_from == at
    path = f"/th/news/{release.code}/"
    assert page.request.get(path).status == 404
    with time_machine.travel(at):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("แต่งตั้งเลขาธิการ ก.พ. คนใหม่")
        assert page.request.get(preview).status == 404


def tick(page: Page) -> None:
    """Say that the warnings were looked at, where there are any."""
    for box in page.locator("input[name=warnings_seen]").all():
        box.check()


def test_a_correction_the_next_day(signed_in, page):
    version = published(title_th="นายสมศักดิ์ ใจดี เป็นเลขาธิการ")
    release = version.release
    writer, publisher = signed_in("writer", "somsri"), signed_in("publisher", "wipa")
    writer.goto(f"/admin/news/pressrelease/{release.pk}/change/")
    ready(writer)
    writer.get_by_label("พาดหัวข่าว (ไทย)").fill("นายสมศักดิ์ ใจดี เป็นรองเลขาธิการ")
    writer.get_by_role("button", name="ส่งตรวจ…").click()
    expect(writer.locator(".diff ins").first).to_contain_text("รอง")
    writer.get_by_role("button", name="ส่งตรวจ", exact=True).click()
    publisher.goto(f"/admin/news/pressrelease/{release.pk}/do/approve/")
    publisher.get_by_role("button", name="อนุมัติข้อความนี้").click()
    publisher.goto(f"/admin/news/pressrelease/{release.pk}/do/publish/")
    if publisher.locator("input[name=languages]").count():
        publisher.locator("input[name=languages][value=both]").check()
    publisher.locator("input[name=kind][value=correction]").check()
    publisher.get_by_label("ข้อความแจ้งผู้อ่าน (ภาษาไทย)").fill("เดิมเขียนว่าเลขาธิการ")
    publisher.get_by_label("ข้อความแจ้งผู้อ่าน (ภาษาอังกฤษ)").fill("The post was wrong.")
    tick(publisher)
    publisher.get_by_role("button", name="เผยแพร่", exact=True).click()
    expect(publisher.get_by_role("link", name="ดูบนเว็บไซต์").first).to_be_visible()
    page.goto(f"/th/news/{release.code}/")
    expect(page.get_by_text("เดิมเขียนว่าเลขาธิการ")).to_be_visible()
    entries = AuditEntry.objects.filter(release=release).order_by("pk")
    actions = list(entries.values_list("action", flat=True))
    assert actions == ["published", "saved", "submitted", "approved", "published"]


def press_until(page: Page, key: str, focused: str, most: int = 120) -> None:
    """Go on with `key` until the element `focused` has the focus."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement?.matches(selector)", focused):
            return
        page.keyboard.press(key)
    pytest.fail(f"{focused} is not reached by {key}")


def test_a_release_is_written_and_published_with_the_keyboard_alone(signed_in):
    desk = signed_in("publisher", "wipa")
    press_until(desk, "Tab", "a.button.primary")
    desk.keyboard.press("Enter")
    ready(desk)
    press_until(desk, "Tab", "#id_title_th")
    desk.keyboard.type("ข่าวจากแป้นพิมพ์")
    press_until(desk, "Tab", ".ProseMirror[lang=th]")
    desk.keyboard.type("เขียนโดยไม่ใช้เมาส์")
    press_until(desk, "Tab", "#id_topic")
    desk.keyboard.press("ArrowDown")
    press_until(desk, "Tab", "[name=_publish]", 200)
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("ผู้อ่านจะเห็นข้อความตามนี้")).to_be_visible()
    if desk.locator("input[name=warnings_seen]").count():
        press_until(desk, "Tab", "input[name=warnings_seen]")
        desk.keyboard.press("Space")
    press_until(desk, "Tab", "#id_force")
    desk.keyboard.type("ทดลองด้วยแป้นพิมพ์")
    press_until(desk, "Tab", ".submit-row input[type=submit]")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name="ดูบนเว็บไซต์").first).to_be_visible()
    assert Version.objects.live(timezone.now()).get().title_th == "ข่าวจากแป้นพิมพ์"
