"""The desk's page of what readers searched for and didn't find."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst

from news.admin.visits import PERIODS, period
from news.models import SearchMiss
from news.search.misses import most_missed
from news.sharing.addresses import path_in

MOST = 100


@admin.register(SearchMiss)
class SearchMissAdmin(admin.ModelAdmin):
    """A page to look at: nobody writes or deletes a count by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SearchMiss | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SearchMiss | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = period(request)
        first = timezone.localdate() - timedelta(days=days - 1)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": capfirst(self.opts.verbose_name_plural),
            "days": days,
            "periods": PERIODS,
            "rows": [
                (words, count, f"{path_in('th', 'search')}?{urlencode({'q': words})}")
                for words, count in most_missed(first, MOST)
            ],
        }
        return TemplateResponse(request, "admin/news/searchmiss/change_list.html", context)
