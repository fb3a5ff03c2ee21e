"""What must hold for every kind of public page in a real browser, in both languages."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, Route

from tests.browser.readers.conftest import SEED, SEED_PATH
from tests.html_checker import errors_in

PATHS = {
    "home": "{lang}/",
    "release": f"{{lang}}/{SEED_PATH}",
    "sample": "{lang}/news/8yybd3/",
    "other language only": "{lang}/news/{lacking}/",
    "version": f"{{lang}}/news/{SEED}/v/1/",
    "photo": f"{{lang}}/news/{SEED}/photo/2/",
    "topics": "{lang}/topics/",
    "topic": "{lang}/topics/people-development/",
    "year": "{lang}/archive/2017/",
    "search": "{lang}/search/?q=2560",
    "accessibility": "{lang}/accessibility/",
    "privacy": "{lang}/privacy/",
    "not found": "{lang}/nothing/",
    "corrections": "{lang}/corrections/",
    "fiscal year": "{lang}/archive/?fiscal=2018",
    "error report": f"{{lang}}/report/{SEED}/1/",
}
# Releases of the samples that have no text in the page's language.
LACKING = {"th": "gt4tqc", "en": "a55rw2"}

PHONE = {"width": 360, "height": 740}

languages = pytest.mark.parametrize("lang", ["th", "en"])


def paths(lang: str) -> dict[str, str]:
    return {
        name: f"/{path.format(lang=lang, lacking=LACKING[lang])}" for name, path in PATHS.items()
    }


BEYOND_THE_EDGE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 100))"""

TYPOGRAPHY = """() => {
  const thai = /[\\u0e00-\\u0e7f]/;
  const faults = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && thai.test(node.data));
    if (!own || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const leading = parseFloat(style.lineHeight) / size;
    const wrong = [];
    if (size < 15) wrong.push(`size ${size}`);
    if (leading < 1.39) wrong.push(`line-height ${leading}`);
    if (style.letterSpacing !== "normal") wrong.push("letter-spacing");
    if (style.fontStyle !== "normal") wrong.push("italic");
    if (style.textTransform !== "none") wrong.push(style.textTransform);
    if (style.textAlign === "justify") wrong.push("justified");
    if (style.wordBreak !== "normal") wrong.push(style.wordBreak);
    if (wrong.length) faults.push(`${element.outerHTML.slice(0, 80)}: ${wrong}`);
  }
  for (const paragraph of document.querySelectorAll(".prose > p")) {
    const { fontSize, lineHeight } = getComputedStyle(paragraph);
    if (parseFloat(fontSize) < 18) faults.push(`text at ${fontSize}`);
    if (parseFloat(lineHeight) / parseFloat(fontSize) < 1.7) faults.push("text too tight");
  }
  return faults;
}"""


@languages
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_page_is_sound(page: Page, complaints: list[str], lang: str, width: int, scheme: str):
    """Nothing for axe, nothing beyond the edge, Thai set as Thai, no word from the browser."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    faults = {}
    for name, path in paths(lang).items():
        page.goto(path)
        found = [
            f"{violation['id']}: {node['html'][:150]}"
            for violation in Axe().run(page).response["violations"]
            for node in violation["nodes"]
        ]
        found += page.evaluate(BEYOND_THE_EDGE)
        found += page.evaluate(TYPOGRAPHY)
        # That a page is not found is noted by the console as well.
        found += [text for text in complaints if name != "not found" or "404" not in text]
        complaints.clear()
        if found:
            faults[name] = found
    assert faults == {}


@languages
def test_nothing_reaches_beyond_the_edge_of_the_smallest_phone(page: Page, lang: str):
    page.set_viewport_size({"width": 320, "height": 640})
    for path in paths(lang).values():
        page.goto(path)
        assert page.evaluate(BEYOND_THE_EDGE) == [], path


def test_axe_finds_nothing_in_the_opened_viewer(page: Page):
    page.goto(f"/th/{SEED_PATH}")
    page.locator("#photo-1 a").click()
    page.locator(".pswp--open.pswp--ui-visible").wait_for()
    page.wait_for_timeout(1000)  # a viewer that is still fading in has half its contrast
    violations = Axe().run(page, context=".pswp").response["violations"]
    assert [violation["id"] for violation in violations] == []


def test_the_html_checker_finds_no_error(page: Page):
    documents = {}
    for lang in ("th", "en"):
        for name, path in paths(lang).items():
            documents[f"{lang} {name}"] = page.request.get(path).text()
    assert errors_in(documents) == []


def test_sarabun_arrives_and_nothing_else_is_needed(page: Page):
    page.goto(f"/th/{SEED_PATH}", wait_until="networkidle")
    families = page.evaluate(
        "[...document.fonts].filter((f) => f.status === 'loaded' && !f.family.includes('Fallback'))"
        ".map((f) => f.family.replaceAll('\"', ''))"
    )
    assert set(families) == {"Sarabun"}


@languages
@pytest.mark.parametrize("name", ["home", "release", "data"])
def test_only_fonts_that_the_page_needs_anyway_are_preloaded(page: Page, lang: str, name: str):
    """Without the hints the browser fetches what the text needs: of that, and nothing else, hints
    may speak.
    """
    preload = re.compile(r'<link rel="preload" as="font"[^>]*href="([^"]+)">')
    hinted: list[str] = []

    def without_hints(route: Route) -> None:
        answer = route.fetch()
        hinted.extend(preload.findall(answer.text()))
        route.fulfill(response=answer, body=preload.sub("", answer.text()))

    fetched: set[str] = set()
    page.on("request", lambda request: fetched.add(urlsplit(request.url).path))
    path = paths(lang).get(name, f"/{lang}/{name}/")
    page.route(f"**{path}", without_hints)
    page.goto(path, wait_until="networkidle")
    assert hinted != []
    # A busy browser lays out, and so asks for fonts, after the network has been idle for a while.
    for _ in range(100):
        if set(hinted) <= fetched:
            break
        page.wait_for_timeout(100)
    assert set(hinted) <= fetched


@languages
@pytest.mark.parametrize("name", ["home", "release"])
def test_nothing_moves_while_the_page_loads(page: Page, lang: str, name: str):
    page.set_viewport_size(PHONE)
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift +=
          entry.value; }).observe({type: "layout-shift", buffered: true});
          """
    )
    page.goto(paths(lang)[name], wait_until="networkidle")
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.01


@languages
def test_a_release_page_is_light(page: Page, lang: str):
    """HTML, CSS and JavaScript of a release page, compressed: less than 60 KB."""
    responses = []

    def note(response: Response) -> None:  # Playwright takes no builtin method
        responses.append(response)

    page.on("response", note)
    page.goto(paths(lang)["release"], wait_until="networkidle")
    # Weighed afterwards: a listener that asks for a body is still waiting when a slow page is done.
    sizes = {
        urlsplit(response.url).path: len(gzip.compress(response.body()))
        for response in responses
        if response.request.resource_type in ("document", "stylesheet", "script")
    }
    assert len(sizes) >= 5, sizes
    assert sum(sizes.values()) < 60_000, sizes
