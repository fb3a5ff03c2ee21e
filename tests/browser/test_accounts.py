"""An account's first day in a real browser: the link, the second step, a recovery code."""

import io
import re
import time

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django_otp.oath import TOTP
from PIL import Image
from playwright.sync_api import Page, expect

from news.accounts import links, second_step
from news.models import Epoch

PASSWORD = "rain-on-the-roof-4"


@pytest.fixture
def publisher(settings):
    settings.SECOND_STEP_REQUIRED = True
    Epoch.objects.get_or_create(pk=1)
    user = get_user_model().objects.create_user("somsri", is_staff=True)
    # Tests that commit empty the tables, and with them what a migration put there.
    user.groups.add(Group.objects.get_or_create(name="publisher")[0])
    return user


def is_sound(page: Page) -> None:
    """No violation that axe knows of, and nothing to scroll for sideways on a phone."""
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sign_in(page: Page) -> None:
    page.get_by_label("ชื่อผู้ใช้").fill("somsri")
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()


def scanned(page: Page) -> str:
    """What a telephone's camera reads off the screen."""
    picture = page.locator(".account-code")
    expect(picture).to_have_js_property("complete", value=True)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    return code.text


def test_a_publishers_first_day_on_a_phone(page: Page, publisher):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(links.make(publisher).removeprefix("http://testserver"))
    is_sound(page)
    page.get_by_label("รหัสผ่านใหม่", exact=False).first.fill(PASSWORD)
    page.get_by_label("ยืนยันการตั้งรหัสผ่านใหม่").fill(PASSWORD)
    page.get_by_role("button", name="ตั้งรหัสผ่าน").click()
    sign_in(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("ตั้งค่าการยืนยันตัวตนขั้นที่สอง")
    is_sound(page)
    device = publisher.totpdevice_set.get()
    key = second_step.typed_key(device).replace(" ", "")
    assert re.match(rf"otpauth://totp/OCSC.*somsri\?secret={key}&", scanned(page))
    clock = TOTP(device.bin_key)
    clock.time = time.time()
    page.get_by_label("รหัส 6 หลัก").fill(f"{clock.token():06d}")
    page.keyboard.press("Enter")
    shown = page.locator(".account-codes code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    is_sound(page)
    page.get_by_role("link", name="เก็บรหัสไว้แล้ว ไปต่อ").click()
    expect(page.get_by_role("heading", name="โต๊ะข่าว", exact=True)).to_be_visible()

    page.get_by_text("somsri", exact=True).click()
    page.get_by_role("link", name="บัญชีของฉัน").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("บัญชีของฉัน")
    is_sound(page)
    page.get_by_text("somsri", exact=True).click()
    page.get_by_role("button", name="ออกจากระบบ", exact=True).click()
    page.goto("/admin/news/pressrelease/")
    sign_in(page)
    page.get_by_role("link", name="ใช้รหัสสำรอง").click()
    expect(page.get_by_label("รหัสสำรอง")).to_be_visible()
    is_sound(page)
    page.get_by_label("รหัสสำรอง").fill(codes[3])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/admin/news/pressrelease/$"))
    expect(page.get_by_text("เหลืออีก 9 รหัส")).to_be_visible()
