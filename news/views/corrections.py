"""The public log of corrections, clarifications, updates and withdrawals."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from news.corrections import Change, changes, log
from news.sharing.addresses import path_in
from news.views.dates import moment
from news.views.page import language, site_page
from news.views.paging import BY_CHANGE, window
from news.views.public import public


@public
def corrections(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Newest change first."""
    lang = language()
    shown = window(request, log(lang, at), order=BY_CHANGE)
    context = {
        "page": site_page(
            gettext("Corrections and withdrawals"),
            lambda other: path_in(other, "corrections"),
            description=gettext(
                "Every press release that was corrected, clarified, updated or withdrawn after it "
                "was published: when, and why."
            ),
            indexable=shown.is_first,
        ),
        "entries": [_entry(change, lang) for change in changes(shown.versions, lang, at)],
        "feed": path_in(lang, "corrections_feed"),
        "window": shown,
    }
    return render(request, "pages/corrections.html", context)


def _entry(change: Change, lang: str) -> dict:
    return {
        "id": f"{change.version.code}-{change.version.number}",
        "date": moment(change.version.visible_from, lang),
        "kind": change.kind,
        "lead": change.lead,
        "name": change.name,
        "lang": change.heading.lang if change.heading else lang,
        "url": change.path,
        "number": change.version.number,
        "note": change.note,
        "reason": change.reason,
        "version_url": change.version_path,
        "previous_url": change.previous_path,
    }
