"""A newsroom's two days in a real browser, from the first word of a release under embargo to its
correction: once by mouse, once with the keyboard alone.
"""

import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from news import jobs
from news.models import AuditEntry, Epoch, GlossaryTerm, PressRelease, Version
from news.thai.dates import BANGKOK, format_datetime
from tests.browser.hands import Hand, Keyboard, Mouse
from tests.browser.test_pasted import paste
from tests.clocks import Clocks, travelling
from tests.factories import TopicFactory, person

PASSWORD = "k7m4q-long-enough"
HEADLINE = "แต่งตั้งเลขาธิการ ก.พ. คนใหม่"
ON_PAPER, IN_FACT = "วันเสาร์ที่ 19 พฤษภาคม 2560", "วันเสาร์ที่ 19 พฤษภาคม 2561"
# As it comes from Word: two zero-width spaces, a sara am in two pieces, a sara ae as two letters.
FROM_WORD = f"คณะรัฐมนตรีมีมติ\u200bแต่งตั้งเลขาธิการ ก.พ. เเละ\u200bให้ท\u0e4d\u0e32หน้าที่ ตั้งแต่{ON_PAPER}"
TIDY = f"คณะรัฐมนตรีมีมติแต่งตั้งเลขาธิการ ก.พ. และให้ทำหน้าที่ ตั้งแต่{ON_PAPER}"
PHOTOS = 12


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 15) -> datetime:
    """A moment of January 2027 in Thailand; the 15th is a Friday."""
    return datetime(2027, 1, day, hour, minute, second, tzinfo=BANGKOK)


@pytest.fixture
def clock(transactional_db) -> Iterator[Clocks]:
    with travelling(at(10)) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _room(clock, settings) -> None:
    settings.HAS_MAIL = True
    Epoch.objects.get_or_create(pk=1)
    TopicFactory()
    GlossaryTerm.objects.get_or_create(
        name_th="เลขาธิการ ก.พ.", defaults={"name_en": "Secretary-General of the OCSC"}
    )
    for name in ("somsri", "outsider"):
        person("writer", name)
    for name in ("wipa", "wichai"):
        person("publisher", name)


@pytest.fixture
def sits_down(
    browser: Browser, browser_context_args: dict
) -> Iterator[Callable[[str, type[Hand]], Hand]]:
    """Signs somebody in, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def sits_down(name: str, kind: type[Hand]) -> Hand:
        contexts.append(browser.new_context(**browser_context_args))
        # Half a minute is too little where the way to a button, key by key, counts as well.
        contexts[-1].set_default_timeout(120_000)
        hand = kind(contexts[-1].new_page())
        hand.page.goto("/admin/")
        hand.write(hand.page.get_by_label("ชื่อผู้ใช้"), name)
        hand.write(hand.page.get_by_label("รหัสผ่าน"), PASSWORD)
        hand.press(hand.page.get_by_role("button", name="เข้าสู่ระบบ"))
        expect(hand.page.get_by_role("heading", name="โต๊ะข่าว", exact=True)).to_be_visible()
        return hand

    yield sits_down
    for context in contexts:
        context.close()


def jpeg(name: str, picture: Image.Image, *, quality: int = 90, padded: int = 0) -> FilePayload:
    """`padded`: so many bytes at least, most of them in comments, which cost nobody time."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    start, rest = stream.getvalue()[:2], stream.getvalue()[2:]
    comment = b"\xff\xfe\xff\xff" + bytes(0xFFFD)
    padding = comment * -(-padded // len(comment))
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": start + padding + rest}


def scene(number: int) -> Image.Image:
    """A picture that no other number has."""
    pixels = random.Random(number).randbytes(9 * 7 * 3)
    small = Image.frombytes("RGB", (9, 7), pixels)
    return small.resize((320, 240), Image.Resampling.BICUBIC)


def twelve_photographs() -> list[FilePayload]:
    """Eleven pictures, the last of them twice; the first is sent in two pieces."""
    large = jpeg("photo-1", scene(1), padded=3 * 1024**2)
    rest = [jpeg(f"photo-{number}", scene(number)) for number in range(2, PHOTOS)]
    return [large, *rest, jpeg("photo-11-again", scene(PHOTOS - 1), quality=60)]


def ready(page: Page) -> None:
    """Both text editors stand."""
    expect(page.locator(".ProseMirror[contenteditable][aria-label]")).to_have_count(2)


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def opens(hand: Hand, release: PressRelease, screen: str) -> None:
    hand.page.goto(f"/admin/news/pressrelease/{release.pk}/{screen}/")
    if screen == "change":
        ready(hand.page)


def saves(hand: Hand) -> None:
    with hand.page.expect_navigation(wait_until="commit"):
        hand.press(hand.page.get_by_role("button", name="บันทึกร่าง"))
    expect(hand.page.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    ready(hand.page)


def says(hand: Hand, text: str) -> None:
    expect(hand.page.locator(".messagelist")).to_contain_text(text)


def body(hand: Hand, language: str):
    return hand.page.locator(f".ProseMirror[contenteditable][lang={language}]")


def writes_under_embargo(somsri: Hand) -> PressRelease:
    """For her and two others alone. What Word brought along is told as it is pasted."""
    page = somsri.page
    somsri.press(page.get_by_role("link", name="เขียนข่าวใหม่"))
    ready(page)
    somsri.write(page.get_by_label("พาดหัวข่าว (ไทย)"), HEADLINE)
    somsri.write(page.get_by_label("พาดหัวข่าว (อังกฤษ)"), "New head of the civil service")
    paste(body(somsri, "th"), FROM_WORD)
    expect(page.locator('.as-typed[data-field="body_th"]')).to_contain_text("อักขระที่มองไม่เห็น (2)")
    somsri.write(body(somsri, "en"), "The Cabinet has appointed a new head.")
    somsri.choose(page.locator("#id_topic"), "รัฐบาลดิจิทัล")
    somsri.press(page.locator("details", has=page.locator("#id_is_limited")).locator("summary"))
    somsri.tick(page.locator("#id_is_limited"))
    for name in ("somsri", "wipa"):
        somsri.tick(page.get_by_role("checkbox", name=name))
    saves(somsri)
    release = PressRelease.objects.get()
    assert release.body_th == f"<p>{TIDY}</p>"
    return release


def mends_what_the_checklist_names(somsri: Hand) -> None:
    """The weekday of the paper and its year can't both be right; the glossary has the post."""
    page = somsri.page
    checklist = page.locator(".checklist")
    expect(checklist).to_contain_text("วันเสาร์")
    somsri.press(page.locator(".official-names summary"))
    expect(page.locator(".official-names")).to_contain_text("Secretary-General of the OCSC")
    somsri.write(body(somsri, "th"), TIDY.replace(ON_PAPER, IN_FACT))
    somsri.write(
        body(somsri, "en"), "The Cabinet has appointed a new Secretary-General of the OCSC."
    )
    event = page.get_by_role("group", name="วันที่จัดกิจกรรม", exact=True)
    somsri.write(event.get_by_label("วันที่", exact=True), "19")
    somsri.choose(event.get_by_label("เดือน"), "พฤษภาคม")
    somsri.write(event.get_by_label("ปี พ.ศ."), "2561")
    expect(event.get_by_label("ปี ค.ศ.")).to_have_value("2018")
    expect(event.locator(".weekday")).to_have_text("วันเสาร์")
    saves(somsri)
    expect(checklist).not_to_contain_text("วันเสาร์")


def sends_twelve_photos(somsri: Hand, release: PressRelease) -> None:
    """The connection breaks in the middle of the first; it goes on where it was."""
    page, pieces = somsri.page, []

    def break_once(route: Route) -> None:
        offset = route.request.headers.get("upload-offset", "0")
        pieces.append(offset)
        if offset != "0" and pieces.count(offset) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile(r"/uploads/.+/$"), break_once)
    somsri.choose_files(page.locator("input[name=new_photos]"), twelve_photographs())
    expect(page.locator(".chosen progress")).to_have_count(PHOTOS)
    expect(page.locator("[data-new-files=photos] .upload-status")).to_have_text(
        "ได้รับครบทุกไฟล์แล้ว บันทึกร่างเพื่อเพิ่มไฟล์ลงในข่าว", timeout=60_000
    )
    resumed = [offset for offset in pieces if offset != "0"]
    assert len(resumed) == 2
    assert len(set(resumed)) == 1
    # While a page is listened in on, its browser keeps nothing: each screen would load all anew.
    page.unroute_all()
    saves(somsri)
    jobs.run_waiting()
    assert release.photos.count() == PHOTOS
    expect(page.locator(".photo-card")).to_have_count(PHOTOS)
    expect(page.locator(".checklist")).to_contain_text("ภาพที่ 11 และ 12 เกือบเหมือนกัน")


def arranges_and_describes_them(somsri: Hand, release: PressRelease) -> None:
    """The near double goes, the second becomes the first and the cover; one has its own words."""
    page = somsri.page
    cards = page.locator(".photo-card")
    name = cards.nth(1).locator(".photo-name").inner_text()
    somsri.write(
        page.locator("#id_gallery_description_th"), "คณะรัฐมนตรีและผู้บริหารสำนักงาน ก.พ. ที่ทำเนียบ"
    )
    somsri.write(
        page.locator("#id_gallery_description_en"), "The Cabinet and the heads of the OCSC"
    )
    somsri.press(cards.first.locator("[data-move='1']"))
    expect(cards.first.locator(".photo-name")).to_have_text(name)
    somsri.tick(cards.first.get_by_label("ภาพปก"))
    mark = cards.first.locator(".focal-mark")
    if isinstance(somsri, Keyboard):
        somsri.reach(mark)
        page.keyboard.press("Shift+ArrowUp")
    else:
        picture = cards.first.locator(".focal img")
        picture.scroll_into_view_if_needed()  # it loads no sooner
        expect(picture).not_to_have_js_property("naturalWidth", 0)
        picture.click(position={"x": 20, "y": 20})
    expect(mark).to_be_focused()
    somsri.write(
        cards.first.locator("textarea[name$='-caption_th']"), "จากซ้าย นายสมศักดิ์ ใจดี และนายกรัฐมนตรี"
    )
    somsri.write(
        cards.first.locator("textarea[name$='-caption_en']"),
        "From the left: Mr Somsak Jaidee and the Prime Minister",
    )
    somsri.tick(cards.last.get_by_role("checkbox", name="นำออก"))
    saves(somsri)
    assert release.photos.count() == PHOTOS - 1
    first = release.photos.first()
    release.refresh_from_db()
    assert first == release.cover
    assert first.focal_y < 50
    assert first.caption_th.startswith("จากซ้าย นายสมศักดิ์")


def asks_for_review(somsri: Hand) -> None:
    somsri.press(somsri.page.get_by_role("button", name="ส่งตรวจ…"))
    expect(somsri.page.get_by_role("heading", level=1, name="ส่งตรวจ")).to_be_visible()
    somsri.press(somsri.page.get_by_role("button", name="ส่งตรวจ", exact=True))
    says(somsri, "ข่าวรอการตรวจแล้ว")


def returns_it_once(wipa: Hand) -> None:
    page = wipa.page
    page.goto("/admin/")
    wipa.press(page.locator("section", has_text="รอตรวจ").get_by_role("link").first)
    ready(page)
    wipa.press(page.get_by_role("link", name="ส่งกลับแก้ไข"))
    wipa.write(page.get_by_label("สิ่งที่ต้องแก้ไข"), "ขอคำว่าสำนักงานในพาดหัว")
    wipa.press(page.get_by_role("button", name="ส่งกลับ", exact=True))
    says(wipa, "ส่งกลับผู้เขียนแล้ว")


def changes_the_headline(somsri: Hand, headline: str) -> None:
    page = somsri.page
    page.goto("/admin/")
    somsri.press(page.get_by_role("link", name=re.compile("เลขาธิการ ก.พ.")).first)
    ready(page)
    somsri.write(page.get_by_label("พาดหัวข่าว (ไทย)"), headline)


def approves(wipa: Hand, release: PressRelease) -> None:
    opens(wipa, release, "do/approve")
    wipa.press(wipa.page.get_by_role("button", name="อนุมัติข้อความนี้"))
    says(wipa, "อนุมัติแล้ว เผยแพร่ได้")


def gives_out_a_preview(somsri: Hand, release: PressRelease) -> str:
    """To somebody without an account; returns the link's path."""
    opens(somsri, release, "previews")
    somsri.write(somsri.page.locator("#id_recipient"), "สำนักงานรัฐมนตรี")
    somsri.press(somsri.page.get_by_role("button", name="สร้างลิงก์"))
    link = somsri.page.locator(".preview-made-link").input_value()
    return "/" + link.split("/", 3)[3]


def schedules(wipa: Hand, release: PressRelease, moment: datetime) -> None:
    """Both languages together, the year in the Buddhist era alone."""
    page = wipa.page
    opens(wipa, release, "do/publish")
    wipa.tick(page.get_by_label("ตั้งเวลาเผยแพร่"))
    group = page.get_by_role("group", name="เผยแพร่วันที่")
    expect(group).to_contain_text("เวลาไทย (UTC+7)")
    wipa.write(group.get_by_label("วันที่", exact=True), str(moment.day))
    wipa.choose(group.get_by_label("เดือน"), "มกราคม")
    wipa.write(group.get_by_label("ปี พ.ศ."), str(moment.year + 543))
    wipa.write(group.get_by_label(re.compile("เวลา")), f"{moment:%H.%M}")
    says_seen(wipa)
    wipa.press(page.get_by_role("button", name="ตั้งเวลาเผยแพร่"))
    says(wipa, f"{moment:%H.%M} น.")


def says_seen(hand: Hand) -> None:
    """That the warnings were looked at, where there are any."""
    for box in hand.page.locator("input[name=warnings_seen]").all():
        hand.tick(box)


def cancels_the_schedule(wipa: Hand, release: PressRelease) -> None:
    opens(wipa, release, "change")
    wipa.press(wipa.page.get_by_role("link", name="ยกเลิกการตั้งเวลา"))
    wipa.write(wipa.page.get_by_label("เหตุผล"), "ห้องแถลงข่าวไม่ว่าง")
    wipa.press(wipa.page.get_by_role("button", name="ยกเลิกการตั้งเวลา"))
    says(wipa, "ยกเลิก")


def publishes_a_correction(wipa: Hand, release: PressRelease) -> None:
    page = wipa.page
    opens(wipa, release, "do/publish")
    wipa.tick(page.locator("input[name=languages][value=both]"))
    wipa.tick(page.locator("input[name=kind][value=correction]"))
    wipa.write(page.get_by_label("ข้อความแจ้งผู้อ่าน (ภาษาไทย)"), "เดิมเขียนว่าเลขาธิการ ที่ถูกคือรองเลขาธิการ")
    wipa.write(
        page.get_by_label("ข้อความแจ้งผู้อ่าน (ภาษาอังกฤษ)"), "It is the Deputy Secretary-General."
    )
    says_seen(wipa)
    wipa.press(page.get_by_role("button", name="เผยแพร่", exact=True))
    expect(page.get_by_role("link", name="ดูบนเว็บไซต์").first).to_be_visible()


def mails(mailoutbox: list) -> list[tuple[str, str]]:
    """(to whom, subject) of what leaves now."""
    mailoutbox.clear()
    jobs.run_waiting()
    return sorted((mail.to[0].partition("@")[0], mail.subject) for mail in mailoutbox)


PUBLIC = ("/th/", "/th/search/?q=เลขาธิการ", "/th/feeds/rss.xml", "/news-sitemap.xml")


def readers_know(page: Page, release: PressRelease) -> set[bool]:
    """Whether each public page names the release; {True} or {False} where all agree."""
    pages = [page.request.get(path) for path in PUBLIC]
    assert all(answer.ok for answer in pages), [answer.url for answer in pages if not answer.ok]
    own = page.request.get(f"/th/news/{release.code}/").status == 200
    return {own, *(release.code in answer.text() for answer in pages)}


def the_morning(somsri: Hand, wipa: Hand, outsider: Page, mailoutbox: list) -> PressRelease:
    """Written, returned once, changed, approved, changed, approved again."""
    release = writes_under_embargo(somsri)
    mends_what_the_checklist_names(somsri)
    sends_twelve_photos(somsri, release)
    arranges_and_describes_them(somsri, release)
    outsider.goto("/admin/news/pressrelease/")
    expect(outsider.locator("body")).not_to_contain_text("แต่งตั้ง")

    asks_for_review(somsri)
    assert mails(mailoutbox) == [("wipa", f"{release.code}: ส่งตรวจ")]
    returns_it_once(wipa)
    assert [name for name, _subject in mails(mailoutbox)] == ["somsri"]
    changes_the_headline(somsri, f"สำนักงาน ก.พ.: {HEADLINE}")
    asks_for_review(somsri)
    opens(wipa, release, "do/approve")
    accessible(wipa.page)
    approves(wipa, release)
    # A word less, and the approval is gone: it waits for review again.
    changes_the_headline(somsri, HEADLINE)
    saves(somsri)
    expect(somsri.page.locator(".stands")).to_contain_text("รอตรวจ")
    expect(somsri.page.get_by_role("button", name="ส่งตรวจ…")).to_have_count(0)
    approves(wipa, release)
    return release


def a_visitor_sees_the_preview(page: Page, preview: str) -> str:
    """Returns the address of a photo in it."""
    page.goto(preview)
    expect(page.get_by_text("นี่คือฉบับร่าง")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    picture = page.locator("main img").first
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    return picture.evaluate("image => image.currentSrc")


def the_minute(page: Page, clock: Clocks, release: PressRelease, preview: str, photo: str) -> None:
    """Nothing is seen before it and all of it after it, though no process does anything then. The
    clock stands still while one looks, however long that takes.
    """
    clock.move_to(at(14, 29, 59), tick=False)
    assert readers_know(page, release) == {False}
    assert page.request.get(preview).status == 200
    clock.move_to(at(14, 30))
    assert page.request.get(preview).status == page.request.get(photo).status == 404
    page.goto(f"/th/news/{release.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    expect(page.locator("main .gallery img")).to_have_count(PHOTOS - 1)
    clock.move_to(at(14, 30, 10))
    assert readers_know(page, release) == {True}


def the_next_day(somsri: Hand, wipa: Hand, page: Page, release: PressRelease) -> None:
    """The post was wrong: what changes is shown, approved, and told to readers."""
    opens(somsri, release, "change")
    somsri.write(somsri.page.get_by_label("พาดหัวข่าว (ไทย)"), HEADLINE.replace("เลขา", "รองเลขา"))
    saves(somsri)
    expect(somsri.page.locator(".stands")).to_contain_text("มีการแก้ไขที่ยังไม่เผยแพร่")
    somsri.press(somsri.page.get_by_role("button", name="ส่งตรวจ…"))
    expect(somsri.page.get_by_role("heading", level=1, name="ส่งตรวจ")).to_be_visible()
    expect(somsri.page.locator(".diff ins").first).to_contain_text("รอง")
    accessible(somsri.page)
    somsri.press(somsri.page.get_by_role("button", name="ส่งตรวจ", exact=True))
    says(somsri, "ข่าวรอการตรวจแล้ว")
    approves(wipa, release)
    publishes_a_correction(wipa, release)
    for path in (f"/th/news/{release.code}/", "/th/corrections/"):
        page.goto(path)
        expect(page.get_by_text("เดิมเขียนว่าเลขาธิการ").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("รองเลขาธิการ")


def who_did_what(release: PressRelease) -> list[str]:
    """By the audit trail, looks at the release apart."""
    entries = AuditEntry.objects.filter(release=release).exclude(action="viewed").order_by("pk")
    return [f"{entry.actor_name} {entry.action}" for entry in entries]


# Some eighty pages in four browsers: half a minute of computing, minutes where others compute too.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", [Mouse, Keyboard], ids=["mouse", "keyboard"])
def test_a_release_from_its_first_word_to_its_correction(kind, sits_down, page, clock, mailoutbox):
    somsri, wipa = sits_down("somsri", kind), sits_down("wipa", kind)
    release = the_morning(somsri, wipa, sits_down("outsider", Mouse).page, mailoutbox)
    preview = gives_out_a_preview(somsri, release)
    schedules(wipa, release, at(14))
    photo = a_visitor_sees_the_preview(page, preview)

    # The room is not free at two; sessions have ended over noon.
    clock.move_to(at(13, 30))
    assert readers_know(page, release) == {False}
    mails(mailoutbox)
    wipa = sits_down("wipa", kind)
    cancels_the_schedule(wipa, release)
    schedules(wipa, release, at(14, 30))
    assert {name for name, _subject in mails(mailoutbox)} == {"somsri"}

    the_minute(page, clock, release, preview, photo)
    live = f"{HEADLINE}: เผยแพร่แล้วเมื่อ {format_datetime(at(14, 30), 'th')}"
    assert mails(mailoutbox) == [("somsri", live), ("wipa", live)]
    assert mails(mailoutbox) == []

    clock.move_to(at(9, day=16), tick=True)
    the_next_day(sits_down("somsri", kind), sits_down("wipa", kind), page, release)
    assert who_did_what(release) == [
        "somsri created",
        "somsri limited",
        *["somsri saved"] * 3,
        "somsri submitted",
        "wipa returned",
        "somsri saved",
        "somsri submitted",
        "wipa approved",
        "somsri saved",
        "wipa approved",
        "somsri shared",
        "wipa scheduled",
        "wipa unscheduled",
        "wipa scheduled",
        "somsri saved",
        "somsri submitted",
        "wipa approved",
        "wipa published",
    ]


def test_what_cannot_wait_goes_out_with_a_reason_and_is_looked_over_later(sits_down):
    wipa, wichai = sits_down("wipa", Keyboard), sits_down("wichai", Keyboard)
    page = wipa.page
    wipa.press(page.get_by_role("link", name="เขียนข่าวใหม่"))
    ready(page)
    wipa.write(page.get_by_label("พาดหัวข่าว (ไทย)"), "ปิดที่ทำการวันนี้")
    wipa.write(body(wipa, "th"), "น้ำท่วมบริเวณสำนักงาน ก.พ.")
    wipa.choose(page.locator("#id_topic"), "รัฐบาลดิจิทัล")
    wipa.press(page.locator("[name=_publish]"))
    expect(page.get_by_text("ผู้อ่านจะเห็นข้อความตามนี้")).to_be_visible()
    says_seen(wipa)
    wipa.write(page.get_by_label("เหตุผลที่รอให้คนอื่นตรวจไม่ได้"), "น้ำท่วม ไม่มีใครอยู่")
    wipa.press(page.get_by_role("button", name="เผยแพร่", exact=True))
    expect(page.get_by_role("link", name="ดูบนเว็บไซต์").first).to_be_visible()
    assert Version.objects.live(timezone.now()).get().title_th == "ปิดที่ทำการวันนี้"

    page = wichai.page
    page.reload()
    unreviewed = page.get_by_role("region", name="เผยแพร่โดยยังไม่ได้อนุมัติ")
    expect(unreviewed).to_contain_text("น้ำท่วม ไม่มีใครอยู่")
    wichai.press(unreviewed.get_by_role("link"))
    wichai.press(page.get_by_role("button", name="ตรวจแล้ว"))
    expect(page.locator(".messagelist")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="โต๊ะข่าว", exact=True)).to_be_visible()
    expect(unreviewed).to_have_count(0)
