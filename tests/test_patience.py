"""A PostgreSQL that takes connections and never answers holds up no thread of the web server."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import OperationalError
from django.db import connection as database
from django.http import HttpResponse
from django.test import RequestFactory

from deploy.lab.processes import Data, Web
from news import patience
from news.middleware import PatienceMiddleware
from news.postgresql.base import _GATES, DatabaseWrapper
from tests.drills.test_faults import get
from tests.hanging import Hanging


@pytest.fixture
def web_server():
    """This process waits as the web server does."""
    patience.begin()
    yield
    patience.end()
    _GATES.clear()


MADE = []


@pytest.fixture(autouse=True)
def _connections(django_db_blocker):
    """To servers of the tests' own, and closed in the end."""
    with django_db_blocker.unblock():
        yield
        for made in MADE:
            made.inc_thread_sharing()
            made.close()
        MADE.clear()


def connection_to(server, **options):
    made = DatabaseWrapper(
        {
            "ENGINE": "news.postgresql",
            "HOST": "127.0.0.1",
            "PORT": str(server.port),
            "NAME": "ocsc",
            "USER": "ocsc",
            "PASSWORD": "",
            "OPTIONS": {"connect_timeout": 2, **options},
            "TIME_ZONE": None,
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "AUTOCOMMIT": True,
            "ATOMIC_REQUESTS": False,
        },
        alias="hanging",
    )
    MADE.append(made)
    return made


@contextmanager
def failing_within(least, most):
    began = time.monotonic()
    with pytest.raises(OperationalError):
        yield
    assert least <= time.monotonic() - began < most


@contextmanager
def failing_within_or_well(most):
    """Yields a list that holds something afterwards where nothing failed."""
    was_well = []
    began = time.monotonic()
    try:
        yield was_well
    except OperationalError:
        assert time.monotonic() - began < most
    else:
        was_well.append(True)


def ask(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@pytest.mark.usefixtures("web_server")
class TestAServerThatNeverSaysAWord:
    def test_is_given_up_and_then_holds_up_no_request(self):
        with Hanging() as server:
            with failing_within(1.9, 4):
                ask(connection_to(server))
            for _ in range(20):
                with failing_within(0, 0.1):
                    ask(connection_to(server))
            assert server.asked == 1

    def test_is_asked_aside_and_taken_back_as_soon_as_it_answers(self):
        with Hanging() as server:
            with failing_within(1.9, 4):
                ask(connection_to(server))
            server.greets = True
            began = time.monotonic()
            while time.monotonic() - began < 10:
                with failing_within_or_well(0.2) as was_well:
                    connection_to(server).ensure_connection()
                if was_well:
                    break
                time.sleep(0.05)
            assert was_well
            assert time.monotonic() - began < patience.AGAIN_SECONDS + 1

    def test_one_that_is_gone_by_now_tells_so_itself(self):
        with Hanging() as server, failing_within(1.9, 4):
            ask(connection_to(server))
        time.sleep(patience.AGAIN_SECONDS + 0.5)
        with pytest.raises(OperationalError, match="refused"):
            ask(connection_to(server))


@pytest.mark.usefixtures("web_server")
class TestAServerThatHangsAtAStatement:
    def test_is_given_up_with_its_connection(self):
        with Hanging(greets=True) as server:
            connection = connection_to(server)
            with patience.at_most(0.5):
                with failing_within(0.4, 2):
                    ask(connection)
                assert not connection.is_usable()
                connection.close_if_unusable_or_obsolete()
            assert connection.connection is None

    def test_is_found_out_by_the_check_at_the_begin_of_a_request(self):
        """Within what was said, and not once for the check and again for the question."""
        with Hanging(greets=True) as server:
            connection = connection_to(server)
            connection.ensure_connection()
            server.greets = False
            connection.close_if_unusable_or_obsolete()
            with patience.at_most(0.5), failing_within(2.3, 4):
                ask(connection)  # 0.5 s for the check, 2 s for a connection in its place


def test_a_command_waits_for_as_long_as_it_takes():
    with Hanging(greets=True) as server:
        connection = connection_to(server)
        connection.ensure_connection()
        connection.inc_thread_sharing()
        assert patience.seconds() is None
        assert "options" not in connection.get_connection_params()
        with ThreadPoolExecutor(1) as thread, patience.at_most(0.1):
            waiting = thread.submit(ask, connection)
            time.sleep(1)
            assert not waiting.done()
            server.stop()
            with pytest.raises(OperationalError):
                waiting.result(10)


@pytest.mark.usefixtures("web_server")
def test_the_server_is_told_when_nobody_waits_any_more():
    """A statement that was given up would otherwise hold its locks, or wait for some."""
    with Hanging() as server:
        replica = connection_to(server, options="-c default_transaction_read_only=on")
        said = replica.get_connection_params()["options"]
    assert said.startswith("-c default_transaction_read_only=on -c statement_timeout=30000 ")
    assert said.endswith(" -c client_connection_check_interval=1s")


@pytest.mark.skipif(database.vendor != "postgresql", reason="SQLite is no server")
@pytest.mark.django_db(transaction=True)
def test_a_statement_without_end_is_ended_on_both_sides(web_server):
    patience.begin(3.0)
    own = database.copy(alias="hanging")
    MADE.append(own)
    own.ensure_connection()
    with (
        patience.at_most(0.3),
        failing_within(0.2, 2.0),
        own.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(100)")
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND query = 'SELECT pg_sleep(100)' AND state = 'active'"
    )
    counts = []
    while not counts or (counts[-1] and len(counts) < 50):
        time.sleep(0.1)
        with database.cursor() as cursor:
            cursor.execute(running)
            counts += cursor.fetchone()
    assert counts[0] == 1
    assert counts[-1] == 0
    own.close_if_unusable_or_obsolete()  # as the next request does
    with own.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.usefixtures("web_server")
@pytest.mark.parametrize(
    ("method", "path", "seconds"),
    [
        ("GET", "/th/", patience.READER_SECONDS),
        ("HEAD", "/s/abc234", patience.READER_SECONDS),
        ("POST", "/th/news/abc234/report/", patience.READER_SECONDS),
        ("GET", "/admin/news/pressrelease/", patience.DESK_SECONDS),
    ],
)
def test_a_page_waits_less_than_the_desk(method, path, seconds):
    waits = []
    view = PatienceMiddleware(lambda _request: waits.append(patience.seconds()) or HttpResponse())
    view(RequestFactory().generic(method, path))
    assert waits == [seconds]
    assert patience.seconds() == patience.DESK_SECONDS


def test_a_whole_server_goes_on_answering(tmp_path):
    """With more questions than it has threads, of which each needs the database."""
    with Hanging() as database:
        data = Data(
            tmp_path / "data",
            DATABASE_URL=f"postgres://ocsc@127.0.0.1:{database.port}/ocsc",
            OCSC_ENV="test",  # no static files to collect
            WEB_CONCURRENCY="1",
            OCSC_THREADS="4",
        )
        with Web(data) as web, ThreadPoolExecutor(16) as readers:
            get(web.port, "/healthz")  # the application is loaded

            def timed(path):
                began = time.monotonic()
                status, text = get(web.port, path)
                return status, text, time.monotonic() - began

            ready = list(readers.map(timed, ["/readyz"] * 16))
            pages = list(readers.map(timed, ["/th/", "/s/abc234", "/admin/login/", "/"] * 4))
            alive = timed("/healthz")
    assert {status for status, _, _ in ready} == {503}
    assert {json.loads(text)["state"] for _, text, _ in ready} == {"starting"}
    assert max(seconds for _, _, seconds in ready) < 5
    assert {status for status, _, _ in pages} <= {200, 302, 503}
    assert max(seconds for _, _, seconds in pages) < 5
    assert alive[0] == 200
    assert alive[2] < 1
