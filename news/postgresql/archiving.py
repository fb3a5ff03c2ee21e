"""Whether the write-ahead log of the primary gets to its archive."""

from django.db import connection

_FAILS = """
SELECT coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL)
FROM pg_stat_archiver WHERE current_setting('archive_mode') = 'on'
"""


def archiving_fails() -> bool | None:
    """Whether the last try to archive a piece of the log failed. None where nothing archives it.

    PostgreSQL keeps what it could not archive and tries again, until its disk is full. Raises what
    a database raises.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FAILS)
        found = cursor.fetchone()
    return None if found is None else found[0]
