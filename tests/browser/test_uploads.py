"""Twelve photos at once in a real browser, over a connection that breaks."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from news.models import Upload
from tests.browser.test_desk import desk, editor, form_of, ready, upload
from tests.factories import PressReleaseFactory, add_photo

__all__ = ["desk", "editor"]


def test_twelve_photos_arrive_once_each_though_the_connection_breaks(desk):
    release = PressReleaseFactory()
    desk.goto(form_of(release))
    ready(desk)
    broken = []

    def break_some(route: Route) -> None:
        """Every fourth piece never arrives, one server error among them."""
        broken.append(route.request.url)
        if len(broken) % 4 == 2:
            route.abort("connectionreset")
        elif len(broken) == 7:
            route.fulfill(status=502, body="bad gateway")
        else:
            route.continue_()

    desk.route(re.compile(r"/uploads/.+/$"), break_some)
    files = [upload(f"photo-{n}.jpg", f"#{n * 20 + 10:02x}4060") for n in range(12)]
    desk.locator("input[name=new_photos]").set_input_files(files)
    expect(desk.locator(".chosen progress")).to_have_count(12)
    # Saved at once: the form waits for the last file and then goes by itself.
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible(timeout=30_000)
    names = list(release.photos.values_list("original_name", flat=True))
    assert names == [f"photo-{n}.jpg" for n in range(12)]
    assert not Upload.objects.exists()
    assert len(broken) > 12


def test_files_that_came_before_the_page_was_closed_are_there_and_refusals_are_told(desk):
    release = PressReleaseFactory()
    desk.goto(form_of(release))
    ready(desk)
    page = {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": b"<html>no</html>"}
    desk.locator("input[name=new_photos]").set_input_files([upload("kept.jpg", "teal"), page])
    expect(desk.get_by_text("ได้รับแล้ว", exact=True)).to_be_visible()
    expect(desk.locator("li[data-state=failed] .upload-says")).to_contain_text("HTML")
    # What has arrived is not tried again, nor what is refused for what it is.
    expect(desk.get_by_role("button", name="ลองอีกครั้ง")).to_have_count(0)
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(form_of(release))
    ready(desk)
    expect(desk.locator(".kept")).to_contain_text("kept.jpg")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.locator(".photo-card")).to_have_count(1)


def test_the_focal_point_is_set_by_a_click_and_by_arrow_keys(desk):
    release = PressReleaseFactory()
    photo = add_photo(release, size=(600, 400))
    desk.goto(form_of(release))
    ready(desk)
    picture = desk.locator(".photo-card .focal img")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    across, down = (desk.locator(f"#id_photos-0-focal_{axis}") for axis in "xy")
    expect(down).to_have_value(re.compile("7[456]"))
    expect(across).to_have_value(re.compile("2[456]"))
    x, y = (int(value.input_value()) for value in (across, down))
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Shift+ArrowUp")
    expect(across).to_have_value(str(x + 1))
    told = re.compile(f"{x + 1} %, {y - 10} %")
    expect(desk.locator(".focal-mark")).to_have_attribute("aria-label", told)
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_text("บันทึกร่างแล้ว")).to_be_visible()
    photo.refresh_from_db()
    assert (photo.focal_x, photo.focal_y) == (x + 1, y - 10)
