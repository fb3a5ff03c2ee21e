"""The desk as a site: its name, its language switch, its front page, the headers of all of it."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import mark_safe
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import JavaScriptCatalog

from news.accounts import second_step
from news.admin.account_screens import AccountScreens, signed_in
from news.admin.front_page import front_page
from news.admin.headers import desk_headers
from news.admin.login_form import LoginForm
from news.models import DeskPreference

LANGUAGE_NAMES = {"th": "ไทย", "en": "English"}
"""Each language by its own name: whoever looks for the switch may not read the other one."""

SCRIPT_CATALOGUES = ["django.contrib.admin", "django_prose_editor"]


ORDER = [
    "PressRelease",
    "ReaderReport",
    "Topic",
    "Series",
    "ShortLink",
    "LegacyPath",
    "SiteSettings",
    "FormerMiss",
    "KeyMiss",
    "SearchMiss",
    "Erasure",
    "AuditEntry",
    "GlossaryTerm",
    "User",
]


def _place(model: dict) -> int:
    name = model["object_name"]
    return ORDER.index(name) if name in ORDER else len(ORDER)


NEVER_SHOWN = {
    # Who could read another's key could sign in as them.
    "otp_totp.totpdevice",
    "otp_static.staticdevice",
    # The four roles come with the site; whom they are given to is said at each account.
    "auth.group",
}
"""Models whose own screens stay away."""


class DeskSite(AccountScreens, admin.AdminSite):
    """Django's admin as the newsroom's desk."""

    site_title = _("OCSC news desk")
    site_header = _("News desk, Office of the Civil Service Commission")
    index_title = _("News desk")
    # Thai and English side by side need the width; the few lists are links in the header.
    enable_nav_sidebar = False
    login_form = LoginForm
    # Marked, so that it goes where no column's head says what is empty (desk.css).
    empty_value_display = mark_safe('<span class="nothing">-</span>')

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # What a version names can't go, and the rest goes one by one, seen.
        self.disable_action("delete_selected")

    def get_urls(self) -> list:
        return [
            path("language/", signed_in(self.language), name="language"),
            # Also for who got no further than the password.
            path("logout/", signed_in(self.logout), name="logout"),
            *self.account_urls(),
            *super().get_urls(),
        ]

    def register(self, model_or_iterable, admin_class=None, **options) -> None:
        models = (
            model_or_iterable
            if isinstance(model_or_iterable, list | tuple)
            else [model_or_iterable]
        )
        shown = [model for model in models if model._meta.label_lower not in NEVER_SHOWN]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever has a second step, or should have one, is let in behind it."""
        return (
            super().has_permission(request)
            and second_step.standing(request) is second_step.Standing.DONE
        )

    def admin_view(self, view, cacheable=False):  # noqa: FBT002 - Django's signature
        return desk_headers(super().admin_view(view, cacheable))

    def each_context(self, request: HttpRequest) -> dict:
        current = get_language()
        languages = [
            {"code": code, "name": name, "current": code == current}
            for code, name in LANGUAGE_NAMES.items()
        ]
        return super().each_context(request) | {"desk_languages": languages}

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {"front": front_page(request.user)} | (extra_context or {})
        return super().index(request, context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """What is used most comes first, whatever it is called in which language."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=_place)
        return apps

    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """The scripts' texts, those of the text editor as well."""
        return JavaScriptCatalog.as_view(packages=SCRIPT_CATALOGUES)(request)

    @method_decorator(require_POST)
    def language(self, request: HttpRequest) -> HttpResponse:
        """Keep the chosen language with the user and go back to where they were."""
        chosen = request.POST.get("language")
        if chosen in LANGUAGE_NAMES:
            DeskPreference.objects.update_or_create(
                user=request.user, defaults={"language": chosen}
            )
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return HttpResponseRedirect(back if safe else reverse("admin:index"))
