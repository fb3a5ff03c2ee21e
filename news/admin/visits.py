"""The desk's page of how short links were followed."""

from datetime import date

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from news.admin.counts import CountsAdmin
from news.admin.known import known_to
from news.admin.visit_charts import chart
from news.models import PressRelease, ShortLink, Visit

MOST_LINKS = 20


@admin.register(Visit)
class VisitAdmin(CountsAdmin):
    page_template = "admin/news/visit/change_list.html"

    def counts(self, request: HttpRequest, first: date, today: date) -> dict:
        return {
            "chart": chart(Visit.objects.all(), today, (today - first).days + 1),
            "links": most_followed(Visit.objects.between(first, today), known_to(request)),
        }


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
