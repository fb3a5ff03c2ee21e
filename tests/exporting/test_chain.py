"""The hash chain: what it covers, how anyone checks it, how it betrays a change."""

import hashlib
import zlib
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from news import jobs, publishing, record_guards
from news.exporting import chain, open_data
from news.models import ChainHead, DataFile, Derivative, SearchState, SourceDocument, Version
from news.search.engine import CURRENT
from news.search.engines import engine
from news.search.entries import microseconds
from tests.factories import NOTES, add_photo, published, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def tomorrow():
    """A moment at which today is over."""
    return chain.end_of(timezone.localdate()) + timedelta(hours=1)


def publish_head(at):
    with time_machine.travel(at, tick=False):
        chain.publish_head({"day": chain.last_day(at).isoformat()})
    return ChainHead.objects.order_by("-day").first()


def corrected():
    first = published()
    return publishing.publish(release=first.release, kind="correction", notes=NOTES)


def as_the_page_says(text: str) -> str:
    head = "0" * 64
    for line in text.splitlines(keepends=True):
        head = hashlib.sha256((head + line).encode()).hexdigest()
    return head


def test_the_published_head_can_be_computed_by_anyone_from_the_public_file(client, tomorrow):
    corrected()
    published()
    head = publish_head(tomorrow)
    with time_machine.travel(tomorrow, tick=False):
        text = b"".join(client.get("/data/chain.txt")).decode()
        heads = client.get("/data/chain-heads.txt").content.decode()
    assert text.count("\n") == head.count == 3
    assert as_the_page_says(text) == head.head
    assert heads == f"{head.day}\t3\t{head.head}\n"


def test_the_page_prints_the_latest_heads_in_both_languages(client, tomorrow):
    published()
    head = publish_head(tomorrow)
    for lang in ("th", "en"):
        assert head.head in client.get(f"/{lang}/data/integrity/").content.decode()


@pytest.mark.parametrize(("lang", "words"), [("th", "เลขศูนย์ทั้งหมด"), ("en", "A head of zeros")])
def test_the_page_says_what_a_head_of_zeros_is_where_it_shows_one(client, tomorrow, lang, words):
    page = f"/{lang}/data/integrity/"
    assert words not in client.get(page).content.decode()
    assert publish_head(tomorrow).head == chain.GENESIS
    text = client.get(page).content.decode()
    assert chain.GENESIS in text
    assert words in text


def test_a_schedule_enters_the_chain_at_its_moment_and_a_cancelled_one_never(tomorrow):
    hours = (tomorrow - timezone.now()) / timedelta(hours=1)
    later = scheduled(hours=hours + 1)
    cancelled = scheduled(hours=1)
    publishing.cancel_schedule(release=cancelled.release)
    assert publish_head(tomorrow).count == 0
    assert later.code in "".join(chain.lines(later.visible_from + timedelta(seconds=1)))
    assert cancelled.code not in "".join(chain.lines(tomorrow + timedelta(days=9)))


def test_each_head_goes_on_from_the_last_and_no_day_is_left_out(tomorrow):
    published()
    first = publish_head(tomorrow)
    last = publish_head(tomorrow + timedelta(days=3))
    assert (
        list(ChainHead.objects.order_by("day").values_list("head", flat=True)) == [first.head] * 4
    )
    assert last.day == first.day + timedelta(days=3)
    assert publish_head(tomorrow) == last


def test_a_day_that_is_not_over_gets_no_head():
    with pytest.raises(ValueError, match="not over"):
        chain.publish_head({"day": timezone.localdate().isoformat()})


def test_the_worker_publishes_a_head_a_day_once():
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(2):
            call_command("work", once=True, verbosity=0)
    assert ChainHead.objects.get().day == chain.last_day(timezone.now())
    assert chain.DAILY in jobs.DAILY


def refused(action):
    with pytest.raises(DatabaseError, match="published head stays"), transaction.atomic():
        action()


def test_a_published_head_can_be_neither_changed_nor_deleted_nor_replaced(tomorrow):
    head = publish_head(tomorrow)
    rows = ChainHead.objects.filter(pk=head.pk)
    refused(lambda: rows.update(head="f" * 64))
    refused(lambda: rows._raw_delete("default"))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            refused(
                lambda: cursor.execute(
                    "REPLACE INTO news_chainhead SELECT id, day, until, count, 'f', computed_at "
                    "FROM news_chainhead"
                )
            )


def verify() -> str:
    """What `manage.py verify` complains of; empty when all is sound."""
    try:
        call_command("verify", verbosity=0)
    except CommandError as error:
        return str(error)
    return ""


@pytest.fixture
def tampering():
    """The guards off, as for somebody who owns the database; on again before `verify` looks."""

    def _tamper(**changes):
        connection.check_constraints()  # PostgreSQL alters no table with checks outstanding
        record_guards.remove(connection)
        Version.objects.filter(number=1).update(**changes)
        connection.check_constraints()
        record_guards.install(connection)

    return _tamper


class TestVerify:
    def test_a_sound_archive_passes(self, capsys, tomorrow):
        add_photo(corrected().release)
        publish_head(tomorrow)
        assert verify() == ""
        assert capsys.readouterr().out.count("sound") == 8

    def test_an_index_that_was_never_built_is_told_and_is_no_drift(self, capsys):
        published()
        SearchState.objects.update(token_stream_version=0)
        engine().drop(CURRENT)
        engine().create(CURRENT)
        assert verify() == ""
        said = capsys.readouterr()
        assert "search index: it was not built by today's analysis" in said.err
        assert "search index: it lacks 1 of 1 versions" in said.err
        assert "search index: not as the record; run manage.py reindex" in said.out
        call_command("reindex", verbosity=0, stdout=StringIO())
        capsys.readouterr()
        assert verify() == ""
        assert "search index: sound" in capsys.readouterr().out

    def test_an_entry_that_should_have_ended_is_told(self, capsys):
        version = published()
        publishing.withdraw(release=version.release, reason=Version.Reason.ERROR)
        engine().end(version.pk, microseconds(None), CURRENT)
        assert verify() == ""
        said = capsys.readouterr()
        assert "search index: it still has 1 versions that readers are not to find" in said.err

    @pytest.mark.parametrize(
        "changes",
        [{"title_th": "หัวข่าวอื่น"}, {"dated": "2017-05-19"}, {"gallery": "not json"}],
        ids=["text", "date", "JSON"],
    )
    def test_a_changed_version_is_named(self, changes, tampering, capsys):
        version = published()
        tampering(**changes)
        assert verify()
        assert f"{version.code}@1" in capsys.readouterr().err

    def test_a_version_changed_and_sealed_anew_breaks_the_chain(self, tampering, tomorrow, capsys):
        version = published()
        head = publish_head(tomorrow)
        version.title_th = "หัวข่าวอื่น"
        tampering(title_th=version.title_th, checksum=version.compute_checksum())
        assert verify()
        assert f"chain of {head.day}" in capsys.readouterr().err

    def test_a_version_slipped_into_a_day_that_has_its_head_breaks_the_chain(self, tomorrow):
        publish_head(tomorrow)
        assert verify() == ""
        published()
        assert verify()

    def test_media_that_was_changed_or_lost_or_misnamed_is_named(self, capsys):
        version = published()
        photo = add_photo(version.release)
        second = publishing.publish(release=version.release, kind="minor")
        assert verify() == ""

        whole = photo.file.read()
        photo.file.close()
        path = Path(photo.file.storage.path(photo.file.name))
        path.write_bytes(whole[:-1] + b"x")
        assert verify()
        assert f"original {photo.sha256}: the file's bytes" in capsys.readouterr().err
        photo.file.storage.delete(photo.file.name)
        second.media.all()._raw_delete("default")
        assert verify()
        assert f"VersionMedia lacks {photo.sha256}" in capsys.readouterr().err

    def test_a_byte_that_turned_over_is_named_wherever_it_lies(self, capsys):
        """In a file for readers, in the open data, in what an imported release was read from."""
        version = published()
        add_photo(version.release)
        publishing.publish(release=version.release, kind="minor")
        open_data.refresh()
        source = SourceDocument.of(b"as it came", form="csv", release=version.release)
        source.save()
        assert verify() == ""
        made, month = Derivative.objects.first(), DataFile.objects.first()
        for path, name in ((made.path, made.hash), (month.path, month.name)):
            kept = Path(default_storage.path(path))
            whole = kept.read_bytes()
            kept.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
            assert verify()
            assert f"{name}: the file's bytes" in capsys.readouterr().err
            kept.write_bytes(whole)
        for compressed in (zlib.compress(b"as it cane"), b"nothing"):
            SourceDocument.objects.update(compressed=compressed)
            assert verify()
            assert f"source of {version.code}" in capsys.readouterr().err

    def test_a_lost_derivative_is_named(self, capsys):
        photo = add_photo(published().release)
        photo.file.storage.delete(Derivative.objects.first().path)
        assert verify()
        assert "derivative" in capsys.readouterr().err

    def test_missing_guards_are_named(self, capsys):
        record_guards.remove(connection)
        try:
            assert verify()
        finally:
            record_guards.install(connection)
        assert "lacks the guard news_version_guard" in capsys.readouterr().err
