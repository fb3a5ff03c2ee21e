#!/usr/bin/env python3
"""Take the pictures of this folder anew, from the samples on a server of their own.

    python docs/images/make.py

Needs what the browser tests need: requirements-dev.txt and Chromium.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent.parent))

from tests.browser.conftest import LAUNCH_ARGUMENTS, chromium  # noqa: E402
from tests.browser.site import prepared, running  # noqa: E402

SEED = "news/k7m4q2/digital-skills-for-public-officials/"
DESK, PHONE = (1280, 900), (390, 844)
PICTURES = {
    "home": ("th/", DESK, "light"),
    "release-phone": (f"th/{SEED}", PHONE, "light"),
    "release-dark": (f"en/{SEED}", DESK, "dark"),
}


def take(page: Page, address: str, size: tuple[int, int], scheme: str) -> bytes:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    page.goto(address, wait_until="networkidle")
    return page.screenshot()


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(prepared(Path(folder))) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH_ARGUMENTS)
        page = browser.new_page()
        for name, (path, size, scheme) in PICTURES.items():
            picture = Image.open(io.BytesIO(take(page, f"{site}/{path}", size, scheme)))
            picture.convert("RGB").save(FOLDER / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
