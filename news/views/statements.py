"""What the Office promises its readers: the accessibility statement and the privacy notice."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from news.models import SiteSettings
from news.sharing.addresses import path_in
from news.views.dates import day
from news.views.page import language, site_page
from news.views.public import public

REVIEWED = date(2026, 11, 23)
"""When both texts were last compared with what the site does."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to. `url` leads to who is responsible for the site where the Office has
    given no address of its own yet.
    """

    office: str
    email: str
    url: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that is stored because somebody read: every field by its own name, with
    what it holds, and how long it stays.
    """

    source: str
    title: str
    fields: tuple[tuple[str, str], ...]
    until: str


@public
def accessibility(request: HttpRequest, *, at) -> HttpResponse:
    """The accessibility statement."""
    page = site_page(
        gettext("Accessibility statement"),
        lambda other: path_in(other, "accessibility"),
        description=gettext(
            "How this archive can be read with any device and any aid, what doesn't work yet, and "
            "whom to tell."
        ),
    )
    context = {"page": page, "contact": _contact(), "reviewed": day(REVIEWED, page.lang)}
    return render(request, "pages/accessibility.html", context)


@public
def privacy(request: HttpRequest, *, at) -> HttpResponse:
    """The privacy notice."""
    page = site_page(
        gettext("Privacy notice"),
        lambda other: path_in(other, "privacy"),
        description=gettext(
            "Everything that this archive stores about its readers, field by field, and how to ask "
            "for a name or a photo to be taken down."
        ),
    )
    context = {
        "page": page,
        "kept": kept(),
        "contact": _contact(),
        "reviewed": day(REVIEWED, page.lang),
    }
    return render(request, "pages/privacy.html", context)


def _contact() -> Contact:
    row = SiteSettings.objects.current()
    url = "" if row.contact_email else settings.SECURITY_CONTACT
    return Contact(row.contact_in(language()), row.contact_email, url)


def kept() -> tuple[Kept, ...]:
    """Everything stored about readers. A model that gains a field, and a log that says more, must
    say so here: `tests/views/test_statements.py` compares them.
    """
    day_only = gettext("the day, without a time")
    request = gettext("a random number of the request, to find what belongs together")
    return (
        Kept(
            "Visit",
            gettext("Use of short links"),
            (
                ("day", day_only),
                ("key", gettext("which short link")),
                ("channel", gettext("by what way: LINE, Facebook, X, QR code, email, other")),
                ("language", gettext("Thai or English")),
                ("is_bot", gettext("whether a known program came, or presumably a person")),
                ("count", gettext("how many times all of these were the same")),
            ),
            gettext("As numbers, for as long as the archive exists."),
        ),
        Kept(
            "SearchMiss",
            gettext("Searches that found nothing"),
            (
                ("day", day_only),
                ("words", gettext("the words that were searched for, up to 100 characters")),
                ("count", gettext("how many times that day")),
            ),
            gettext("As numbers, for half a year."),
        ),
        Kept(
            "KeyMiss",
            gettext("Short links that lead nowhere"),
            (
                ("day", day_only),
                ("key", gettext("the letters behind /s/, up to 40")),
                ("count", gettext("how many times that day")),
            ),
            gettext("As numbers, for half a year."),
        ),
        Kept(
            "FormerMiss",
            gettext("Addresses of the former website that lead nowhere"),
            (
                ("day", day_only),
                ("path", gettext("the address that was asked for")),
                ("count", gettext("how many times that day")),
            ),
            gettext("As numbers, for half a year."),
        ),
        Kept(
            "ReaderReport",
            gettext("Errors that readers report"),
            (
                ("release", gettext("which press release")),
                ("version_number", gettext("which version of it")),
                ("language", gettext("Thai or English")),
                ("quote", gettext("the passage that was marked")),
                ("message", gettext("what the reader wrote")),
                ("email", gettext("the email address, if one was given, to answer")),
                ("received_at", gettext("the moment")),
                ("state", gettext("whether it was dealt with")),
                ("remark", gettext("what the newsroom noted")),
                ("closed_at", gettext("when it was closed")),
                ("closed_by", gettext("who in the newsroom closed it")),
            ),
            gettext(
                "The email address for 90 days after the report is closed and a year at most, the "
                "report for two years after it is closed; both are deleted at once on request."
            ),
        ),
        Kept(
            "SharedPreview",
            gettext("Drafts shown to somebody before they are published"),
            (
                ("release", gettext("which press release")),
                ("token_sha256", gettext("a checksum of the link, which can't be read from it")),
                ("recipient", gettext("for whom the newsroom made the link")),
                ("created_by", gettext("who in the newsroom made it")),
                ("created_at", gettext("the moment")),
                ("expires_at", gettext("until when it opens")),
                ("revoked_at", gettext("when it was revoked")),
            ),
            gettext("For as long as the press release exists."),
        ),
        Kept(
            "LoginFailures",
            gettext("Failed attempts to sign in at the newsroom"),
            (
                (
                    "key",
                    gettext(
                        "a code worked out with a secret key from the network address, alone or "
                        "with the account's name"
                    ),
                ),
                ("count", gettext("how many attempts")),
                ("until", gettext("when it is forgotten")),
            ),
            gettext("Until the first attempt after that moment."),
        ),
        Kept(
            "request log",
            gettext("The log of the application, one line a request"),
            (
                ("timestamp", gettext("the moment")),
                ("request_id", request),
                ("method", gettext("whether something was fetched or sent")),
                ("route", gettext("the kind of page, without what was searched for")),
                ("status", gettext("whether it worked")),
                ("milliseconds", gettext("how long it took")),
            ),
            gettext("Until the server's logs are rotated, normally a few weeks."),
        ),
        Kept(
            "nginx log",
            gettext("The log of the web server, one line a request"),
            (
                ("time", gettext("the moment")),
                ("request_id", request),
                ("method", gettext("whether something was fetched or sent")),
                ("host", gettext("the name of this website")),
                ("path", gettext("the address of the page, without what was searched for")),
                ("status", gettext("whether it worked")),
                ("bytes", gettext("how much was sent")),
                ("seconds", gettext("how long it took")),
                ("upstream_seconds", gettext("how long the application took")),
                ("cache", gettext("whether the page was at hand")),
            ),
            gettext("Until the server's logs are rotated, normally a few weeks."),
        ),
        Kept(
            "limits",
            gettext("Protection against too many requests"),
            (
                (
                    "digest",
                    gettext(
                        "a code worked out from the network address with a secret key; the address "
                        "itself is not stored and can't be read from it"
                    ),
                ),
                (
                    "count",
                    gettext("how many searches, reports or data requests within this minute"),
                ),
            ),
            gettext("In memory for two minutes at most."),
        ),
    )
