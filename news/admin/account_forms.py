"""Forms round an account: codes of the second step, and the name for which a link is asked."""

from collections.abc import Callable

from django import forms
from django.utils.translation import gettext_lazy as _

from news.accounts import second_step
from news.accounts.events import Event, tell
from news.admin.login_form import try_again


class _OneCodeForm(forms.Form):
    """A form with one input, `code`, that finds the user's device by it: afterwards `device`."""

    wrong = ""

    def __init__(self, user, data=None, *, read: Callable) -> None:
        super().__init__(data)
        self.user = user
        self.read = read
        self.device = None

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        try:
            self.device = self.read(self.user, code)
        except second_step.TooSoon as too_soon:
            raise forms.ValidationError(try_again(too_soon.until), code="wait") from None
        if self.device is None:
            tell(Event.SECOND_STEP_FAILED, self.user)
            raise forms.ValidationError(self.wrong, code="wrong")
        return code


class CodeForm(_OneCodeForm):
    wrong = _("This code isn’t right. It changes every 30 seconds and is good once.")
    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "class": "code-input",
            }
        ),
    )

    def __init__(self, user, data=None, *, read: Callable = second_step.verify) -> None:
        super().__init__(user, data, read=read)


class RecoveryForm(_OneCodeForm):
    wrong = _("This is none of your recovery codes that are still good.")
    code = forms.CharField(
        label=_("Recovery code"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
                "class": "code-input",
            }
        ),
    )

    def __init__(self, user, data=None) -> None:
        super().__init__(user, data, read=second_step.redeem)


class AskForm(forms.Form):
    name = forms.CharField(
        label=_("User name or email"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
