"""Open data: the page about it, the monthly files, and how anyone checks the archive's word."""

import time
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import Error
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from news.caching import (
    keep_public,
    never_keep,
    reader,
    stand_in,
    take_the_place,
)
from news.corrections import Change
from news.exporting import chain, open_data
from news.models import ChainHead, DataFile, Version
from news.sharing.addresses import absolute, path_in
from news.thai.dates import format_month, format_year
from news.views.dates import day, moment
from news.views.home import preferred_language
from news.views.page import site_page
from news.views.public import public
from news.views.stored import STALE_SECONDS, stored_file

LICENCE = {
    "name": "Creative Commons Attribution 4.0 International",
    "url": "https://creativecommons.org/licenses/by/4.0/",
}
PLAIN_TEXT = "text/plain; charset=utf-8"
HEADS_SHOWN = 14
TAKEN_BACK_SHOWN = 50


@public
def data(request: HttpRequest, *, at) -> HttpResponse:
    """The page: what there is, under which licence, what is missing, how to cite."""
    page = site_page(
        gettext("Open data"),
        lambda other: path_in(other, "data"),
        description=gettext(
            "Every press release of this archive as open data: files by month in JSON Lines and "
            "CSV, checksums, known gaps and how to cite."
        ),
        section="data",
    )
    files = list(DataFile.objects.order_by("-month", "form"))
    files_at, counts = open_data.as_of(files), _totals(files)
    taken_back = Version.objects.without_news(at).newest_change_first()[:TAKEN_BACK_SHOWN]
    context = {
        "page": page,
        "years": _by_year(files, page.lang),
        "as_of": moment(files_at, page.lang) if files_at else None,
        "counts": counts,
        "ever_public": sum(counts.values()),
        "counts_by_year": [
            (format_year(year, page.lang), sum(counts.values()))
            for year, counts in sorted(_totals_by_year(files).items(), reverse=True)
        ],
        "taken_back": [
            (Change(version, page.lang, None), day(_local_day(version), page.lang))
            for version in taken_back
        ],
        "gaps": [(gap_text(gap.name), gap.count) for gap in open_data.known_gaps(files_at)],
        "licence": LICENCE,
        "base": settings.BASE_URL,
    }
    return render(request, "pages/data.html", context)


Month = tuple[str, int, list[DataFile]]


def _by_year(files: Iterable[DataFile], lang: str) -> list[tuple[str, list[Month]]]:
    """(year, [(month, releases, files)]), newest first, in words of the page's era."""
    months = [(month, list(group)) for month, group in groupby(files, lambda file: file.month)]
    return [
        (
            format_year(year, lang),
            [
                (
                    format_month(month.year, month.month, lang),
                    sum(_states(group[0]).values()),
                    group,
                )
                for month, group in rows
            ],
        )
        for year, rows in groupby(months, lambda row: row[0].year)
    ]


def _states(file: DataFile) -> dict[str, int]:
    return {state: getattr(file, state) for state in open_data.STATES}


def _totals(files: Iterable[DataFile]) -> dict[str, int]:
    one_form = [_states(file) for file in files if file.form == "jsonl"]
    return {state: sum(each[state] for each in one_form) for state in open_data.STATES}


def _totals_by_year(files: Iterable[DataFile]) -> dict[int, dict[str, int]]:
    """Year of the Common Era -> state -> releases dated in it."""
    by_year: dict[int, list[DataFile]] = {}
    for file in files:
        by_year.setdefault(file.month.year, []).append(file)
    return {year: _totals(of_year) for year, of_year in by_year.items()}


def _local_day(version: Version) -> date:
    return timezone.localdate(version.visible_from)


def gap_text(name: str) -> str:
    """What a known gap is, in the page's language."""
    return {
        "date_in_doubt": gettext("The original gives more than one date"),
        "day_unknown": gettext("Only the month of the release is known, or not even that"),
        "no_thai": gettext("No Thai text"),
        "no_english": gettext("No English text"),
        "no_photo": gettext("No photo"),
        "no_topic": gettext("No topic"),
        "sample": gettext("Made up as a sample"),
    }[name]


@public
def manifest(request: HttpRequest, *, at) -> HttpResponse:
    """The files with their checksums, and numbers that add up, all of one moment (`as_of`)."""
    files = list(DataFile.objects.order_by("month", "form"))
    files_at, counts = open_data.as_of(files), _totals(files)
    in_files = sum(counts.values())
    return JsonResponse(
        {
            "licence": LICENCE,
            "schema": absolute(reverse("root:api:openapi")) + "#/components/schemas/Release",
            "chain": absolute(reverse("root:chain")),
            "as_of": files_at.isoformat() if files_at else None,
            # Every code that was public by then is in the files once, in the state it is in.
            "counts": {**counts, "in_files": in_files, "ever_public": in_files},
            "counts_by_year": _totals_by_year(files),
            "known_gaps": {gap.name: gap.count for gap in open_data.known_gaps(files_at)},
            "files": [
                {
                    "name": file.name,
                    "url": absolute(reverse("root:data_file", args=(file.name,))),
                    "month": f"{file.month:%Y-%m}",
                    "content_type": open_data.FORMS[file.form],
                    "byte_size": file.byte_size,
                    "sha256": file.sha256,
                    "made_at": file.made_at.isoformat(),
                    **_states(file),
                }
                for file in files
            ],
        }
    )


@public
def checksums(request: HttpRequest, *, at) -> HttpResponse:
    """For `sha256sum -c`, beside the files."""
    files = DataFile.objects.order_by("month", "form")
    text = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    return HttpResponse(text, content_type=PLAIN_TEXT)


@csrf_exempt
@require_safe
def data_file(request: HttpRequest, name: str) -> HttpResponse:
    """One monthly file; 503 for as long as it has text that the archive has taken back.

    While the database is away the one that this process handed out last, as a page would be, but
    none from before a change of the record.
    """
    at = timezone.now()
    try:
        asked_for = _asked_for(name, at)
        if asked_for is not None:
            response = keep_public(_file(request, name, asked_for), at)
            _HANDED_OUT[name] = asked_for
            return response
    # An epoch that can't be read is one of them. For a second after the loss it is still known, and
    # the queries are what fails.
    except Error:
        handed_out = _HANDED_OUT.get(name)
        if handed_out is None or not handed_out.can_stand_in():
            raise
        return stand_in(_file(request, name, handed_out))
    except Http404:
        _HANDED_OUT.pop(name, None)
        raise
    _HANDED_OUT.pop(name, None)
    text = gettext("This file is being made anew: a release in it is no news any more.")
    waiting = HttpResponse(f"{text}\n", status=503, content_type=PLAIN_TEXT)
    waiting.headers["Retry-After"] = "60"
    waiting.headers["Content-Language"] = get_language()
    return take_the_place(waiting)


class _HandedOut(NamedTuple):
    """What was known of a file when somebody got it, with so much (`counter`) and so many
    `removals` in the record.
    """

    path: str
    sha256: str
    form: str
    counter: int
    removals: int
    at: float

    def can_stand_in(self) -> bool:
        """Not where this process has heard of any change of the record since: the file may have
        what was taken back by it.
        """
        return (
            (self.counter, self.removals) == (reader.counter, reader.removals)
            and time.monotonic() - self.at < STALE_SECONDS
            and default_storage.exists(self.path)
        )


_HANDED_OUT: dict[str, _HandedOut] = {}
"""By name; only names of files that there are."""


def _asked_for(name: str, at: datetime) -> _HandedOut | None:
    """The file of this name; None while it is held back. Raises `Http404`, and the database's own
    errors.
    """
    known = reader.current(at)
    month, _, form = name.removeprefix("releases-").partition(".")
    try:
        found = DataFile.objects.filter(month=f"{month}-01", form=form).first()
    except ValidationError as error:
        raise Http404("no such month") from error
    if found is None:
        raise Http404("no releases then")
    if open_data.held_back(found, at):
        return None
    return _HandedOut(
        found.path, found.sha256, form, known.counter, known.removals, time.monotonic()
    )


def _file(request: HttpRequest, name: str, found: _HandedOut) -> HttpResponse:
    etag = f'"{found.sha256}"'
    response = get_conditional_response(request, etag=etag) or stored_file(
        request, found.path, open_data.FORMS[found.form], name, etag
    )
    response.headers["ETag"] = etag
    return response


@public
def data_root(request: HttpRequest, *, at) -> HttpResponse:
    """`/data/` leads to the page in the reader's language."""
    lang = preferred_language(request.headers.get("Accept-Language", ""))
    response = HttpResponseRedirect(path_in(lang, "data"))
    patch_vary_headers(response, ["Accept-Language"])
    return never_keep(response)


@public
def integrity(request: HttpRequest, *, at) -> HttpResponse:
    """The page: what the chain proves, its latest heads, and the few lines that check it."""
    page = site_page(
        gettext("Proof that nothing was changed"),
        lambda other: path_in(other, "integrity"),
        section="data",
    )
    heads = [
        (day(head.day, page.lang), head)
        for head in ChainHead.objects.order_by("-day")[:HEADS_SHOWN]
    ]
    empty = any(head.count == 0 for _day, head in heads)
    return render(
        request, "pages/integrity.html", {"page": page, "heads": heads, "some_are_empty": empty}
    )


@public
def chain_file(request: HttpRequest, *, at) -> HttpResponse:
    """The chain's lines up to the latest published head, as they are hashed."""
    last = ChainHead.objects.order_by("-day").first()
    found = chain.lines(last.until) if last else ()
    return StreamingHttpResponse(found, content_type=PLAIN_TEXT)


@public
def heads_file(request: HttpRequest, *, at) -> HttpResponse:
    """Every published head: day, number of versions, head, parted by tabs."""
    heads = ChainHead.objects.order_by("day").values_list("day", "count", "head")
    text = "".join(f"{of}\t{count}\t{head}\n" for of, count, head in heads)
    return HttpResponse(text, content_type=PLAIN_TEXT)
