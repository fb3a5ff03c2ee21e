"""The alarm for slow statements: a line in the log and a count, for whichever database ran it.

The line has the statement without its values, which may be a reader's words or an editor's text.
"""

import logging
import time

from django.conf import settings
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from news.metrics import SLOW_QUERIES

logger = logging.getLogger(__name__)

MOST_CHARACTERS = 2_000


@receiver(connection_created)
def watch(connection, **_kwargs) -> None:
    """Time every statement of a new connection. A connection that was lost and is made anew keeps
    its object, and so its watch.
    """
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _timed)


def _timed(execute, sql, params, many, context):
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        milliseconds = (time.perf_counter() - began) * 1000
        if milliseconds >= settings.SLOW_QUERY_MS:
            alias = context["connection"].alias
            SLOW_QUERIES.labels(alias).inc()
            logger.warning(
                "slow query",
                extra={
                    "database": alias,
                    "milliseconds": round(milliseconds, 1),
                    "statement": str(sql)[:MOST_CHARACTERS],
                },
            )
