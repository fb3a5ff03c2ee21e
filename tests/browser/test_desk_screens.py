"""Every screen of the desk, found by following its links, as a tool for accessibility sees it."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from news import publishing, reviewing
from news.models import (
    DeskPreference,
    Epoch,
    Erasure,
    FormerMiss,
    GlossaryTerm,
    KeyMiss,
    LegacyPath,
    PressRelease,
    ReaderReport,
    SearchMiss,
    ShortLink,
    SiteSettings,
    Visit,
)
from tests.browser.conftest import let_in
from tests.factories import (
    PressReleaseFactory,
    add_photo,
    part_of_series,
    person,
    published,
    scheduled,
)

# Scripts, files and what ends the session.
_NO_SCREENS = re.compile(r"/admin/(jsi18n|logout|media)/|\.(csv|zip|png|svg)\b|/csv/|/export")
_LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map(link => link.href)"
_SHOWN_BEYOND = """[...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.outerHTML.slice(0, 120)).slice(-5)"""
REFUSED = ("/admin/no-such-screen/", "/admin/news/auditentry/add/")
"""Addresses of no screen, and of one that nobody may have: 404 and 403."""

WALKS = [
    ("administrator", "th", 360, "light"),
    ("administrator", "en", 1280, "dark"),
    ("administrator", "th", 1280, "light"),
    ("administrator", "en", 360, "dark"),
    ("publisher", "th", 360, "dark"),
    ("publisher", "en", 1280, "light"),
]
"""Who walks, in which language, how wide (a telephone, a desk) and in which colours."""

_FORM = "admin:news_pressrelease_change"


@pytest.fixture
def full_desk() -> None:
    """Something to see on every screen."""
    Epoch.objects.get_or_create(pk=1)
    SiteSettings.objects.get_or_create(pk=1)
    today = timezone.localdate()
    release = published().release
    add_photo(release)
    part_of_series(release)
    scheduled()
    publishing.withdraw(release=published().release, reason="error")
    colleague = person("writer", "colleague")
    reviewing.submit(release=PressReleaseFactory(), by=colleague)
    PressReleaseFactory(is_limited=True, translation_is_stale=True)
    GlossaryTerm.objects.create(name_th="กองข่าว", name_en="News Division")
    LegacyPath.objects.create(path="/blog/2017/03/ข่าวเก่า", release=release)
    FormerMiss.objects.create(day=today, path="/blog/2018/05/ข่าวที่หาไม่พบ", count=3)
    SearchMiss.objects.create(day=today, words="เบี้ยเลี้ยง", count=4)
    KeyMiss.objects.create(day=today, key="exam-2569", count=6)
    ShortLink.objects.create(key="skills-2017", release=release)
    Visit.objects.create(
        day=today, key=release.code, channel="line", language="th", is_bot=False, count=12
    )
    ReaderReport.objects.create(
        release=release, version_number=1, language="th", message="ชื่อสะกดผิด", quote="สมศักดิ์"
    )
    Erasure.objects.create(
        release=published().release,
        reason=Erasure.Reason.PRIVACY,
        requested_by="somchai",
        requested_at=timezone.now(),
    )


def signed_in(context: BrowserContext, base_url: str, role: str, language: str) -> None:
    user = person(role, f"the-{role}")
    DeskPreference.objects.create(user=user, language=language)
    PressRelease.objects.get(is_limited=True).named.add(user)
    let_in(context, base_url, user)


def screens(page: Page, *starts: str) -> Iterator[str]:
    """Open the screens of the desk one after the other, one of each view, and the form of every
    release, as from there lead the deeds that its state allows; gives their addresses.
    """
    ahead, seen = list(starts), set()
    while ahead:
        address = ahead.pop(0)
        view = resolve(urlsplit(address).path)
        release = view.kwargs["object_id"] if view.view_name == _FORM else None
        kind = (view.view_name, view.kwargs.get("action"), view.kwargs.get("url"), release)
        if kind in seen:
            continue
        seen.add(kind)
        page.goto(address)
        yield address
        links = map(urlsplit, page.evaluate(_LINKS))
        ahead += [
            link._replace(scheme="", netloc="", fragment="").geturl()
            for link in links
            if link.path.startswith("/admin/") and not _NO_SCREENS.search(link.path)
        ]


def faults(page: Page) -> Iterator[str]:
    if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        yield f"{wide} px too wide: {page.evaluate(_SHOWN_BEYOND)}"
    for violation in Axe().run(page).response["violations"]:
        yield f"{violation['id']}: {[node['html'][:200] for node in violation['nodes'][:3]]}"


@pytest.mark.drill
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("full_desk")
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: "-".join(map(str, walk)))
def test_every_screen_is_accessible_and_fits(page, context, base_url, walk):
    role, language, width, scheme = walk
    signed_in(context, base_url, role, language)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    walked, found = [], []
    for address in screens(page, "/admin/", *REFUSED):
        walked.append(address)
        found += [f"{address}: {fault}" for fault in faults(page)]
    assert not found, "\n".join(found)
    assert len(walked) > 45
