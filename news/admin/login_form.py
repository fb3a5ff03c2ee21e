"""The form for signing in: few tries for one account, the same words for every name."""

from datetime import datetime

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from news.accounts import lockout
from news.accounts.events import Event, tell
from news.limits import reader_address
from news.thai.dates import format_time


class LoginForm(AdminAuthenticationForm):
    """`locked_until` is set where tries are refused."""

    locked_until: datetime | None = None

    def clean(self) -> dict:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return self.cleaned_data
        address = reader_address(self.request)
        try:
            lockout.take(name, address)
        except lockout.Locked as locked:
            raise self._refusal(locked.until) from None
        try:
            cleaned = super().clean()
        except ValidationError:
            account = get_user_model().objects.filter(username=name).first()
            tell(Event.LOGIN_FAILED, account)
            until = lockout.locked_until(name, address)
            if until is not None:
                tell(Event.LOCKED, account)
                raise self._refusal(until) from None
            raise
        lockout.forgive(name, address)
        return cleaned

    def _refusal(self, until: datetime) -> ValidationError:
        self.locked_until = until
        return ValidationError(
            _("Signing in has failed too often. %(try_again)s") % {"try_again": try_again(until)},
            code="locked",
        )


def try_again(until: datetime) -> str:
    """When to try again, by the clock and in minutes: whoever's clock is wrong knows it too."""
    seconds = (until - timezone.now()).total_seconds()
    if seconds < 60:
        return _("Please try again in less than a minute.")
    minutes = int(-(-seconds // 60))
    return ngettext(
        "Please try again at %(time)s, in %(minutes)d minute.",
        "Please try again at %(time)s, in %(minutes)d minutes.",
        minutes,
    ) % {"time": format_time(until, get_language()), "minutes": minutes}
