"""Migrations run beside the last release, whose code reads and writes until it is replaced.

What its code knows of the database is recorded (`tests/released.json`). A migration that can't keep
to this is named below with the reason why nothing breaks, or is done in two releases: the new
column first, the old one's end when nobody names it any more.
"""

import importlib
import json

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

from tests.released import RECORD

RELEASED = json.loads(RECORD.read_text(encoding="utf-8"))

ADDITIVE = (
    migrations.CreateModel,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)
"""That a new column can be left out is looked at in the database itself."""

EXCEPTIONS = {
    (
        "0026_derivative_sha256",
        "RunPython",
    ): "fills the new column alone; an old worker fails the job that it adds and tries it again a "
    "lease later, five times in all: the new worker, started right after, does it",
    ("0027_key_misses", "RunPython"): "gives the roles a permission on a table that is new",
}
"""(migration, operation) -> why the last release's code does not notice it."""


def since_the_release():
    """Names of our migrations that the last release does not have."""
    names = sorted(
        name
        for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
        if app == "news"
    )
    assert RELEASED["migration"] in names
    return names[names.index(RELEASED["migration"]) + 1 :]


def operations():
    for name in since_the_release():
        module = importlib.import_module(f"news.migrations.{name}")
        for operation in module.Migration.operations:
            yield name, operation


def columns(table):
    """name -> whether a row can be written without it, as the database itself has it."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        numbered = {
            each["column"] for each in connection.introspection.get_sequences(cursor, table)
        }
    return {
        each.name: each.null_ok or each.default is not None or each.name in numbered
        for each in described
    }


@pytest.mark.django_db
def test_the_last_release_finds_every_table_and_column_it_reads():
    missing = {
        (table, name)
        for table, names in RELEASED["columns"].items()
        for name in set(names) - columns(table).keys()
    }
    assert not missing


@pytest.mark.django_db
def test_the_last_release_can_write_rows_without_the_columns_it_does_not_know():
    refused = {
        (table, name)
        for table, known in RELEASED["columns"].items()
        for name, may_be_left_out in columns(table).items()
        if name not in known and not may_be_left_out
    }
    assert not refused, "give them null=True or db_default="


@pytest.mark.django_db
def test_what_the_database_asks_of_a_row_is_seen():
    """A column that the last release fills is one that can't be left out: the look at it works."""
    of_a_version = columns("news_version")
    assert not of_a_version["title_th"]
    assert not of_a_version["release_id"]
    assert of_a_version["visible_until"]
    assert of_a_version["id"]
    assert columns("news_auditentry")["at"], "it has its default in the database"


def test_migrations_since_the_release_only_add():
    unexplained = {
        (name, type(operation).__name__)
        for name, operation in operations()
        if not isinstance(operation, ADDITIVE)
    } - EXCEPTIONS.keys()
    assert not unexplained


def test_no_exception_outlives_its_migration():
    present = {(name, type(operation).__name__) for name, operation in operations()}
    assert EXCEPTIONS.keys() <= present
    assert all(EXCEPTIONS.values())


def test_migrations_since_the_release_can_be_taken_back():
    one_way = [(name, operation) for name, operation in operations() if not operation.reversible]
    assert not one_way
