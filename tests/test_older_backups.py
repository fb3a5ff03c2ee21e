"""A backup of an older version of the site comes back on this one; one of a newer is refused."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from news import backups, erasing, schema
from news.caching import reader
from news.models import LastBackup, PressRelease, Version
from tests.factories import published

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "postgresql" and not shutil.which("pg_dump"),
        reason="pg_dump is not installed",
    ),
]


ON_POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite copies whole pages"
)
ROLE = "ocsc_of_this_test"


@pytest.fixture
def backup_at(tmp_path) -> Iterator[Callable[[str], Path]]:
    """`backup_at(migration)` is a backup of the site as it was after that migration."""

    def make(migration: str) -> Path:
        call_command("migrate", "news", migration, verbosity=0)
        path = backups.make(tmp_path / "backups", AT)
        call_command("migrate", verbosity=0)
        return path

    yield make
    call_command("migrate", verbosity=0)


def erase(version: Version) -> None:
    users = get_user_model().objects
    ann, bo = (users.create_superuser(name, password="k7m4q-long-enough") for name in ("ann", "bo"))
    erasure = erasing.request(release=version.release, reason="privacy", by=ann)
    erasing.approve(erasure=erasure, by=bo)


def with_migration(backup: Path, name: str) -> Path:
    """The same backup, said to be made by a site that had one migration more."""
    changed = backup.with_name("changed.tar")
    with tarfile.open(backup) as old, tarfile.open(changed, "w") as new:
        for entry in old:
            content = old.extractfile(entry).read()
            if entry.name == backups.MANIFEST:
                manifest = json.loads(content)
                manifest["migrations"].append(name)
                content = json.dumps(manifest).encode()
                entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return changed


@pytest.mark.parametrize("migration", ["0017", "0028"])
def test_what_later_migrations_made_does_not_stand_in_its_way(backup_at, migration):
    """0017: of the tables made since, some name press releases. 0028: none does."""
    backup = backup_at(migration)
    published()
    said = io.StringIO()
    call_command("restore", backup, replace=True, stdout=said)
    assert "restored the site of" in said.getvalue()
    assert "sound" in said.getvalue()
    assert schema.is_current()
    assert not Version.objects.exists()
    reader.forget()
    published()


def test_what_was_erased_since_is_erased_again(backup_at):
    version = published(title_th="ข่าวของมนัสนันท์")
    backup = backup_at("0028")
    erase(version)
    said = io.StringIO()
    call_command("restore", backup, replace=True, stdout=said)
    assert f"erased again: {version.code}" in said.getvalue()
    assert PressRelease.objects.get().title_th == erasing.headline_after(version.code)
    assert {each.title_th for each in Version.objects.all()} == {""}


def test_a_site_that_is_not_migrated_yet_is_backed_up_and_restored(backup_at, tmp_path):
    """Before an upgrade, or where the migration after a restore has failed."""
    backup = backup_at("0017")
    call_command("migrate", "news", "0017", verbosity=0)
    call_command("backup", tmp_path / "again", stdout=io.StringIO(), stderr=io.StringIO())
    call_command("restore", backup, replace=True, stdout=io.StringIO())
    assert schema.is_current()


def test_one_of_a_newer_version_touches_nothing(tmp_path):
    backup = with_migration(backups.make(tmp_path, AT), "news.9999_of_next_year")
    kept = published()
    with pytest.raises(backups.BackupRefused, match=r"newer.*news\.9999_of_next_year"):
        backups.restore(backup, replace=True)
    assert Version.objects.filter(pk=kept.pk).exists()


def test_migrations_of_an_app_that_the_site_has_no_more_are_no_sign_of_a_newer_one(tmp_path):
    kept = published()
    backup = with_migration(backups.make(tmp_path, AT), "of_before.0001_initial")
    backups.restore(backup, replace=True)
    assert Version.objects.filter(pk=kept.pk).exists()


@pytest.fixture
def a_role_of_its_own() -> Iterator[None]:
    """The site's role is no superuser, owns what it made, and of the schema nothing."""
    given = connection.settings_dict
    before = {name: given[name] for name in ("USER", "PASSWORD")}
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # a superuser's
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD %s", [ROLE])
        cursor.execute(f"GRANT CREATE ON SCHEMA public TO {ROLE}")
        cursor.execute(
            "SELECT string_agg(format('ALTER %s %s OWNER TO " + ROLE + "', kind, name), ';') FROM ("
            "SELECT 'TABLE' AS kind, oid::regclass::text AS name FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace UNION ALL "
            "SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'news%') AS own"
        )
        cursor.execute(cursor.fetchone()[0])
    connection.close()
    given.update(USER=ROLE, PASSWORD=ROLE)
    yield
    connection.close()
    given.update(before)
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm")
        cursor.execute(f"REASSIGN OWNED BY {ROLE} TO CURRENT_USER")
        cursor.execute(f"DROP OWNED BY {ROLE}")
        cursor.execute(f"DROP ROLE {ROLE}")


@ON_POSTGRESQL
def test_a_role_without_rights_beyond_its_own_tables_restores(a_role_of_its_own, tmp_path):
    kept = published()
    backup = backups.make(tmp_path, AT)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_a_later_version (release bigint)")
        cursor.execute("CREATE VIEW upon_it AS SELECT release FROM of_a_later_version")
        cursor.execute("CREATE TYPE mood AS ENUM ('calm')")
    backups.restore(backup, replace=True)
    assert Version.objects.filter(pk=kept.pk).exists()
    assert "of_a_later_version" not in connection.introspection.table_names()


@ON_POSTGRESQL
def test_a_database_that_fails_half_way_is_the_old_one(tmp_path, monkeypatch):
    backup = backups.make(tmp_path, AT)
    later = published()
    LastBackup.objects.create(pk=1, made_at=AT, byte_size=1)
    run = backups._run

    def broken(command):
        said = run(command)
        for file in (each for each in command if each.endswith("fill.sql")):
            if command[0] == "pg_restore":
                with Path(file.removeprefix("--file=")).open("a") as script:
                    script.write("\nSELECT * FROM nowhere;\n")
        return said

    monkeypatch.setattr(backups, "_run", broken)
    with pytest.raises(backups.BackupRefused, match="nowhere"):
        backups.restore(backup, replace=True)
    assert Version.objects.filter(pk=later.pk).exists()
    assert LastBackup.objects.exists()


class TestWhatEndsHalfWay:
    """After the database is the backup's and before what was erased is erased again."""

    @pytest.fixture
    def backup(self, tmp_path):
        self.version = published()
        backup = backups.make(tmp_path, AT)
        erase(self.version)
        return backup

    def test_it_is_said_that_erased_texts_are_back_and_done_again_they_go(
        self, backup, monkeypatch
    ):
        def fail(*_arguments, **_options):
            raise OperationalError("no room")

        with monkeypatch.context() as patch:
            patch.setattr("news.management.commands.restore.call_command", fail)
            with pytest.raises(CommandError, match="no room") as refused:
                call_command("restore", backup, replace=True, stdout=io.StringIO())
        assert "not erased again" in str(refused.value)
        assert "Don't start the site" in str(refused.value)
        assert PressRelease.objects.get().title_th == self.version.title_th
        call_command("restore", backup, replace=True, stdout=io.StringIO())
        assert PressRelease.objects.get().title_th != self.version.title_th

    def test_so_it_is_where_a_file_has_no_room(self, backup, monkeypatch):
        def full(*_arguments):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(backups, "_restore_media", full)
        with pytest.raises(CommandError, match="not erased again"):
            call_command("restore", backup, replace=True, stdout=io.StringIO())

    def test_what_was_erased_is_written_down_before_anything_is_touched(self, backup, monkeypatch):
        monkeypatch.setattr(backups, "_restore_database", lambda _folder: pytest.fail("touched"))

        def read_only(_folder):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(erasing, "write_ledger", read_only)
        with pytest.raises(CommandError, match="beside the backup"):
            call_command("restore", backup, replace=True, stdout=io.StringIO())

    def test_a_site_that_erased_nothing_writes_nothing_down(self, tmp_path):
        backup = backups.make(tmp_path, AT)
        call_command("restore", backup, stdout=io.StringIO())
        assert [each.name for each in tmp_path.iterdir()] == [backup.name]
