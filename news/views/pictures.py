"""A version's photos as templates print them: every file named by its hash, nothing read from a
disk.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext

from news.images import recipes
from news.images.cards import HEIGHT, WIDTH
from news.images.lettering import raqm_available
from news.images.recipes import File, Picture, Shape
from news.models import Version
from news.sharing.addresses import absolute, photo_file_path
from news.sharing.cards import CONTENT_TYPE, card_of
from news.sharing.open_graph import Image


@dataclass(frozen=True, slots=True)
class Source:
    """One `<source>`."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """One `<picture>`: the modern formats first, the JPEG as its `<img>`, which reserves
    the space.
    """

    sources: tuple[Source, ...]
    src: str
    srcset: str
    width: int
    height: int
    colour: str
    """`#rrggbb`: what fills the space until the file is there."""


_THAI = re.compile("[ก-๛]")


@dataclass(frozen=True, slots=True)
class Words:
    """A text and the language that it is really in."""

    text: str
    lang: str

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class PhotoView:
    """One photo of a release. `number` counts from 1; `url` is its own page."""

    number: int
    url: str
    whole: PictureView
    tile: PictureView
    alt: Words
    caption: Words
    credit: Words
    is_sample: bool
    press_url: str
    press_width: int
    press_height: int


def picture(frozen: dict, shape: Shape, code: str, number: int) -> PictureView:
    """A photo of a version's gallery in one shape."""
    found = recipes.picture(
        frozen["sha256"], frozen["width"], frozen["height"], shape, _focal(frozen)
    )
    return _view(found, code, number, frozen["colour"])


def _view(found: Picture, code: str, number: int, colour: str) -> PictureView:
    *modern, jpeg = found.sources
    return PictureView(
        sources=tuple(Source(s.content_type, _srcset(s.files, code, number)) for s in modern),
        src=photo_file_path(found.largest, code, number),
        srcset=_srcset(jpeg.files, code, number),
        width=found.largest.width,
        height=found.largest.height,
        colour=colour,
    )


def _srcset(files: tuple[File, ...], code: str, number: int) -> str:
    return ", ".join(f"{photo_file_path(f, code, number)} {f.width}w" for f in files)


def _focal(frozen: dict) -> tuple[float, float]:
    return frozen["focal_x"] / 100, frozen["focal_y"] / 100


def words(frozen: dict, name: str, lang: str) -> Words:
    """`name` of a frozen photo or attachment in `lang`, else in the other language, else empty."""
    other = "en" if lang == "th" else "th"
    for language in (lang, other):
        if found := frozen[f"{name}_{language}"]:
            return Words(found, language)
    return Words("", lang)


def cover_picture(version: Version, shape: Shape) -> PictureView | None:
    """The cover in one shape, for lists."""
    frozen = version.cover
    if frozen is None:
        return None
    return picture(frozen, shape, version.code, version.photos.index(frozen) + 1)


def share_image(version: Version, lang: str) -> Image | None:
    """What `og:image` names: the share card, or the cover alone where no card can be drawn."""
    if not raqm_available():
        return cover_image(version, lang)
    card = card_of(version, lang)
    return Image(
        url=absolute(card.path),
        width=WIDTH,
        height=HEIGHT,
        content_type=CONTENT_TYPE,
        alt=_alt_of_cover(version, lang) or card.headline,
    )


def cover_image(version: Version, lang: str) -> Image | None:
    """The cover as a picture to share: 1200x630 where the photo is large enough."""
    frozen = version.cover
    if frozen is None:
        return None
    recipe = recipes.cover(frozen["width"], frozen["height"], _focal(frozen))
    file = recipes.file(frozen["sha256"], recipe)
    number = version.photos.index(frozen) + 1
    return Image(
        url=absolute(photo_file_path(file, version.code, number)),
        width=file.width,
        height=file.height,
        content_type=file.content_type,
        alt=_alt_of_cover(version, lang),
    )


def _alt_of_cover(version: Version, lang: str) -> str:
    return words(version.cover, "alt", lang).text if version.cover else ""


def photo_views(version: Version, lang: str, page_of) -> tuple[PhotoView, ...]:
    """Every photo of a version; `page_of(number)` gives the path of a photo's own page."""
    return tuple(
        _photo_view(frozen, number, version.code, lang, page_of(number))
        for number, frozen in enumerate(version.photos, start=1)
    )


def _alternative(frozen: dict, number: int, lang: str) -> Words:
    """What stands for the photo, which is also the name of its link: never nothing."""
    return (
        words(frozen, "alt", lang)
        or words(frozen, "caption", lang)
        or Words(gettext("Photo %(number)d") % {"number": number}, lang)
    )


def _photo_view(frozen: dict, number: int, code: str, lang: str, url: str) -> PhotoView:
    whole = picture(frozen, recipes.WHOLE, code, number)
    press = recipes.file(frozen["sha256"], recipes.press(frozen["width"], frozen["height"]))
    return PhotoView(
        number=number,
        url=url,
        whole=whole,
        tile=picture(frozen, recipes.CARD, code, number),
        alt=_alternative(frozen, number, lang),
        caption=words(frozen, "caption", lang),
        credit=Words(frozen["credit"], "th" if _THAI.search(frozen["credit"]) else "en"),
        is_sample=frozen["is_sample"],
        press_url=photo_file_path(press, code, number),
        press_width=press.width,
        press_height=press.height,
    )
