"""Reading with large letters, a keyboard, a thick finger, high contrast or on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.readers.conftest import SEED, SEED_PATH

PATHS = {
    "home": "{lang}/",
    "release": f"{{lang}}/{SEED_PATH}",
    "photo": f"{{lang}}/news/{SEED}/photo/2/",
    "archive": "{lang}/archive/",
    "month": "{lang}/archive/2017/05/",
    "topics": "{lang}/topics/",
    "corrections": "{lang}/corrections/",
    "report": f"{{lang}}/report/{SEED}/1/",
    "search": "{lang}/search/?q=2560",
    "data": "{lang}/data/",
    "integrity": "{lang}/data/integrity/",
    "accessibility": "{lang}/accessibility/",
    "privacy": "{lang}/privacy/",
}
SMALLEST = {"width": 320, "height": 700}
PHONE = {"width": 360, "height": 700}
DESK = {"width": 1280, "height": 800}
INFO = {"th": f"/s/{SEED}/info", "en": f"/s/{SEED}/en/info"}

languages = pytest.mark.parametrize("lang", ["th", "en"])


def paths(lang: str) -> dict[str, str]:
    """name -> path of the pages that are read here."""
    own = {name: f"/{path.format(lang=lang)}" for name, path in PATHS.items()}
    return own | {"about a short link": INFO[lang]}


# What a reader can't read: beyond the edge, cut by its own box, or under another text. Thai marks
# stand above the letters, so a line box as high as a Latin one cuts them: the text's own ink is
# compared with the nearest ancestor that cuts.
UNREADABLE = """() => {
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth)
    faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}`);
  const name = (node) => node.parentElement.outerHTML.slice(0, 60) + " | " + node.data.trim();
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const cuts = (element) => /hidden|clip/.test(getComputedStyle(element).overflow);
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest(".hidden-text, .skip"))
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((box) => box.width && box.height);
    let holder = element;
    while (holder && !cuts(holder) && !scrolls(holder)) holder = holder.parentElement;
    const limit = holder?.getBoundingClientRect();
    for (const line of lines) {
      if (!(holder && scrolls(holder)) && (line.right > innerWidth + 1 || line.left < -1))
        faults.push(`beyond the edge: ${name(node)}`);
      if (limit && cuts(holder) &&
          (line.top < limit.top - 1 || line.bottom > limit.bottom + 1 ||
           line.left < limit.left - 1 || line.right > limit.right + 1))
        faults.push(`cut: ${name(node)}`);
      // The box of a line is as high as the font; a quarter at each end is room for marks.
      boxes.push({ node, left: line.left + 1, right: line.right - 1,
                   top: line.top + line.height / 4, bottom: line.bottom - line.height / 4 });
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1)) {
      if (other.top >= one.bottom) break;
      if (one.node !== other.node && one.left < other.right && other.left < one.right)
        faults.push(`overlap: ${name(one.node)} / ${name(other.node)}`);
    }
  });
  return [...new Set(faults)];
}"""

OUT_OF_ITS_BOX = """() => [...document.querySelectorAll(".periods a")].filter((box) => {
  const { paddingInlineEnd } = getComputedStyle(box);
  const [outer, count] = [box, box.querySelector(".period-count")]
    .map((element) => element.getBoundingClientRect());
  return count.right > outer.right - parseFloat(paddingInlineEnd) + 1 ||
    count.bottom > outer.bottom;
}).map((box) => box.textContent)"""

# WCAG 1.4.12: what a reader's own style sheet may ask for. Letters of Thai are never set apart.
WIDER_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; word-spacing: 0.16em !important }
    :lang(en) { letter-spacing: 0.12em !important } p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
TWICE_THE_SIZE = "document.documentElement.style.fontSize = '200%'"


# WCAG 2.5.8: 24 px each way; or a circle of 24 px round the middle that touches no other target's;
# or in a sentence, where the line's height rules.
SMALL_TARGETS = """() => {
  const targets = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0'], label:has(input)")]
    .filter((element) => element.checkVisibility() && !element.closest(".hidden-text, .skip"))
    .map((element) => {
      const whole = getComputedStyle(element, "::after");
      const stretched = whole.content !== "none" && whole.position === "absolute"
        ? element.closest(".entry") : null;
      return { element, box: (stretched ?? element).getBoundingClientRect() };
    });
  const middle = ({ box }) => [box.left + box.width / 2, box.top + box.height / 2];
  const inSentence = ({ element }) => {
    const block = element.closest("p, li, dd, dt, figcaption, small, td");
    return element.matches("a") && getComputedStyle(element).display === "inline" && block &&
      [...block.childNodes].some((node) => !node.contains(element) && !node.matches?.("a") &&
        /\\p{L}/u.test(node.textContent));
  };
  return targets.filter((target) => {
    const { box } = target;
    if (box.width >= 24 && box.height >= 24) return false;
    if (inSentence(target)) return false;
    const [x, y] = middle(target);
    return targets.some((other) => {
      if (other === target || other.element.contains(target.element)) return false;
      const nearestX = Math.max(other.box.left, Math.min(x, other.box.right));
      const nearestY = Math.max(other.box.top, Math.min(y, other.box.bottom));
      const small = other.box.width < 24 || other.box.height < 24;
      const [otherX, otherY] = middle(other);
      return Math.hypot(x - nearestX, y - nearestY) < 12 ||
        (small && Math.hypot(x - otherX, y - otherY) < 24);
    });
  }).map(({ element, box }) =>
    `${Math.round(box.width)} x ${Math.round(box.height)}: ${element.outerHTML.slice(0, 90)}`);
}"""

# Every run of Thai letters in Thai, of Latin words in English; names, loan words and addresses
# need no change of language (WCAG 3.1.2), so a Latin run counts from three words.
WRONG_LANGUAGE = """() => {
  const faults = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const check = (text, element) => {
    const lang = element.closest("[lang]").lang;
    const thai = (text.match(/[\\u0e01-\\u0e4e]/g) ?? []).length;
    const words = (text.match(
      /(?<![\\p{L}\\p{N}./:@_-])[A-Za-z’']{2,}(?![./:@_-]?[\\p{L}\\p{N}])/gu) ?? []).length;
    if (lang === "en" && thai > 0) faults.push(`Thai in en: ${text.trim()}`);
    if (lang === "th" && thai === 0 && words >= 3) faults.push(`English in th: ${text.trim()}`);
  };
  for (let node; (node = walker.nextNode()); ) {
    const element = node.parentElement;
    if (!element.closest("script, style, code, [translate=no]")) check(node.data, element);
  }
  for (const element of document.querySelectorAll("[alt], [aria-label], [placeholder], [title]"))
    for (const name of ["alt", "aria-label", "placeholder", "title"])
      if (element.hasAttribute(name)) check(element.getAttribute(name), element);
  return faults;
}"""


@languages
def test_every_page_reads_well_at_every_size_of_screen_and_text(page: Page, lang: str):
    """WCAG 1.4.4, 1.4.10 and 1.4.12 (size, reflow, spacing), 2.5.8 (targets), 3.1.2 (languages):
    each page is loaded once and looked at in turn as on a phone, at a desk, at 400 % of 1280
    pixels, with text twice as large and with a reader's own spacing.
    """
    faults = {}
    for name, path in paths(lang).items():
        page.set_viewport_size(PHONE)
        page.goto(path)
        found = {"languages": page.evaluate(WRONG_LANGUAGE), "phone": page.evaluate(SMALL_TARGETS)}
        page.set_viewport_size(DESK)
        found["desk"] = page.evaluate(SMALL_TARGETS)
        page.set_viewport_size(SMALLEST)
        found["400 %"] = page.evaluate(UNREADABLE)
        page.evaluate(TWICE_THE_SIZE)
        for size in (SMALLEST, PHONE, DESK):
            page.set_viewport_size(size)
            found[f"200 % at {size['width']}"] = page.evaluate(UNREADABLE)
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size(PHONE)
        page.evaluate(WIDER_SPACING)
        found["wider spacing"] = page.evaluate(UNREADABLE)
        faults |= {f"{name}, {state}": each for state, each in found.items() if each}
    assert faults == {}


@languages
@pytest.mark.parametrize("period", ["", "2026/", "2026/06/", "?fiscal=2026"])
def test_a_count_stands_in_the_box_of_its_month_or_day(page: Page, lang: str, period: str):
    page.set_viewport_size(PHONE)
    page.goto(f"/{lang}/archive/{period}")
    assert page.locator(".periods a").count()
    page.evaluate("""document.querySelectorAll(".period-count").forEach((count) => {
      count.textContent = "412"
    })""")
    assert page.evaluate(OUT_OF_ITS_BOX) == []
    page.evaluate(TWICE_THE_SIZE)
    assert page.evaluate(OUT_OF_ITS_BOX) == []


FOCUSED = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const drawn = element.closest(".entry:has(:is(h2, h3) a:focus-visible)") ?? element;
  const style = getComputedStyle(drawn);
  const box = element.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 10)];
  const top = document.elementFromPoint(x, y);
  const faults = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
    faults.push("no outline");
  if (box.bottom <= 0 || box.top >= innerHeight) faults.push("out of sight");
  else if (!top || !(element.contains(top) || top.contains(element) || drawn.contains(top)))
    faults.push(`under ${top?.outerHTML.slice(0, 60)}`);
  return [element.outerHTML.slice(0, 90), faults];
}"""

REACHABLE = """[...document.querySelectorAll(
  "a[href], button, input, select, summary, [tabindex='0']")]
  .filter((element) => element.checkVisibility())"""

MOVES = """() => [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  return style.transitionDuration !== "0s" || style.animationName !== "none";
}).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, colours: str):
    """Also where the system sets the colours itself; nothing moves for those who asked for rest."""
    page.emulate_media(
        color_scheme="dark" if colours == "dark" else "light",
        forced_colors="active" if colours == "forced" else "none",
        reduced_motion="reduce",
    )
    page.set_viewport_size(DESK)
    for path in ("/th/", f"/th/{SEED_PATH}", "/th/search/?q=2560"):
        page.goto(path)
        assert page.evaluate(MOVES) == []
        reachable = page.evaluate(f"{REACHABLE}.length")
        stops, faults = [], []
        page.keyboard.press("Tab")
        while (stop := page.evaluate(FOCUSED)) and len(stops) <= reachable:
            stops.append(stop[0])
            faults += [stop] if stop[1] else []
            page.keyboard.press("Tab")
        assert faults == []
        assert len(stops) == reachable, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_asks_for_more_contrast_gets_seven_to_one(page: Page, scheme: str):
    """WCAG 1.4.6, the enhanced level, under `prefers-contrast: more`."""
    page.emulate_media(color_scheme=scheme, contrast="more")
    enhanced = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
    for path in ("/th/", f"/en/{SEED_PATH}", "/th/search/?q=2560"):
        page.goto(path)
        violations = Axe().run(page, options=enhanced).response["violations"]
        faint = [
            (node["html"][:90], node["any"][0]["message"])
            for each in violations
            for node in each["nodes"]
        ]
        assert faint == []
