"""The index in PostgreSQL: an array of grams beside each entry, under GIN.

Containment in an array is exact in GIN, so a question is answered from the index and the narrow
table alone; the arrays themselves are stored out of line and never read.
"""

import sys
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from django.db import OperationalError, transaction
from psycopg import Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import tuple_row

from news import sources
from news.search.engine import (
    CURRENT,
    ENTRY,
    NEXT,
    TEXT,
    Condition,
    Engine,
    IndexInUse,
    Row,
    SearchTooSlow,
    Source,
    Written,
)
from news.search.entries import Entry, Scope, bounds_of
from news.search.expressions import All, Any, Expression, Marker, leaves
from news.search.grams import (
    Kind,
    kinds,
    marker_gram,
    needed,
    needs_checking,
    phrase_grams,
    proof,
)
from news.sources import connection

_CREATE = """
CREATE TABLE {entry} (
    key bigint NOT NULL CONSTRAINT {entry}_pkey PRIMARY KEY,
    version_id bigint NOT NULL CONSTRAINT {entry}_version UNIQUE,
    visible_from bigint NOT NULL,
    visible_until bigint NOT NULL,
    facet bigint NOT NULL,
    grams integer[] NOT NULL
);
-- Out of the way of the narrow columns; numbers without order don't compress; and statistics on
-- them would read them all.
ALTER TABLE {entry} SET (toast_tuple_target = 128);
ALTER TABLE {entry} ALTER COLUMN grams SET STORAGE EXTERNAL;
ALTER TABLE {entry} ALTER COLUMN grams SET STATISTICS 0;
CREATE INDEX {entry}_grams ON {entry} USING gin (grams);
CREATE TABLE {text} (
    key bigint NOT NULL CONSTRAINT {text}_pkey PRIMARY KEY,
    title_code bytea NOT NULL,
    title text NOT NULL,
    code bytea NOT NULL
);
-- Beside its row where a page has room for it: out of line each code costs a search of its own, and
-- twice as many pages are read.
ALTER TABLE {text} SET (toast_tuple_target = 8160);
ALTER TABLE {text} ALTER COLUMN code SET STORAGE EXTERNAL;
"""
_INDEXES = {ENTRY: ("pkey", "version", "grams"), TEXT: ("pkey",)}

# As it is stored: text would be made here of every number, and read there again.
_COPY = "COPY {} FROM STDIN (FORMAT BINARY)"
# The grams are bytes already, of which this is how the server reads an array.
_ENTRY_TYPES = ("int8", "int8", "int8", "int8", "int8", "bytea")
_TEXT_TYPES = ("int8", "bytea", "text", "bytea")
# As `_insert_many`, the key as `_new_keys` has it. What is set holds before the first row is there:
# each row is joined to it.
_INSERT_ONE = """
WITH s AS MATERIALIZED (SELECT set_config(%s, %s, true), set_config(%s, %s, true)),
k AS (SELECT COALESCE(MAX(key), %s) + 1 AS key FROM {entry} WHERE key > %s AND key < %s),
e AS (INSERT INTO {entry} SELECT k.key, %s, %s, %s, %s, %s FROM k, s RETURNING key)
INSERT INTO {text} SELECT key, %b, %s, %b FROM e RETURNING to_regclass('{next}') IS NOT NULL
"""
_INTEGER, _ARRAY_OF_INTEGERS = 23, 1007
_ONE_DIMENSION = (1, 0, _INTEGER)
"""Dimensions, whether an element can be missing, and their type; then how many, from which on."""
_FIRST = 1
_OF_FOUR_BYTES = (4, 0)
"""How many bytes an element has, and its place."""

# The planner knows nothing of how common a gram is, and reading every row's array to compare it is
# the one thing that must never happen.
SETTINGS = {
    "enable_seqscan": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # Enough for all entries that a frequent word finds.
    "work_mem": "16MB",
}
_CANCELLED = "57014"
_LOCKED = "55P03"
_WAIT_FOR_LOCKS = "1s"
"""For as long new searches wait, and who publishes, where a table can't be removed at once."""
# Of no limit there is none: a LIMIT of nothing lets all through.
_COUNTED = """
WITH m AS MATERIALIZED ({}), few AS MATERIALIZED (
    SELECT CASE WHEN COUNT(*) >= %s THEN %s END AS number FROM m
)
(SELECT key, version_id, facet FROM m ORDER BY key DESC LIMIT (SELECT number FROM few))
UNION ALL
SELECT NULL, COUNT(*), facet FROM m WHERE (SELECT number FROM few) IS NOT NULL GROUP BY facet
"""
# Each use of a stored code would read it anew: put together with nothing, it is read once.
_HOLDING = """
SELECT t.key FROM (
    SELECT key, {column} || ''::bytea AS code FROM {table} WHERE key = ANY(%s::bigint[]) OFFSET 0
) AS t WHERE {holding}
"""
_TELLING_BYTES = 16
"""Of a phrase whose ends may lie within clusters, how much of it is looked for in the database."""
_MOST_WAYS = 16
"""Searches of the index for one question, beyond which it is put as it stands."""

# What was added waits in a list, and is brought into the tree when that is full. Every question
# reads the list; and the longer it is, the more documents there are for each gram of the tree that
# has to be written again. One release more is no reason to wait for that. Whoever brings in the
# list of many keeps editors waiting: half a second with 16 MB, nearly twice as long with 32.
_ADDING_ONE = {"gin_pending_list_limit": "8MB", "work_mem": "64MB"}
_ADDING_MANY = {"gin_pending_list_limit": "16MB", "work_mem": "256MB"}


class _Grams(bytes):
    """An array of integers as `_grams` makes it."""


class _GramsDumper(Dumper):
    """Hands it over as it is."""

    format = Format.BINARY
    oid = _ARRAY_OF_INTEGERS

    def dump(self, obj: _Grams) -> bytes:
        return obj


class PostgresEngine(Engine):
    """See `Engine`."""

    def create(self, generation: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_CREATE.format(entry=f"{ENTRY}{generation}", text=f"{TEXT}{generation}"))

    def replace(self) -> None:
        self.drop(CURRENT)
        with connection.cursor() as cursor:
            for table, indexes in _INDEXES.items():
                cursor.execute(f"ALTER TABLE {table}{NEXT} RENAME TO {table}")
                for name in indexes:
                    cursor.execute(f"ALTER INDEX {table}{NEXT}_{name} RENAME TO {table}_{name}")

    def drop(self, generation: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {ENTRY}{generation}, {TEXT}{generation}")

    @contextmanager
    def briefly(self) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_WAIT_FOR_LOCKS}'")
            try:
                yield
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") == _LOCKED:
                    raise IndexInUse("the tables of the search index are being read") from error
                raise
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")

    def insert(self, rows: Sequence[Row], generation: str) -> bool:
        # A savepoint would be of no use: what fails here fails for all that is published with it.
        alone = transaction.atomic(using=sources.current(), savepoint=False)
        with alone:
            if len(rows) == 1:
                return self._insert_one(rows[0], generation)
            self._insert_many(rows, generation)
            return True

    def _insert_many(self, rows: Sequence[Row], generation: str) -> None:
        keys = self._new_keys(rows, generation)
        with connection.cursor() as cursor:
            _set(cursor, _ADDING_MANY, returning=False)
            with cursor.copy(_COPY.format(f"{ENTRY}{generation}")) as copy:
                copy.set_types(_ENTRY_TYPES)
                for key, row in zip(keys, rows, strict=True):
                    moments = (row.visible_from, row.visible_until)
                    copy.write_row((key, row.version_id, *moments, row.facet, row.document.grams))
            with cursor.copy(_COPY.format(f"{TEXT}{generation}")) as copy:
                copy.set_types(_TEXT_TYPES)
                for key, row in zip(keys, rows, strict=True):
                    document = row.document
                    copy.write_row((key, document.title_code, document.title, document.code))

    def _insert_one(self, row: Row, generation: str) -> bool:
        # Every question and its answer costs a tenth of all the rest, so this is one.
        document = row.document
        first, end = bounds_of(row.day)
        plain = Cursor(connection.connection, row_factory=tuple_row)
        plain.adapters.register_dumper(_Grams, _GramsDumper)
        with connection.wrap_database_errors, plain as cursor:
            cursor.execute(
                _INSERT_ONE.format(
                    entry=f"{ENTRY}{generation}", text=f"{TEXT}{generation}", next=f"{ENTRY}{NEXT}"
                ),
                [
                    *chain.from_iterable(_ADDING_ONE.items()),
                    first,
                    first,
                    end,
                    row.version_id,
                    row.visible_from,
                    row.visible_until,
                    row.facet,
                    _Grams(document.grams),
                    document.title_code,
                    document.title,
                    document.code,
                ],
            )
            return cursor.fetchone()[0]

    def erase(self, keys: Sequence[int], documents: Sequence[Written] | None) -> None:
        with connection.cursor() as cursor:
            for table in (ENTRY, TEXT):
                cursor.execute(f"DELETE FROM {table} WHERE key = ANY(%s)", [list(keys)])  # noqa: S608

    def _grams(self, grams: set[int]) -> bytes:
        # In order, for so GIN puts them, and it sees at once where nothing is left to do.
        numbers = array("I", _OF_FOUR_BYTES) * len(grams)
        numbers[1::2] = array("I", sorted(grams))
        written = array("I", (*_ONE_DIMENSION, len(grams), _FIRST)) + numbers
        if sys.byteorder == "little":
            written.byteswap()
        return written.tobytes()

    def settle(self) -> Iterator[None]:
        # What was added last waits in a list that every question has to read.
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"{ENTRY}_grams"])
        yield

    def clock(self) -> float:
        return time.monotonic()

    @contextmanager
    def _interrupted(self, until: float) -> Iterator[None]:
        # Settings that end with the transaction; where one runs already, they are put back.
        nested = connection.in_atomic_block
        timeout = max(1, round(1000 * (until - self.clock())))
        settings = SETTINGS | {"statement_timeout": f"{timeout}ms"}
        try:
            with transaction.atomic(using=sources.current()), connection.cursor() as cursor:
                before = _set(cursor, settings, returning=nested)
                yield
                if nested:
                    _set(cursor, before, returning=False)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") == _CANCELLED:
                raise SearchTooSlow from error
            raise

    def newest_counted(
        self, expression: Expression | None, scope: Scope, limit: int, enough: int
    ) -> tuple[list[Entry], list[tuple[int, int]] | None]:
        # Every row that has the grams is fetched anyway, for the newest to be found among them.
        if expression is None:
            return super().newest_counted(expression, scope, limit, enough)
        found, _ = self._entries(expression, scope)
        with connection.cursor() as cursor:
            cursor.execute(_COUNTED.format(found.sql), [*found.params, limit, enough])
            rows = cursor.fetchall()
        entries = [Entry._make(row) for row in rows if row[0] is not None]
        counts = [(facet, count) for key, count, facet in rows if key is None]
        return entries, counts or None

    def checked(
        self,
        keys: Sequence[int],
        expression: Expression,
        *,
        column: str = "code",
        read: dict[int, bytes] | None = None,
    ) -> set[int]:
        # To look through a code costs next to nothing; to send it here costs more than to find it.
        read = {} if read is None else read
        is_proved = None not in map(proof, leaves(expression))
        if needs_checking(expression) and (is_proved or _is_telling(expression)):
            here = [key for key in keys if key in read]
            others = self._holding([key for key in keys if key not in read], expression, column)
            if is_proved:
                return others | super().checked(here, expression, column=column, read=read)
            keys = [*here, *others]
        return super().checked(keys, expression, column=column, read=read)

    def _holding(self, keys: Sequence[int], expression: Expression, column: str) -> set[int]:
        """Those of `keys` whose code has what every one has that holds an expression."""
        if not keys:
            return set()
        condition = _holding(expression)
        statement = _HOLDING.format(table=TEXT, column=column, holding=condition.sql)
        return {key for (key,) in self._bytes(statement, (_array(keys), *condition.params))}

    def _matching(self, expression: Expression, *, in_title: bool) -> Source:
        # Written so that no index of keys serves a period: by that the planner would read the array
        # of each row in it, where a table has grown much since it was last looked at.
        asked = [_having(expression, kind) for kind in kinds(in_title=in_title)]
        first, *others = dict.fromkeys(asked)
        having = _joined([first, *map(_in_other_words, others)], " OR ")
        return Source(f"FROM {ENTRY} AS e", having, "(e.key + 0)")

    def _as_a_whole(self, found: Condition, key: str) -> tuple[Condition, str]:
        # For the sake of a LIMIT the planner would walk the keys backwards, reading each array.
        whole = f"SELECT * FROM ({found.sql} OFFSET 0) AS m"  # noqa: S608
        return Condition(whole, found.params), "m.key"

    def _among(self, column: str, keys: Sequence[int]) -> tuple[str, Condition]:
        return f"FROM {TEXT} AS t", Condition(f"{column} = ANY(%s::bigint[])", (_array(keys),))

    def _bytes(self, statement: str, params: tuple) -> Iterable[tuple]:
        self.require_time()
        # As they are: Django's cursor gets them as text, twice as long, and reads that.
        plain = Cursor(connection.connection, row_factory=tuple_row)
        with connection.wrap_database_errors, plain as cursor:
            return cursor.execute(statement, params, binary=True).fetchall()


def _set(cursor, settings: dict[str, str], *, returning: bool) -> dict[str, str]:
    before = {}
    names = list(settings)
    if returning:
        cursor.execute(f"SELECT {', '.join(['current_setting(%s)'] * len(names))}", names)
        before = dict(zip(names, cursor.fetchone(), strict=True))
    calls = ", ".join(["set_config(%s, %s, true)"] * len(names))
    cursor.execute(f"SELECT {calls}", [each for pair in settings.items() for each in pair])
    return before


def _array(numbers: Iterable[int]) -> str:
    # psycopg would look at each number's type first.
    return "{" + ",".join(map(str, numbers)) + "}"


def _in_other_words(condition: Condition) -> Condition:
    """The same, with a number of each array in it once more.

    What two conditions said in the same words, the planner would take out of both for its one
    search of the index, and read the array of every row that it gets for the rest.
    """
    again = (f"{array[:-1]},{array[1:-1].split(',')[0]}}}" for array in condition.params)
    return Condition(condition.sql, tuple(again))


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of answering: all of `needed`, and of each of `one_of` at least one."""

    needed: frozenset[int]
    one_of: tuple[tuple[int, ...], ...] = ()

    def __and__(self, other: "_Way") -> "_Way":
        return _Way(self.needed | other.needed, self.one_of + other.one_of)

    def condition(self) -> Condition:
        parts, params = [], []
        if self.needed:
            parts.append("e.grams @> %s::integer[]")
            params.append(_array(self.needed))
        for grams in self.one_of:
            parts.append("e.grams && %s::integer[]")
            params.append(_array(grams))
        return Condition(f"({' AND '.join(parts)})", tuple(params))


def _having(expression: Expression, kind: Kind, *, alone: bool = True) -> Condition:
    """The rows with the grams of `expression`, as ways that each are one search of the index.

    Of "one of these, and that as well" the planner asks the index for that alone, and reads the
    array of every row it gets: hence the product. Where it would be of too many ways, as few
    products as will do are joined.
    """
    ways = _ways(expression, kind, alone=alone)
    if ways is not None:
        return _joined([way.condition() for way in ways], " OR ")
    alone = alone and not isinstance(expression, All)
    if isinstance(expression, Any):
        return _joined([_having(part, kind, alone=alone) for part in expression.parts], " OR ")
    products: list[list[_Way]] = []
    conditions: list[Condition] = []
    for part in expression.parts:
        ways = _ways(part, kind, alone=alone)
        if ways is None:
            conditions.append(_having(part, kind, alone=alone))
        elif products and len(products[-1]) * len(ways) <= _MOST_WAYS:
            products[-1] = _product(products[-1], ways)
        else:
            products.append(ways)
    conditions += [_joined([way.condition() for way in each], " OR ") for each in products]
    return _joined(conditions, " AND ")


def _product(some: list[_Way], others: list[_Way]) -> list[_Way]:
    return [one & other for one in some for other in others]


def _ways(expression: Expression, kind: Kind, *, alone: bool) -> list[_Way] | None:
    """The ways of answering an expression; None where they are more than _MOST_WAYS."""
    if isinstance(expression, Marker):
        return [_Way(frozenset([marker_gram(expression, kind)]))]
    if not isinstance(expression, All | Any):
        choices = phrase_grams(expression, kind, alone=alone)
        needed = frozenset(choice[0] for choice in choices if len(choice) == 1)
        return [_Way(needed, tuple(tuple(choice) for choice in choices if len(choice) > 1))]
    is_all = isinstance(expression, All)
    found: list[_Way] = [_Way(frozenset())] if is_all else []
    for part in expression.parts:
        ways = _ways(part, kind, alone=alone and not is_all)
        if ways is None:
            return None
        found = _product(found, ways) if is_all else found + ways
        if len(found) > _MOST_WAYS:
            return None
    return found


def _is_telling(expression: Expression) -> bool:
    """Whether next to no code has what an expression needs without holding it."""
    return all(len(needed(leaf)) >= _TELLING_BYTES for leaf in leaves(expression))


def _holding(expression: Expression) -> Condition:
    """The codes that have what an expression needs."""
    if isinstance(expression, All | Any):
        joint = " AND " if isinstance(expression, All) else " OR "
        return _joined(list(map(_holding, expression.parts)), joint)
    return Condition("position(%b in t.code) > 0", (needed(expression),))


def _joined(conditions: Sequence[Condition], joint: str) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    params = tuple(param for each in conditions for param in each.params)
    return Condition(f"({joint.join(each.sql for each in conditions)})", params)
