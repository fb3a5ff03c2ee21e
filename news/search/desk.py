"""The desk's search: the same questions, asked of working copies, drafts included.

What is published is found through the index. Working copies that the record doesn't have as they
are (drafts, unpublished changes) are few, and are looked through one by one.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from news.html import plain
from news.models import Version
from news.search.cascade import FEW, asked
from news.search.engines import engine
from news.search.expressions import Expression
from news.search.matching import Matcher
from news.search.parsing import Question, parse
from news.search.searching import Filters, scope_of

_MOST = 5_000
_FIELDS = ("title", "summary", "body", "gallery_description")


def matching(releases: QuerySet, text: str) -> QuerySet:
    """Those of `releases` (working copies that the user may see) that answer what was typed.

    A code or the words of an address find their release. The queryset given decides who may see
    what; none is added to it. Raises SearchTooSlow.
    """
    question = parse(text)
    written = text.strip().lower()
    found = Q(code=written)
    if written:
        found |= Q(slug=written)
    if not question.is_empty:
        published = _published(question)
        unpublished = _unpublished(_dated(releases, question), question)
        found |= Q(pk__in=published) | Q(pk__in=unpublished)
    return releases.filter(found)


def _published(question: Question) -> QuerySet:
    """The releases of what readers would find; loosely only where that is next to nothing."""
    asking = asked(question)
    versions: list[int] = []
    with engine().limited():
        for expression in (asking.strict, asking.loose) if asking else (None,):
            if len(versions) < FEW and (expression or not asking):
                versions = _versions(question, expression)
    return Version.objects.filter(pk__in=versions).values("release")


def _versions(question: Question, expression: Expression | None) -> list[int]:
    index = engine()
    entries = index.newest(expression, scope_of(question, Filters(), timezone.now()), _MOST)
    if expression is None:
        return [entry.version_id for entry in entries]
    kept = index.checked([entry.key for entry in entries], expression)
    return [entry.version_id for entry in entries if entry.key in kept]


def _dated(releases: QuerySet, question: Question) -> QuerySet:
    if question.since:
        releases = releases.filter(dated__gte=question.since)
    return releases.filter(dated__lte=question.until) if question.until else releases


def _unpublished(releases: QuerySet, question: Question) -> list[int]:
    as_it_is = Version.objects.filter(
        release=OuterRef("pk"),
        visible_from__lte=timezone.now(),
        visible_until__isnull=True,
        recorded_at__gte=OuterRef("updated_at"),
        kind__in=[kind for kind in Version.Kind if kind not in Version.UNLISTED],
    )
    matcher = Matcher(question)
    wanted = set(range(len(question.terms)))
    fields = [f"{name}_{lang}" for name in _FIELDS for lang in ("th", "en")]
    rows = releases.filter(~Exists(as_it_is)).values_list("pk", *fields)
    found = []
    for pk, *texts in rows.iterator(chunk_size=200):
        text = plain("\n".join(filter(None, texts)))
        if wanted <= {match.term for match in matcher.matches(text)}:
            found.append(pk)
    return found
