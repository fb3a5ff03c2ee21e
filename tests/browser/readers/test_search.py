"""Searching by keyboard: what is offered while typing, and what the page answers."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

TYPED = {"th": "ดิจิ", "en": "digital skil"}


def sound(page: Page) -> list[str]:
    """What axe objects to, and whether the page is wider than its window."""
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["too wide"] if wide else [])]


@pytest.mark.parametrize(("lang", "width"), [("th", 360), ("en", 1280)])
def test_titles_are_offered_while_typing_and_taken_by_keyboard(page: Page, lang: str, width: int):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"/{lang}/search/")
    box = page.locator("#search-words[role=combobox]")
    box.press_sequentially(TYPED[lang])
    options = page.locator("#search-words ~ [role=listbox] [role=option]")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#search-words ~ [role=status]")).to_have_text(re.compile(r"\d"))
    assert sound(page) == []

    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    active = options.first.get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", active)
    assert sound(page) == []
    box.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", active)
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value(TYPED[lang])

    box.press("Backspace")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(rf"/{lang}/news/[a-z0-9]+/"))


@pytest.mark.parametrize(("lang", "width"), [("th", 1280), ("en", 360)])
def test_every_kind_of_answer_is_sound(page: Page, lang: str, width: int):
    page.set_viewport_size({"width": width, "height": 740})
    for query, seen in [
        ("ดิจิทัล", "main mark"),
        ("ดิจิทัล&lang=th&from=2010-01-01&topic=people-development", "main .active-filter"),
        ("ดิจิตัล", "main .search-note"),
        ("ก.พ.", "main a[href*='%E0%B8%81%E0%B8%B8%E0%B8%A1%E0%B8%A0']"),
        ("qwxz qwxy", "main .search-help a"),
    ]:
        page.goto(f"/{lang}/search/?q={query}")
        expect(page.locator(seen).first).to_be_visible()
        assert sound(page) == [], query


@pytest.mark.parametrize(("lang", "width"), [("th", 360), ("en", 1280)])
def test_a_filter_stays_with_other_words_until_it_is_removed_by_keyboard(
    page: Page, lang: str, width: int
):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"/{lang}/search/?q=ประชุม&lang=th&sort=date")
    filters = page.locator("main .active-filter")
    box = page.locator("#search-words")
    box.fill("ดิจิทัล")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"(?=.*lang=th)(?=.*sort=date)"))
    expect(box).to_have_value("ดิจิทัล")
    expect(filters).to_have_count(1)

    filters.focus()
    filters.press("Enter")
    expect(filters).to_have_count(0)
    expect(box).to_have_value("ดิจิทัล")


@pytest.mark.parametrize(("lang", "words"), [("th", "ภาพวาด"), ("en", "drawing")])
def test_a_phone_shows_where_a_release_has_the_words_that_its_headline_lacks(
    page: Page, lang: str, words: str
):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/{lang}/search/?q={words}")
    mark = page.locator(".row-summary mark").first
    expect(mark).to_be_visible()
    expect(mark).to_have_text(re.compile(words, re.IGNORECASE))
    photo = page.locator(".row:has(mark) .entry-image").first.bounding_box()
    assert photo["y"] + photo["height"] <= mark.bounding_box()["y"]
    assert sound(page) == []
