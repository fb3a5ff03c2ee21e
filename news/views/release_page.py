"""Everything that a release's page prints, worked out from one version."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from news import media
from news.html import kept_together, plain, sanitise
from news.models import Attachment, Precision, Version
from news.models.version import Text
from news.sharing.addresses import (
    absolute,
    info_path,
    media_path,
    path_in,
    qr_path,
    release_path,
    short_path,
    short_version_path,
)
from news.sharing.open_graph import Card, properties
from news.sharing.structured_data import (
    correction,
    news_article,
    organisation,
    script,
    translation,
)
from news.sharing.targets import Target, share_targets
from news.thai.text import truncate
from news.views.dates import DateLine, release_dates
from news.views.items import TopicLink, topic_link
from news.views.notices import ALERT, Notice
from news.views.page import Page, alternates, switch, titled
from news.views.pictures import PhotoView, Words, cover_image, photo_views, share_image, words

DESCRIPTION_CLUSTERS = 160
CORRECTED = (Version.Kind.CORRECTION, Version.Kind.CLARIFICATION, Version.Kind.UPDATE)
"""The kinds of a version that tell readers, and search engines, of something put right."""

_TELEPHONE = re.compile(r"\+?[0-9][0-9 -]{4,}[0-9]")


@dataclass(frozen=True, slots=True)
class FileView:
    """An attachment: what it is called, what it is, how large, in which language."""

    url: str
    title: Words
    kind: str
    size: str
    language: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """The press contact. `phone_url` is empty where the text holds no number to call."""

    name: Words
    phone: str
    phone_url: str
    email: str

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release on a page in one language; `lang` is that of its words."""

    code: str
    number: int
    lang: str
    title: str
    summary: str
    body: SafeString
    topic: TopicLink | None
    dates: tuple[DateLine, ...]
    alerts: tuple[Notice, ...]
    notices: tuple[Notice, ...]
    cover: PhotoView | None
    photos: tuple[PhotoView, ...]
    has_gallery: bool
    gallery_description: str
    files: tuple[FileView, ...]
    contact: ContactView
    share: tuple[Target, ...]
    short_url: str
    short_text: str
    version_text: str
    info_url: str
    qr_svg: str
    qr_png: str


def release_view(
    version: Version,
    text: Text,
    lang: str,
    notices: tuple[Notice, ...],
    photo_page: Callable[[int], str],
    *,
    shared: bool = True,
) -> ReleaseView:
    """What the page of `version` prints; `photo_page(number)` is the path of a photo's page.

    `shared` says whether readers are offered ways to pass it on: not of a release that was
    withdrawn.
    """
    photos = photo_views(version, lang, photo_page)
    short_url = absolute(short_path(version.code, lang))
    return ReleaseView(
        code=version.code,
        number=version.number,
        lang=text.lang,
        title=text.title,
        summary=text.summary,
        body=_body(text.body),
        topic=topic_link(version.topic, lang),
        dates=release_dates(version, lang),
        alerts=tuple(notice for notice in notices if notice.tone == ALERT),
        notices=tuple(notice for notice in notices if notice.tone != ALERT),
        cover=photos[version.photos.index(version.cover)] if photos else None,
        photos=photos,
        # A single photo is the cover and stands above the text already, unless there is more to
        # say.
        has_gallery=len(photos) > 1 or bool(photos and text.gallery_description),
        gallery_description=text.gallery_description,
        files=tuple(_file_view(frozen, lang) for frozen in version.files),
        contact=_contact_view(version.press_contact, lang),
        # Without them the link itself stays, for who cites or doubts what was withdrawn.
        share=share_targets(title=text.title, url=short_url) if shared else (),
        short_url=short_url,
        short_text=_typed(short_url),
        version_text=_typed(absolute(short_version_path(version.code, version.number, lang))),
        info_url=info_path(version.code, lang),
        qr_svg=qr_path(version.code, lang, "svg"),
        qr_png=qr_path(version.code, lang, "png"),
    )


def _typed(url: str) -> str:
    """`url` as it is printed for people to type."""
    return url.partition("://")[2]


def _body(html: str) -> SafeString:
    """The frozen body, safe to print: no line ends before ๆ, and tables that are too wide scroll
    on their own.
    """
    # Sanitised when it was frozen; done again because the rules may have grown stricter since.
    clean = kept_together(sanitise(html))
    # A region that scrolls must be reachable by keyboard, and then it needs a name.
    opening = format_html(
        '<div class="wide" role="region" tabindex="0" aria-label="{}">', gettext("Table")
    )
    clean = clean.replace("<table", f"{opening}<table").replace("</table>", "</table></div>")
    return mark_safe(clean)  # noqa: S308


def _file_view(frozen: dict, lang: str) -> FileView:
    title = words(frozen, "title", lang)
    return FileView(
        url=media_path(media.attachment_hash(frozen["sha256"]), frozen["name"]),
        title=title or Words(frozen["name"], "en"),
        kind=frozen["name"].rpartition(".")[2].upper(),
        size=filesizeformat(frozen["byte_size"]),
        language=str(Attachment.Language(frozen["language"]).label),
    )


def _contact_view(frozen: dict, lang: str) -> ContactView:
    phone = frozen.get("phone", "")
    number = _TELEPHONE.search(phone)
    return ContactView(
        name=words({"text_th": "", "text_en": ""} | frozen, "text", lang),
        phone=phone,
        phone_url=re.sub(r"[ -]", "", number[0]) if number else "",
        email=frozen.get("email", ""),
    )


def release_page(version: Version, told: Version, text: Text, lang: str) -> Page:
    """The frame of the live version's own page, in a language that it has.

    `told` is the version by which readers were last told of a change.
    """

    def path(language: str) -> str:
        return release_path(language, version.code, version.slug)

    languages = version.languages
    withdrawn = version.kind == Version.Kind.WITHDRAWN
    card = Card(
        kind="article",
        title=text.title,
        description=description_of(text),
        url=absolute(path(lang)),
        lang=lang,
        other_languages=tuple(other for other in languages if other != lang),
        image=share_image(version, lang),
        published=known_publication(version),
        modified=timezone.localtime(version.last_changed),
        section=version.topic.name_in(lang) if version.topic else "",
    )
    return Page(
        lang=lang,
        title=titled(text.title),
        description=card.description,
        canonical=card.url,
        alternates=() if withdrawn else alternates(path, languages),
        indexable=not withdrawn,
        switch=switch(path, languages),
        properties=properties(card),
        data="" if withdrawn else script(_article(version, told, card, path)),
    )


def _article(version: Version, told: Version, card: Card, path: Callable[[str], str]) -> dict:
    """The live version for search engines, as `card` says it; `path(language)` is its page's."""
    lang = card.lang
    photo = cover_image(version, lang)
    changed = card.modified.isoformat(timespec="seconds")
    other = next(iter(card.other_languages), "")
    counterpart = translation(absolute(path(other)), other) if other else None
    is_original = lang == version.original_language
    return news_article(
        url=card.url,
        headline=card.title,
        description=card.description,
        lang=lang,
        published=card.published,
        modified=changed,
        images=[image.url for image in (photo, card.image) if image],
        section=card.section,
        publisher=organisation(
            pgettext("masthead", "Office of the Civil Service Commission"),
            absolute(path_in(lang, "home")),
        ),
        version=version.number,
        translated_as=counterpart if is_original else None,
        translated_from=None if is_original else counterpart,
        corrected=_correction(told, lang, changed) if told.kind in CORRECTED else None,
    )


def _correction(told: Version, lang: str, changed: str) -> dict:
    text = told.text(lang)
    return correction(text.note, text.lang, changed)


def absent_page(version: Version, text: Text, lang: str) -> Page:
    """The frame of a page in a language that the release lacks: it points to the one that
    exists.
    """

    def path(language: str) -> str:
        return release_path(language, version.code, version.slug)

    return Page(
        lang=lang,
        title=titled(text.title),
        canonical=absolute(path(text.lang)),
        indexable=False,
        switch=switch(path, version.languages),
    )


def side_page(version: Version, text: Text, lang: str, path) -> Page:
    """The frame of an old version's or a photo's page at `path(language)`: not for search
    engines.
    """
    return Page(
        lang=lang,
        title=titled(text.title),
        indexable=False,
        switch=switch(path, version.languages),
    )


def description_of(text: Text) -> str:
    """The summary, or the beginning of the body, at most 160 characters as readers count them."""
    return truncate(" ".join((text.summary or plain(text.body)).split()), DESCRIPTION_CLUSTERS)


def known_publication(version: Version) -> str:
    """When the release came out, for machines, in ISO 8601 and Thai time: the moment where it came
    out here, on its day or before, else its day or month; empty where that is in doubt, since they
    can't be told of a doubt.
    """
    if version.dated_precision in (Precision.DOUBT, Precision.UNKNOWN):
        return ""
    if version.dated_precision == Precision.MONTH:
        return f"{version.dated:%Y-%m}"
    first = timezone.localtime(version.first_published)
    if first.date() <= version.dated:
        return first.isoformat(timespec="seconds")
    return version.dated.isoformat()
