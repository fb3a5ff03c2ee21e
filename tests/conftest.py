"""What every test shares: private media of its own, a forgotten epoch, and a record that can be
emptied.
"""

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO
from uuid import uuid4

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, transaction
from django.test import TransactionTestCase, override_settings
from django.utils import timezone

from news.caching import reader
from news.caching.handler import AnsweringHandler
from news.caching.stencils import stencils
from news.images import derivatives
from news.images.recipes import Recipe
from tests import tables
from tests.query_alarm import QueryAlarm


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What has a time limit of its own takes long, and begins first: begun last, it would leave the
    other processes nothing to do meanwhile.
    """
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """The tests and all that they import stay to the end: half a million things, among which Python
    would look for garbage again and again. Among the rest it looks less often than its default,
    which suits programs that hold less: a page of the site makes thousands of things.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """What a test writes need not outlive the machine: of a photo that is kept, nine parts in ten
    are waiting for its files to be on the disk.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _descriptor: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _a_photo_is_made_once() -> Iterator[None]:
    """The files of an original are the same whenever they are made (tests/images/ sees to that, and
    has them made each time). Most tests show one of a few photos: each is encoded once a process.
    """
    made: dict[tuple[str, frozenset[Recipe]], list[tuple[Recipe, bytes]]] = {}

    def make_all(original: BinaryIO, recipes: list[Recipe]) -> list[tuple[Recipe, bytes]]:
        key = hashlib.file_digest(original, "sha256").hexdigest(), frozenset(recipes)
        if key not in made:
            original.seek(0)
            made[key] = list(derivatives.make_all(original, recipes))
        return made[key]

    def make(original: BinaryIO, recipe: Recipe) -> bytes:
        ((_recipe, content),) = make_all(original, [recipe])
        return content

    once = SimpleNamespace(make=make, make_all=make_all)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("news.media", "news.admin.action_views"):
            patch.setattr(f"{module}.derivatives", once)
        yield


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path_factory):
    """Whoever writes there first makes the folder: most tests never do."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"site-{uuid4().hex}" / "media"


@pytest.fixture(autouse=True)
def _counts_of_its_own(settings):
    """What is counted in the cache is of this test alone: Redis is one for all that run at once,
    and to empty it would take theirs along.
    """
    own = settings.CACHES["default"] | {"KEY_PREFIX": f"test-{uuid4().hex}"}
    settings.CACHES = settings.CACHES | {"default": own}


@pytest.fixture(scope="session")
def keeping(
    django_db_setup, django_db_blocker, tmp_path_factory
) -> Callable[[Callable[[], Any]], AbstractContextManager[tuple[Any, Path]]]:
    """For fixtures of a class or a module whose tests all begin alike: `keeping(make)` gives what
    `make` made and the folder of its files. Each test begins from a savepoint over it; a test that
    commits has no place among them.
    """

    @contextmanager
    def keeping(make: Callable[[], Any]) -> Iterator[tuple[Any, Path]]:
        media = tmp_path_factory.mktemp("media")
        with django_db_blocker.unblock(), transaction.atomic():
            with override_settings(MEDIA_ROOT=media):
                made = make()
            yield made, media
            transaction.set_rollback(True)

    return keeping


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

    What a test writes need not outlive the machine.
    """
    settings = connections["default"].settings_dict
    options = settings["OPTIONS"]
    if connections["default"].vendor == "sqlite":
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        hasty = {"init_command": options["init_command"].replace("=FULL", "=OFF")}
    else:
        hasty = {"options": f"{options.get('options', '')} -c synchronous_commit=off".strip()}
    settings["OPTIONS"] = options | hasty


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        tables.note_what_the_migrations_left()
        # Django asks SQLite that once in a process, with three statements: in no test that counts.
        assert connections["default"].features.supports_json_field
    yield
    with django_db_blocker.unblock():
        tables.end_other_sessions()


TransactionTestCase._fixture_teardown = lambda _case: tables.leave_what_the_migrations_left()
