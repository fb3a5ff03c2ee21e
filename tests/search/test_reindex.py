"""Building the index anew beside the one in use."""

import time
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from news import checks, erasing, jobs, publishing
from news.importing.ahead import worked_ahead
from news.models import Job, SearchState, Version
from news.search import index
from news.search.analysis import TOKEN_STREAM_VERSION, analyse
from news.search.engine import CURRENT, ENTRY, NEXT, TEXT
from news.search.engines import engine
from news.search.parsing import parse
from news.search.searching import Filters, search
from tests.clocks import travelling
from tests.factories import person, published, scheduled

pytestmark = pytest.mark.django_db


def found(query):
    return search(parse(query), Filters(), at=timezone.now()).total


def emptied():
    engine().drop(CURRENT)
    engine().create(CURRENT)


def test_a_rebuilt_index_finds_what_is_listed(capsys):
    for number in range(5):
        published(title_th=f"ประชุมครั้งที่ {number}", thai_only=True)
    scheduled(title_th="ประชุมล่วงหน้า", thai_only=True)
    publishing.withdraw(release=Version.objects.first().release, reason="error")
    emptied()
    assert found("ประชุม") == 0
    call_command("reindex")
    assert found("ประชุม") == 4
    assert "5 entries" in capsys.readouterr().out


def test_a_stopped_rebuilding_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    for number in range(7):
        published(title_th=f"ประชุมครั้งที่ {number}", thai_only=True)
    emptied()

    class Stopped(Exception):
        pass

    def stop(done, total):
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        index.rebuild(stop)
    told = []
    assert index.rebuild(lambda done, total: told.append(done)) == 7
    assert told == [4, 6, 7]
    assert found("ประชุม") == 7
    assert not engine().exists(NEXT)


def test_what_is_published_and_withdrawn_meanwhile_is_right_in_the_new_index(monkeypatch):
    monkeypatch.setattr(index, "BATCH", 1)
    versions = [published(title_th=f"ประชุมครั้งที่ {number}", thai_only=True) for number in range(4)]

    def meanwhile(done, total):
        if done == 2:
            publishing.withdraw(release=versions[0].release, reason="error")
            publishing.withdraw(release=versions[3].release, reason="error")
            published(title_th="ประชุมด่วน", thai_only=True)

    assert index.rebuild(meanwhile) == 3
    assert found("ประชุม") == 3
    assert found("ประชุมด่วน") == 1


def test_another_process_makes_the_same_index(transactional_db, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    monkeypatch.setattr(index, "_WORTH_A_PROCESS", 0)
    for number in range(5):
        published(title_th=f"ประชุมครั้งที่ {number}", thai_only=True)
    emptied()
    told = []
    assert index.rebuild(lambda done, total: told.append((done, total)), worked=worked_ahead) == 5
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert found("ประชุมครั้งที่ 3") == 1
    assert found("ประชุม") == 5


def read_at_once(work, given):
    """As `worked_ahead` does: all is read and worked out before the first is written."""
    return iter([work(each) for each in given])


def test_what_happens_between_reading_and_writing_is_right_in_the_new_index(monkeypatch):
    monkeypatch.setattr(index, "BATCH", 1)
    monkeypatch.setattr(index, "_WORTH_A_PROCESS", 0)
    versions = [published(title_th=f"ประชุมครั้งที่ {number}", thai_only=True) for number in range(4)]

    def meanwhile(done, total):
        if done == 2:
            publishing.withdraw(release=versions[3].release, reason="error")
            published(title_th="ประชุมด่วน", thai_only=True)

    assert index.rebuild(meanwhile, worked=read_at_once) == 4
    assert found("ประชุม") == 4
    assert found("ประชุมครั้งที่ 3") == 0


def test_words_that_are_erased_between_reading_and_writing_come_into_no_index(monkeypatch):
    monkeypatch.setattr(index, "_WORTH_A_PROCESS", 0)
    version = published(title_th="นางสาวลบทิ้งเสียเถิด", thai_only=True)
    published(title_th="ข่าวที่อยู่ต่อไป", thai_only=True)

    def erased_meanwhile(work, given):
        for each in given:
            made = work(each)
            if Version.objects.get(pk=version.pk).visible_until is None:
                one, other = person(name="ann"), person(name="bo")
                asked = erasing.request(release=version.release, reason="privacy", by=one)
                erasing.approve(erasure=asked, by=other)
            yield made

    assert index.rebuild(worked=erased_meanwhile) == 1
    assert found("ลบทิ้ง") == 0
    assert found("อยู่ต่อไป") == 1


def test_an_index_with_a_wrong_count_is_not_used(monkeypatch):
    published(title_th="ประชุมใหญ่", thai_only=True)
    monkeypatch.setattr(index, "_write", lambda versions, documents, generation: None)
    with pytest.raises(index.IndexMismatch):
        index.rebuild()
    assert found("ประชุม") == 1


@pytest.fixture
def backup():
    """Another connection, which reads the index until it is rolled back, as pg_dump does."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has tables that readers hold")
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: parameters.get(name) for name in names}) as other:
        other.execute(f"LOCK TABLE {ENTRY}, {TEXT} IN ACCESS SHARE MODE")
        yield other
        other.rollback()


def test_a_new_index_takes_its_place_when_a_backup_has_ended(backup, monkeypatch, capsys):
    monkeypatch.setattr(index, "_PAUSE", 0)
    published(title_th="ประชุมใหญ่", thai_only=True)
    waits = []

    def wait():
        waits.append(found("ประชุม"))
        if len(waits) == 2:
            backup.rollback()

    started = time.monotonic()
    assert index.rebuild(waiting=wait) == 1
    assert time.monotonic() - started < 10
    assert waits == [1, 1]
    assert found("ประชุม") == 1
    assert SearchState.objects.get().building_version is None


def test_a_backup_that_does_not_end_is_told_and_nothing_is_lost(backup, monkeypatch, capsys):
    monkeypatch.setattr(index, "_PAUSE", 0)
    monkeypatch.setattr(index, "PATIENCE", 1.5)
    published(title_th="ประชุมใหญ่", thai_only=True)
    with pytest.raises(CommandError, match="goes on from there"):
        call_command("reindex")
    assert capsys.readouterr().out.count("waiting until it can be replaced") == 1
    assert found("ประชุม") == 1
    assert engine().exists(NEXT)
    backup.rollback()
    monkeypatch.setattr(index, "_build", None)  # all of it was done
    call_command("reindex")
    assert "1 entries" in capsys.readouterr().out


def test_an_index_of_another_analysis_is_warned_of_and_stops_no_migration():
    assert checks.search_index_is_current(None, databases=["default"]) == []
    SearchState.objects.update(token_stream_version=0)
    (warning,) = checks.search_index_is_current(None, databases=["default"])
    assert warning.id == "news.W003"
    call_command("migrate", verbosity=0, skip_checks=False)
    call_command("reindex", "--if-stale")
    assert checks.search_index_is_current(None, databases=["default"]) == []


def test_what_an_ending_version_of_the_site_publishes_is_indexed_again_after_an_upgrade(
    monkeypatch,
):
    published(title_th="ประชุมใหญ่", thai_only=True)
    SearchState.objects.update(token_stream_version=TOKEN_STREAM_VERSION - 1)
    call_command("reindex", "--if-stale")
    with monkeypatch.context() as of_the_old:
        of_the_old.setattr(index, "document_of", lambda version: analyse(["อ่านอย่างเดิม"], []))
        published(title_th="ประชุมย่อย", thai_only=True)
    jobs.run_waiting()
    assert found("ประชุมย่อย") == 0
    with travelling(timezone.now() + timedelta(minutes=16)):
        jobs.run_waiting()
        assert found("ประชุมย่อย") == 1
        assert found("ประชุม") == 2


def test_nothing_is_indexed_again_where_no_other_analysis_came_before():
    published(title_th="ประชุมใหญ่", thai_only=True)
    for made_by in (0, TOKEN_STREAM_VERSION):
        SearchState.objects.update(token_stream_version=made_by)
        call_command("reindex")
        assert not Job.objects.filter(kind=index.AGAIN).exists()


def test_erased_words_are_in_no_table_of_the_index():
    version = published(title_th="นางสาวลบทิ้งเสียเถิด", thai_only=True)
    other = published(title_th="ข่าวที่อยู่ต่อไป", thai_only=True)
    index.erase([version])
    assert found("ลบทิ้ง") == 0
    assert found("อยู่ต่อไป") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM news_search_text")
        assert cursor.fetchone()[0] == 1
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COUNT(*) FROM news_search_grams_data")
            rows = cursor.fetchone()[0]
            index.erase([other])
            cursor.execute("SELECT COUNT(*) FROM news_search_grams_data")
            assert cursor.fetchone()[0] <= rows


@pytest.mark.parametrize("building", [False, True], ids=["before", "while it is built anew"])
def test_erased_words_are_in_no_table_of_an_index_that_another_analysis_made(monkeypatch, building):
    """What was indexed can't be worked out again then, and nothing waits for the new index."""
    version = published(title_th="นางสาวลบทิ้งเสียเถิด", thai_only=True)
    published(title_th="ข่าวที่อยู่ต่อไป", thai_only=True)
    SearchState.objects.update(token_stream_version=0, building_version=0 if building else None)
    if building:
        engine().create(NEXT)
    monkeypatch.setattr(index, "written", lambda version: pytest.fail("of another analysis"))
    key = engine().indexed([version.pk], CURRENT)[version.pk]
    assert numbers_of(key)
    index.erase([version])
    assert numbers_of(key) == []
    assert found("ลบทิ้ง") == 0
    assert found("อยู่ต่อไป") == 1
    with connection.cursor() as cursor:
        for table in ("entry", "text"):
            cursor.execute(f"SELECT COUNT(*) FROM news_search_{table} WHERE key = %s", [key])
            assert cursor.fetchone()[0] == 0


def numbers_of(key):
    """What the index itself holds of an entry."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, news_search_grams, instance)"
            )
            cursor.execute("SELECT term FROM temp.held WHERE doc = %s", [key])
            numbers = cursor.fetchall()
            cursor.execute("DROP TABLE temp.held")
        else:
            cursor.execute("SELECT unnest(grams) FROM news_search_entry WHERE key = %s", [key])
            numbers = cursor.fetchall()
    return numbers
