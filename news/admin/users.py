"""Accounts, as Django manages them; their dates in the reader's era."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _

from news.admin.shown import moment

User = get_user_model()


class DeskUserAdmin(UserAdmin):
    fieldsets = [
        (None, {"fields": ("username", "password")}),
        (_("Personal info"), {"fields": (("first_name", "last_name"), "email")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Important dates"), {"fields": ("last_seen", "joined")}),
    ]
    readonly_fields = ("last_seen", "joined")

    @admin.display(description=_("last login"))
    def last_seen(self, user: AbstractUser) -> str:
        return moment(user.last_login) or "—"

    @admin.display(description=_("date joined"))
    def joined(self, user: AbstractUser) -> str:
        return moment(user.date_joined)


# Importing Django's own screen has registered it.
admin.site.unregister(User)
admin.site.register(User, DeskUserAdmin)
