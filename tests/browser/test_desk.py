"""The desk in a real browser: an editor's morning, by mouse, by keyboard, on a phone."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from news import jobs, previewing
from news.models import DeskPreference, Epoch, PressRelease, Version
from tests.browser.conftest import let_in
from tests.factories import (
    PressReleaseFactory,
    TopicFactory,
    add_photo,
    person,
    photo_file,
    published,
)

PASSWORD = "k7m4q-long-enough"
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


# What Word puts on the clipboard, less its style sheet.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--StartFragment-->
<p class=MsoNormal style='mso-margin-top-alt:auto'><span lang=TH
style='font-family:"TH SarabunPSK"'>น้ำใจ<b>ผู้ใหญ่</b>ที่ญี่ปุ่น<o:p></o:p></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><span
lang=TH>ข้อหนึ่ง</span></p><!--EndFragment--></body></html>"""


@pytest.fixture
def editor():
    Epoch.objects.get_or_create(pk=1)
    return person("publisher", "somsri")


@pytest.fixture
def desk(page: Page, context: BrowserContext, base_url: str, editor) -> Page:
    """The editor, signed in, with every breach of the policy noted."""
    page.add_init_script(WATCH)
    let_in(context, base_url, editor)
    return page


def form_of(release: PressRelease) -> str:
    return f"/admin/news/pressrelease/{release.pk}/change/"


def ready(page: Page) -> None:
    """Both text editors stand."""
    expect(page.locator(".ProseMirror[contenteditable][aria-label]")).to_have_count(2)


def shows(picture: Locator) -> None:
    """`picture`, which may load lazily, has its pixels."""
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0


def upload(name: str, colour: str) -> dict:
    file = photo_file(name, colour=colour)
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.read()}


def test_an_editor_writes_previews_and_publishes_a_bilingual_release(desk, editor):
    desk.context.clear_cookies()  # the day begins with the form for signing in
    TopicFactory()
    desk.goto("/admin/")
    desk.get_by_label("ชื่อผู้ใช้").fill(editor.username)
    desk.get_by_label("รหัสผ่าน").fill(PASSWORD)
    desk.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(desk.get_by_role("heading", name="โต๊ะข่าว", exact=True)).to_be_visible()
    desk.get_by_role("link", name="เขียนข่าวใหม่").click()
    ready(desk)
    desk.get_by_label("พาดหัวข่าว (ไทย)").fill("สำนักงาน ก.พ. ประชุมที่ญี่ปุ่น")
    desk.get_by_label("พาดหัวข่าว (อังกฤษ)").fill("OCSC meets in Japan")
    thai, english = desk.locator(".ProseMirror[contenteditable]").all()
    thai.click()
    desk.keyboard.type("เลขาธิการ ก.พ. เป็นประธานในการประชุม")
    english.click()
    desk.keyboard.type("The Secretary-General chaired the meeting.")
    desk.locator("#id_topic").select_option(label="รัฐบาลดิจิทัล")
    desk.locator("input[name=new_photos]").set_input_files(
        [upload("one.jpg", "navy"), upload("two.jpg", "maroon")]
    )
    expect(desk.locator(".chosen li").first).to_contain_text("one.jpg")
    desk.locator("#id_gallery_description_th").fill("ผู้เข้าร่วมประชุมนั่งรอบโต๊ะ")
    desk.locator("#id_gallery_description_en").fill("Participants round a table")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    cards = desk.locator(".photo-card")
    expect(cards).to_have_count(2)
    shows(cards.first.locator("img"))
    jobs.run_waiting()

    ready(desk)
    desk.get_by_role("button", name="ดูตัวอย่าง").click()
    expect(desk.get_by_text("หน้านี้เห็นเฉพาะโต๊ะข่าว")).to_be_visible()
    expect(desk.get_by_role("heading", level=1)).to_have_text("สำนักงาน ก.พ. ประชุมที่ญี่ปุ่น")
    shows(desk.locator("main img").first)
    desk.get_by_role("link", name="กลับไปแก้ไข").click()

    ready(desk)
    desk.get_by_role("button", name="เผยแพร่…").click()
    expect(desk.get_by_text("ผู้อ่านจะเห็นข้อความตามนี้")).to_be_visible()
    expect(desk.get_by_text("The Secretary-General chaired the meeting.")).to_be_visible()
    assert not Version.objects.exists()
    desk.get_by_label("เหตุผลที่รอให้คนอื่นตรวจไม่ได้").fill("รัฐมนตรีแถลงแล้ว")
    desk.get_by_role("button", name="เผยแพร่", exact=True).click()
    desk.get_by_role("link", name="ดูบนเว็บไซต์").first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("สำนักงาน ก.พ. ประชุมที่ญี่ปุ่น")
    assert re.search(r"/th/news/[0-9a-z]{6}/$", desk.url)
    assert Version.objects.live(timezone.now()).get().recorded_by == editor.username


def test_a_paste_from_word_comes_out_clean(desk):
    release = PressReleaseFactory(body_th="")
    desk.goto(form_of(release))
    ready(desk)
    desk.locator(".ProseMirror[contenteditable]").first.evaluate(
        """(text, html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          text.focus();
          text.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        WORD,
    )
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    release.refresh_from_db()
    assert release.body_th == ("<p>น้ำใจ<strong>ผู้ใหญ่</strong>ที่ญี่ปุ่น</p><ul><li><p>ข้อหนึ่ง</p></li></ul>")


def test_photos_are_put_in_order_by_keyboard_and_by_dragging(desk):
    release = PressReleaseFactory()
    first, second, third = (add_photo(release, colour=c) for c in ("navy", "maroon", "teal"))
    # Room for all three: the browser's own scrolling while dragging is not what is tested.
    desk.set_viewport_size({"width": 1280, "height": 3000})
    desk.goto(form_of(release))
    ready(desk)
    down = desk.locator(".photo-card").first.locator("[data-move='1']")
    down.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-announce]").first).to_have_text("ย้ายไปลำดับที่ 2")
    moved = desk.locator(".photo-card").nth(1)
    expect(moved.locator("[data-move='1']")).to_be_focused()
    grip = desk.locator(".photo-card").nth(2).locator(".grip")
    grip.hover()
    desk.mouse.down()
    desk.locator(".photo-card").first.hover(position={"x": 200, "y": 20})
    desk.locator(".photo-card").first.hover(position={"x": 200, "y": 10})
    desk.mouse.up()
    expect(desk.locator("[data-announce]").first).to_have_text("ย้ายไปลำดับที่ 1")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    pks = list(release.photos.values_list("pk", flat=True))
    assert pks == [third.pk, second.pk, first.pk]


def drag_with_a_finger(page: Page, from_: Locator, to: Locator) -> None:
    """What a screen sends for a finger that rests on `from_`, moves to `to` and is lifted."""
    start, end = from_.bounding_box(), to.bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    steps = [y + (end["y"] + 10 - y) * part / 8 for part in range(9)]
    screen = page.context.new_cdp_session(page)
    screen.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for kind, across in [("touchStart", y), *(("touchMove", step) for step in steps)]:
        points = [{"x": x, "y": across}]
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(30)
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_photos_are_put_in_order_with_a_finger(desk):
    release = PressReleaseFactory()
    first, second, third = (add_photo(release, colour=c) for c in ("navy", "maroon", "teal"))
    desk.set_viewport_size({"width": 768, "height": 5000})
    desk.goto(form_of(release))
    ready(desk)
    cards = desk.locator(".photo-card")
    drag_with_a_finger(desk, cards.nth(2).locator(".grip"), cards.first)
    expect(desk.locator("[data-announce]").first).to_have_text("ย้ายไปลำดับที่ 1")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    pks = list(release.photos.values_list("pk", flat=True))
    assert pks == [third.pk, first.pk, second.pk]


def test_one_year_fills_in_the_other_and_the_weekday_shows(desk):
    release = PressReleaseFactory()
    desk.goto(form_of(release))
    event = desk.get_by_role("group", name="วันที่จัดกิจกรรม", exact=True)
    event.get_by_label("วันที่", exact=True).fill("19")
    event.get_by_label("เดือน").select_option(label="พฤษภาคม")
    event.get_by_label("ปี พ.ศ.").fill("2561")
    expect(event.get_by_label("ปี ค.ศ.")).to_have_value("2018")
    expect(event.locator(".weekday")).to_have_text("วันเสาร์")
    event.get_by_label("ปี ค.ศ.").fill("2017")
    expect(event.get_by_label("ปี พ.ศ.")).to_have_value("2560")
    expect(event.locator(".weekday")).to_have_text("วันศุกร์")


def test_a_phone_shows_one_language_at_a_time_and_loses_neither(desk):
    release = PressReleaseFactory()
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto(form_of(release))
    ready(desk)
    thai, english = (desk.locator(f"#id_title_{lang}") for lang in ("th", "en"))
    expect(thai).to_be_visible()
    expect(english).to_be_hidden()
    desk.locator(".language-tabs").get_by_text("English").click()
    expect(english).to_be_visible()
    expect(thai).to_be_hidden()
    english.fill("Written on a phone")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    before = release.title_th
    release.refresh_from_db()
    assert (release.title_th, release.title_en) == (before, "Written on a phone")


def test_a_form_is_no_wider_than_the_phone_before_its_icons_have_come(desk):
    desk.route("**/material-icons.woff2", lambda route: route.abort())
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto("/admin/news/pressrelease/add/")
    ready(desk)
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360


def test_links_given_out_fit_a_phone_and_say_what_each_moment_is(desk, editor):
    release = PressReleaseFactory()
    until = timezone.now() + timedelta(days=3)
    previewing.share(release=release, by=editor, recipient="สำนักประชาสัมพันธ์", expires_at=until)
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto(f"/admin/news/pressrelease/{release.pk}/previews/")
    links = desk.locator(".preview-links")
    assert links.evaluate("each => each.scrollWidth - each.clientWidth") == 0
    heads = links.locator("td[data-head]").evaluate_all(
        "all => all.map(each => getComputedStyle(each, '::before').content)"
    )
    assert len(heads) == 2
    assert all(len(head) > len('": "') for head in heads)


def test_a_row_of_a_list_on_a_phone_has_no_dash_without_its_columns_head(desk):
    PressReleaseFactory(topic=None)
    desk.goto("/admin/news/pressrelease/")
    empty = desk.locator("#result_list .nothing").first
    expect(empty).to_be_visible()
    desk.set_viewport_size({"width": 360, "height": 740})
    expect(empty).to_be_hidden()


def test_leaving_with_unsaved_changes_asks_first(desk):
    desk.goto(form_of(PressReleaseFactory()))
    ready(desk)
    desk.locator("#id_title_th").fill("ยังไม่ได้บันทึก")
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.get_by_role("link", name="หมวดข่าว").click()
    desk.wait_for_url("**/topic/")
    assert asked == ["beforeunload"]


def test_english_is_one_click_away_and_stays(desk, editor):
    desk.goto(form_of(PressReleaseFactory()))
    desk.get_by_role("button", name="English").click()
    expect(desk.get_by_role("button", name="Save draft")).to_be_visible()
    assert desk.url.endswith("/change/")
    assert DeskPreference.objects.get(user=editor).language == "en"


def test_the_time_is_asked_for_only_where_one_is_wanted(desk):
    desk.goto(f"/admin/news/pressrelease/{PressReleaseFactory().pk}/do/publish/")
    moment = desk.get_by_role("group", name="เผยแพร่วันที่")
    expect(moment).to_be_hidden()
    desk.get_by_label("ตั้งเวลาเผยแพร่").check()
    expect(moment).to_be_visible()
    expect(desk.get_by_text("เวลาไทย (UTC+7)")).to_be_visible()
    expect(desk.get_by_role("button", name="ตั้งเวลาเผยแพร่")).to_be_visible()


def test_the_text_editors_buttons_say_when_they_are_of_no_use(desk):
    desk.goto(form_of(PressReleaseFactory()))
    ready(desk)
    box = desk.locator(".prose-editor").first
    undo, bold = (box.locator(f"[data-name='{name}']") for name in ("history:undo", "bold"))
    expect(undo).to_have_attribute("aria-disabled", "true")
    expect(bold).to_have_attribute("aria-disabled", "false")
    box.get_by_role("textbox").press_sequentially("ข")
    expect(undo).to_have_attribute("aria-disabled", "false")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_no_screen_breaks_the_policy_its_width_or_accessibility(desk, width, scheme):
    version = published()
    add_photo(version.release)
    pk = version.release_id
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=scheme)
    for path in (
        "/admin/",
        "/admin/news/pressrelease/",
        form_of(version.release),
        f"/admin/news/pressrelease/{pk}/do/publish/",
        f"/admin/news/pressrelease/{pk}/versions/",
        f"/admin/preview/{pk}/th/",
    ):
        desk.goto(path)
        if path.endswith("/change/"):
            ready(desk)
        assert desk.evaluate("window.violations") == [], path
        wide = desk.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
        found = Axe().run(desk)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_the_page_for_signing_in_is_accessible(page, editor, context: BrowserContext):
    page.goto("/admin/login/")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
