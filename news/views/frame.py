"""What the desk sets round every page, for the base template: theme and banner."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from news.caching import EpochUnreadable, Frame, reader
from news.models import SiteSettings

THEME_COLOURS = {False: "#2c103b", True: "#1c1c1c"}
"""Of the masthead, by whether the country is in mourning: browsers colour their own frame so."""


@dataclass(frozen=True, slots=True)
class Banner:
    """A notice above every page. `title` says how much it weighs, for those who don't see it."""

    level: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class FrameView:
    theme: str
    theme_colour: str
    banner: Banner | None


def frame(request: HttpRequest) -> dict:
    """A context processor. Asked for by the base template of public pages alone, and answered from
    what the epoch was read with: no page pays a query for it.
    """
    return {"frame": SimpleLazyObject(_current)}


def _current() -> FrameView:
    try:
        return frame_view(reader.current(timezone.now()).frame)
    except EpochUnreadable:
        return frame_view(Frame())  # an answer that the database is away needs no banner


def frame_view(known: Frame) -> FrameView:
    """What a template shows of a frame. A page that is kept by a frame is given that one, for the
    epoch may be another one, or be lost, by the time that it is rendered.
    """
    return FrameView(
        theme="mourning" if known.mourning else "",
        theme_colour=THEME_COLOURS[known.mourning],
        banner=_banner(known) if known.level else None,
    )


def _banner(known: Frame) -> Banner:
    urgent = known.level == SiteSettings.Level.URGENT
    return Banner(
        level=known.level,
        title=gettext("Urgent notice") if urgent else gettext("Notice"),
        text=known.en if get_language() == "en" else known.th,
    )
