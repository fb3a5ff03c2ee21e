"""Pages of the desk that show counts of what readers did."""

from datetime import date, timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst

PERIODS = (7, 30, 90, 365)
USUAL_PERIOD = 30


class CountsAdmin(admin.ModelAdmin):
    """A page to look at: nobody writes or deletes a count by hand."""

    page_template: str
    periods = PERIODS

    def counts(self, request: HttpRequest, first: date, today: date) -> dict:
        """What the template shows of the days from `first` to `today`."""
        raise NotImplementedError

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        days, today = self._days(request), timezone.localdate()
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": capfirst(self.opts.verbose_name_plural),
            "days": days,
            "periods": self.periods,
        }
        context |= self.counts(request, today - timedelta(days=days - 1), today)
        return TemplateResponse(request, self.page_template, context)

    def _days(self, request: HttpRequest) -> int:
        """Those that are asked for; thirty where the address says nothing or nonsense."""
        asked = request.GET.get("days", "")
        return next((days for days in self.periods if str(days) == asked), USUAL_PERIOD)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
