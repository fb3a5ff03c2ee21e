"""What every test shares: private media of its own, a forgotten epoch, and a record that can be
emptied.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.test import TransactionTestCase
from django.utils import timezone

from news import record_guards
from news.caching import reader
from news.caching.handler import AnsweringHandler
from news.caching.stencils import stencils
from news.models import Epoch, SearchState
from news.search.analysis import TOKEN_STREAM_VERSION
from news.search.engine import CURRENT, NEXT
from news.search.engines import engine
from tests.query_alarm import QueryAlarm


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _counts_of_its_own(settings):
    """What is counted in the cache is of this test alone: Redis is one for all that run at once,
    and to empty it would take theirs along.
    """
    own = settings.CACHES["default"] | {"KEY_PREFIX": f"test-{uuid4().hex}"}
    settings.CACHES = settings.CACHES | {"default": own}


@pytest.fixture
def within_one_minute() -> Iterator[time_machine.Traveller]:
    """Time stands still ten seconds into the next minute: what is counted a minute stays together,
    however slow the machine.
    """
    moment = timezone.now().replace(second=10, microsecond=0) + timedelta(minutes=1)
    with time_machine.travel(moment, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def query_alarm():
    """No page asks for each row: `rung` is what a test must not end with."""
    with QueryAlarm() as alarm:
        yield alarm
    assert not alarm.rung, alarm.rung


@pytest.fixture(autouse=True)
def _busy_machines_give_up_no_search(monkeypatch):
    """PostgreSQL's limit is on the clock; beside other work a search would find less."""
    monkeypatch.setattr("news.search.engine.TOO_SLOW_MS", 10_000)


@pytest.fixture(autouse=True)
def _no_epoch_from_before():
    reader.forget()
    stencils.clear()


@pytest.fixture
def wsgi_application() -> Iterator[AnsweringHandler]:
    """Django as a server calls it. As in Django's own test client, the end of a request leaves the
    test's connection, and so its transaction, alone.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield AnsweringHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory) -> None:
    """SQLite in a file, as sites have it. In memory, where requests side by side share a cache,
    whoever finds a table locked fails at once and does not wait.
    """
    settings = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        # What a test writes need not outlive the machine.
        pragmas = settings["OPTIONS"]["init_command"].replace("=FULL", "=OFF")
        settings["OPTIONS"] = settings["OPTIONS"] | {"init_command": pragmas}


_roles: dict[str, list[tuple[str, str, str]]] = {}
"""Name of a group -> the natural keys of its permissions, as the migrations leave them."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        for group in Group.objects.order_by("pk"):
            permissions = group.permissions.select_related("content_type").order_by("pk")
            _roles[group.name] = [permission.natural_key() for permission in permissions]


def _restore_roles() -> None:
    by_key = {
        permission.natural_key(): permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, keys in _roles.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set([by_key[key] for key in keys])


_flush = TransactionTestCase._fixture_teardown


def _flush_with_the_guards_off(self):
    """A test that commits ends by emptying all tables, which is just what the guards refuse."""
    record_guards.remove(connection)
    try:
        _flush(self)
    finally:
        record_guards.install(connection)
        Epoch.objects.get_or_create(pk=1)
        _restore_roles()
        # The index's tables are no models, so nothing else empties them.
        for generation in (CURRENT, NEXT):
            engine().drop(generation)
        engine().create(CURRENT)
        SearchState.objects.update_or_create(
            pk=1,
            defaults={"token_stream_version": TOKEN_STREAM_VERSION, "building_version": None},
        )


TransactionTestCase._fixture_teardown = _flush_with_the_guards_off
