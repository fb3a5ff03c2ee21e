"""A site lost is a site restored: whole, from one file, made while editors work."""

import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection

from deploy.lab.processes import ROOT, Data
from news import backups, leftovers, record_guards
from news.caching import reader
from news.models import Epoch, LastBackup, Version
from tests.factories import add_photo, published

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "postgresql" and not shutil.which("pg_dump"),
        reason="pg_dump is not installed",
    ),
]


def unpacked(path):
    with tarfile.open(path) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}


def lose_everything(settings):
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    record_guards.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    reader.forget()


class TestMaking:
    def test_a_backup_has_the_database_every_file_and_the_keys(self, tmp_path, settings):
        version = published()
        add_photo(version.release)
        files = unpacked(backups.make(tmp_path / "backups", AT))
        manifest = json.loads(files["manifest.json"])
        assert set(manifest["files"]) == files.keys() - {"manifest.json"}
        on_disk = {
            f"media/{path.relative_to(settings.MEDIA_ROOT)}"
            for path in Path(settings.MEDIA_ROOT).rglob("*")
            if path.is_file()
        }
        assert on_disk
        assert on_disk <= files.keys()
        assert json.loads(files["keys.json"])["secret_key"] == settings.SECRET_KEY

    def test_a_file_that_goes_away_while_it_is_made_costs_nothing_but_itself(
        self, tmp_path, monkeypatch
    ):
        add_photo(published().release)
        listed = [*backups._stored(), "data/2018-05.jsonl"]
        monkeypatch.setattr(backups, "_stored", lambda: iter(listed))
        files = unpacked(backups.make(tmp_path, AT))
        assert "media/data/2018-05.jsonl" not in files
        assert {f"media/{name}" for name in listed[:-1]} <= files.keys()
        assert set(json.loads(files["manifest.json"])["files"]) == files.keys() - {"manifest.json"}

    def test_nobody_else_can_read_it_and_half_of_one_is_none(self, tmp_path, monkeypatch):
        path = backups.make(tmp_path, AT)
        assert path.name == "ocsc-20261123T023000Z.tar"
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(backups.BackupRefused, match="exists already"):
            backups.make(tmp_path, AT)

        def full(*_arguments):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(backups, "_add", full)
        with pytest.raises(OSError, match="No space"):
            backups.make(tmp_path, AT.replace(hour=3))
        assert list(tmp_path.iterdir()) == [path]

    def test_the_site_learns_of_it(self, tmp_path, monkeypatch):
        call_command("backup", tmp_path, stdout=io.StringIO())
        (path,) = tmp_path.glob("*.tar")
        noted = LastBackup.objects.get()
        assert noted.byte_size == path.stat().st_size
        assert backups.NAME.format(noted.made_at) == path.name

        def read_only(*_arguments):
            raise OperationalError("read-only")

        monkeypatch.setattr(backups, "note", read_only)
        said, complained = io.StringIO(), io.StringIO()
        call_command("backup", tmp_path / "again", stdout=said, stderr=complained)
        assert list((tmp_path / "again").glob("*.tar"))
        assert "read-only" in complained.getvalue()

    def test_all_of_it_is_written_where_it_belongs(self, tmp_path, monkeypatch):
        """The system's place for what is temporary may be full, or memory."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
        path = backups.make(tmp_path / "backups", AT)
        assert list(path.parent.iterdir()) == [path]

    def test_what_a_killed_one_left_goes_with_the_next(self, tmp_path):
        """Not what another one may be writing at this moment."""
        yesterday = time.time() - 90_000
        for name in ("ocsc-20261122T023000Z.unfinished", "ocsc-20261123T022900Z.unfinished"):
            (tmp_path / name).touch()
        for name in (".ocsc-backup-old", ".ocsc-backup-new"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "database.pgdump").touch()
        os.utime(tmp_path / "ocsc-20261122T023000Z.unfinished", (yesterday, yesterday))
        os.utime(tmp_path / ".ocsc-backup-old", (yesterday, yesterday))
        path = backups.make(tmp_path, AT)
        assert {each.name for each in tmp_path.iterdir()} == {
            path.name, "ocsc-20261123T022900Z.unfinished", ".ocsc-backup-new"
        }  # fmt: skip

    def test_what_a_running_one_writes_down_stays_however_long_it_runs(self, tmp_path):
        yesterday = time.time() - 90_000
        with leftovers.scratch(tmp_path, ".ocsc-backup-") as scratch:
            os.utime(scratch, (yesterday, yesterday))
            backups.make(tmp_path, AT)
            assert scratch.is_dir()
        assert [each.suffix for each in tmp_path.iterdir()] == [".tar"]

    def test_nor_does_its_file_go_while_its_database_is_dumped_for_a_day(
        self, tmp_path, monkeypatch
    ):
        """Nothing is written to it meanwhile: it gets old."""
        yesterday = time.time() - 90_000
        dump = backups._dump_database

        def slow(folder):
            monkeypatch.setattr(backups, "_dump_database", dump)
            (unfinished,) = tmp_path.glob("*.unfinished")
            os.utime(unfinished, (yesterday, yesterday))
            backups.make(tmp_path, AT.replace(hour=5))
            return dump(folder)

        monkeypatch.setattr(backups, "_dump_database", slow)
        assert unpacked(backups.make(tmp_path, AT))
        assert [each.suffix for each in tmp_path.iterdir()] == [".tar", ".tar"]

    def test_nor_what_one_is_encrypted_with(self, tmp_path, monkeypatch):
        yesterday = time.time() - 90_000

        def slow(command, **_how):
            home = Path(command[command.index("--homedir") + 1])
            os.utime(home, (yesterday, yesterday))
            leftovers.clear(tmp_path, ".ocsc-backup-*")
            assert home.is_dir()

        path = backups.make(tmp_path, AT)
        monkeypatch.setattr(backups.subprocess, "run", slow)
        backups.encrypt(path, tmp_path / "key.asc")
        assert list(tmp_path.iterdir()) == []

    def test_the_newest_are_kept(self, tmp_path):
        for day in range(1, 6):
            backups.make(tmp_path, AT.replace(day=day))
        call_command("backup", tmp_path, keep=2, stdout=io.StringIO())
        assert len(list(tmp_path.glob("*.tar"))) == 2
        assert (tmp_path / "ocsc-20261105T023000Z.tar").exists()

    def test_one_that_cannot_be_encrypted_is_not_left_for_everybody_to_read(self, tmp_path):
        (tmp_path / "key.asc").write_text("no key")
        path = backups.make(tmp_path / "backups", AT)
        with pytest.raises(backups.BackupRefused):
            backups.encrypt(path, tmp_path / "key.asc")
        assert list((tmp_path / "backups").iterdir()) == []

    @pytest.mark.skipif(not shutil.which("gpg"), reason="gpg is not installed")
    def test_an_encrypted_one_can_be_read_with_the_private_key_alone(
        self, tmp_path, monkeypatch, settings
    ):
        home = tmp_path / "gpg"
        home.mkdir(mode=0o700)
        gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
        subprocess.run([*gpg, "--quick-generate-key", "backup@example.org"], check=True)
        key = tmp_path / "key.asc"
        subprocess.run([*gpg, "--armor", "--output", str(key), "--export"], check=True)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        settings.BACKUP_KEY = key  # as the nightly one takes it
        call_command("backup", tmp_path / "backups", stdout=io.StringIO())
        ledger, encrypted = sorted((tmp_path / "backups").iterdir())
        assert ledger.name == "erasures.json"
        assert not tarfile.is_tarfile(encrypted)
        with pytest.raises(backups.BackupRefused, match="decrypt it first"):
            backups.restore(encrypted)
        plain = tmp_path / "plain.tar"
        subprocess.run([*gpg, "--output", str(plain), "--decrypt", str(encrypted)], check=True)
        assert "manifest.json" in unpacked(plain)


def entry(name, kind=tarfile.REGTYPE, to="", size=0):
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, to, size
    return made


HOSTILE = {
    "a file above": lambda _: [entry("../evil.txt", size=1)],
    "a file above, by a way back": lambda _: [entry("media/../../evil.txt", size=1)],
    "a link outside": lambda outside: [entry("media/evil", tarfile.SYMTYPE, str(outside))],
    "a link above": lambda _: [entry("media/evil", tarfile.SYMTYPE, "../../secret.txt")],
    "a file through a link": lambda outside: [
        entry("media/way", tarfile.SYMTYPE, str(outside)),
        entry("media/way/evil.txt", size=1),
    ],
    "a second name of a file above": lambda _: [
        entry("media/evil.txt", tarfile.LNKTYPE, "../secret.txt")
    ],
    "a device": lambda _: [entry("media/evil", tarfile.CHRTYPE)],
    "a pipe": lambda _: [entry("media/evil", tarfile.FIFOTYPE)],
}
"""What somebody may have put at the end of a backup, by the folder that it must not reach."""

REFUSED_BY_THE_FILTER = "outside the destination|absolute path|special file"


class TestRestoring:
    def test_a_lost_site_comes_back_to_the_byte(self, tmp_path, settings, client):
        version = published(slug="a-release")
        add_photo(version.release)
        path = f"/th/news/{version.code}/a-release/"
        page = client.get(path).content
        files = {
            file: file.read_bytes()
            for file in Path(settings.MEDIA_ROOT).rglob("*")
            if file.is_file()
        }
        backup = backups.make(tmp_path / "backups", AT)
        lose_everything(settings)
        assert not Version.objects.exists()
        said = io.StringIO()
        call_command("restore", backup, stdout=said)
        assert "sound" in said.getvalue()
        assert "faults" not in said.getvalue()
        reader.forget()
        assert client.get(path).content == page
        for file, content in files.items():
            assert file.read_bytes() == content
        for restored in Version.objects.all():
            assert restored.compute_checksum() == restored.checksum

    def test_the_record_is_guarded_after_it_as_before(self, tmp_path, settings):
        version = published()
        backup = backups.make(tmp_path, AT)
        lose_everything(settings)
        backups.restore(backup)
        with pytest.raises(IntegrityError):
            Version.objects.filter(pk=version.pk)._raw_delete("default")

    def test_a_site_with_releases_is_not_overwritten_unless_told_to(self, tmp_path):
        kept = published()
        backup = backups.make(tmp_path, AT)
        later = published()
        with pytest.raises(CommandError, match="--replace"):
            call_command("restore", backup)
        assert Version.objects.filter(pk=later.pk).exists()
        backups.restore(backup, replace=True)
        assert list(Version.objects.values_list("code", flat=True)) == [kept.code]

    def test_a_damaged_or_incomplete_backup_touches_nothing(self, tmp_path):
        version = published()
        whole = backups.make(tmp_path, AT).read_bytes()
        place = whole.index(b"PGDMP" if connection.vendor == "postgresql" else b"SQLite format")
        for name, content, message in (
            ("cut", whole[: len(whole) // 2], "damaged|missing|lacks"),
            ("changed", whole[: place + 200] + b"XXXX" + whole[place + 204 :], "damaged"),
            ("nothing", b"", "no backup"),
        ):
            path = tmp_path / f"{name}.tar"
            path.write_bytes(content)
            with pytest.raises(backups.BackupRefused, match=message):
                backups.restore(path, replace=True)
            assert Version.objects.filter(pk=version.pk).exists()

    @pytest.mark.parametrize("name", HOSTILE)
    def test_no_file_of_a_backup_lands_outside(self, tmp_path, settings, name):
        """Of one that is whole otherwise, so that nothing else refuses it."""
        version = published()
        beside = Path(settings.MEDIA_ROOT).parent
        beside.mkdir(parents=True, exist_ok=True)
        (beside / "secret.txt").write_text("a key")
        path = backups.make(tmp_path / "backups", AT)
        outside = tmp_path / "outside"
        outside.mkdir()
        with tarfile.open(path, "a") as tar:
            for hostile in HOSTILE[name](outside):
                tar.addfile(hostile, io.BytesIO(b"x" * hostile.size))
        with pytest.raises(backups.BackupRefused, match=REFUSED_BY_THE_FILTER):
            backups.restore(path, replace=True)
        assert Version.objects.filter(pk=version.pk).exists()
        assert not list(outside.iterdir())
        assert not list(beside.rglob("evil*"))
        assert (beside / "secret.txt").read_text() == "a key"

    def test_nor_does_a_file_that_says_where_it_wants_to_lie(self, tmp_path):
        """A path from the root is read as one below the folder, where nothing looks for it."""
        published()
        path = backups.make(tmp_path / "backups", AT)
        outside = tmp_path / "evil.txt"
        with tarfile.open(path, "a") as tar:
            tar.addfile(entry(str(outside), size=1), io.BytesIO(b"x"))
        backups.restore(path, replace=True)
        assert not outside.exists()


PUBLISH_ON_AND_ON = """
from news import publishing
from news.models import PressRelease
while True:
    release = PressRelease.objects.create(title_th="ข่าว", body_th="<p>เนื้อหา</p>")
    publishing.publish(release=release)
    print(release.code, flush=True)
"""


def counted(dump, folder):
    """From a copy of the database as it stands in a backup: (versions, the epoch's counter)."""
    if connection.vendor == "sqlite":
        path = folder / "copy.sqlite3"
        path.write_bytes(dump)
        with closing(sqlite3.connect(path)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
            (versions,) = copy.execute("SELECT count(*) FROM news_version").fetchone()
            return versions, *copy.execute("SELECT counter FROM news_epoch").fetchone()
    path = folder / "copy.pgdump"
    path.write_bytes(dump)
    tables = {}
    for table in ("news_version", "news_epoch"):
        command = ["pg_restore", "--data-only", f"--table={table}", "--file=-", str(path)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        rows = said.partition("FROM stdin;\n")[2].partition("\\.\n")[0]
        columns = re.search(r"^COPY .*?\((.*?)\)", said, re.MULTILINE)[1].split(", ")
        tables[table] = [
            dict(zip(columns, row.split("\t"), strict=True)) for row in rows.splitlines()
        ]
    (epoch,) = tables["news_epoch"]
    return len(tables["news_version"]), int(epoch["counter"])


def test_a_backup_made_while_others_publish_is_one_moment_of_the_site(tmp_path):
    """Each publication is one version more and one count more of the epoch, in one transaction: in
    no backup may one be without the other, and each has more than the one before.
    """
    address = {}
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy:
            connection.connection.backup(copy)
    else:
        given = connection.settings_dict
        user = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}"
        address["DATABASE_URL"] = f"postgres://{user}/{given['NAME']}"
    site = Data(tmp_path, **address)
    difference = Version.objects.count() - Epoch.objects.get().counter
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", PUBLISH_ON_AND_ON]
    with subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, text=True
    ) as publisher:
        try:
            before = 0
            for round_ in range(3):
                assert publisher.stdout.readline(), "the publisher has ended"
                site.manage("backup", str(tmp_path / f"backup-{round_}"))
                (path,) = (tmp_path / f"backup-{round_}").glob("*.tar")
                files = unpacked(path)
                (dump,) = (files[name] for name in files if name.startswith("database."))
                versions, counter = counted(dump, tmp_path)
                assert versions - counter == difference
                assert versions > before
                before = versions
            assert publisher.poll() is None
        finally:
            publisher.kill()
