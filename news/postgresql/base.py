"""The engine that settings name, as Django wants it: `DatabaseWrapper` in `base`."""

from collections import defaultdict

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import _WaitTimeout

from news import patience
from news.postgresql.gate import Gate


class PatientConnection(psycopg.Connection):
    """A connection that is given up when the server doesn't answer for `patience.seconds()`."""

    def wait(self, gen, *arguments, **options):
        seconds = patience.seconds()
        if seconds is None:
            return super().wait(gen, *arguments, **options)
        try:
            return super().wait(gen, *arguments, **options | {"timeout": seconds})
        except _WaitTimeout:
            # Whatever it may still say belongs to a question that nobody waits for. Closed here, so
            # that nothing asks it once more whether it can be used.
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"the database did not answer within {seconds:g} s"
            ) from None


class _Driver:
    """psycopg, but for the connections that it makes."""

    connect = PatientConnection.connect

    def __getattr__(self, name):
        return getattr(psycopg, name)


_GATES: defaultdict[str, Gate] = defaultdict(Gate)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django has it, within the patience of the process."""

    Database = _Driver()

    def get_connection_params(self):
        params = super().get_connection_params()
        if (seconds := patience.of_process()) is not None:
            # What this end gave up, a server that is well ends within a second: it would go on
            # working, or waiting for a lock, with nobody left to tell, and one more for each try.
            limit = (
                f"-c statement_timeout={int(seconds * 1000)} -c client_connection_check_interval=1s"
            )
            params["options"] = f"{params.get('options', '')} {limit}".strip()
        return params

    def is_usable(self):
        with patience.at_most(patience.PROBE_SECONDS):
            return super().is_usable()

    def get_new_connection(self, conn_params):
        if patience.seconds() is None:
            return super().get_new_connection(conn_params)

        def ask() -> None:
            self.Database.connect(**conn_params).close()

        with _GATES[self.alias].attempt(ask):
            return super().get_new_connection(conn_params)
