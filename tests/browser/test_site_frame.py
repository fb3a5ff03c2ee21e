"""The mourning theme and the notice as readers see them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from news import publishing
from news.caching import reader
from news.models import Epoch, SiteSettings
from tests.factories import PressReleaseFactory, add_photo

COLOURFUL = """() => [...document.querySelectorAll("body *")].flatMap((element) => {
  const style = getComputedStyle(element);
  return ["color", "backgroundColor", "borderTopColor"].filter((name) => {
    const [red, green, blue, alpha = 1] = style[name].match(/[\\d.]+/g).map(Number);
    return alpha > 0 && Math.max(red, green, blue) - Math.min(red, green, blue) > 2;
  }).map((name) => `${name} ${style[name]}: ${element.outerHTML.slice(0, 60)}`);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_mourning_nothing_has_colour_and_everything_is_read_as_well(page: Page, scheme: str):
    release = PressReleaseFactory()
    add_photo(release, colour="crimson", size=(600, 400))
    version = publishing.publish(release=release)
    SiteSettings.objects.create(
        pk=1,
        in_mourning=True,
        banner_shown=True,
        banner_level="urgent",
        banner_th="ปิดทำการวันนี้",
        banner_en="Closed today",
    )
    Epoch.objects.raise_site_revision()
    reader.forget()
    page.emulate_media(color_scheme=scheme)
    for path in ("/th/", f"/en/news/{version.code}/", "/th/archive/"):
        page.goto(path)
        words = "Closed today" if path.startswith("/en/") else "ปิดทำการวันนี้"
        expect(page.locator(".site-notice")).to_contain_text(words)
        assert page.evaluate(COLOURFUL) == []
        for image in page.locator("main img").all():
            assert image.evaluate("(image) => getComputedStyle(image).filter") == "grayscale(1)"
        violations = Axe().run(page).response["violations"]
        assert [violation["id"] for violation in violations] == []
