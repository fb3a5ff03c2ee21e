"""Accounts. Who makes one gives it a name and roles, never a password: its owner chooses that,
behind a link that is good once.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UsernameField
from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import PermissionDenied
from django.db.models import Field
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news.accounts import links, mailing, second_step
from news.accounts.events import Event, tell
from news.models import AccessLink, DeskSession
from news.shown import moment

User = get_user_model()


ROLES = {
    "writer": _("writer: writes, and asks for review"),
    "editor": _("editor: reviews what others wrote as well"),
    "publisher": _("publisher: publishes, schedules and withdraws as well"),
    "administrator": _("administrator: manages accounts and removes for good as well"),
}
"""The groups of the desk, in words."""


class RolesField(forms.ModelMultipleChoiceField):
    """Few enough to be seen all at once."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Group) -> str:
        return str(ROLES.get(obj.name, obj.name))


class RoleFilter(admin.RelatedFieldListFilter):
    """The roles in the words of the form, from the least to the most."""

    def field_choices(self, field: Field, request: HttpRequest, model_admin: Any) -> list:
        groups = Group.objects.order_by("pk")
        return [(group.pk, str(ROLES.get(group.name, group.name))) for group in groups]


class AccountForm(UserChangeForm):
    """Without Django's password, a hint with a link to a screen that is no more."""

    password = None


class NewAccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "groups")
        field_classes = {"username": UsernameField}

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("There is an account of this name already."))
        return name


class DeskUserAdmin(UserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    add_form_template = None
    change_form_template = "admin/account/user.html"
    add_fieldsets = [
        (
            None,
            {
                "fields": ("username", ("first_name", "last_name"), "email", "groups"),
                "description": _(
                    "You give no password: after saving there is a link with which the account’s "
                    "owner chooses it."
                ),
            },
        ),
    ]
    fieldsets = [
        (None, {"fields": ("username", "password_is", "second_step_is")}),
        (_("Personal info"), {"fields": (("first_name", "last_name"), "email")}),
        (
            _("Permissions"),
            {"fields": ("groups", "is_active", "is_staff", "is_superuser")},
        ),
        (_("Important dates"), {"fields": ("last_seen", "joined")}),
    ]
    filter_horizontal = ()
    list_filter = ("is_staff", "is_superuser", "is_active", ("groups", RoleFilter))
    readonly_fields = ("password_is", "second_step_is", "last_seen", "joined")

    def get_urls(self) -> list:
        # Before Django's own, which this takes the place of.
        refused = path("<id>/password/", self.admin_site.admin_view(self.nobody_elses_password))
        acts = [
            path(
                f"<int:pk>/{address}/",
                self.admin_site.admin_view(view),
                name=f"auth_user_{address.replace('-', '_')}",
            )
            for address, view in (
                ("link", self.give_link),
                ("second-step", self.reset_second_step),
                ("sessions", self.end_sessions),
            )
        ]
        return [refused, *acts, *super().get_urls()]

    # -- who may do what to whom -----------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: AbstractUser | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: AbstractUser | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple:
        """The accounts alone. What goes with one (sessions, kept texts, files on their way) would
        name keys that let somebody in, and releases that the administrator may not know of.
        """
        return [str(user) for user in objs], {}, set(), []

    @staticmethod
    def _may_touch(request: HttpRequest, user: AbstractUser | None) -> bool:
        """Otherwise whoever may change accounts could open that of who may do everything."""
        return user is None or not user.is_superuser or request.user.is_superuser

    def get_readonly_fields(
        self, request: HttpRequest, obj: AbstractUser | None = None
    ) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs
    ) -> forms.Field | None:
        """Roles without Django's button beside them, which makes more."""
        if db_field.name == "groups":
            # From the least to the most that a role may do: the order in which they were made.
            roles = Group.objects.order_by("pk")
            return RolesField(roles, required=False, label=capfirst(_("roles")))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # -- making an account, and letting its owner in ---------------------------------------------

    def save_model(
        self,
        request: HttpRequest,
        obj: AbstractUser,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001
    ) -> None:
        if not change:
            obj.set_unusable_password()
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        if not change:
            tell(Event.ACCOUNT_MADE, obj, by=request.user)
        elif not obj.is_active:
            DeskSession.objects.end_all(obj)

    def response_add(
        self, request: HttpRequest, obj: AbstractUser, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._let_in(request, obj)

    def give_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new link, by mail or shown once; the one before is good no longer."""
        return self._let_in(request, self._asked_for(request, pk))

    def _let_in(self, request: HttpRequest, user: AbstractUser) -> HttpResponse:
        tell(Event.LINK_MADE, user, by=request.user, said="mail" if _by_mail(user) else "shown")
        if _by_mail(user):
            mailing.invite(user)
            messages.success(
                request, gettext("A link is on its way to %(email)s.") % {"email": user.email}
            )
            return self._back(user)
        address = links.make(user)
        request.current_app = self.admin_site.name
        context = self.admin_site.each_context(request) | {
            "title": gettext("One-time link"),
            "account": user,
            "address": address,
            "expires_at": AccessLink.objects.get(user=user).expires_at,
            "has_mail": settings.HAS_MAIL,
        }
        return TemplateResponse(request, "admin/account/link_once.html", context)

    def reset_second_step(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For who has lost telephone and recovery codes: they set the second step up anew."""
        user = self._asked_for(request, pk)
        second_step.remove(user)
        DeskSession.objects.end_all(user)
        tell(Event.SECOND_STEP_REMOVED, user, by=request.user)
        messages.success(request, gettext("The second step was removed; all sessions have ended."))
        return self._back(user)

    def end_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._asked_for(request, pk)
        DeskSession.objects.end_all(user)
        tell(Event.SESSIONS_ENDED, user, by=request.user)
        messages.success(request, gettext("The account is signed out everywhere."))
        return self._back(user)

    def nobody_elses_password(self, request: HttpRequest, **_kwargs) -> HttpResponse:
        raise Http404("a password is chosen by its owner")

    def _asked_for(self, request: HttpRequest, pk: int) -> AbstractUser:
        """The account of a POST that `request` may make. Raises Http404, PermissionDenied."""
        user = self.get_object(request, str(pk))
        if user is None or request.method != "POST":
            raise Http404
        # What is done here to one's own account is done on one's own page, with the telephone.
        if user == request.user or not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    @staticmethod
    def _back(user: AbstractUser) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=(user.pk,)))

    def render_change_form(self, request: HttpRequest, context: dict, **kwargs) -> HttpResponse:
        user = kwargs.get("obj")
        if user is not None:
            context["acts"] = {
                "may": user != request.user and self.has_change_permission(request, user),
                "own": user == request.user,
                "by_mail": _by_mail(user),
                "has_second_step": second_step.is_set_up(user),
                "places": DeskSession.objects.of(user).count(),
            }
        return super().render_change_form(request, context, **kwargs)

    # -- what is shown ---------------------------------------------------------------------------

    @admin.display(description=_("password"))
    def password_is(self, user: AbstractUser) -> str:
        if user.has_usable_password():
            return gettext("chosen by its owner")
        return gettext("not chosen yet")

    @admin.display(description=_("second step"))
    def second_step_is(self, user: AbstractUser) -> str:
        if second_step.is_set_up(user):
            left = second_step.recovery_codes_left(user)
            return gettext("set up; recovery codes left: %(left)d") % {"left": left}
        if second_step.is_required(user):
            return gettext("not set up; asked for at the next sign-in")
        return gettext("not set up")

    @admin.display(description=_("last login"))
    def last_seen(self, user: AbstractUser) -> str:
        return moment(user.last_login) or "—"

    @admin.display(description=_("date joined"))
    def joined(self, user: AbstractUser) -> str:
        return moment(user.date_joined)


def _by_mail(user: AbstractUser) -> bool:
    return settings.HAS_MAIL and bool(user.email)


# Importing Django's own screen has registered it.
admin.site.unregister(User)
admin.site.register(User, DeskUserAdmin)
