"""What search engines fetch: the sitemap index, its parts, and the news of the last two days.

After sitemaps.org 0.9 and Google's extensions for hreflang and news. Written as one string from
plain rows: a template and an object per release cost eight times as much.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import override, pgettext
from django.views.decorators.http import require_safe

from news.caching import public_page
from news.models import Series, Topic, Version
from news.sharing.addresses import SITE_LANGUAGES, absolute, path_in, release_path

RELEASES_A_PART = 10_000
"""At most 20,000 addresses in a part, for two languages; the limit of the format is 50,000."""

NEWS_DAYS = 2
NEWS_LIMIT = 1000
PAGES = (
    "home",
    "archive",
    "topics",
    "corrections",
    "data",
    "integrity",
    "accessibility",
    "privacy",
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@require_safe
@public_page
def index(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The pages of the site, and a part for each ten thousand releases ever given a number."""
    last = Version.objects.listed(at).aggregate(last=Max("release_id"))["last"]
    parts = range(last // RELEASES_A_PART + 1) if last is not None else ()
    paths = ["/sitemap-pages.xml", *(f"/sitemap-releases-{part}.xml" for part in parts)]
    entries = "".join(f"<sitemap><loc>{escape(absolute(path))}</loc></sitemap>" for path in paths)
    return _xml(f'<sitemapindex xmlns="{_SITEMAP}">{entries}</sitemapindex>')


@require_safe
@public_page
def pages(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """`PAGES`, each topic and each series, in both languages."""
    names = [(name, {}) for name in PAGES]
    for name, model in (("topic", Topic), ("series", Series)):
        names += [(name, {"slug": slug}) for slug in model.objects.values_list("slug", flat=True)]
    entries = []
    for name, parameters in names:
        paths = {lang: path_in(lang, name, **parameters) for lang in SITE_LANGUAGES}
        entries += _entries(paths)
    return _urlset(entries)


@require_safe
@public_page
def releases(request: HttpRequest, part: str, *, at: datetime) -> HttpResponse:
    """The listed releases of one part, each language that exists; 404 for a part without any."""
    first = int(part) * RELEASES_A_PART
    rows = (
        Version.objects.listed(at)
        .filter(release_id__gte=first, release_id__lt=first + RELEASES_A_PART)
        .order_by("release_id")
        .values_list("code", "slug", "title_th", "title_en", "last_changed")
    )
    # One reversal a language, not one a release: the address is the same but for code and slug.
    bases = {lang: path_in(lang, "home") for lang in SITE_LANGUAGES}
    entries: list[str] = []
    for code, slug, title_th, title_en, changed in rows.iterator(chunk_size=2000):
        end = f"news/{code}/{slug}/" if slug else f"news/{code}/"
        titles = {"th": title_th, "en": title_en}
        paths = {lang: f"{bases[lang]}{end}" for lang in SITE_LANGUAGES if titles[lang]}
        entries += _entries(paths, changed)
    if not entries:
        raise Http404("no releases in this part")
    return _urlset(entries)


@require_safe
@public_page
def news(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """What was first published within two days; imported releases and samples are no news.

    The window moves with the clock, which the epoch's validator can't tell; Google asks for a news
    sitemap anew each time, and an entry that is a little too old is harmless.

    The only one with words: titles, and the publisher's name with each. `Content-Language` is
    theirs.
    """
    rows = (
        Version.objects.listed(at)
        .filter(first_published__gt=at - timedelta(days=NEWS_DAYS), origin="written")
        .order_by("-first_published", "-id")
        .values_list("code", "slug", "title_th", "title_en", "first_published")
    )
    entries, spoken = [], set()
    for code, slug, title_th, title_en, published in rows[:NEWS_LIMIT]:
        for lang, title in (("th", title_th), ("en", title_en)):
            if title:
                entries.append(_news_entry(lang, code, slug, title, published))
                spoken.add(lang)
    response = _xml(f'<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">{"".join(entries)}</urlset>')
    if spoken:
        response.headers["Content-Language"] = ", ".join(
            lang for lang in SITE_LANGUAGES if lang in spoken
        )
    return response


def _news_entry(lang: str, code: str, slug: str, title: str, published: datetime) -> str:
    with override(lang):
        name = pgettext("masthead", "Office of the Civil Service Commission")
    return (
        f"<url><loc>{escape(absolute(release_path(lang, code, slug)))}</loc><news:news>"
        f"<news:publication><news:name>{escape(name)}</news:name>"
        f"<news:language>{lang}</news:language></news:publication>"
        f"<news:publication_date>{published.isoformat(timespec='seconds')}</news:publication_date>"
        f"<news:title>{escape(title)}</news:title></news:news></url>"
    )


def _entries(paths: dict[str, str], changed: datetime | None = None) -> Iterator[str]:
    """One `<url>` a language, each naming all languages where there are two."""
    alternates = ""
    if len(paths) > 1:
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{absolute(path)}"/>'
            for lang, path in (*paths.items(), ("x-default", paths["th"]))
        )
    when = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    for path in paths.values():
        yield f"<url><loc>{absolute(path)}</loc>{when}{alternates}</url>"


def _urlset(entries: Iterable[str]) -> HttpResponse:
    return _xml(f'<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">{"".join(entries)}</urlset>')


def _xml(content: str) -> HttpResponse:
    return HttpResponse(_HEAD + content, content_type="application/xml; charset=utf-8")
