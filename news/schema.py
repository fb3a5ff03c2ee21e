"""Whether the database has the tables that this code reads and writes."""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def is_current() -> bool:
    """Whether every migration was applied. Raises `django.db.Error` for a lost database."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def unknown(applied: Iterable[str]) -> list[str]:
    """Which of these migrations (`app.name`) this code doesn't have: a newer version's.

    Those of an app that it doesn't have at all are left out: an older version's as well.
    """
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    names = {f"{app}.{name}" for app, name in known}
    ours = {config.label for config in apps.get_app_configs()}
    return sorted(each for each in applied if each.partition(".")[0] in ours and each not in names)
