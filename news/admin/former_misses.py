"""Addresses of the former site that readers still use and that lead nowhere: a click mends each."""

import unicodedata
from collections.abc import Iterator
from itertools import islice

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path as url
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from news.admin.known import known_to
from news.importing import misses, paths
from news.models import FormerMiss
from news.search.desk import matching
from news.search.engine import SearchTooSlow
from news.thai.dates import format_date

OFFERED = 8
"""Releases that are offered for an address."""


_ATTEMPTS = 4
"""Searches for which an editor waits, at most."""
_HALVED = 12
"""Letters from which on a piece without spaces may be a headline, and not a word."""


def _found_by_the_words_of(path: str, releases: QuerySet) -> tuple[str, QuerySet]:
    """The words of an address, or so many of them that they find one of `releases`, and what they
    find: an address was often made of another headline, or of more than the headline. Raises
    SearchTooSlow where one of these searches did and none of the others found any.
    """
    whole = paths.words(path)
    too_slow = None
    for words in islice(_fewer(whole), _ATTEMPTS):
        try:
            found = matching(releases, words)
        except SearchTooSlow as error:
            too_slow = error
            continue
        if found.exists():
            return words, found
    if too_slow is not None:
        raise too_slow
    return whole, releases.none()


def _fewer(whole: str) -> Iterator[str]:
    """The words, then fewer and fewer of them."""
    words = whole.split()
    longest = sorted(dict.fromkeys(words), key=len, reverse=True)
    yield whole
    if len(words) > 2:
        yield " ".join(words[: (len(words) + 1) // 2])
    if len(words) > 1:
        yield longest[0]
    # Thai has no spaces between its words: one piece may be the whole headline, and more.
    if longest and len(longest[0]) >= _HALVED:
        cut = _place_to_cut(longest[0])
        yield longest[0][:cut]
        yield longest[0][cut:]
    yield from longest[1:]


def _place_to_cut(text: str) -> int:
    """About the middle, where no vowel or mark is parted from its consonant."""
    cut = len(text) // 2
    while cut < len(text) and (unicodedata.category(text[cut]) == "Mn" or text[cut] in "ะาำ"):
        cut += 1
    while cut > 1 and text[cut - 1] in "เแโใไ":
        cut -= 1
    return cut


@admin.register(FormerMiss)
class FormerMissAdmin(admin.ModelAdmin):
    list_display = ("address", "times", "last")
    list_display_links = None
    search_fields = ("path",)
    ordering = ("-count",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return misses.missed()

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-times", "-day", "path")

    @admin.display(description=_("path"), ordering="path")
    def address(self, missed: FormerMiss) -> SafeString:
        where = reverse("admin:news_formermiss_lead", args=(missed.pk,))
        return format_html('<a href="{}">{}</a>', where, missed.path)

    @admin.display(description=_("times asked for"), ordering="times")
    def times(self, missed: FormerMiss) -> int:
        return missed.times

    @admin.display(description=_("last on"), ordering="day")
    def last(self, missed: FormerMiss) -> str:
        return format_date(missed.day, get_language(), "short")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.lead)
        return [url("<int:pk>/lead/", view, name="news_formermiss_lead"), *super().get_urls()]

    def lead(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Releases that the words of the address find, each with a button that leads it there."""
        missed = misses.missed().filter(pk=pk).first()
        if missed is None:
            raise Http404("no such address, or it leads somewhere already")
        may_lead = request.user.has_perm("news.add_legacypath")
        if not self.has_view_permission(request) or (request.method == "POST" and not may_lead):
            raise PermissionDenied
        if request.method == "POST":
            return self._led(request, missed)
        public = known_to(request).filter(versions__isnull=False)
        words, too_slow = request.GET.get("words", ""), False
        try:
            if words:
                found = matching(public, words)
            else:
                words, found = _found_by_the_words_of(missed.path, public)
        except SearchTooSlow:
            words, found = words or paths.words(missed.path), public.none()
            too_slow = True
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Lead an address of the former site to a release"),
            "missed": missed,
            "words": words,
            "too_slow": too_slow,
            "may_lead": may_lead,
            "offered": found.distinct().order_by("-dated", "-pk")[:OFFERED],
        }
        return TemplateResponse(request, "admin/news/formermiss/lead.html", context)

    def _led(self, request: HttpRequest, missed: FormerMiss) -> HttpResponse:
        code = request.POST.get("code", "").strip().lower()
        release = known_to(request).filter(code=code, versions__isnull=False).first()
        if release is None:
            messages.error(request, gettext("There is no release with this code."))
            return HttpResponseRedirect(request.path)
        former = misses.lead(missed.path, release)
        self.log_addition(request, former, gettext("led to a release"))
        messages.success(request, gettext("The address leads to the release from now on."))
        return HttpResponseRedirect(reverse("admin:news_formermiss_changelist"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: FormerMiss | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FormerMiss | None = None) -> bool:
        return False
