"""`/s/...`: short links, their QR codes, and the page about a link.

Nothing is written here, so they work on a read-only database: visits and misses are counted in
memory.
"""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from news.caching import keep_public
from news.models import Version
from news.sharing import key_misses, qr, visits
from news.sharing.addresses import absolute, release_path, short_path, version_path
from news.sharing.channels import channel_of, is_bot
from news.sharing.short_links import ShortRequest, forwarded, parse
from news.thai.dates import bangkok_day
from news.views.public import public_and_unkept
from news.views.short_link_info import info

CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
NEEDED = ("release_id", "code", "slug", "kind", "number", "title_th", "title_en")


@public_and_unkept
def short_link(request: HttpRequest, rest: str, *, at: datetime) -> HttpResponse:
    """302 to the release, or the QR code of the link itself, or the page about it.

    404 while the release is not public, for an unknown key and for a version that never was. What
    ended otherwise is told by the page that the link leads to.
    """
    asked = parse(rest)
    if asked is None:
        raise Http404("not a short link")
    found = Version.objects.live(at).filter(release__short_links__key=asked.key)
    if asked.info:
        return info(request, asked, found.select_related("topic").first(), at)
    live = found.only(*NEEDED).first()
    if live is None:
        _count_miss(request, asked, at)
        raise Http404("no release has this key")
    if asked.image:
        return keep_public(_qr_code(asked), at)
    return _followed(request, asked, live, at)


def _followed(
    request: HttpRequest, asked: ShortRequest, live: Version, at: datetime
) -> HttpResponse:
    lang = asked.language or ("en" if live.languages == ("en",) else "th")
    address = _destination(asked, live, lang, at)
    if request.method == "GET":
        user_agent = request.headers.get("User-Agent", "")
        visits.counter.count(
            day=bangkok_day(at),
            key=asked.key,
            channel=channel_of(
                request.GET,
                request.headers.get("Referer", ""),
                user_agent,
                request.get_host().partition(":")[0],
            ),
            language=lang,
            is_bot=is_bot(user_agent),
        )
    return HttpResponseRedirect(f"{address}{forwarded(request.GET)}")


def _count_miss(request: HttpRequest, asked: ShortRequest, at: datetime) -> None:
    followed = request.method == "GET" and not asked.image
    if followed and not is_bot(request.headers.get("User-Agent", "")):
        key_misses.counter.count(day=bangkok_day(at), key=asked.key)


def _destination(asked: ShortRequest, live: Version, lang: str, at: datetime) -> str:
    if asked.version is None:
        return release_path(lang, live.code, live.slug)
    citable = Version.objects.citable(at).filter(release=live.release_id, number=asked.version)
    if live.kind != Version.Kind.GONE and not citable.exists():
        raise Http404("no such version")
    return version_path(lang, live.code, asked.version)


def _qr_code(asked: ShortRequest) -> HttpResponse:
    url = absolute(short_path(asked.key, asked.language or "th"))
    content = qr.svg(url) if asked.image == "svg" else qr.png(url)
    return HttpResponse(content, content_type=CONTENT_TYPES[asked.image])
