"""A question put to the index: which releases answer, in which order, how many and of what kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from news.search import misspelling
from news.search.cascade import FEW, Asked, asked
from news.search.engine import Engine, SearchTooSlow
from news.search.engines import engine
from news.search.entries import FLAGS, FOREVER, Entry, Scope, key_of
from news.search.expressions import Expression
from news.search.facets import NO_FACETS, Facets, tally
from news.search.grams import checker, needs_checking, shows_in_code
from news.search.parsing import Question, parse
from news.search.ranking import IN_TITLE, ranker

PAGE_SIZE = 20
MANY = 500
"""Results that are told apart; beyond them the page says "more than"."""

_TITLES = 200
"""Titles, the newest, that are ranked."""
_RANKED = 40
"""Other texts, the newest, that are ranked; all further results follow by date."""
UNSCORED = -1.0
"""Of results by date alone; every score is higher."""
_ENOUGH = _TITLES + _RANKED
"""Entries of very many, the newest, that are known at once: among them are as many others as are
ranked, though all the ranked titles be there too."""
_SAMPLE = 16
"""Of very many entries with the grams, the newest, that tell how many hold the words."""
_COUNTED = 1_000
"""Entries, besides the newest, that facets of very many are counted from."""
_MOST_HOLD, _FEW_HOLD = 0.75, 0.25
_MOST_CHECKED = 2_000
"""Entries that are checked one by one where few of those with the grams hold the words."""
_ELSEWHERE = 200
"""Entries, the newest that a filter leaves out or not, that tell whether words are rare."""
_THOROUGHLY, _TO_THE_END = 0.5, 0.85
"""Of a search's time, after which those that may hold the words as typed are not looked through any
further: first, for a slip in a common word (กระทรง) leaves tens of thousands, and what was meant
has to be found too; and at all.
"""
_BETWEEN = 0.25
"""The same for words that may have been meant, from the first on."""
_LOOSELY = 0.25
"""Of a search's time, after which no looser question is asked."""
_CORRECTED = 0.35
"""The same of words that may have been meant. To ask for those takes little where it is worthwhile:
a looser question that has to look through thousands for nothing leaves time for it.
"""
_FIRST = 100.0
"""More than any score: what was found by a stricter question comes first."""


_FACET = attrgetter("facet")


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


class Place(NamedTuple):
    """Where a result stands in the order: the next page begins after the last place of this one."""

    score: float
    key: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, and what they are part of.

    `total` is exact unless `more_than` says that there are more. `corrected` is the question that
    the results answer besides or, with `nothing_else`, instead: one with words spelt like the typed
    ones. `next` is None on the last page. Where it was `cut_short`, not all were looked through.
    """

    entries: tuple[Entry, ...]
    total: int
    more_than: bool
    facets: Facets
    next: Place | None
    corrected: Question | None = None
    nothing_else: bool = False
    cut_short: bool = False

    @property
    def spelt_nearly(self) -> bool:
        """Whether nothing holds the words as they were typed."""
        return self.corrected is not None and self.nothing_else

    @property
    def in_haste(self) -> bool:
        """Whether there was no time for all that may be found, or for facets: next time there may
        be.
        """
        return self.cut_short or (self.more_than and self.facets is NO_FACETS)

    @classmethod
    def none(cls) -> "Results":
        """No results, where nothing had to be asked."""
        return cls((), 0, more_than=False, facets=NO_FACETS, next=None)


@dataclass(frozen=True, slots=True)
class _Found:
    """The newest entries that answer: all of them, each checked, where it is `complete`."""

    entries: list[Entry]
    complete: bool
    total: int
    share: float = 1.0
    """Of entries with the grams, how many hold the words."""
    counts: list[tuple[int, int]] | None = None
    """(facet, count) of all entries with the grams, where that is known already."""
    unchecked: int | None = None
    """The key than which no older ones were checked, for there was no time; None where all were."""

    @property
    def cut_short(self) -> bool:
        return self.unchecked is not None


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is asked of the index, and whose words make a result good; `first` are results of a
    stricter question, which come before all others and need not answer this one.
    """

    expression: Expression | None
    question: Question
    asked: Asked | None
    first: tuple[Entry, ...] = ()


def search(
    question: Question,
    filters: Filters,
    *,
    at: datetime,
    by: Order = Order.RELEVANCE,
    after: Place | None = None,
    skip: int = 0,
    size: int = PAGE_SIZE,
    with_facets: bool = True,
) -> Results:
    """The page of `size` results after a place, or after the first `skip` results.

    Facets cost a third of a search for frequent words: who doesn't show them says so, and gets
    empty ones. So does everybody where no time is left to count. Raises SearchTooSlow.
    """
    one = _Search(question, filters, at, with_facets=with_facets)
    return one.page(by, after, skip, size)


class _Search:
    """One question to the engine, with what is known of its answer so far."""

    def __init__(self, question: Question, filters: Filters, at: datetime, *, with_facets: bool):
        self.question = question
        self.with_facets = with_facets
        self.asked: Asked | None = asked(question)
        self.scope = scope_of(question, filters, at)
        self.engine: Engine = engine()
        # One time for all statements together; looser questions leave some for what was found.
        self._until = self.engine.until()
        self._thoroughly_until = self.engine.until(_THOROUGHLY)
        self._to_the_end_until = self.engine.until(_TO_THE_END)
        self._loosely_until = self.engine.until(_LOOSELY)
        self._corrected_until = self.engine.until(_CORRECTED)
        self._codes: dict[int, bytes] = {}

    def page(self, by: Order, after: Place | None, skip: int, size: int) -> Results:
        results = None
        try:
            # All in one, for on PostgreSQL each is a transaction, begun and ended.
            with self.engine.limited(self._until):
                found, sought = self._answering()
                results = self._results(found, sought, by, after=after, skip=skip, size=size)
                if self.with_facets:
                    return replace(results, facets=self._facets(sought.expression, found))
        except SearchTooSlow:
            if results is None:
                raise
        return results

    def _answering(self) -> tuple[_Found, "_Sought"]:
        """What is found, by looser questions where a strict one finds little."""
        sought = _Sought(self.asked.strict if self.asked else None, self.question, self.asked)
        found = self._found(sought.expression, self._thoroughly_until)
        if not self._is_rare(found):
            return self._all(found, sought), sought
        until = self._corrected_until
        if found.cut_short:
            until = self.engine.until(_BETWEEN)
        else:
            loosely = self._loosely_until
            found, sought = self._more(found, sought, lambda: self._loosely(sought), loosely)
        if self._few(found):
            found, sought = self._more(found, sought, lambda: self._corrected(found), until)
        if sought.question is self.question:
            found = self._all(found, sought)
        return found, sought

    def _all(self, found: _Found, sought: "_Sought") -> _Found:
        """What is found when all are looked through, where that was cut short. Raises SearchTooSlow
        where nothing is, and not all were.
        """
        if found.cut_short:
            until = self._to_the_end_until
            found = self._looked_through(found.entries, sought.expression, found.unchecked, until)
            if found.cut_short and not found.entries:
                raise SearchTooSlow
        return found

    def _results(
        self,
        found: _Found,
        sought: "_Sought",
        by: Order,
        *,
        after: Place | None,
        skip: int,
        size: int,
    ) -> Results:
        count = skip + size + 1
        by_words = by == Order.RELEVANCE and self.asked
        scored = self._scored(sought, found, after, count) if by_words else {}
        shown = self._shown(sought, found, scored, after, count)[skip:]
        page = shown[:size]
        return Results(
            entries=tuple(entry for _, entry in page),
            total=max(found.total, len(page)),
            more_than=found.cut_short or not found.complete,
            facets=NO_FACETS,
            next=page[-1][0] if len(shown) > size else None,
            corrected=sought.question if sought.question is not self.question else None,
            nothing_else=not (sought.first or found.cut_short),
            cut_short=found.cut_short,
        )

    def _more(
        self,
        found: _Found,
        sought: "_Sought",
        step: Callable[[], "_Sought | None"],
        until: float,
    ) -> tuple[_Found, "_Sought"]:
        """What a step finds besides, where it finds more; without it, where it takes too long."""
        try:
            with self.engine.limited(until):
                wider = step()
                more = self._found(wider.expression) if wider else found
        except SearchTooSlow:
            return found, sought
        if wider is None:
            return found, sought
        first = [entry for entry in found.entries if entry not in set(more.entries)]
        # Behind the newest of very many there are others, before one that is older than those.
        entries = sorted([*first, *more.entries], reverse=True) if more.complete else more.entries
        if more.complete and len(entries) == len(found.entries):
            return found, sought
        total = more.total + len(first)
        return (
            replace(more, entries=entries, total=total, unchecked=found.unchecked),
            replace(wider, first=tuple(found.entries)),
        )

    def _loosely(self, sought: "_Sought") -> "_Sought | None":
        return replace(sought, expression=self.asked.loose) if self.asked.loose else None

    def _corrected(self, found: _Found) -> "_Sought | None":
        is_of_all = self.scope == Scope(self.scope.at)
        text = misspelling.corrected(
            self.question, self.scope.at, len(found.entries), of_all=is_of_all
        )
        if text is None:
            return None
        question = parse(text)
        meant = asked(question)
        return _Sought(meant.strict, question, meant)

    def _is_rare(self, found: _Found) -> bool:
        """Whether it is for the words that few are found. Where a filter alone leaves few, the
        facet that led here has counted those, and none of a looser question.
        """
        if self.asked is None or not self._few(found):
            return False
        anywhere = Scope(self.scope.at)
        if self.scope == anywhere:
            return True
        try:
            with self.engine.limited(self._loosely_until):
                newest = self.engine.newest(self.asked.strict, anywhere, _ELSEWHERE)
                return len(self._checked(newest, self.asked.strict)) < FEW
        except SearchTooSlow:
            return False

    @staticmethod
    def _few(found: _Found) -> bool:
        return found.complete and len(found.entries) < FEW

    def _found(self, expression: Expression | None, until: float | None = None) -> _Found:
        """The newest entries with the grams of `expression`; where those are all, each checked, or
        as many as there is time for `until` a moment. Without one it raises SearchTooSlow.
        """
        candidates, counts = self._newest(expression)
        if counts is not None or len(candidates) > MANY:
            share = self._share(candidates, expression)
            if share >= _FEW_HOLD:
                total = int(MANY * share) // 100 * 100
                return _Found(candidates, complete=False, total=total, share=share, counts=counts)
            older = replace(self.scope, end=candidates[-1].key)
            candidates += self.engine.newest(expression, older, _MOST_CHECKED - len(candidates) + 1)
        elif expression is not None and needs_checking(expression):
            self._read(candidates[:_RANKED])  # for they will be ranked too
        held = self._checked(candidates, expression)
        if len(candidates) > _MOST_CHECKED:
            if len(held) > PAGE_SIZE:
                total, share = len(held), len(held) / len(candidates)
                return _Found(candidates, complete=False, total=total, share=share, counts=counts)
            # To fill a page all would be looked through in any case.
            than = candidates[-1].key
            if until is not None:
                return self._looked_through(held, expression, than, until)
            for older, _ in self._older(expression, than):
                held += older
        return _Found(held, complete=True, total=len(held))

    def _looked_through(
        self, held: list[Entry], expression: Expression | None, than: int, until: float
    ) -> _Found:
        """`held`, and all entries older than a key, each checked: those that there is time for."""
        try:
            with self.engine.limited(until):
                for older, last in self._older(expression, than):
                    held, than = [*held, *older], last
        except SearchTooSlow:
            return _Found(held, complete=True, total=len(held), unchecked=than)
        return _Found(held, complete=True, total=len(held))

    def _share(self, candidates: list[Entry], expression: Expression | None) -> float:
        """How many of very many entries with the grams hold the words: as many as of the newest."""
        if expression is None or not needs_checking(expression):
            return 1.0
        # More are read where they are ranked, and that titles may spare; or where so few leave in
        # doubt how many of all hold them, and whether all have to be looked through.
        for newest in (candidates[:_SAMPLE], candidates[:_RANKED]):
            self._read(newest)
            share = len(self._checked(newest, expression)) / len(newest)
            if share >= _MOST_HOLD:
                break
        return share

    def _older(self, expression: Expression, than: int) -> Iterator[tuple[list[Entry], int]]:
        """All entries older than a key, each checked, a few thousand at once; and the last key."""
        while candidates := self.engine.newest(
            expression, replace(self.scope, end=than), _MOST_CHECKED
        ):
            # Their codes are not kept: they are many, and next to none is looked at again.
            keys = self.engine.checked([entry.key for entry in candidates], expression)
            than = candidates[-1].key
            yield [entry for entry in candidates if entry.key in keys], than

    def _newest(
        self, expression: Expression | None
    ) -> tuple[list[Entry], list[tuple[int, int]] | None]:
        if self.with_facets:
            return self.engine.newest_counted(expression, self.scope, MANY + 1, _ENOUGH)
        return self.engine.newest(expression, self.scope, MANY + 1), None

    def _checked(self, entries: list[Entry], expression: Expression | None) -> list[Entry]:
        if expression is None:
            return entries
        # Looser questions meet the same entries again.
        keys = [entry.key for entry in entries]
        held = self.engine.checked(keys, expression, read=self._codes)
        return [entry for entry in entries if entry.key in held]

    def _read(self, entries: Iterable[Entry]) -> dict[int, bytes]:
        """The codes of some entries, among others."""
        missing = [entry.key for entry in entries if entry.key not in self._codes]
        self._codes |= self.engine.texts(missing, "code")
        return self._codes

    # -- ordering -------------------------------------------------------------------------------

    def _scored(
        self, sought: "_Sought", found: _Found, after: Place | None, count: int
    ) -> dict[Entry, float]:
        """The newest entries with the words in their title, and the newest others, with scores.

        The others are left out where the first `count` after a place are titles without them.
        """
        scorer = ranker(sought.question, sought.asked)
        holds = checker(sought.expression)
        few = found.complete and len(found.entries) <= _TITLES and shows_in_code(sought.expression)
        if few:
            codes = self.engine.texts([entry.key for entry in found.entries], "title_code")
            # One that is missing was erased a moment ago.
            titles = {entry: codes[entry.key] for entry in found.entries if entry.key in codes}
        else:
            titles = self.engine.titled(sought.expression, self.scope, _TITLES)
        scores = {
            entry: scorer.title(code, entry.day) for entry, code in titles.items() if holds(code)
        }
        if not sought.first and scorer.titles_lead:
            leading = [
                entry
                for entry, score in scores.items()
                if score >= IN_TITLE and (after is None or Place(score, entry.key) < after)
            ]
            if len(leading) >= count:
                return scores
        unscored = [entry for entry in found.entries if entry not in scores]
        ranked, is_all = unscored[:_RANKED], few and len(unscored) <= _RANKED
        together = [] if is_all else self._together(sought)
        others = dict.fromkeys([*ranked, *together, *sought.first])
        codes = self._read(others)
        checked = {*sought.first, *(found.entries if found.complete else ())}
        for entry in others:
            if (
                entry not in scores
                and entry.key in codes
                and (entry in checked or holds(codes[entry.key]))
            ):
                scores[entry] = scorer.text(codes[entry.key], entry.day)
        return {
            entry: max(0.0, score) + _FIRST * (entry in sought.first)
            for entry, score in scores.items()
        }

    def _together(self, sought: "_Sought") -> list[Entry]:
        """The newest entries with all the words as one phrase."""
        together = sought.asked.together
        if together is None:
            return []
        entries = self.engine.newest(together, self.scope, _RANKED)
        return self._checked(entries, together)

    def _shown(
        self,
        sought: "_Sought",
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
            older_than = after.key if after and after.score == UNSCORED else FOREVER
            others = self._others(sought, found, scored, older_than, missing)
            places += [(Place(UNSCORED, entry.key), entry) for entry in others]
        return places[:count]

    def _others(
        self,
        sought: "_Sought",
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
        # They need not be among those of the wider question.
        first = [entry for entry in sought.first if entry not in scored and entry.key < older_than]
        size = 2 * count + len(scored)
        # The newest are here already, and where few hold the words, have been read.
        here = [entry for entry in found.entries if entry not in scored and entry.key < older_than]
        while len(others) < count:
            candidates, here = here[:size], here[size:]
            if not candidates:
                scope = replace(self.scope, end=min(older_than, self.scope.end))
                candidates = self.engine.newest(sought.expression, scope, size)
            if not candidates:
                break
            size = min(2 * size, MANY)
            older_than = candidates[-1].key
            unscored = [entry for entry in candidates if entry not in scored]
            others += self._checked(unscored, sought.expression)
        return sorted({*others, *first}, reverse=True)[:count]

    def _facets(self, expression: Expression | None, found: _Found) -> Facets:
        if found.complete:
            counted = Counter(map(_FACET, found.entries)).items()
            return tally(counted, exact=not found.cut_short)
        counts = found.counts or self._sampled(expression, found)
        # Of those with the grams as many hold the words as of the newest.
        return tally(((facet, found.share * n) for facet, n in counts), exact=False)

    def _sampled(self, expression: Expression | None, found: _Found) -> Iterable[tuple[int, int]]:
        # The newest are here; of the others a sample will do, for each is looked up one by one.
        counts = Counter(map(_FACET, found.entries))
        older = replace(self.scope, end=found.entries[-1].key)
        one_in = max(1, round(self._about(found) / _COUNTED))
        for facet, count in self.engine.facets(expression, older, one_in=one_in):
            counts[facet] += one_in * count
        return counts.items()

    def _about(self, found: _Found) -> float:
        """About how many entries have the grams, by the time that the newest of them took."""
        first, last = self.engine.span()
        first, last = max(first, self.scope.first), min(last, self.scope.end)
        newest, oldest = found.entries[0].key, found.entries[-1].key
        return len(found.entries) * max(1.0, (last - first) / max(1, newest - oldest))


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
