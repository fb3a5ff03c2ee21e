"""May this process be sent readers?"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from news.views import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_after_a_start(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)


@pytest.fixture
def no_database(monkeypatch):
    class Gone:
        def cursor(self):
            raise OperationalError("the connection is lost")

    def lose():
        monkeypatch.setattr(health, "connection", Gone())

    return lose


def told(client):
    response = client.get("/readyz")
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.json()["state"], response.json()["degraded"]


def test_a_whole_site_is_ready(client):
    assert told(client) == (200, "ready", [])


def test_without_its_migrations_it_is_not(client, monkeypatch):
    monkeypatch.setattr(health.schema, "is_current", lambda: False)
    assert told(client) == (503, "unmigrated", [])


def test_until_it_has_reached_its_database_it_is_starting(client, no_database):
    no_database()
    assert told(client) == (503, "starting", ["database"])


def test_who_has_served_a_page_has_started(client, no_database):
    client.get("/th/")
    no_database()
    assert told(client) == (200, "ready", ["database"])


def test_a_database_lost_later_is_told_and_turns_nobody_away(client, no_database):
    told(client)
    no_database()
    assert told(client) == (200, "ready", ["database"])


def test_a_replica_that_lags_is_told_while_there_is_a_primary_to_lag_behind(
    client, no_database, monkeypatch
):
    monkeypatch.setattr(health.sources, "has_replica", lambda: True)
    monkeypatch.setattr(health.sources, "lag_seconds", lambda: 60.0)
    assert told(client) == (200, "ready", ["replica"])
    no_database()
    # A part of a record that never came whole looks like a lag, and grows older.
    assert told(client) == (200, "ready", ["database"])
    monkeypatch.setattr(health.sources, "lag_seconds", lambda: None)
    assert told(client) == (200, "ready", ["database", "replica"])


def test_a_lost_redis_is_told_and_turns_nobody_away(client, settings, monkeypatch):
    def gone(*_arguments, **_options):
        raise ConnectionError("Redis is gone")

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr("news.views.health.cache", SimpleNamespace(get=gone))
    assert told(client) == (200, "ready", ["redis"])


def test_a_server_about_to_stop_is_sent_nobody_new(client, settings, tmp_path):
    settings.DRAIN_FILE = str(tmp_path / "draining")
    assert told(client)[0] == 200
    (tmp_path / "draining").touch()
    assert told(client) == (503, "draining", [])
    assert client.get("/th/").status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a file has this machine's clock")
@pytest.mark.parametrize(("hours", "degraded"), [(0, []), (1, ["clock"]), (-1, ["clock"])])
def test_a_clock_that_differs_from_the_databases_is_told(client, hours, degraded):
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        assert told(client) == (200, "ready", degraded)
