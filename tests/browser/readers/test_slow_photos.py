"""While photographs are on their way their places are held, in their own colours."""

import re

import pytest
from playwright.sync_api import Page, Route

from tests.browser.readers.conftest import SEED, SEED_PATH

PATHS = {"home": "", "release": SEED_PATH, "photo": f"news/{SEED}/photo/1/"}
SCREENS = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 800}}

COUNT_SHIFTS = """
window.shift = 0;
window.moved = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    window.shift += entry.value;
    for (const {node, previousRect, currentRect} of entry.sources) {
      const what = node?.outerHTML?.slice(0, 120) ?? node?.textContent;
      window.moved.push([what, previousRect, currentRect]);
    }
  }
}).observe({type: "layout-shift", buffered: true});
"""

# Two frames: what the first one lays out, the second has told to those who observe.
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
ARRIVED = """() => {
  const seen = [...document.images].filter((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    return image.checkVisibility() && bottom > 0 && top < innerHeight;
  });
  return seen.every((image) => image.complete && image.naturalWidth > 0);
}"""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("lang", ["th", "en"])
def test_nothing_moves_when_a_photo_arrives_late(page: Page, lang: str, name: str, screen: str):
    page.set_viewport_size(SCREENS[screen])
    page.add_init_script(COUNT_SHIFTS)
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/media/**", hold)
    # What a late font moves is another matter, and measured with the pages.
    page.route("**/*.woff2", lambda route: route.abort())
    # However slow the machine: they arrive when the page has long been drawn without them.
    page.goto(f"/{lang}/{PATHS[name]}", wait_until="domcontentloaded")
    page.evaluate(DRAWN)
    page.mouse.wheel(0, 2000)
    page.evaluate(DRAWN)
    page.wait_for_timeout(100)  # those below ask when they come into sight
    assert late != []
    page.unroute("**/media/**", hold)
    for route in late:
        route.continue_()
    page.wait_for_load_state()
    page.wait_for_function(ARRIVED)
    page.evaluate(DRAWN)
    assert page.evaluate("[...document.images].some((image) => image.naturalWidth > 0)")
    assert page.evaluate("window.shift") < 0.001, page.evaluate("window.moved")


def test_until_then_its_own_colour_stands_there(page: Page):
    page.route("**/media/**", lambda route: route.abort())
    page.goto(f"/th/{SEED_PATH}")
    place = page.locator(".figure a").first
    shape = place.locator(".placeholder path")
    colour = shape.get_attribute("fill")
    assert re.fullmatch(r"#[0-9a-f]{6}", colour)
    painted = shape.evaluate("(path) => getComputedStyle(path).fill")
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    assert painted == f"rgb({red}, {green}, {blue})"
    held, covered = place.bounding_box(), place.locator(".placeholder").bounding_box()
    assert held["height"] > 150
    assert covered == held
