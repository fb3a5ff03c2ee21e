"""Theme, banner and contact of the public pages: one form, no list."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news import audit
from news.admin.bilingual import CleanTextForm
from news.admin.dates import EraDateTimeField
from news.admin.site_revision import RevisesSite
from news.models import AuditEntry, SiteSettings
from news.shown import moment


class SiteSettingsForm(CleanTextForm):
    banner_until = EraDateTimeField(
        required=False,
        label=SiteSettings._meta.get_field("banner_until").verbose_name,
        help_text=SiteSettings._meta.get_field("banner_until").help_text,
    )

    class Meta:
        widgets = dict.fromkeys(
            ("banner_th", "banner_en"), AdminTextareaWidget({"rows": 3, "data-lines": "1"})
        )

    def clean(self) -> dict | None:
        cleaned = super().clean()
        # Only when it is touched: an old notice is no reason to refuse the mourning theme.
        touched = {"banner_shown", "banner_until"} & set(self.changed_data)
        until = cleaned.get("banner_until")
        if touched and cleaned.get("banner_shown") and until and until <= timezone.now():
            error = ValidationError(_("This moment has passed already."), "past")
            self.add_error("banner_until", error)
        return cleaned


@admin.register(SiteSettings)
class SiteSettingsAdmin(RevisesSite):
    form = SiteSettingsForm
    fieldsets = [
        (_("Theme"), {"fields": ("in_mourning",)}),
        (
            _("Notice above every page"),
            {
                "fields": (
                    "banner_shown",
                    "banner_level",
                    ("banner_th", "banner_en"),
                    "banner_until",
                )
            },
        ),
        (
            _("Contact in the privacy notice and the accessibility statement"),
            {"fields": (("contact_th", "contact_en"), "contact_email")},
        ),
        (_("History"), {"fields": ("last_change",)}),
    ]
    readonly_fields = ("last_change",)

    def save_model(self, request: HttpRequest, obj: SiteSettings, form, change) -> None:
        super().save_model(request, obj, form, change)
        values = "; ".join(f"{name}: {form.cleaned_data[name]}" for name in form.changed_data)
        audit.note(audit.Action.SITE_SET, by=request.user, said=values)

    @admin.display(description=_("last change"))
    def last_change(self, row: SiteSettings) -> str:
        """Who and when; the audit trail has all of them."""
        last = AuditEntry.objects.filter(action=audit.Action.SITE_SET).order_by("-id").first()
        return f"{moment(last.at)}: {last.actor_name}" if last else gettext("never changed")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:news_sitesettings_change", args=(1,)))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> SiteSettings | None:
        """The one row, made when it is first looked for."""
        if object_id != "1":
            return None
        return SiteSettings.objects.get_or_create(pk=1)[0]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        return False
