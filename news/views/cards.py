"""`/th/news/<code>/card-<hash>.jpg`: the picture that a shared release is shown with.

Open exactly while the release's page is. An address that some version has or had keeps its picture;
any other leads to the picture of now.
"""

from datetime import datetime

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.utils.cache import get_conditional_response

from news.images.lettering import ShapingUnavailable
from news.models import Version
from news.sharing.cards import (
    CONTENT_TYPE,
    CoverNotReady,
    ShareCard,
    card_of,
    file_of,
    shown_card,
)
from news.views.page import language
from news.views.pictures import cover_image
from news.views.public import public
from news.views.releases import gone, live_version, merged_target
from news.views.stored import keep_file, stored_file


@public
def card(request: HttpRequest, code: str, hash: str, *, at: datetime) -> HttpResponse:  # noqa: A002
    lang = language()
    version = live_version(code, at)
    if version.kind == Version.Kind.GONE:
        return gone(request, version, lang)
    if version.kind == Version.Kind.MERGED:
        target = merged_target(version, at)
        if target is None or target.nearest(lang) is None:
            raise Http404("merged with a release that is no more")
        return HttpResponsePermanentRedirect(card_of(target, lang).path)
    current = card_of(version, lang)
    is_current = (lang, hash) == (current.lang, current.hash)
    asked = current if is_current else shown_card(code, lang, hash, at)
    if asked is None:
        return HttpResponseRedirect(current.path)
    return _drawn(request, asked, version, at)


def _drawn(request: HttpRequest, card: ShareCard, live: Version, at: datetime) -> HttpResponse:
    etag = f'"{card.hash[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            found = file_of(card)
        except (CoverNotReady, ShapingUnavailable):
            return _cover_instead(live, card.lang)
        if isinstance(found, bytes):
            response = HttpResponse(found, content_type=CONTENT_TYPE)
        else:
            name = f"{card.code}-{card.lang}.jpg"
            response = stored_file(request, found, CONTENT_TYPE, name, etag)
    return keep_file(response, etag, at)


def _cover_instead(version: Version, lang: str) -> HttpResponse:
    """Where no card can be drawn: the photograph alone, as the page's own tags then name it."""
    image = cover_image(version, lang)
    if image is None:
        raise Http404("no card can be drawn here, and there is no photograph")
    return HttpResponseRedirect(image.url)
