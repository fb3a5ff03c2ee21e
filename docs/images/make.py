#!/usr/bin/env python3
"""Take the pictures of this folder anew, from the samples on a server of their own.

    python docs/images/make.py

Needs what the browser tests need: requirements-dev.txt and Chromium.
"""

import io
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent.parent))

from tests.browser.conftest import LAUNCH_ARGUMENTS, chromium  # noqa: E402
from tests.browser.site import manage, prepared, running  # noqa: E402

SEED = "news/k7m4q2/digital-skills-for-public-officials/"
DESK, PHONE = (1280, 900), (390, 844)
PICTURES = {
    "home": ("th/", DESK, "light"),
    "release-phone": (f"th/{SEED}", PHONE, "light"),
    "release-dark": (f"en/{SEED}", DESK, "dark"),
    "archive": ("th/archive/", DESK, "light"),
    "search-phone": ("th/search/?q=ดิจิทัล", PHONE, "light"),
    "privacy-phone": ("th/privacy/", PHONE, "light"),
}
PRINTED = f"th/{SEED}"
IN_MOURNING = """
from news.models import Epoch, SiteSettings
SiteSettings.objects.create(
    pk=1, in_mourning=True, banner_shown=True,
    banner_th="สำนักงาน ก.พ. งดกิจกรรมรื่นเริงทุกกิจกรรมจนถึงวันที่ 31 ธันวาคม 2569",
    banner_en="The Office holds no festivities until 31 December 2026.",
)
Epoch.objects.raise_site_revision()
"""


def take(page: Page, address: str, size: tuple[int, int], scheme: str) -> Image.Image:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    page.goto(address, wait_until="networkidle")
    return Image.open(io.BytesIO(page.screenshot()))


def first_sheet(page: Page, address: str) -> Image.Image:
    page.goto(address, wait_until="networkidle")
    return pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))[0].render(scale=1.5).to_pil()


def save(name: str, picture: Image.Image) -> None:
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        FOLDER / f"{name}.png", optimize=True
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = prepared(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=chromium(whole=True), args=LAUNCH_ARGUMENTS
        )
        page = browser.new_page()
        with running(data) as site:
            for name, (path, size, scheme) in PICTURES.items():
                save(name, take(page, f"{site}/{path}", size, scheme))
            save("release-printed", first_sheet(page, f"{site}/{PRINTED}"))
        manage(data, "shell", "--command", IN_MOURNING)
        with running(data) as site:
            save("home-mourning", take(page, f"{site}/th/", DESK, "light"))
        browser.close()


if __name__ == "__main__":
    main()
