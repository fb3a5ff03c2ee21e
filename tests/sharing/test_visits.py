"""Visits are added up in memory and written in one go, whatever happens to the database."""

import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from datetime import date

import pytest
from django.db import OperationalError

from news.models import Visit
from news.sharing.visits import VisitCounter

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
ENTRY = {"day": DAY, "key": "k7m4q2", "channel": "line", "language": "th", "is_bot": False}


def test_what_was_counted_is_one_statement_and_adds_to_what_is_there(django_assert_num_queries):
    counter = VisitCounter(0)
    for _ in range(3):
        counter.count(**ENTRY)
    for number in range(50):
        counter.count(**{**ENTRY, "key": f"alias-{number}"})
    with django_assert_num_queries(1):
        assert counter.write() == 53
    counter.count(**ENTRY)
    counter.write()
    assert Visit.objects.get(key="k7m4q2").count == 4
    assert Visit.objects.count() == 51


def test_two_processes_add_to_the_same_row():
    one, other = VisitCounter(0), VisitCounter(0)
    for counter in (one, other):
        counter.count(**ENTRY)
        counter.write()
    assert Visit.objects.get().count == 2


def test_counting_asks_nothing_of_the_database(django_assert_num_queries):
    counter = VisitCounter(0)
    with django_assert_num_queries(0):
        for _ in range(1000):
            counter.count(**ENTRY)


def test_nothing_counted_is_nothing_written(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert VisitCounter(0).write() == 0


def test_what_cannot_be_written_is_kept_for_the_next_time(monkeypatch):
    def refuse(*args):
        raise OperationalError("attempt to write a readonly database")

    counter = VisitCounter(0)
    counter.count(**ENTRY)
    with monkeypatch.context() as patched:
        patched.setattr(type(Visit.objects.all()), "add", refuse)
        assert counter.write() == 0
    counter.count(**ENTRY)
    assert counter.write() == 2
    assert Visit.objects.get().count == 2


def test_a_database_that_never_takes_them_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(VisitCounter, "most", 10)
    counter = VisitCounter(0)
    for number in range(20):
        counter.count(**{**ENTRY, "key": f"key-{number}"})
        counter.count(**{**ENTRY, "key": "key-0"})
    assert counter.write() == 10 + 20


def test_many_threads_lose_no_visit():
    counter = VisitCounter(0)

    def visit():
        for _ in range(500):
            counter.count(**ENTRY)

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counter.write()
    assert Visit.objects.get().count == 4000


def test_a_process_writes_by_itself_and_once_more_when_it_ends(tmp_path):
    script = textwrap.dedent("""
        import time
        from datetime import date
        import django
        django.setup()
        from django.core.management import call_command
        from news.models import Visit
        from news.sharing.visits import VisitCounter
        call_command("migrate", verbosity=0)
        counter = VisitCounter(0.1)
        entry = dict(day=date(2026, 11, 23), key="abc", channel="qr", language="th", is_bot=False)
        counter.count(**entry)
        until = time.monotonic() + 30
        while not Visit.objects.exists() and time.monotonic() < until:
            time.sleep(0.05)
        print(Visit.objects.get().count)
        counter._seconds = 1000
        time.sleep(0.3)
        counter.count(**entry)
    """)
    environment = {
        "OCSC_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "ocsc_site.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'visits.sqlite3'}",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"
    with closing(sqlite3.connect(tmp_path / "visits.sqlite3")) as left:
        assert left.execute("SELECT count FROM news_visit").fetchall() == [(2,)]
