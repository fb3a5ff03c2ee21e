"""The page round one release that shows how it is shared: cards, short links, visits."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext

from news.admin.action_views import ReleaseViews
from news.admin.visit_charts import chart
from news.caching import never_keep
from news.freezing import freeze
from news.html import plain
from news.images.lettering import raqm_available
from news.models import PressRelease, Version, Visit
from news.models.version import Text
from news.sharing.addresses import absolute, info_path, qr_path, short_path
from news.sharing.cards import CONTENT_TYPE, CoverNotReady, card_of
from news.sharing.previews import SERVICES, SharedPage, domain
from news.thai.dates import bangkok_day
from news.thai.text import truncate

DAYS = 30
DESCRIPTION_CLUSTERS = 160


class SharingViews(ReleaseViews):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/sharing/", view(self.sharing), name="news_pressrelease_sharing"),
            path("<int:pk>/card/<str:lang>.jpg", view(self.card), name="news_pressrelease_card"),
            *super().get_urls(),
        ]

    def sharing(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The working copy as LINE, Facebook and X would draw it, and its links with their use."""
        release = self._release(request, pk)
        version = as_it_would_be(release)
        links = list(release.short_links.order_by("created_at", "pk"))
        visits = Visit.objects.filter(key__in=[link.key for link in links])
        context = self._context(request, release, gettext("Sharing")) | {
            "pages": [shared_page(release, version.text(lang)) for lang in version.languages],
            "services": SERVICES,
            "domain": domain(),
            "can_draw": raqm_available(),
            "links": [
                {
                    "link": link,
                    "url": absolute(short_path(link.key, "th")),
                    "info": info_path(link.key, "th"),
                    "svg": qr_path(link.key, "th", "svg"),
                    "png": qr_path(link.key, "th", "png"),
                }
                for link in links
            ],
            "is_public": Version.objects.live(timezone.now()).filter(release=release).exists(),
            "chart": chart(visits, timezone.localdate(), DAYS),
        }
        return TemplateResponse(request, "admin/news/pressrelease/sharing.html", context)

    def card(self, request: HttpRequest, pk: int, lang: str) -> HttpResponse:
        """The share card of the working copy, drawn now and kept nowhere."""
        version = as_it_would_be(self._release(request, pk))
        if lang not in version.languages or not raqm_available():
            raise Http404("no card in this language")
        card = card_of(version, lang)
        try:
            content = card.draw()
        except CoverNotReady:
            content = card.draw_without_cover()
        return never_keep(HttpResponse(content, content_type=CONTENT_TYPE))


def as_it_would_be(release: PressRelease) -> Version:
    """An unsaved version of the working copy, dated as a publication now would date it."""
    version = freeze(release=release)
    if version.dated is None:
        at = timezone.now()
        latest = release.versions.shown(at).order_by("-number").first()
        version.dated = bangkok_day(latest.first_published if latest else at)
    return version


def shared_page(release: PressRelease, text: Text) -> SharedPage:
    description = " ".join((text.summary or plain(text.body)).split())
    return SharedPage(
        lang=text.lang,
        title=text.title,
        description=truncate(description, DESCRIPTION_CLUSTERS),
        image=reverse("admin:news_pressrelease_card", args=(release.pk, text.lang)),
    )
