"""A question put to the index: which releases answer, in which order, how many and of what kind."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from news.search import misspelling
from news.search.cascade import FEW, Asked, asked
from news.search.engine import Engine, SearchTooSlow
from news.search.engines import engine
from news.search.entries import FLAGS, FOREVER, Entry, Scope, key_of
from news.search.expressions import Expression
from news.search.facets import Facets, tally
from news.search.grams import IN_TITLE as TITLE_MASK
from news.search.grams import holds
from news.search.parsing import Question
from news.search.ranking import ranker

PAGE_SIZE = 20
MANY = 1_000
"""Results that are told apart; beyond them the page says "more than"."""

_TITLES = 200
"""Titles, the newest, that are ranked."""
_RANKED = 60
"""Other texts, the newest, that are ranked; all further results follow by date."""
_UNSCORED = -1.0

_T = TypeVar("_T")


class Order(StrEnum):
    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search besides its words. Days are included at both ends."""

    since: date | None = None
    until: date | None = None
    topic_id: int | None = None
    language: str = ""
    photos: bool = False
    files: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Filters()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a result stands in the order: the next page begins after the last place of this one."""

    score: float
    key: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, and what they are part of.

    `total` is exact unless `more_than` says that there are more. `spelt_nearly` marks results that
    don't hold the words, only something spelt like them. `next` is None on the last page.
    """

    entries: tuple[Entry, ...]
    total: int
    more_than: bool
    facets: Facets
    next: Place | None
    loosely: bool = False
    spelt_nearly: bool = False

    @classmethod
    def none(cls) -> "Results":
        """No results, where nothing had to be asked."""
        return cls((), 0, more_than=False, facets=tally((), exact=True), next=None)


@dataclass(frozen=True, slots=True)
class _Found:
    """The newest entries that answer: all of them, each checked, where it is `complete`."""

    entries: list[Entry]
    complete: bool
    total: int


def search(
    question: Question,
    filters: Filters,
    *,
    at: datetime,
    by: Order = Order.RELEVANCE,
    after: Place | None = None,
    skip: int = 0,
    size: int = PAGE_SIZE,
) -> Results:
    """The page of `size` results after a place, or after the first `skip` results.

    Raises SearchTooSlow.
    """
    return _Search(question, filters, at).page(by, after, skip, size)


class _Search:
    """One question to the engine, with what is known of its answer so far."""

    def __init__(self, question: Question, filters: Filters, at: datetime):
        self.question = question
        self.asked: Asked | None = asked(question)
        self.scope = scope_of(question, filters, at)
        self.engine: Engine = engine()

    def page(self, by: Order, after: Place | None, skip: int, size: int) -> Results:
        expression = self.asked.strict if self.asked else None
        with self.engine.limited():
            found = self._found(expression)
        loosely, nearly = False, {}
        if self._few(found) and self.asked and self.asked.loose:
            loose = self._in_time(lambda: self._found(self.asked.loose))
            if loose and len(loose.entries) > len(found.entries):
                found, expression, loosely = loose, self.asked.loose, True
        if self._few(found) and self.asked:
            nearly = self._in_time(lambda: misspelling.nearly(self.question, self.scope)) or {}
            found = self._with(found, nearly)
        with self.engine.limited():
            scored = {}
            if by == Order.RELEVANCE and self.asked:
                scored = self._scored(expression, found, nearly)
            shown = self._shown(expression, found, scored, after, skip + size + 1)[skip:]
            page = shown[:size]
            return Results(
                entries=tuple(entry for _, entry in page),
                total=found.total,
                more_than=not found.complete,
                facets=self._facets(expression, found),
                next=page[-1][0] if len(shown) > size else None,
                loosely=loosely,
                spelt_nearly=bool(nearly) and len(nearly) == len(found.entries),
            )

    def _in_time(self, step: Callable[[], _T]) -> _T | None:
        """The result of a step that only helps; None where it takes too long."""
        try:
            with self.engine.limited():
                return step()
        except SearchTooSlow:
            return None

    @staticmethod
    def _few(found: _Found) -> bool:
        return found.complete and len(found.entries) < FEW

    @staticmethod
    def _with(found: _Found, nearly: dict[Entry, float]) -> _Found:
        entries = {entry.key: entry for entry in (*nearly, *found.entries)}
        return _Found(
            [entries[key] for key in sorted(entries, reverse=True)],
            complete=True,
            total=len(entries),
        )

    def _found(self, expression: Expression | None) -> _Found:
        """The newest entries with the grams of `expression`; where those are all, each checked."""
        candidates = self.engine.newest(expression, self.scope, MANY + 1)
        if len(candidates) <= MANY:
            entries = self._checked(candidates, expression)
            return _Found(entries, complete=True, total=len(entries))
        # As many of the others will hold the words as of the newest.
        share = len(self._checked(candidates[:_RANKED], expression)) / _RANKED
        return _Found(candidates, complete=False, total=int(MANY * share) // 100 * 100)

    def _checked(self, entries: list[Entry], expression: Expression | None) -> list[Entry]:
        if expression is None:
            return entries
        kept = self.engine.checked([entry.key for entry in entries], expression)
        return [entry for entry in entries if entry.key in kept]

    # -- ordering -------------------------------------------------------------------------------

    def _scored(
        self, expression: Expression, found: _Found, nearly: dict[Entry, float]
    ) -> dict[Entry, float]:
        """The newest entries with the words in their title, and the newest others, with scores."""
        scorer = ranker(self.question, self.asked)
        titles = self.engine.newest(expression, self.scope, _TITLES, mask=TITLE_MASK)
        codes = self.engine.texts([entry.key for entry in titles], "title_code")
        scores = {
            entry: scorer.title(codes[entry.key], entry.day)
            for entry in titles
            if holds(expression, codes[entry.key])
        }
        others = [entry for entry in found.entries if entry not in scores][:_RANKED]
        codes = self.engine.texts([entry.key for entry in others], "code")
        for entry in others:
            if entry in nearly:
                scores[entry] = nearly[entry]
            elif holds(expression, codes[entry.key]):
                scores[entry] = scorer.text(codes[entry.key], entry.day)
        return scores

    def _shown(
        self,
        expression: Expression | None,
        found: _Found,
        scored: dict[Entry, float],
        after: Place | None,
        count: int,
    ) -> list[tuple[Place, Entry]]:
        """The first `count` results after a place: those with a score, then the others by date."""
        places = sorted(
            ((Place(score, entry.key), entry) for entry, score in scored.items()), reverse=True
        )
        if after is not None:
            places = [(place, entry) for place, entry in places if place < after]
        missing = count - len(places)
        if missing > 0:
            older_than = after.key if after and after.score < 0 else FOREVER
            others = self._others(expression, found, scored, older_than, missing)
            places += [(Place(_UNSCORED, entry.key), entry) for entry in others]
        return places[:count]

    def _others(
        self,
        expression: Expression | None,
        found: _Found,
        scored: dict[Entry, float],
        older_than: int,
        count: int,
    ) -> list[Entry]:
        """Results without a score, by date."""
        if found.complete:
            others = (entry for entry in found.entries if entry not in scored)
            return [entry for entry in others if entry.key < older_than][:count]
        others: list[Entry] = []
        while len(others) < count:
            scope = replace(self.scope, end=min(older_than, self.scope.end))
            candidates = self.engine.newest(expression, scope, 2 * count + len(scored))
            if not candidates:
                break
            older_than = candidates[-1].key
            unscored = [entry for entry in candidates if entry not in scored]
            others += self._checked(unscored, expression)
        return others[:count]

    def _facets(self, expression: Expression | None, found: _Found) -> Facets:
        if found.complete:
            return tally(Counter(entry.facet for entry in found.entries).items(), exact=True)
        return tally(self.engine.facets(expression, self.scope), exact=False)


def scope_of(question: Question, filters: Filters, at: datetime) -> Scope:
    """What a question and its filters ask besides words, as the engine takes it."""
    since = max((day for day in (question.since, filters.since) if day), default=None)
    until = min((day for day in (question.until, filters.until) if day), default=None)
    flags = FLAGS.get(filters.language, 0)
    flags |= FLAGS["photos"] if filters.photos else 0
    flags |= FLAGS["files"] if filters.files else 0
    return Scope(
        at=at,
        first=key_of(since) if since else 0,
        end=key_of(until + timedelta(days=1)) if until else FOREVER,
        topic_id=filters.topic_id,
        flags=flags,
    )
