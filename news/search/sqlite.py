"""The index in SQLite: an FTS5 table without content and without positions, keyed by entry."""

import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import inf
from operator import itemgetter

from django.db import OperationalError

from news.search.engine import (
    CURRENT,
    ENTRY,
    GRAMS,
    NEXT,
    TEXT,
    UNTIL,
    Condition,
    Engine,
    Row,
    SearchTooSlow,
    Source,
    Written,
)
from news.search.expressions import All, Any, Expression, Marker
from news.search.grams import Kind, kinds, marker_gram, phrase_grams
from news.sources import connection

_CREATE = (
    """CREATE TABLE {entry} (
        key INTEGER PRIMARY KEY,
        version_id INTEGER NOT NULL UNIQUE,
        visible_from INTEGER NOT NULL,
        visible_until INTEGER NOT NULL,
        facet INTEGER NOT NULL
    )""",
    # The short columns first: a row's beginning is read without its overflow pages.
    """CREATE TABLE {text} (
        key INTEGER PRIMARY KEY, title_code BLOB NOT NULL, title TEXT NOT NULL, code BLOB NOT NULL
    )""",
    # Grams are written in hexadecimal, so the plainest tokeniser will do.
    """CREATE VIRTUAL TABLE {grams} USING fts5(
        grams, content='', detail=none, columnsize=0, tokenize='ascii'
    )""",
    # What one transaction adds is put in order in memory, not in several pieces on the disk.
    "INSERT INTO {grams} ({grams}, rank) VALUES ('hashsize', 8388608)",
)
_GRAM_BYTES = 4
_PAGES_A_STEP = 500
_STEPS_BETWEEN_LOOKS = 20_000
"""Steps of SQLite's machine between two looks at the clock: well under a millisecond."""


class SqliteEngine(Engine):
    """See `Engine`. The joins are CROSS JOINs, which SQLite takes in the order they are written."""

    def create(self, generation: str) -> None:
        with connection.cursor() as cursor:
            for statement in _CREATE:
                cursor.execute(statement.format(**_names(generation)))

    def replace(self) -> None:
        self.drop(CURRENT)
        old, new = _names(NEXT), _names(CURRENT)
        with connection.cursor() as cursor:
            for kind in old:
                cursor.execute(f"ALTER TABLE {old[kind]} RENAME TO {new[kind]}")

    def drop(self, generation: str) -> None:
        with connection.cursor() as cursor:
            for name in _names(generation).values():
                cursor.execute(f"DROP TABLE IF EXISTS {name}")

    def insert(self, rows: Sequence[Row], generation: str) -> bool:
        names = _names(generation)
        # In the order of their keys: FTS5 writes all that it has gathered when one is not.
        keyed = sorted(zip(self._new_keys(rows, generation), rows, strict=True), key=itemgetter(0))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {names['entry']} VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
                [
                    (key, row.version_id, row.visible_from, row.visible_until, row.facet)
                    for key, row in keyed
                ],
            )
            cursor.executemany(
                f"INSERT INTO {names['text']} VALUES (%s, %s, %s, %s)",  # noqa: S608
                [
                    (key, row.document.title_code, row.document.title, row.document.code)
                    for key, row in keyed
                ],
            )
            cursor.executemany(
                f"INSERT INTO {names['grams']} (rowid, grams) VALUES (%s, %s)",  # noqa: S608
                [(key, row.document.grams) for key, row in keyed],
            )
        return True

    def erase(self, keys: Sequence[int], documents: Sequence[Written] | None) -> None:
        held = self._held(keys) if documents is None else [each.grams for each in documents]
        with connection.cursor() as cursor:
            for key, grams in zip(keys, held, strict=True):
                # Without content, FTS5 has to be told what to remove.
                cursor.execute(
                    f"INSERT INTO {GRAMS} ({GRAMS}, rowid, grams) VALUES ('delete', %s, %s)",  # noqa: S608
                    [key, grams],
                )
                for table in (ENTRY, TEXT):
                    cursor.execute(f"DELETE FROM {table} WHERE key = %s", [key])  # noqa: S608
            cursor.execute(f"INSERT INTO {GRAMS} ({GRAMS}) VALUES ('optimize')")  # noqa: S608

    def _held(self, keys: Sequence[int]) -> list[str]:
        """What the index holds of each entry, read from all of it: it has no other order than that
        of its numbers.
        """
        held: dict[int, list[str]] = {key: [] for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, {GRAMS}, instance)"
            )
            cursor.execute(
                "SELECT doc, term FROM temp.held WHERE doc IN (SELECT value FROM json_each(%s))",
                [str(list(keys))],
            )
            for key, gram in cursor.fetchall():
                held[key].append(gram)
            cursor.execute("DROP TABLE temp.held")
        return [" ".join(grams) for grams in held.values()]

    def _grams(self, grams: set[int]) -> str:
        numbers = array("I", grams)
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers.tobytes().hex(" ", _GRAM_BYTES)

    def settle(self) -> Iterator[None]:
        # FTS5 keeps what was added in segments, each of which every question has to read. A
        # negative number of pages first makes one segment of all.
        pages = -_PAGES_A_STEP
        changed = 2
        while changed > 1:
            with connection.cursor() as cursor:
                before = connection.connection.total_changes
                cursor.execute(
                    f"INSERT INTO {GRAMS} ({GRAMS}, rank) VALUES ('merge', %s)",  # noqa: S608
                    [pages],
                )
                changed = connection.connection.total_changes - before
            pages = _PAGES_A_STEP
            yield

    def clock(self) -> float:
        # Work, not waiting: a machine that is busy with others' makes no question hopeless.
        return time.thread_time()

    @contextmanager
    def _interrupted(self, until: float) -> Iterator[None]:
        raw = connection.connection
        raw.set_progress_handler(lambda: self.clock() > UNTIL.get(), _STEPS_BETWEEN_LOOKS)
        try:
            yield
        except OperationalError as error:
            if "interrupted" in str(error):
                raise SearchTooSlow from error
            raise
        finally:
            if UNTIL.get() == inf:
                raw.set_progress_handler(None, 0)

    def _matching(self, expression: Expression, *, in_title: bool) -> Source:
        # FTS5 reads from any rowid on and in either direction; of e.key it knows nothing.
        matches = dict.fromkeys(_match(expression, kind) for kind in kinds(in_title=in_title))
        return Source(
            f"FROM {GRAMS} AS g CROSS JOIN {ENTRY} AS e ON e.key = g.rowid",
            Condition(f"g.{GRAMS} MATCH %s", (" OR ".join(matches),)),
            "g.rowid",
        )

    def _among(self, column: str, keys: Sequence[int]) -> tuple[str, Condition]:
        source = f"FROM json_each(%s) AS k CROSS JOIN {TEXT} AS t ON {column} = k.value"
        return source, Condition("%s = 1", (str(list(keys)), 1))


def _names(generation: str) -> dict[str, str]:
    return {
        "entry": f"{ENTRY}{generation}",
        "text": f"{TEXT}{generation}",
        "grams": f"{GRAMS}{generation}",
    }


def _match(expression: Expression, kind: Kind, *, alone: bool = True) -> str:
    """`expression` in the language of MATCH; it holds hexadecimal numbers only."""
    if isinstance(expression, All | Any):
        operator = " AND " if isinstance(expression, All) else " OR "
        alone = alone and not isinstance(expression, All)
        parts = [_match(part, kind, alone=alone) for part in expression.parts]
        return f"({operator.join(parts)})"
    if isinstance(expression, Marker):
        return f'"{marker_gram(expression, kind):08x}"'
    choices = [
        " OR ".join(f'"{gram:08x}"' for gram in choice)
        for choice in phrase_grams(expression, kind, alone=alone)
    ]
    return f"({' AND '.join(f'({choice})' for choice in choices)})"
