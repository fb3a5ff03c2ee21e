"""The feeds of each language and topic, with full text and images.

An entry's id never changes, and its date of change moves only when readers are told of a change.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext
from django.views.decorators.http import require_safe

from news.caching import public_page, reader
from news.corrections import told
from news.feeds.formats import FORMS, Channel, Entry, Picture, answer
from news.html import plain, sanitise
from news.images import recipes
from news.images.lettering import raqm_available
from news.models import Card, Derivative, Topic, Version
from news.sharing.addresses import absolute, path_in, photo_file_path, release_path
from news.sharing.cards import CONTENT_TYPE, card_of
from news.thai.dates import BANGKOK
from news.thai.text import truncate

ENTRIES = 30
SUMMARY_CLUSTERS = 300
FIGURE_WIDTH = 960
ID = "tag:ocsc.go.th,2026:release/{code}/{lang}"
"""An entry's id (RFC 4151). The site's address may change; this may not."""
NOON = time(12)

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_FIGURE = (
    '<figure><img src="{}" width="{}" height="{}" alt="{}"><figcaption>{}</figcaption></figure>'
)


@require_safe
@public_page
def feed(request: HttpRequest, form: str, slug: str = "", *, at: datetime) -> HttpResponse:
    """`form` is a key of `FORMS`, `slug` a topic's. 404 for what doesn't exist."""
    if form not in FORMS:
        raise Http404("no such format")
    topic = get_object_or_404(Topic, slug=slug) if slug else None
    return answer(_channel(request.path, topic, get_language(), at), form)


def _channel(path: str, topic: Topic | None, lang: str, at: datetime) -> Channel:
    found = Version.objects.listed(at).in_language(lang).select_related("topic")
    if topic:
        found = found.filter(topic=topic)
    versions = list(found.newest_first()[:ENTRIES])
    pictures, changes = _pictures(versions, lang), told(versions)
    home = path_in(lang, "topic", slug=topic.slug) if topic else path_in(lang, "home")
    name = topic.name_in(lang) if topic else gettext("Press releases")
    organisation = pgettext("masthead", "Office of the Civil Service Commission")
    return Channel(
        title=f"{name} | {organisation}",
        description=f"{name}, {organisation}",
        author=organisation,
        lang=lang,
        home_url=absolute(home),
        url=absolute(path),
        updated=last_change([version.last_changed for version in versions], at),
        entries=tuple(
            _entry(version, changes[version.pk], lang, pictures.get(version.pk))
            for version in versions
        ),
    )


def last_change(moments: list[datetime], at: datetime) -> datetime:
    """The newest of some moments. Without any the last boundary: the same feed is the same bytes,
    whenever it is asked for.
    """
    return max(moments, default=reader.current(at).last_boundary or timezone.localtime(_BEGINNING))


def _entry(version: Version, change: Version, lang: str, picture: Picture | None) -> Entry:
    text = version.text(lang)
    url = absolute(release_path(lang, version.code, version.slug))
    return Entry(
        id=ID.format(code=version.code, lang=lang),
        url=url,
        title=text.title,
        summary=truncate(text.summary or plain(text.body).replace("\n", " "), SUMMARY_CLUSTERS),
        content=_content(version, change, lang, url),
        published=_published(version),
        updated=version.last_changed,
        topic=version.topic.name_in(lang) if version.topic else "",
        picture=picture,
    )


def _published(version: Version) -> datetime:
    """The release's own day, as lists sort it, where it lies before that of its arrival here.

    Noon in Thailand, which is the same day nearly everywhere. One that lies ahead is no publication
    yet: programs hide what is published after now.
    """
    arrived = timezone.localtime(version.first_published)
    if version.dated >= arrived.date():
        return arrived
    return datetime.combine(version.dated, NOON, BANGKOK)


def _content(version: Version, change: Version, lang: str, url: str) -> SafeString:
    """Note of the last change, body and photos, with addresses that work in any reader."""
    text, note = version.text(lang), ""
    if words := change.text(lang).note:
        note = format_html("<p><strong>{}</strong> {}</p>", change.get_kind_display(), words)
    photos = format_html_join("", _FIGURE, _figures(version, lang))
    # Sanitised here and now, whatever was frozen.
    return format_html("{}{}{}", note, mark_safe(sanitise(text.body, base=url)), photos)  # noqa: S308


def _figures(version: Version, lang: str) -> Iterator[tuple[str, int, int, str, str]]:
    """Address, width, height, alternative text and caption of each photo."""
    for number, photo in enumerate(version.photos, start=1):
        picture = recipes.picture(photo["sha256"], photo["width"], photo["height"])
        jpegs = picture.sources[-1].files
        file = next((file for file in reversed(jpegs) if file.width <= FIGURE_WIDTH), jpegs[0])
        address = absolute(photo_file_path(file, version.code, number))
        yield address, file.width, file.height, photo[f"alt_{lang}"], photo[f"caption_{lang}"]


def _pictures(versions: list[Version], lang: str) -> dict[int, Picture]:
    """version id -> its cover, or its share card where it has none. Two queries at most."""
    covers = _covers(versions)
    without = [version for version in versions if version.pk not in covers]
    return covers | (_cards(without, lang) if raqm_available() else {})


def _covers(versions: list[Version]) -> dict[int, Picture]:
    files = {}
    for version in versions:
        if cover := version.cover:
            focal = (cover["focal_x"] / 100, cover["focal_y"] / 100)
            recipe = recipes.cover(cover["width"], cover["height"], focal)
            files[version.pk] = (version, recipes.file(cover["sha256"], recipe))
    hashes = {file.hash for _version, file in files.values()}
    sizes = dict(Derivative.objects.filter(hash__in=hashes).values_list("hash", "byte_size"))
    return {
        pk: Picture(
            absolute(photo_file_path(file, version.code, version.photos.index(version.cover) + 1)),
            file.content_type,
            sizes[file.hash],
        )
        for pk, (version, file) in files.items()
        if file.hash in sizes
    }


def _cards(versions: list[Version], lang: str) -> dict[int, Picture]:
    cards = {version.pk: card_of(version, lang) for version in versions}
    drawn = Card.objects.filter(hash__in={card.hash for card in cards.values()})
    sizes = dict(drawn.values_list("hash", "byte_size"))
    return {
        pk: Picture(absolute(card.path), CONTENT_TYPE, sizes.get(card.hash, 0))
        for pk, card in cards.items()
    }
