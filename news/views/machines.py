"""Small files that programs look for at fixed addresses."""

from datetime import timedelta
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.utils.translation import gettext, override

from news.sharing.addresses import absolute, path_in
from news.views.public import public

SECURITY_TEXT_DAYS = 180


@public
def robots(request: HttpRequest, *, at) -> HttpResponse:
    """RFC 9309. The desk and previews are no secret by this, only no place for crawlers."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /preview/",
        f"Sitemap: {absolute('/sitemap.xml')}",
        f"Sitemap: {absolute('/news-sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
def favicon(request: HttpRequest, *, at) -> HttpResponse:
    """Where programs look that read no HTML: readers of feeds, previews in chats, old browsers."""
    return HttpResponsePermanentRedirect(static("img/favicon.ico"))


@public
def security(request: HttpRequest, *, at) -> HttpResponse:
    """RFC 9116. The date of expiry moves with the day, so that the file never goes stale."""
    expires = (at + timedelta(days=SECURITY_TEXT_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: th, en",
        f"Canonical: {absolute('/.well-known/security.txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
def opensearch(request: HttpRequest, *, at) -> HttpResponse:
    """OpenSearch 1.1: lets a browser's bar search the archive, in Thai unless `?lang=en`."""
    lang = "en" if request.GET.get("lang") == "en" else "th"
    with override(lang):
        told = gettext(
            "Search the press releases of the Office of the Civil Service Commission, Thailand, "
            "from the browser’s address bar."
        )
    description = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>{'OCSC' if lang == 'en' else 'สำนักงาน ก.พ.'}</ShortName>"
        f"<Description>{escape(told)}</Description>"
        "<InputEncoding>UTF-8</InputEncoding>"
        f'<Image type="image/svg+xml">{escape(absolute(static("img/icon.svg")))}</Image>'
        f'<Url type="text/html" template="{absolute(path_in(lang, "search"))}?q={{searchTerms}}"/>'
        '<Url type="application/x-suggestions+json" '
        f'template="{absolute(path_in(lang, "suggest"))}?q={{searchTerms}}"/>'
        "</OpenSearchDescription>"
    )
    return HttpResponse(
        description,
        content_type="application/opensearchdescription+xml; charset=utf-8",
        headers={"Content-Language": lang},
    )
