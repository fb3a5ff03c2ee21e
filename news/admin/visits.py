"""The desk's page of how short links were followed."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst

from news.admin.known import known_to
from news.admin.visit_charts import chart
from news.models import PressRelease, ShortLink, Visit

PERIODS = (7, 30, 90, 365)
USUAL_PERIOD = 30
MOST_LINKS = 20


@admin.register(Visit)
class VisitAdmin(admin.ModelAdmin):
    """A page to look at: nobody writes or deletes a count by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Visit | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Visit | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = period(request)
        today = timezone.localdate()
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": capfirst(self.opts.verbose_name_plural),
            "chart": chart(Visit.objects.all(), today, days),
            "days": days,
            "periods": PERIODS,
            "links": most_followed(
                Visit.objects.between(today - timedelta(days=days - 1), today), known_to(request)
            ),
        }
        return TemplateResponse(request, "admin/news/visit/change_list.html", context)


def period(request: HttpRequest) -> int:
    """The days that are asked for; thirty where the address says nothing or nonsense."""
    asked = request.GET.get("days", "")
    return next((days for days in PERIODS if str(days) == asked), USUAL_PERIOD)


def most_followed(visits: QuerySet[Visit], known: QuerySet[PressRelease]) -> list[dict]:
    """The links that people followed most: key, total and the press release, where it is one of
    `known`. Two queries.
    """
    totals = (
        visits.of_people().values("key").annotate(total=Sum("count")).order_by("-total", "key")
    )[:MOST_LINKS]
    rows = list(totals)
    links = ShortLink.objects.filter(key__in=[row["key"] for row in rows], release__in=known)
    releases = {link.key: link.release for link in links.select_related("release")}
    return [row | {"release": releases.get(row["key"])} for row in rows]
