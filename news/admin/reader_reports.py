"""What readers reported as wrong: read, answered by email or by a correction, and closed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from news import reader_reports
from news.admin.known import NamesReleases
from news.models import ReaderReport
from news.sharing.addresses import version_path
from news.shown import moment
from news.thai.text import truncate

EXCERPT_CLUSTERS = 80
LANGUAGES = {"th": _("Thai"), "en": _("English")}


class LanguageFilter(admin.SimpleListFilter):
    """The page's language, by its name."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LANGUAGES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        wanted = self.value()
        return queryset.filter(language=wanted) if wanted in LANGUAGES else queryset


@admin.register(ReaderReport)
class ReaderReportAdmin(NamesReleases, admin.ModelAdmin):
    """Nobody writes a report here, and what a reader wrote stays as it is. To delete one is to
    erase it: for administrators, where somebody asks for it.
    """

    list_display = ("excerpt", "code", "version_number", "written_in", "state", "received")
    list_filter = ("state", LanguageFilter)
    list_select_related = ("release",)
    search_fields = ("message", "quote", "release__code")
    ordering = ("-received_at", "-pk")
    actions = ("mark_answered", "mark_dismissed")
    fields = (
        "headline",
        "message",
        "quote",
        "email_link",
        "written_in",
        "received",
        "state",
        "remark",
        "closed",
    )
    readonly_fields = tuple(name for name in fields if name not in {"state", "remark"})

    @admin.display(description=_("what the reader wrote"))
    def excerpt(self, report: ReaderReport) -> str:
        return truncate(" ".join(report.message.split()), EXCERPT_CLUSTERS)

    @admin.display(description=_("code"), ordering="release__code")
    def code(self, report: ReaderReport) -> str:
        return report.release.code

    @admin.display(description=_("press release"))
    def headline(self, report: ReaderReport) -> SafeString:
        release = report.release
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:news_pressrelease_change", args=(release.pk,)),
            release,
            version_path(report.language, release.code, report.version_number),
            _("version %(number)d as the reader saw it") % {"number": report.version_number},
        )

    @admin.display(description=_("reader's email"))
    def email_link(self, report: ReaderReport) -> SafeString | str:
        if not report.email:
            return "—"
        return format_html('<a href="mailto:{}">{}</a>', report.email, report.email)

    @admin.display(description=_("language"), ordering="language")
    def written_in(self, report: ReaderReport) -> str:
        return str(LANGUAGES.get(report.language, report.language))

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, report: ReaderReport) -> str:
        return moment(report.received_at)

    @admin.display(description=_("closed"))
    def closed(self, report: ReaderReport) -> str:
        return f"{moment(report.closed_at)} {report.closed_by}".strip() or "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ReaderReport, form: Any, change: Any) -> None:
        if "state" in form.changed_data:
            reader_reports.mark(report=obj, state=obj.state, by=request.user)
        obj.save(update_fields=["remark"])

    @admin.action(description=_("Mark as dealt with"), permissions=["change"])
    def mark_answered(self, request: HttpRequest, reports: QuerySet[ReaderReport]) -> None:
        self._mark(request, reports, ReaderReport.State.ANSWERED)

    @admin.action(description=_("Dismiss"), permissions=["change"])
    def mark_dismissed(self, request: HttpRequest, reports: QuerySet[ReaderReport]) -> None:
        self._mark(request, reports, ReaderReport.State.DISMISSED)

    def _mark(self, request: HttpRequest, reports: QuerySet[ReaderReport], state: str) -> None:
        for report in reports:
            reader_reports.mark(report=report, state=state, by=request.user)
            self.log_change(request, report, report.get_state_display())
