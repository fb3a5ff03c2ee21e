"""What both databases do alike: tables, questions and answers of the index.

Three things are stored of a document: its entry (narrow, read for every match), its grams (where
the databases differ) and its text (codes and folded title, read for few). The names of all tables
take a generation: "" is the one in use, "_new" one under construction beside it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from math import inf

from news.search.analysis import Document
from news.search.entries import FOREVER, TOPIC_SQL, Entry, Scope, bounds_of, microseconds
from news.search.expressions import Expression
from news.search.grams import checker, needs_checking
from news.sources import connection

CURRENT, NEXT = "", "_new"
ENTRY, TEXT, GRAMS = "news_search_entry", "news_search_text", "news_search_grams"
_LOOKED_AT = 200
_SAMPLED_BY = 9_973
"""A prime: keys of the same number on different days have different remainders."""
TOO_SLOW_MS = 400
"""After this long a search is given up. By the clock: an honest question takes a tenth of it on a
machine that has time, and must not be refused on one that has none. A hostile one is held to 200 ms
by what it may ask (tests/search/test_searching.py), not by this.
"""


UNTIL = ContextVar("until", default=inf)
"""When the time of this thread's question is over; within it may be another with less."""


class SearchTooSlow(Exception):
    """A search that could not be answered in `TOO_SLOW_MS`."""


class IndexInUse(Exception):
    """Somebody, as a backup does, reads tables for longer than an index may wait to remove them."""


@dataclass(frozen=True, slots=True)
class Written:
    """A document as its database is given it; see `Document`."""

    grams: str | bytes
    code: bytes
    title_code: bytes
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A document to be indexed: what its entry has but for the key, which its day decides."""

    version_id: int
    day: date
    facet: int
    visible_from: int
    visible_until: int
    document: Written


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL and its parameters."""

    sql: str
    params: tuple = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where entries (alias e) come from: FROM, WHERE, and the column that holds their keys."""

    tables: str
    matching: Condition
    key: str = "e.key"


class Engine(ABC):
    """The index in one database. Questions are asked inside `limited()`."""

    # -- what the databases do differently -----------------------------------------------------

    @abstractmethod
    def create(self, generation: str) -> None:
        """Make the tables of a generation, empty."""

    def settle(self) -> Iterator[None]:
        """Bring an index that much was added to into its quickest form, a little a step.

        Each step is a transaction of its own and takes a fraction of a second.
        """
        yield from ()

    @abstractmethod
    def replace(self) -> None:
        """Put the generation NEXT in the place of CURRENT; call it in a transaction."""

    @abstractmethod
    def drop(self, generation: str) -> None:
        """Remove the tables of a generation, where they are."""

    @contextmanager
    def briefly(self) -> Iterator[None]:
        """Within it, in a transaction, whatever has to wait for those who read a table gives up
        soon, and raises IndexInUse: all others would wait behind it.
        """
        yield

    @abstractmethod
    def insert(self, rows: Sequence[Row], generation: str) -> bool:
        """Add documents, each after those of its day. No two may do so at once.

        Returns whether a generation NEXT may be there, where the database can tell for nothing.
        """

    @abstractmethod
    def erase(self, keys: Sequence[int], documents: Sequence[Written] | None) -> None:
        """Remove entries and every trace of their words from CURRENT, given what was indexed; None
        where another analysis did that, and nobody can tell.
        """

    @abstractmethod
    def clock(self) -> float:
        """Seconds spent on what this thread asks, from any moment on."""

    @abstractmethod
    def _interrupted(self, until: float) -> AbstractContextManager[None]:
        """Within it a statement that runs on after `until` raises SearchTooSlow."""

    @abstractmethod
    def _matching(self, expression: Expression, *, in_title: bool) -> Source:
        """The entries that have the grams of `expression`, or whose titles have them."""

    def _as_a_whole(self, found: Condition, key: str) -> tuple[Condition, str]:
        """A SELECT of entries in a form that no LIMIT after it changes the plan of, and the name of
        its key.
        """
        return found, key

    @abstractmethod
    def _among(self, column: str, keys: Sequence[int]) -> tuple[str, Condition]:
        """FROM and WHERE of the rows of the text table (alias t) with these keys."""

    # -- writing --------------------------------------------------------------------------------

    def written(self, document: Document) -> Written:
        """What a document is written as. Asks no database: it can be made in another process."""
        return Written(
            self._grams(document.grams), document.code, document.title_code, document.title
        )

    @abstractmethod
    def _grams(self, grams: set[int]) -> str | bytes:
        """Grams as this database is given them."""

    def end(self, version_id: int, until: int, generation: str) -> None:
        """Let an entry end at `until`, or never (FOREVER)."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {ENTRY}{generation} SET visible_until = %s WHERE version_id = %s",  # noqa: S608
                [until, version_id],
            )

    def _new_keys(self, rows: Sequence[Row], generation: str) -> list[int]:
        """For each row the next number of its day that is free."""
        days = list(dict.fromkeys(row.day for row in rows))
        last = f"SELECT COALESCE(MAX(key), %s) FROM {ENTRY}{generation} WHERE key > %s AND key < %s"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join([f'({last})'] * len(days))}",
                [bound for first, end in map(bounds_of, days) for bound in (first, first, end)],
            )
            taken = dict(zip(days, cursor.fetchone(), strict=True))
        keys = []
        for row in rows:
            taken[row.day] += 1
            keys.append(taken[row.day])
        return keys

    def indexed(self, version_ids: Sequence[int], generation: str) -> dict[int, int]:
        """The keys of those versions that have an entry."""
        if not version_ids:
            return {}
        marks = ", ".join(["%s"] * len(version_ids))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT version_id, key FROM {ENTRY}{generation} WHERE version_id IN ({marks})",  # noqa: S608
                list(version_ids),
            )
            return dict(cursor.fetchall())

    def count(self, after: int, generation: str) -> int:
        """How many entries end after this moment (microseconds), or never."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(*) FROM {ENTRY}{generation} WHERE visible_until > %s",  # noqa: S608
                [after],
            )
            return cursor.fetchone()[0]

    def versions(self, after: int, generation: str) -> set[int]:
        """The versions of the entries that end after this moment (microseconds), or never."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT version_id FROM {ENTRY}{generation} WHERE visible_until > %s",  # noqa: S608
                [after],
            )
            return {version for (version,) in cursor}

    def exists(self, generation: str) -> bool:
        return f"{ENTRY}{generation}" in connection.introspection.table_names()

    # -- asking ---------------------------------------------------------------------------------

    def until(self, share: float = 1.0) -> float:
        """The moment of `clock` when a search that begins now has had this share of its time."""
        return self.clock() + share * TOO_SLOW_MS / 1000

    @contextmanager
    def limited(self, until: float | None = None) -> Iterator[None]:
        """Within it a statement that begins or runs on after `until` raises SearchTooSlow; without
        a moment, after the time of a whole search from now.
        """
        end = self.until() if until is None else until

        def in_time(execute, sql, params, many, context):
            # What was given up within is undone in any case: all that follows would fail.
            if not sql.startswith("ROLLBACK"):
                self.require_time()
            return execute(sql, params, many, context)

        connection.ensure_connection()
        with self._interrupted(end), connection.execute_wrapper(in_time):
            outer = UNTIL.set(end)
            try:
                yield
            finally:
                UNTIL.reset(outer)

    def require_time(self) -> None:
        """Raises SearchTooSlow where the time of `limited()` is over; each statement asks this."""
        if self.clock() > UNTIL.get():
            raise SearchTooSlow

    def newest(
        self, expression: Expression | None, scope: Scope, limit: int, *, in_title: bool = False
    ) -> list[Entry]:
        """The newest entries that have the grams of `expression`; all, where it is None.

        With `in_title`, whose titles have them. A phrase of three units and more still has to be
        checked; see `checked`.
        """
        newest = self._newest(expression, scope, limit, in_title=in_title)
        with connection.cursor() as cursor:
            cursor.execute(newest.sql, newest.params)
            return [Entry._make(row) for row in cursor.fetchall()]

    def titled(self, expression: Expression, scope: Scope, limit: int) -> dict[Entry, bytes]:
        """The newest entries that have the grams in their titles, with the codes of those."""
        newest = self._newest(expression, scope, limit, in_title=True)
        statement = (
            "SELECT n.key, n.version_id, n.facet, t.title_code "  # noqa: S608
            f"FROM ({newest.sql}) AS n CROSS JOIN {TEXT} AS t WHERE t.key = n.key"
        )
        rows = self._bytes(statement, newest.params)
        return {Entry(key, version_id, facet): code for key, version_id, facet, code in rows}

    def newest_counted(
        self, expression: Expression | None, scope: Scope, limit: int, enough: int
    ) -> tuple[list[Entry], list[tuple[int, int]] | None]:
        """`newest`, and None; or where there are `limit` of them and this database counts all at no
        great cost, the newest `enough` and the `facets` of all.
        """
        return self.newest(expression, scope, limit), None

    def occurs(self, expression: Expression, scope: Scope) -> bool:
        """Whether one of the newest entries with the grams of `expression` passes its check."""
        keys = [entry.key for entry in self.newest(expression, scope, _LOOKED_AT)]
        return bool(self.checked(keys, expression))

    def facets(
        self, expression: Expression | None, scope: Scope, *, one_in: int = 1
    ) -> list[tuple[int, int]]:
        """(facet, count) of the entries that `newest` would give without its limit, or of about
        `one_in` so many of them, taken by their keys.
        """
        source = self._source(expression)
        visible = _in_scope(scope, source.key)
        if one_in > 1:
            sampled = f"{source.key} %% {_SAMPLED_BY} %% %s = 0"
            visible = Condition(f"{sampled} AND {visible.sql}", (one_in, *visible.params))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT e.facet, COUNT(*) {source.tables} "
                f"WHERE {source.matching.sql} AND {visible.sql} GROUP BY e.facet",
                [*source.matching.params, *visible.params],
            )
            return cursor.fetchall()

    def checked(
        self,
        keys: Sequence[int],
        expression: Expression,
        *,
        column: str = "code",
        read: dict[int, bytes] | None = None,
    ) -> set[int]:
        """Those of `keys` whose code (or "title_code") holds the phrases of `expression`.

        `read` has codes that are here already; any that have to be read are added to it. They are
        looked through here: instr() of SQLite takes several times as long.
        """
        if not needs_checking(expression):
            return set(keys)
        codes = {} if read is None else read
        codes |= self.texts([key for key in keys if key not in codes], column)
        holds = checker(expression)
        return {key for key in keys if key in codes and holds(codes[key])}

    def span(self) -> tuple[int, int]:
        """The first and the last key of all entries; zeros where there are none."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT (SELECT MIN(key) FROM {ENTRY}), (SELECT MAX(key) FROM {ENTRY})"  # noqa: S608
            )
            first, last = cursor.fetchone()
            return first or 0, last or 0

    def texts(self, keys: Sequence[int], column: str) -> dict[int, bytes | str]:
        """A column of the text table ("code", "title_code", "title") by key."""
        if not keys:
            return {}
        source, among = self._among("t.key", keys)
        statement = f"SELECT t.key, t.{column} {source} WHERE {among.sql}"
        return dict(self._bytes(statement, among.params))

    def _bytes(self, statement: str, params: tuple) -> Iterable[tuple]:
        """The rows of a SELECT that may be of many bytes."""
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall()

    def _newest(
        self, expression: Expression | None, scope: Scope, limit: int, *, in_title: bool
    ) -> Condition:
        """A SELECT of the newest entries."""
        found, key = self._entries(expression, scope, in_title=in_title)
        if expression is not None:
            found, key = self._as_a_whole(found, key)
        return Condition(f"{found.sql} ORDER BY {key} DESC LIMIT %s", (*found.params, limit))

    def _entries(
        self, expression: Expression | None, scope: Scope, *, in_title: bool = False
    ) -> tuple[Condition, str]:
        """A SELECT of entries, and the name of its key."""
        source = self._source(expression, in_title=in_title)
        visible = _in_scope(scope, source.key)
        sql = (
            f"SELECT e.key, e.version_id, e.facet {source.tables} "
            f"WHERE {source.matching.sql} AND {visible.sql}"
        )
        return Condition(sql, (*source.matching.params, *visible.params)), source.key

    def _source(self, expression: Expression | None, *, in_title: bool = False) -> Source:
        if expression is None:
            return Source(f"FROM {ENTRY} AS e", Condition("1 = 1"))
        return self._matching(expression, in_title=in_title)


def _in_scope(scope: Scope, key: str) -> Condition:
    at = microseconds(scope.at)
    parts = ["e.visible_from <= %s", "e.visible_until > %s"]
    params = [at, at]
    if scope.first > 0:
        parts.append(f"{key} >= %s")
        params.append(scope.first)
    if scope.end < FOREVER:
        parts.append(f"{key} < %s")
        params.append(scope.end)
    if scope.topic_id is not None:
        parts.append(f"{TOPIC_SQL} = %s")
        params.append(scope.topic_id)
    if scope.flags:
        parts.append("(e.facet & %s) = %s")
        params += [scope.flags, scope.flags]
    return Condition(" AND ".join(parts), tuple(params))
