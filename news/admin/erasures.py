"""Erasing for law's sake: one person asks, another one approves, and only then it is done."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from news import erasing
from news.models import Erasure, PressRelease
from news.shown import moment

APPROVE = "_approve"
"""Name of the button that approves."""


class ErasureForm(forms.ModelForm):
    """Takes a code; the release behind it must have been published."""

    code = forms.CharField(
        label=_("Code of the release"),
        max_length=12,
        help_text=_("The six letters and digits at the end of its short URL."),
    )

    class Meta:
        model = Erasure
        fields = ("reason",)

    field_order = ("code", "reason")

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().lower()
        self.release = PressRelease.objects.filter(code=code).first()
        hidden = PressRelease.objects.under_embargo(timezone.now())
        if self.release is None or hidden.filter(pk=self.release.pk).exists():
            raise forms.ValidationError(_("There is no release with this code."), "no_such_code")
        if not self.release.versions.shown(timezone.now()).exists():
            raise forms.ValidationError(
                _("This release was never published: discard the draft."), "draft"
            )
        if Erasure.objects.filter(release=self.release).exists():
            raise forms.ValidationError(
                _("The erasure of this release was asked for already."), "twice"
            )
        return code


@admin.register(Erasure)
class ErasureAdmin(admin.ModelAdmin):
    form = ErasureForm
    add_form_template = "admin/news/erasure/add_form.html"
    change_form_template = "admin/news/erasure/change_form.html"
    fields = ("code", "reason")
    list_display = ("code", "reason", "requested_by", "asked", "approved_by", "done")
    list_select_related = ("release",)
    ordering = ("-requested_at", "-pk")

    @admin.display(description=_("code"), ordering="release__code")
    def code(self, erasure: Erasure) -> str:
        return erasure.release.code

    @admin.display(description=_("asked for"), ordering="requested_at")
    def asked(self, erasure: Erasure) -> str:
        return moment(erasure.requested_at)

    @admin.display(description=pgettext_lazy("moment", "approved"), ordering="approved_at")
    def done(self, erasure: Erasure) -> str:
        return moment(erasure.approved_at) or gettext("waits for a second person")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        return {"code": request.GET.get("code", "")[:12]}

    def get_fields(self, request: HttpRequest, obj: Erasure | None = None) -> tuple[str, ...]:
        return self.fields if obj is None else self.list_display

    def get_readonly_fields(self, request: HttpRequest, obj: Erasure | None = None):
        return () if obj is None else self.list_display

    def get_form(self, request: HttpRequest, obj: Erasure | None = None, **kwargs: Any):
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Erasure, form: Any, change: Any) -> None:
        asked = erasing.request(release=form.release, reason=obj.reason, by=request.user)
        obj.pk, obj.release = asked.pk, asked.release

    def response_add(
        self, request: HttpRequest, obj: Erasure, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(
            request,
            gettext("Asked for. Nothing is erased until somebody else approves it here."),
        )
        return HttpResponseRedirect(reverse("admin:news_erasure_change", args=(obj.pk,)))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None
    ) -> HttpResponse:
        erasure = self.get_object(request, object_id)
        if erasure is not None and APPROVE in request.POST and self._may_approve(request, erasure):
            return self._approved(request, erasure)
        if request.method == "POST":
            return HttpResponseRedirect(request.path)
        context = {
            "may_approve": erasure is not None and self._may_approve(request, erasure),
            "own_request": erasure is not None and _is_own(request, erasure),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _may_approve(self, request: HttpRequest, erasure: Erasure) -> bool:
        waits = erasure.approved_at is None
        own = _is_own(request, erasure)
        return waits and not own and self.has_change_permission(request, erasure)

    def _approved(self, request: HttpRequest, erasure: Erasure) -> HttpResponse:
        if request.POST.get("code", "").strip().lower() != erasure.release.code:
            messages.error(
                request, gettext("Nothing was erased: type the code of the release to confirm.")
            )
        else:
            try:
                erasing.approve(erasure=erasure, by=request.user)
            except erasing.ErasureRefused as refusal:
                messages.error(request, " ".join(refusal.messages))
            else:
                self.log_change(request, erasure, gettext("approved"))
                messages.success(
                    request,
                    gettext("Erased. Files and data files follow within minutes."),
                )
        return HttpResponseRedirect(request.path)

    def has_change_permission(self, request: HttpRequest, obj: Erasure | None = None) -> bool:
        return super().has_change_permission(request, obj) and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Erasure | None = None) -> bool:
        waits = obj is None or obj.approved_at is None
        return waits and super().has_delete_permission(request, obj)


def _is_own(request: HttpRequest, erasure: Erasure) -> bool:
    return erasure.requested_by.lower() == request.user.get_username().lower()
