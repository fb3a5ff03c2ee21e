"""A whole site in one file: database, originals and derivatives, and the keys it signs with.

The database is copied first, in one snapshot, and the files after it. Files are named by their
content and none that a version names is ever changed or removed, so the files copied later include
all that the snapshot names: editors work on meanwhile. `manifest.json` comes last and has the
SHA-256 of everything, so a backup without it is known to be incomplete.
"""

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from news import leftovers, schema
from news.models import LastBackup, Version
from news.postgresql.emptying import EMPTY

NAME = "ocsc-{:%Y%m%dT%H%M%SZ}.tar"
MANIFEST = "manifest.json"
KEYS = "keys.json"
SQLITE_FILE = "database.sqlite3"
POSTGRESQL_FILE = "database.pgdump"
FORMAT = 1


_SCRATCH = ".ocsc-backup-"


class BackupRefused(Exception):
    """The backup can't be made or restored; the message says why and what to do. Nothing was
    touched.
    """


class HalfRestored(Exception):
    """The database is the backup's already, and not all files are; the message says why."""


# -- making --------------------------------------------------------------------------------------


def make(folder: Path, at: datetime) -> Path:
    """Write a backup into `folder` under a name with `at` (UTC); returns its path.

    The file appears under that name only when it is whole. Readable by its owner alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    leftovers.clear(folder, "ocsc-*.unfinished", f"{_SCRATCH}*")
    target = folder / NAME.format(at)
    if target.exists():
        raise BackupRefused(f"{target} exists already")
    unfinished = target.with_suffix(".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            leftovers.held(unfinished),
            tarfile.open(fileobj=stream, mode="w") as tar,
        ):
            _write(tar, at, folder)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def note(path: Path, at: datetime) -> None:
    """Let the site tell when its last backup was made, the one at `path`. Raises a database
    error.
    """
    row = {"made_at": at, "byte_size": path.stat().st_size}
    LastBackup.objects.update_or_create(pk=1, defaults=row)


def _write(tar: tarfile.TarFile, at: datetime, folder: Path) -> None:
    """The database is written down in `folder` first, where there is room for a backup: the
    system's own place for what is temporary may be small, memory, or full.
    """
    hashes = {}
    with leftovers.scratch(folder, _SCRATCH) as scratch:
        dump = _dump_database(scratch)
        keys = scratch / KEYS
        keys.write_text(
            json.dumps({"secret_key": settings.SECRET_KEY, "old": settings.SECRET_KEY_FALLBACKS})
        )
        hashes[dump.name] = _add(tar, dump, dump.name)
        hashes[KEYS] = _add(tar, keys, KEYS)
        for name in sorted(_stored()):
            # Gone since it was listed: a file that nothing named, or a month that is made anew.
            with suppress(FileNotFoundError):
                hashes[f"media/{name}"] = _add_stored(tar, name, at)
        manifest = scratch / MANIFEST
        manifest.write_text(
            json.dumps(
                {
                    "format": FORMAT,
                    "made_at": at.isoformat(),
                    "migrations": sorted(_applied_migrations()),
                    "files": hashes,
                },
                indent=1,
            )
        )
        _add(tar, manifest, MANIFEST)


def _applied_migrations() -> Iterator[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return (f"{app}.{name}" for app, name in applied)


def _stored(folder: str = "") -> Iterator[str]:
    """Every file of the private storage, wherever it lies, by its name there."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in files)
    for each in folders:
        yield from _stored(f"{folder}{each}/")


class _Hashed:
    """A stream that is hashed while it is read."""

    def __init__(self, stream) -> None:
        self._stream, self.sha256 = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self.sha256.update(part)
        return part


def _add_stored(tar: tarfile.TarFile, name: str, at: datetime) -> str:
    """Add a file of the storage as `media/...` and return its SHA-256 (64 hex digits)."""
    entry = tarfile.TarInfo(f"media/{name}")
    entry.mtime, entry.mode = int(at.timestamp()), 0o640
    with default_storage.open(name) as stream:
        stream.seek(0, os.SEEK_END)
        entry.size = stream.tell()
        stream.seek(0)
        hashed = _Hashed(stream)
        tar.addfile(entry, hashed)
    return hashed.sha256.hexdigest()


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    """Add the file and return its SHA-256 (64 hex digits)."""
    tar.add(path, arcname=name, filter=_anonymous)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _dump_database(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        path = folder / SQLITE_FILE
        connection.ensure_connection()
        with sqlite3.connect(path) as copy:
            # In one step: a snapshot, during which others write on into the log.
            connection.connection.backup(copy, pages=-1)
        copy.close()
        return path
    path = folder / POSTGRESQL_FILE
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}"])
    return path


_LIBPQ = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
"""How PostgreSQL's own programs are told what the site's connection is told."""


def _run(command: list[str]) -> str:
    """Run one of PostgreSQL's programs on the site's database, by the same way as the site; the
    password is in no argument. Returns what it printed.
    """
    given = connection.settings_dict
    told = given["OPTIONS"]
    environment = os.environ | {_LIBPQ[name]: str(told[name]) for name in _LIBPQ.keys() & told}
    environment |= {
        "PGDATABASE": given["NAME"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGHOST": given["HOST"],
        "PGPORT": str(given["PORT"] or 5432),
    }
    try:
        done = subprocess.run(  # noqa: S603 - fixed programs with fixed options
            command,
            env={name: value for name, value in environment.items() if value},
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise BackupRefused(f"{command[0]} is missing: install postgresql-client") from error
    except subprocess.CalledProcessError as error:
        raise BackupRefused(f"{command[0]} failed: {error.stderr.strip()}") from error
    return done.stdout


def encrypt(path: Path, public_key: Path) -> Path:
    """Replace the backup by one that only the owner of `public_key` (an OpenPGP file) can read.

    Raises BackupRefused where that can't be done; the readable one is gone then as well, for it
    holds the keys of the site.
    """
    target = path.with_name(f"{path.name}.gpg")
    try:
        _encrypt(path, public_key, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        path.unlink()
    return target


def _encrypt(path: Path, public_key: Path, target: Path) -> None:
    with leftovers.scratch(path.parent, _SCRATCH) as home:
        command = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--trust-model", "always"]
        command += ["--recipient-file", str(public_key), "--output", str(target)]
        try:
            subprocess.run(  # noqa: S603 - a fixed program with paths that the operator gave
                [*command, "--encrypt", str(path)], check=True, capture_output=True, text=True
            )
        except FileNotFoundError as error:
            raise BackupRefused("gpg is missing: install gnupg") from error
        except subprocess.CalledProcessError as error:
            raise BackupRefused(f"gpg failed: {error.stderr.strip()}") from error


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of `folder`; returns what was removed."""
    found = sorted(folder.glob("ocsc-*.tar*"), reverse=True)
    old = [path for path in found if path.suffix in {".tar", ".gpg"}][keep:]
    for path in old:
        path.unlink()
    return old


# -- restoring -----------------------------------------------------------------------------------


def restore(path: Path, *, replace: bool = False) -> dict:
    """Bring back database and files from a backup; returns its manifest.

    Everything is checked against the manifest before anything is touched. Raises `BackupRefused`
    for an incomplete or damaged backup, one of a newer version of the site, one of another kind of
    database, and (unless `replace`) a site that has published anything; `HalfRestored` where the
    files then can't be brought to their places. `migrate` is next: the database may be older.
    """
    if path.suffix == ".gpg":
        raise BackupRefused(f"decrypt it first: gpg --output backup.tar --decrypt {path}")
    if not replace and _has_record():
        raise BackupRefused("this site has releases; say --replace to lose them for the backup's")
    with tempfile.TemporaryDirectory(prefix="ocsc-restore-", dir=_beside_media()) as scratch:
        folder = Path(scratch)
        manifest = _unpack(path, folder)
        _restore_database(folder)
        try:
            _restore_media(folder / "media")
        except Exception as error:  # a bucket's own errors as well
            raise HalfRestored(str(error)) from error
    return manifest


def _has_record() -> bool:
    tables = connection.introspection.table_names()
    return Version._meta.db_table in tables and Version.objects.exists()


def _beside_media() -> Path:
    """On the same file system as the media, so that files are moved and not copied twice."""
    parent = Path(settings.MEDIA_ROOT).parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def _unpack(path: Path, folder: Path) -> dict:
    try:
        with tarfile.open(path) as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError as error:
        raise BackupRefused(f"{path} is no whole backup: {error.filename} is missing") from error
    except (tarfile.TarError, json.JSONDecodeError, EOFError) as error:
        raise BackupRefused(f"{path} is no backup, or damaged: {error}") from error
    if manifest["format"] != FORMAT:
        raise BackupRefused(f"the backup has form {manifest['format']}; this site reads {FORMAT}")
    if unknown := schema.unknown(manifest["migrations"]):
        raise BackupRefused(
            "the backup is of a newer version of the site, with migrations that this one lacks: "
            f"{', '.join(unknown)}. Install that version, then restore"
        )
    _check_hashes(folder, manifest["files"])
    return manifest


def _check_hashes(folder: Path, files: dict[str, str]) -> None:
    for name, expected in files.items():
        file = folder / PurePosixPath(name)
        if not file.is_file():
            raise BackupRefused(f"the backup lacks {name}")
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != expected:
                raise BackupRefused(f"{name} is damaged in the backup")


def _restore_database(folder: Path) -> None:
    wanted = SQLITE_FILE if connection.vendor == "sqlite" else POSTGRESQL_FILE
    dump = folder / wanted
    if not dump.exists():
        raise BackupRefused(f"the backup has no {wanted}: it is of another kind of database")
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(dump) as source:
            source.backup(connection.connection, pages=-1)
        source.close()
        return
    _replace_postgresql(dump)


def _replace_postgresql(dump: Path) -> None:
    """Put what is in `dump` in the place of all that is there, or fail and change nothing.

    Written out as statements first: only psql takes more than one file in one transaction, and of
    a pipe it would not know that the writer failed.
    """
    emptying, contents, filling = map(dump.with_name, ("empty.sql", "contents", "fill.sql"))
    emptying.write_text(EMPTY)
    contents.write_text(_without_extensions(_run(["pg_restore", "--list", str(dump)])))
    connection.close()
    how = ["--clean", "--if-exists", "--no-owner", "--no-privileges", f"--use-list={contents}"]
    _run(["pg_restore", *how, f"--file={filling}", str(dump)])
    all_or_nothing = ["--single-transaction", "--set=ON_ERROR_STOP=1"]
    files = [f"--file={emptying}", f"--file={filling}"]
    _run(["psql", "--no-psqlrc", "--quiet", *all_or_nothing, *files])


_EXTENSION = re.compile(r" EXTENSION (?:- )?(\S+) *$")


def _without_extensions(contents: str) -> str:
    """A dump's list of contents, but for extensions that the database has: a superuser made them,
    maybe, and nobody else may drop or describe them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor}
    lines = ((line, _EXTENSION.search(line)) for line in contents.splitlines(keepends=True))
    return "".join(line for line, named in lines if not named or named[1] not in present)


def _restore_media(folder: Path) -> None:
    """Bring each file to its place. What lies there besides stays: nothing names it."""
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        name = file.relative_to(folder).as_posix()
        if not isinstance(default_storage, FileSystemStorage):
            default_storage.delete(name)
            with file.open("rb") as stream:
                default_storage.save(name, File(stream))
            continue
        target = Path(default_storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        target.chmod(settings.FILE_UPLOAD_PERMISSIONS)
