"""The page round one release from which preview links are given out and revoked."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news import previewing
from news.admin.action_views import ReleaseViews
from news.audit import note_view
from news.models import PressRelease, SharedPreview
from news.sharing.addresses import absolute
from news.thai.text import single_line

VALIDITY = ((1, _("one day")), (3, _("three days")), (7, _("a week")), (30, _("thirty days")))
MADE = "_preview_link"
"""Where a session keeps a new link until the next screen has shown it."""


class SharePreviewForm(forms.Form):
    recipient = forms.CharField(
        label=_("For whom"),
        max_length=100,
        help_text=_("For you to know whose link it is; it isn’t shown to them."),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=VALIDITY, coerce=int, initial=3)


class SharedPreviewViews(ReleaseViews):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/previews/", view(self.previews), name="news_pressrelease_previews"),
            path(
                "<int:pk>/previews/<int:link>/revoke/",
                view(self.revoke_preview),
                name="news_pressrelease_revoke_preview",
            ),
            *super().get_urls(),
        ]

    def previews(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who was given a link, until when; and a form for another one."""
        release = self._release(request, pk)
        note_view(request.user, release)
        may_share = self.has_change_permission(request, release)
        form = SharePreviewForm(request.POST or None)
        if request.method == "POST":
            if not may_share:
                raise PermissionDenied
            if form.is_valid() and self._shared(request, release, form):
                return HttpResponseRedirect(request.path)
        at = timezone.now()
        valid = set(SharedPreview.objects.valid(at).values_list("pk", flat=True))
        context = self._context(request, release, gettext("Preview links")) | {
            "form": form,
            "may_share": may_share,
            "has_text": bool(release.languages()),
            "made": request.session.pop(MADE, ""),
            "links": [
                {"link": link, "valid": link.pk in valid}
                for link in release.shared_previews.select_related("created_by").order_by("-pk")
            ],
        }
        return TemplateResponse(request, "admin/news/pressrelease/previews.html", context)

    @staticmethod
    def _shared(request: HttpRequest, release: PressRelease, form: SharePreviewForm) -> bool:
        try:
            _link, token = previewing.share(
                release=release,
                by=request.user,
                recipient=single_line(form.cleaned_data["recipient"]),
                expires_at=timezone.now() + timedelta(days=form.cleaned_data["days"]),
            )
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
            return False
        request.session[MADE] = absolute(reverse("root:shared_preview_root", args=(token,)))
        return True

    def revoke_preview(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        release = self._release(request, pk)
        if request.method != "POST" or not self.has_change_permission(request, release):
            raise PermissionDenied
        found = release.shared_previews.filter(pk=link).first()
        if found is None:
            raise Http404("no such link")
        previewing.revoke(preview=found, by=request.user)
        messages.success(request, gettext("The link is revoked. It opens nothing any more."))
        return HttpResponseRedirect(reverse("admin:news_pressrelease_previews", args=(pk,)))
