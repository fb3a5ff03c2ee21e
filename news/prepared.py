"""Questions whose SQL the ORM writes once: writing it costs ten times what the database needs.

For the few that every uncached page asks. What is asked is still said in querysets.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db import connections, models, router
from django.db.models.query import RawQuerySet


class _Statement(NamedTuple):
    """`parameters` holds (name of a value, None) or ("", a constant)."""

    sql: str
    parameters: tuple[tuple[str, object], ...]


class Prepared:
    """A query of `model` in a few shapes, each written once for each database.

    `build(values, *shape)` makes the query with `values` by name. `samples` are such values that
    occur nowhere else in the query, so that each is found again among the statement's parameters.
    `columns` renames what the database answers with, where those are not the model's own names.
    """

    def __init__(
        self,
        model: type[models.Model],
        build: Callable[..., models.QuerySet],
        samples: Mapping[str, object],
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self._model = model
        self._build = build
        self._samples = samples
        self._columns = columns
        self._statements: dict[tuple[str, tuple[Hashable, ...]], _Statement] = {}

    def ask(self, values: Mapping[str, object], *shape: Hashable) -> RawQuerySet:
        """The rows for `values`, which have every name of the samples that the shape uses."""
        alias = router.db_for_read(self._model)
        statement = self._statements.get((alias, shape))
        if statement is None:
            statement = self._statements[alias, shape] = self._written(alias, shape)
        given = _adapted(values, alias)
        parameters = [given[name] if name else value for name, value in statement.parameters]
        return self._model.objects.using(alias).raw(
            statement.sql, parameters, translations=self._columns
        )

    def _written(self, alias: str, shape: tuple[Hashable, ...]) -> _Statement:
        query = self._build(self._samples, *shape).query
        sql, parameters = query.get_compiler(using=alias).as_sql()
        names = {value: name for name, value in _adapted(self._samples, alias).items()}
        found = ((names.get(value, ""), value) for value in parameters)
        return _Statement(sql, tuple((name, None if name else value) for name, value in found))


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
