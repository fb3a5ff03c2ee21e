"""The form by which a reader reports an error in a release: no account, no cookie, no script
needed, and nothing that was written is ever lost by an answer.
"""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from news.caching import never_keep, public_page
from news.limits import WINDOW_SECONDS, exceeds
from news.models import Version
from news.reader_reports import EMAIL_DAYS, TooManyReports, receive
from news.sharing.addresses import path_in, release_path
from news.views.origins import is_from_this_site
from news.views.page import Page, error_page, language, switch, titled
from news.views.public import public
from news.views.releases import citable_version, live_version

QUOTE_CHARACTERS, MESSAGE_CHARACTERS = 1000, 3000


class _Words(forms.CharField):
    """A text of several lines, counted as the browser counts it and kept as it was typed."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        return super().to_python(value).replace("\r\n", "\n").replace("\0", "")

    def widget_attrs(self, widget: forms.Widget) -> dict:
        """Without `maxlength`: browsers cut what is pasted without a word; the answer says it."""
        return {**super().widget_attrs(widget), "maxlength": False}


def _words(limit: int, label, help_text="", *, required: bool = True, rows: int) -> _Words:
    return _Words(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": _("Please write what is wrong."),
            "max_length": _(
                "This text is too long: it has %(show_value)d characters, and at most "
                "%(limit_value)d can be sent."
            ),
        },
    )


class ReaderReportForm(forms.Form):
    """`website` is left empty by people, who don't see it, and filled in by most programs."""

    message = _words(
        MESSAGE_CHARACTERS,
        _("What is wrong, and what would be right?"),
        _("If you know a source, please name it."),
        rows=6,
    )
    quote = _words(
        QUOTE_CHARACTERS,
        _("The passage concerned (optional)"),
        _("Mark it in the press release before you follow the link, or copy it in here."),
        required=False,
        rows=3,
    )
    email = forms.EmailField(
        label=_("Your email (optional)"),
        required=False,
        max_length=254,
        error_messages={"invalid": _("This is not a complete email address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    # A browser would complain in its own language, not in the page's.
    use_required_attribute = False

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("A field that people don't see was filled in."))
        return ""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The form about version `number` of a release, and where it is sent to."""
    if request.method == "POST":
        return never_keep(_receive(request, code, number, timezone.now()))
    return _empty_form(request, code=code, number=number)


@public_page
def _empty_form(request: HttpRequest, code: str, number: int, *, at: datetime) -> HttpResponse:
    lang = language()
    version = citable_version(code, number, at)
    path = _path(lang, version)
    if request.path != path:
        return HttpResponsePermanentRedirect(path)
    return _page(request, version, ReaderReportForm())


def _receive(request: HttpRequest, code: str, number: int, at: datetime) -> HttpResponse:
    form = ReaderReportForm(request.POST)
    try:
        version = citable_version(code, number, at)
    except DatabaseError:
        return _handed_back(request, None, form, _Problem(_not_kept(), 503))
    lang = language()
    problem = _refusal(request) or _invalid(form) or _keep(version, lang, form)
    if problem:
        return _handed_back(request, version, form, problem)
    return redirect(path_in(lang, "reader_report_sent", code=version.code))


@dataclass(frozen=True, slots=True)
class _Problem:
    """Why a report was not taken, for its writer, and the status of the answer."""

    text: str
    status: int


def _refusal(request: HttpRequest) -> _Problem | None:
    """What is refused whatever it says."""
    if not is_from_this_site(request):
        text = gettext("This came from another page. Please look through it and send it from here.")
        return _Problem(text, 403)
    if exceeds("report", request):
        return _too_many()
    return None


def _invalid(form: ReaderReportForm) -> _Problem | None:
    if form.is_valid():
        return None
    return _Problem(gettext("Your report was not sent yet. Please look at what is marked."), 422)


def _keep(version: Version, lang: str, form: ReaderReportForm) -> _Problem | None:
    words = {name: form.cleaned_data[name] for name in ("quote", "message", "email")}
    try:
        receive(version=version, language=lang, **words)
    except TooManyReports:
        return _too_many()
    except DatabaseError:
        return _Problem(_not_kept(), 503)
    return None


def _too_many() -> _Problem:
    return _Problem(gettext("Too many reports at once. Please send yours again in a minute."), 429)


def _not_kept() -> str:
    return gettext("Your report could not be kept just now. Please send it again later.")


def _handed_back(
    request: HttpRequest, version: Version | None, form: ReaderReportForm, problem: _Problem
) -> HttpResponse:
    """The form with everything that was written in it. `version` is None without a database."""
    response = _page(request, version, form, problem.text)
    response.status_code = problem.status
    if problem.status in {429, 503}:
        response.headers["Retry-After"] = str(WINDOW_SECONDS)
    return response


def _page(
    request: HttpRequest, version: Version | None, form: ReaderReportForm, problem: str = ""
) -> HttpResponse:
    lang = language()
    title = gettext("Report an error")
    page = error_page(title)
    if version:
        page = Page(
            lang=lang,
            title=titled(title),
            indexable=False,
            switch=switch(lambda other: _path(other, version), version.languages),
        )
    context = {
        "page": page,
        "text": version.text(lang) if version else None,
        "number": version.number if version else None,
        "back": release_path(lang, version.code, version.slug) if version else "",
        "form": form,
        "problem": problem,
        "email_days": EMAIL_DAYS,
    }
    return render(request, "pages/reader_report.html", context)


@public
def sent(request: HttpRequest, code: str, *, at: datetime) -> HttpResponse:
    """Thanks, and the way back."""
    lang = language()
    version = live_version(code, at)
    context = {
        "page": error_page(gettext("Your report was sent")),
        "back": release_path(lang, version.code, version.slug),
    }
    return render(request, "pages/reader_report_sent.html", context)


def _path(lang: str, version: Version) -> str:
    return path_in(lang, "reader_report", code=version.code, number=version.number)
