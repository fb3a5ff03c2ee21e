"""The search page: all its state is in the address, so that a search can be kept and shared."""

from dataclasses import replace
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from news.caching import never_keep
from news.models import Topic
from news.search.engine import SearchTooSlow
from news.search.hits import hits
from news.search.misses import count_miss
from news.search.parsing import Question, parse
from news.search.searching import PAGE_SIZE, Filters, Order, Results
from news.search.searching import search as find
from news.search.suggestions import suggestions as suggested
from news.sharing.addresses import absolute, path_in, release_path
from news.views import parameters
from news.views.items import hit_item
from news.views.page import language, site_page
from news.views.public import public
from news.views.search_advice import advice, of_code, on_other_keys, other_ways, usual_spelling
from news.views.search_facets import groups
from news.views.search_filters import active
from news.views.search_request import MAX_LENGTH, Asked, read


@public
def search(request: HttpRequest, *, at) -> HttpResponse:
    """Releases that answer a question in either language, with what they can be narrowed by."""
    lang = language()
    wanted = read(request)
    question = parse(wanted.words)
    topics = {topic.pk: topic for topic in Topic.objects.all()}
    topic = next((each for each in topics.values() if each.slug == wanted.topic), None)
    if wanted.topic and topic is None:
        raise BadRequest("topic can't be that")
    told = advice(question, wanted, lang)
    results, status = None, HTTPStatus.OK
    if not (question.is_empty and wanted.filters(topic).is_empty):
        try:
            results = _results(question, wanted, wanted.filters(topic), at)
        except SearchTooSlow:
            status = HTTPStatus.BAD_REQUEST
            too_long = gettext("This search takes too long. Please ask for fewer or longer words.")
            told = replace(told, problems=(*told.problems, too_long))
    if results is not None and _is_miss(question, wanted, results):
        count_miss(question, timezone.localdate(at))
    whole = status == HTTPStatus.OK and not (results and results.in_haste)
    try:
        if results is not None:
            told = replace(told, usual=usual_spelling(question, wanted, results, at))
        if wanted.words and status == HTTPStatus.OK and _is_nowhere(results):
            other = on_other_keys(wanted, at)
            told = replace(told, usual=other or told.usual, of_code=of_code(wanted, lang, at))
    except SearchTooSlow:
        whole = False
    title = (
        gettext("Search: %(words)s") % {"words": wanted.words}
        if wanted.words
        else gettext("Search")
    )
    filters = active(wanted, topic, lang)
    context = {
        "page": site_page(
            title,
            lambda other: path_in(other, "search") + wanted.address().rstrip("?"),
            description=gettext(
                "Search all press releases of the Office of the Civil Service Commission, "
                "Thailand, in Thai and English."
            ),
            section="search",
            query=wanted.words,
            # Result pages are endless and hold nothing of their own.
            indexable=False,
        ),
        "asked": wanted,
        # Results are for the words only where there are any in what was typed.
        "words": "" if question.is_empty else wanted.words,
        "topic": wanted.topic,
        "kept": wanted.kept,
        "max_length": MAX_LENGTH,
        "topics": [(each.slug, each.name_in(lang)) for each in topics.values()],
        "filters": filters,
        "without_filters": wanted.without_filters.address() if len(filters) > 1 else "",
        "advice": told,
        "results": results,
        "number": wanted.number,
        "by_date": wanted.address(by=Order.DATE),
        "by_relevance": wanted.address(by=Order.RELEVANCE),
        "other_ways": other_ways(question, wanted, lang),
    }
    if results is not None:
        found = hits(results.entries, question, lang, results.corrected, topics)
        context |= {
            "items": [hit_item(each, lang) for each in found],
            "groups": groups(results.facets, wanted, topics, lang),
            "newer": wanted.address(number=wanted.number - 1) if wanted.number > 1 else "",
            "older": wanted.address(number=wanted.number + 1, after=results.next)
            if results.next
            else "",
            # Without words, or by date, what comes later is older.
            "by_match": bool(question.terms) and wanted.by == Order.RELEVANCE,
        }
    response = render(request, "pages/search.html", context, status=status)
    # What there was no time for now should not be missing for as long as the epoch lasts.
    return response if whole else never_keep(response)


@public
def suggestions(request: HttpRequest, *, at) -> HttpResponse:
    """Titles for the box and the browser's bar: [typed, titles, [], addresses] (OpenSearch)."""
    lang = language()
    typed = parameters.text(request, "q", limit=MAX_LENGTH)
    whole = True
    try:
        offered = suggested(typed, at=at, language=lang)
    except SearchTooSlow:
        offered, whole = [], False
    titles = [heading.title for _, heading in offered]
    urls = [absolute(release_path(lang, version.code, version.slug)) for version, _ in offered]
    response = JsonResponse(
        [typed, titles, [], urls],
        safe=False,
        json_dumps_params={"ensure_ascii": False},
        content_type="application/x-suggestions+json; charset=utf-8",
    )
    return response if whole else never_keep(response)


def _results(question: Question, wanted: Asked, filters: Filters, at) -> Results:
    return find(
        question,
        filters,
        at=at,
        by=wanted.by,
        after=wanted.after,
        skip=0 if wanted.after else (wanted.number - 1) * PAGE_SIZE,
    )


def _is_miss(question: Question, wanted: Asked, results: Results) -> bool:
    """Nothing holds these words, and neither a filter nor a period among them is to blame."""
    is_of_all = wanted == wanted.without_filters and not (question.since or question.until)
    return _is_nowhere(results) and bool(question.terms) and is_of_all


def _is_nowhere(results: Results | None) -> bool:
    """Whether nothing holds what was typed, or nothing could be asked for."""
    return results is None or results.total == 0 or results.spelt_nearly
