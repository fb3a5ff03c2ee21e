"""The desk's screens round an account: the login, the second step, one's own account, and the page
behind a one-time link.
"""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as verified
from django_otp.plugins.otp_static.models import StaticDevice

from news import limits
from news.accounts import links, mailing, second_step, sessions
from news.accounts.events import Event, tell
from news.accounts.second_step import Standing
from news.admin.account_forms import AskForm, CodeForm, RecoveryForm
from news.admin.headers import desk_headers
from news.models import DeskSession
from news.sharing import qr


def signed_in(view):
    """Decorates a screen for who has given a password, whether or not the second step is done."""

    @desk_headers
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request, *args, **kwargs)

    return wrapped


class AccountScreens:
    """Mixed into the desk's site."""

    def account_urls(self) -> list:
        return [
            path("second-step/", signed_in(self.second_step), name="second_step"),
            path("second-step/set-up/", signed_in(self.set_up), name="set_up"),
            path("second-step/set-up/code.svg", signed_in(self.set_up_code), name="set_up_code"),
            path("account/", self.admin_view(self.account), name="account"),
            path("account/codes/", self.admin_view(self.new_codes), name="new_codes"),
            path("account/remove/", self.admin_view(self.remove), name="remove_second_step"),
            path("account/sign-out/", self.admin_view(self.end_others), name="end_others"),
            path("forgotten/", desk_headers(self.forgotten), name="forgotten"),
            path("access/<str:secret>/", desk_headers(self.access), name="access"),
        ]

    # -- signing in ------------------------------------------------------------------------------

    @method_decorator(desk_headers)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Django's, which sends who is in to the desk; who lacks the second step goes there."""
        if request.method == "POST" and limits.exceeds("login", request):
            return limits.refusal()
        half = request.user.is_active and request.user.is_staff
        if half and request.method == "GET":
            standing = second_step.standing(request)
            if standing is not Standing.DONE:
                name = "admin:second_step" if standing is Standing.VERIFY else "admin:set_up"
                return redirect_to_login(_next(request), reverse(name))
        context = {
            "ended": request.GET.get("ended"),
            "idle_minutes": settings.DESK_SESSION_IDLE_MINUTES,
            "longest_hours": settings.DESK_SESSION_HOURS,
            "second_step_is_off": not settings.SECOND_STEP_REQUIRED,
        }
        response = super().login(request, context | (extra_context or {}))
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and form.locked_until is not None:
            response.status_code = 429
            left = (form.locked_until - timezone.now()).total_seconds()
            response.headers["Retry-After"] = str(max(1, round(left)))
        return response

    def second_step(self, request: HttpRequest) -> HttpResponse:
        """Ask for the telephone's code, or for a recovery code."""
        if second_step.standing(request) is not Standing.VERIFY:
            return HttpResponseRedirect(_next(request))
        by_paper = "recovery" in request.GET
        form = (RecoveryForm if by_paper else CodeForm)(request.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._let_in(request, form.device)
            return HttpResponseRedirect(_next(request))
        context = {"title": _("Second step"), "by_paper": by_paper}
        return self._screen(request, "second_step", form, context)

    def set_up(self, request: HttpRequest) -> HttpResponse:
        """Show the key of a new telephone, and take it into use when it proves to have it."""
        if second_step.is_set_up(request.user):
            return HttpResponseRedirect(_next(request))
        form = CodeForm(request.user, request.POST or None, read=second_step.confirm)
        if request.method == "POST" and form.is_valid():
            self._let_in(request, form.device)
            tell(Event.SECOND_STEP_SET_UP, request.user)
            return self._show_codes(request)
        device = second_step.begin(request.user)
        context = {
            "title": _("Set up the second step"),
            "key": second_step.typed_key(device),
            "required": second_step.is_required(request.user),
        }
        return self._screen(request, "set_up", form, context)

    def set_up_code(self, request: HttpRequest) -> HttpResponse:
        """The key as a QR code. Never that of a telephone that is in use."""
        if second_step.is_set_up(request.user):
            return HttpResponseRedirect(reverse("admin:index"))
        picture = qr.plain_svg(second_step.begin(request.user).config_url)
        return HttpResponse(picture, content_type="image/svg+xml")

    def _let_in(self, request: HttpRequest, device) -> None:
        # Another key: one that was caught before the second step is worth nothing after it.
        request.session.cycle_key()
        verified(request, device)
        request.second_step = Standing.DONE
        used_paper = isinstance(device, StaticDevice)
        tell(Event.RECOVERY_CODE_USED if used_paper else Event.SECOND_STEP_DONE, request.user)
        if used_paper:
            left = second_step.recovery_codes_left(request.user)
            messages.warning(
                request, _("You used a recovery code. Codes left: %(left)d.") % {"left": left}
            )

    def _show_codes(self, request: HttpRequest) -> HttpResponse:
        codes = second_step.make_recovery_codes(request.user)
        tell(Event.RECOVERY_CODES_MADE, request.user)
        context = {"title": _("Your recovery codes"), "codes": codes}
        return self._screen(request, "codes", None, context)

    # -- one's own account -----------------------------------------------------------------------

    def account(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        context = {
            "title": _("My account"),
            "is_set_up": second_step.is_set_up(user),
            "is_for": second_step.is_for(user),
            "is_required": second_step.is_required(user),
            "second_step_is_off": not settings.SECOND_STEP_REQUIRED,
            "codes_left": second_step.recovery_codes_left(user),
            "places": sessions.places(request),
            "idle_minutes": settings.DESK_SESSION_IDLE_MINUTES,
            "longest_hours": settings.DESK_SESSION_HOURS,
        }
        return self._screen(request, "account", None, context)

    def new_codes(self, request: HttpRequest) -> HttpResponse:
        """Ten new recovery codes, for who has the telephone at hand."""
        if not second_step.is_set_up(request.user):
            return HttpResponseRedirect(reverse("admin:account"))
        form = CodeForm(request.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._show_codes(request)
        context = {
            "title": _("New recovery codes"),
            "says": _("The codes you have now will no longer be good."),
            "button": _("Make new codes"),
        }
        return self._screen(request, "confirm", form, context)

    def remove(self, request: HttpRequest) -> HttpResponse:
        """Forget the telephone, for who has it at hand: another one is set up after it."""
        if not second_step.is_set_up(request.user):
            return HttpResponseRedirect(reverse("admin:account"))
        form = CodeForm(request.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            second_step.remove(request.user)
            tell(Event.SECOND_STEP_REMOVED, request.user)
            messages.success(request, _("The second step was removed."))
            required = second_step.is_required(request.user)
            return HttpResponseRedirect(reverse("admin:set_up" if required else "admin:account"))
        context = {
            "title": _("Remove the second step"),
            "says": _("For another telephone, set the second step up again afterwards."),
            "button": _("Remove the second step"),
        }
        return self._screen(request, "confirm", form, context)

    def end_others(self, request: HttpRequest) -> HttpResponse:
        """Sign out everywhere but here."""
        if request.method == "POST":
            DeskSession.objects.end_all(request.user, but=request.session.session_key)
            tell(Event.SESSIONS_ENDED, request.user)
            messages.success(request, _("You are signed out everywhere else."))
        return HttpResponseRedirect(reverse("admin:account"))

    def password_change(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """Django's; with the password all other sessions end."""
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            DeskSession.objects.end_all(request.user, but=request.session.session_key)
            tell(Event.PASSWORD_CHANGED, request.user)
        return response

    # -- without a password ----------------------------------------------------------------------

    def forgotten(self, request: HttpRequest) -> HttpResponse:
        """Have a link mailed; the answer is the same for every name."""
        form = AskForm(request.POST or None)
        sent = False
        if request.method == "POST" and settings.HAS_MAIL:
            if limits.exceeds("link", request):
                form.add_error(None, _("Too many requests. Please try again in a minute."))
            elif form.is_valid():
                mailing.ask(form.cleaned_data["name"])
                sent = True
        context = {"title": _("Forgotten your password?"), "sent": sent, "mail": settings.HAS_MAIL}
        return self._screen(request, "forgotten", form, context)

    @method_decorator(sensitive_post_parameters())
    def access(self, request: HttpRequest, secret: str) -> HttpResponse:
        """Choose a password, behind a one-time link."""
        link = links.find(secret)
        if link is None:
            context = {"title": _("This link is no longer good")}
            response = self._screen(request, "link_ended", None, context)
            response.status_code = 404
            return response
        form = SetPasswordForm(link.user, request.POST or None)
        if (
            request.method == "POST"
            and form.is_valid()
            and links.use(link, form.cleaned_data["new_password1"])
        ):
            tell(Event.LINK_USED, link.user)
            messages.success(request, _("Your password is set. Please sign in with it."))
            return HttpResponseRedirect(reverse("admin:login"))
        context = {"title": _("Choose your password"), "account": link.user}
        return self._screen(request, "access", form, context)

    def _screen(
        self, request: HttpRequest, name: str, form: object, context: dict
    ) -> TemplateResponse:
        request.current_app = self.name
        whole = self.each_context(request) | {
            "form": form,
            "next": _next(request),
        }
        return TemplateResponse(request, f"admin/account/{name}.html", whole | context)


def _next(request: HttpRequest) -> str:
    """Where the user was going, on this site; else the desk's front page."""
    asked = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else reverse("admin:index")
