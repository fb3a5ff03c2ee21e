"""Questions whose SQL the ORM writes once: writing it costs ten times what the database needs.

For the few that every uncached page asks. What is asked is still said in querysets.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from django.db import connections, models, router


class _Statement(NamedTuple):
    """`parameters` holds (name of a value, None) or ("", a constant). `convert` makes what the
    fields say of what the database answers with: first the model's `fields`, then `annotations`.
    """

    sql: str
    parameters: tuple[tuple[str, object], ...]
    convert: Callable[[Iterable[Sequence]], Iterable[Sequence]]
    fields: tuple[str, ...]
    annotations: tuple[str, ...]


class _Written(threading.local):
    """Statements by database and shape."""

    def __init__(self) -> None:
        self.statements: dict[tuple[str, tuple[Hashable, ...]], _Statement] = {}


class Prepared:
    """A query of `model` in a few shapes, each written once for each database and thread: what
    converts its answers belongs to the thread's own connection.

    `build(values, *shape)` makes the query with `values` by name, without `select_related`.
    `samples` are such values that occur nowhere else in the query, so that each is found again
    among the statement's parameters.
    """

    def __init__(
        self,
        model: type[models.Model],
        build: Callable[..., models.QuerySet],
        samples: Mapping[str, object],
    ) -> None:
        self._model = model
        self._build = build
        self._samples = samples
        self._written = _Written()

    def ask(
        self, values: Mapping[str, object], *shape: Hashable, using: str = ""
    ) -> list[models.Model]:
        """The rows for `values`, which have every name of the samples that the shape uses, from the
        database that reads go to, or from `using`.
        """
        alias = using or router.db_for_read(self._model)
        statement = self._statement(alias, shape)
        given = _adapted(values, alias)
        parameters = [given[name] if name else value for name, value in statement.parameters]
        with connections[alias].cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            rows = cursor.fetchall()
        return [self._made(alias, statement, row) for row in statement.convert(rows)]

    def _made(self, alias: str, statement: _Statement, row: Sequence) -> models.Model:
        count = len(statement.fields)
        made = self._model.from_db(alias, statement.fields, row[:count])
        for name, value in zip(statement.annotations, row[count:], strict=True):
            setattr(made, name, value)
        return made

    def _statement(self, alias: str, shape: tuple[Hashable, ...]) -> _Statement:
        statements = self._written.statements
        statement = statements.get((alias, shape))
        if statement is None:
            statement = statements[alias, shape] = self._write(alias, shape)
        return statement

    def _write(self, alias: str, shape: tuple[Hashable, ...]) -> _Statement:
        compiler = self._build(self._samples, *shape).query.get_compiler(using=alias)
        sql, parameters = compiler.as_sql()
        names = {value: name for name, value in _adapted(self._samples, alias).items()}
        found = ((names.get(value, ""), value) for value in parameters)
        columns = [column for column, _sql, _alias in compiler.select]
        of_model = compiler.klass_info["select_fields"]
        return _Statement(
            sql,
            tuple((name, None if name else value) for name, value in found),
            partial(compiler.apply_converters, converters=compiler.get_converters(columns)),
            tuple(columns[place].target.attname for place in of_model),
            tuple(compiler.annotation_col_map),
        )


def _adapted(values: Mapping[str, object], alias: str) -> dict[str, object]:
    """`values` as the database `alias` takes them."""
    operations = connections[alias].ops
    adapted = dict(values)
    for name, value in values.items():
        if isinstance(value, datetime):
            adapted[name] = operations.adapt_datetimefield_value(value)
        elif isinstance(value, date):
            adapted[name] = operations.adapt_datefield_value(value)
    return adapted
