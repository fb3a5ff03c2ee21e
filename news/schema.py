"""Whether the database has the tables that this code reads and writes."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_current() -> bool:
    """Whether every migration was applied. Raises `django.db.Error` for a lost database."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
