"""The 1200x630 picture that LINE, Facebook and X show of a shared release.

Drawn for a thumbnail 300 pixels wide: one photograph, one headline, who says it and when. Without
a photograph the headline takes the whole card.
"""

import hashlib
import json
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageDraw

from news.images.derivatives import encode, pixels_of
from news.images.lettering import BOLD, REGULAR, Setting, set_text
from news.images.ornament import emblem
from news.images.recipes import CENTRE

VERSION = 1
"""Raise it when the same words give another picture: every card gets a new address."""

SIZE = WIDTH, HEIGHT = 1200, 630
MAX_BYTES = 300_000
QUALITY = 90

MARGIN = 64
FOOT = 96
"""Pixels at the bottom for the organisation and the date."""

# The site's own colours (static/css/site.css).
BAND = (44, 16, 59)
BAND_DEEP = (33, 10, 46)
GOLD = (224, 185, 90)
WHITE = (255, 255, 255)
SOFT = (220, 205, 230)

HEADLINE_SIZES_ON_PHOTO = (66, 58, 52, 48, 46)
HEADLINE_SIZES_ALONE = (92, 80, 70, 60, 52)
"""Pixels; the first that fits. 46 are 11 on a thumbnail."""

ROOM_ON_PHOTO = 296
"""Pixels that a headline may take of the card's height, so that half of the photograph stays."""

LABEL_TOP, LABEL_BOTTOM = 40, 96

FADE = 150
"""Pixels over which the photograph sinks into the band."""


def draw_card(
    *,
    headline: str,
    language: str,
    date_text: str,
    organisation: str,
    cover_path: Path | BinaryIO | None = None,
    focal: tuple[float, float] = CENTRE,
    label: str | None = None,
) -> bytes:
    """A release's share card in one language, as a JPEG of at most 300,000 bytes.

    ``date_text`` and ``organisation`` stand below the headline as they are given; ``label`` is a
    word or two in the upper corner, such as "sample". Raises `ShapingUnavailable` where Thai can't
    be drawn, and whatever Pillow raises for a cover that can't be read.
    """
    above = LABEL_BOTTOM if label else LABEL_TOP
    setting = set_text(
        headline,
        file=BOLD,
        sizes=HEADLINE_SIZES_ON_PHOTO if cover_path else HEADLINE_SIZES_ALONE,
        room=(WIDTH - 2 * MARGIN, ROOM_ON_PHOTO if cover_path else HEIGHT - FOOT - above),
        language=language,
    )
    if cover_path:
        top = HEIGHT - FOOT - setting.height
        card = _photo_ground(cover_path, focal, top)
    else:
        top = above + (HEIGHT - FOOT - above - setting.height) // 2
        card = _plain_ground()
    draw = ImageDraw.Draw(card)
    setting.draw(draw, MARGIN, top, WHITE)
    _draw_foot(card, draw, organisation, date_text, language)
    if label:
        _draw_label(draw, label, language)
    return encode(card, "jpeg", QUALITY, MAX_BYTES)


def card_hash(
    *,
    headline: str,
    language: str,
    date_text: str,
    organisation: str,
    cover_sha256: str | None = None,
    focal: tuple[float, float] = CENTRE,
    label: str | None = None,
) -> str:
    """64 hex digits for the card's address: other content, another address. Draws nothing."""
    content = [
        VERSION,
        headline,
        language,
        date_text,
        organisation,
        cover_sha256,
        [round(share, 4) for share in focal] if cover_sha256 else None,
        label,
    ]
    return hashlib.sha256(json.dumps(content).encode("ascii")).hexdigest()


def _photo_ground(path, focal, text_top):
    """The photograph above, sinking into the band on which the text stands."""
    card = Image.new("RGB", SIZE, BAND_DEEP)
    shown = text_top + 32
    card.paste(pixels_of(path, (WIDTH, shown), focal), (0, 0))
    veil = Image.new("L", (1, HEIGHT), 255)
    for y in range(shown):
        share = min(max((y - shown + FADE) / FADE, 0), 1)
        veil.putpixel((0, y), round(255 * share * share * (3 - 2 * share)))
    card.paste(BAND_DEEP, (0, 0), veil.resize(SIZE))
    return card


def _plain_ground():
    """The band with the emblem, large and hardly lighter, in the corner that text leaves free."""
    card = Image.linear_gradient("L").resize(SIZE)
    card = Image.composite(Image.new("RGB", SIZE, BAND_DEEP), Image.new("RGB", SIZE, BAND), card)
    shade = emblem(760).point(lambda value: value * 22 // 255)
    card.paste(GOLD, (WIDTH - 420, -250), shade)
    return card


def _draw_foot(card, draw, organisation, date_text, language):
    baseline = HEIGHT - 44
    draw.rectangle((MARGIN, HEIGHT - FOOT, WIDTH - MARGIN, HEIGHT - FOOT + 1), fill=GOLD)
    card.paste(GOLD, (MARGIN, baseline - 36), emblem(48))
    date = _one_line(date_text, REGULAR, 400, language)
    room = WIDTH - 2 * MARGIN - date.width - 64 - 32
    name = _one_line(organisation, BOLD, room, language)
    _draw_line(draw, name, (MARGIN + 64, baseline), WHITE)
    _draw_line(draw, date, (WIDTH - MARGIN - date.width, baseline), SOFT)


def _one_line(text, file, room, language) -> Setting:
    return set_text(text, file=file, sizes=(32, 28, 24), room=(room, 2 * 32), language=language)


def _draw_label(draw, label, language):
    setting = _one_line(label, BOLD, WIDTH // 2, language)
    right = MARGIN + setting.width + 40
    draw.rounded_rectangle((MARGIN, LABEL_TOP, right, LABEL_BOTTOM), 28, fill=GOLD)
    _draw_line(draw, setting, (MARGIN + 20, LABEL_BOTTOM - 19), BAND_DEEP)


def _draw_line(draw, setting, place, fill):
    """Draw a setting of at most one line with its baseline starting at ``place``."""
    for line in setting.lines:
        draw.text(place, line, fill, setting.font, "ls", language=setting.language)
