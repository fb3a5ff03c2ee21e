"""`/th/news/<code>/photos.zip`: every photograph of a release at press size, with its credits."""

import io
import logging
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext

from news.caching import never_keep
from news.images import recipes
from news.models import Derivative, Version
from news.sharing import photo_archive
from news.sharing.addresses import SITE_LANGUAGES, absolute, release_path
from news.sharing.photo_archive import Member
from news.storage import stored_size
from news.views.page import language
from news.views.pictures import words
from news.views.public import NotThereYet, public
from news.views.releases import ended, live_version

logger = logging.getLogger(__name__)

CREDITS = "credits.txt"


@public
def photos(request: HttpRequest, code: str, *, at: datetime) -> HttpResponse:
    """Open while the release's page is; 404 for a release without photographs, and where one is
    lost: no reader finds that out in the middle of a download.
    """
    lang = language()
    version = live_version(code, at)
    if (answer := ended(request, version, lang, at)) is not None:
        return answer
    if not version.photos:
        raise Http404("no photographs")
    members = [_credits(version), *_photographs(version)]
    size = photo_archive.length(members)
    dated = timezone.localtime(version.visible_from)
    response = StreamingHttpResponse(
        photo_archive.stream(members, dated), content_type=photo_archive.CONTENT_TYPE
    )
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{version.code}-photos.zip"'
    # For nginx: pass each piece on, and don't write the whole to a disk of yours first.
    response.headers["X-Accel-Buffering"] = "no"
    return never_keep(response)


def _photographs(version: Version) -> Iterator[Member]:
    files = [
        recipes.file(photo["sha256"], recipes.press(photo["width"], photo["height"]))
        for photo in version.photos
    ]
    made = Derivative.objects.in_bulk([file.hash for file in files])
    for number, file in enumerate(files, start=1):
        if file.hash not in made:
            raise NotThereYet("a photograph is being prepared")
        found = made[file.hash]
        if stored_size(found.path) != found.byte_size:
            logger.error("the file %s of a release is lost", found.path)
            raise NotThereYet("a photograph is lost")
        yield Member(
            _name(version, number), found.byte_size, partial(default_storage.open, found.path)
        )


def _name(version: Version, number: int) -> str:
    return f"{version.code}-{number:02d}.jpg"


def _credits(version: Version) -> Member:
    parts = []
    for lang in SITE_LANGUAGES:
        with translation.override(lang):
            parts.append("\r\n".join(_credit_lines(version, lang)))
    # With a byte order mark, so that the plainest editor of an old Windows shows Thai.
    content = "\r\n\r\n\r\n".join(parts).encode("utf-8-sig")
    return Member(CREDITS, len(content), partial(io.BytesIO, content))


def _credit_lines(version: Version, lang: str) -> Iterator[str]:
    text = version.text(lang)
    yield text.title
    yield pgettext("masthead", "Office of the Civil Service Commission")
    yield absolute(release_path(text.lang, version.code, version.slug))
    yield ""
    yield gettext(
        "These photographs may be used in reports about this press release when the credit is "
        "printed with them. For any other use ask the press contact named on the page."
    )
    if text.gallery_description:
        yield ""
        yield text.gallery_description
    for number, photo in enumerate(version.photos, start=1):
        yield ""
        yield _name(version, number)
        if caption := words(photo, "caption", lang) or words(photo, "alt", lang):
            yield caption.text
        if photo["credit"]:
            yield gettext("Photo: %(credit)s") % {"credit": photo["credit"]}
        if photo["is_sample"]:
            yield gettext("Sample image: it was made for this archive and shows nothing real.")
