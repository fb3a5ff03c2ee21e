"""The audit trail to look at, and as a table to take along. Nobody writes or deletes here."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news import audit
from news.exporting.tables import BOM, harmless
from news.models import AuditEntry
from news.shown import moment

COLUMNS = ("at", "who", "action", "code", "version", "without_approval", "note")


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    change_list_template = "admin/news/auditentry/change_list.html"
    list_display = ("when", "actor_name", "what", "of", "note")
    list_display_links = None
    list_filter = ("action", "is_forced")
    list_per_page = 100
    search_fields = ("code", "actor_name")
    search_help_text = _("By code or by account")
    ordering = ("-pk",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        entries = super().get_queryset(request).select_related("release")
        return entries.seen_by(request.user, timezone.now())

    @admin.display(description=_("moment"), ordering="pk")
    def when(self, entry: AuditEntry) -> str:
        return moment(entry.at)

    @admin.display(description=_("action"), ordering="action")
    def what(self, entry: AuditEntry) -> SafeString:
        forced = gettext("without approval") if entry.is_forced else ""
        badge = format_html(' <span class="badge badge-forced">{}</span>', forced) if forced else ""
        return format_html("{}{}", entry.get_action_display(), badge)

    @admin.display(description=_("press release"))
    def of(self, entry: AuditEntry) -> SafeString | str:
        number = (
            " " + gettext("version %(number)s") % {"number": entry.version_number}
            if entry.version_number
            else ""
        )
        if entry.release is None:
            return f"{entry.code}{number}"
        url = reverse("admin:news_pressrelease_history", args=(entry.release_id,))
        return format_html('<a href="{}">{}</a>{}', url, entry.code, number)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # -- as a table --------------------------------------------------------------------------------

    def get_urls(self) -> list:
        export = self.admin_site.admin_view(self.export)
        return [path("export.csv", export, name="news_auditentry_export"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        may_export = request.user.has_perm("news.export_auditentry")
        context = {"may_export": may_export} | (extra_context or {})
        return super().changelist_view(request, context)

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """Every entry that the user may know of, the oldest first; taking it is one of them."""
        if not request.user.has_perm("news.export_auditentry"):
            raise PermissionDenied
        audit.note(audit.Action.EXPORTED, by=request.user)
        entries = AuditEntry.objects.seen_by(request.user, timezone.now()).order_by("pk")
        return StreamingHttpResponse(
            lines(entries),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit-trail.csv"'},
        )


class _Echo:
    """What `csv` writes to: hands every line back."""

    def write(self, line: str) -> str:
        return line


def lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """`entries` as lines of a table that a spreadsheet opens, with a first one of names."""
    table = csv.writer(_Echo())
    yield BOM + table.writerow(COLUMNS)
    for entry in entries.iterator(chunk_size=2_000):
        cells = (
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            entry.actor_name,
            entry.action,
            entry.code,
            str(entry.version_number or ""),
            "yes" if entry.is_forced else "",
            entry.note,
        )
        yield table.writerow([harmless(cell) for cell in cells])
