"""Point-in-time recovery as docs/operations.md has it: back to the second before a mistake."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from deploy.lab.processes import Data
from deploy.lab.services import USER, Postgres, own_folder
from tests.documented import WEEKLY, settings_of_postgresql

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

PUBLISH = """
from news import publishing
from news.models import PressRelease
release = PressRelease(title_th="{}", body_th="<p>เนื้อหา</p>")
PressRelease.save_new([release])
print(publishing.publish(release=release).code)
"""


def publish(data, title):
    return data.manage("shell", "--no-imports", "-v0", "-c", PUBLISH.format(title)).strip()


def keep_weekly(primary, bases, archive):
    """What the document says for every week, typed as it stands there."""
    server = {"PGHOST": "127.0.0.1", "PGPORT": str(primary.port), "PGUSER": USER}
    for command in WEEKLY:
        changed = command.replace("/srv/base", str(bases)).replace("/srv/wal", str(archive))
        if os.geteuid() != 0:
            changed = changed.removeprefix("runuser -u postgres -- ")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", changed],
            cwd="/", env=os.environ | server, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{changed}\n{done.stdout}{done.stderr}"
    time.sleep(1)  # each is named by its second


def log_before(base, archive):
    """Segments in the archive that `base` does not need. Beside them lie a few lines a backup."""
    label = (base / "backup_label").read_text()
    first = label.partition("(file ")[2].partition(")")[0]
    segments = (each.name for each in archive.iterdir() if not each.suffix)
    return [name for name in segments if name < first]


ARCHIVING = "from news.postgresql.archiving import archiving_fails; print(archiving_fails())"


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)


def fill_and_empty_the_archives_disk(primary, archive, data):
    """While nothing can be written there the site tells it; then all goes on, though half a piece
    was left behind.
    """

    def fails():
        return data.manage("shell", "--no-imports", "-v0", "-c", ARCHIVING).strip()

    assert fails() == "False"
    piece = primary.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
    (archive / f"{piece}.part").write_bytes(b"half")
    archive.chmod(0o500)
    publish(data, "ระหว่างที่ดิสก์เต็ม")
    wait_until(lambda: fails() == "True")
    archive.chmod(0o700)
    (archive / f"{piece}.part").chmod(0o666)
    wait_until(lambda: fails() == "False")
    assert (archive / piece).stat().st_size == 16 << 20


def test_a_piece_of_the_log_is_archived_once_and_never_replaced(tmp_path):
    """PostgreSQL asks again after a crash for what it has archived already."""
    command = settings_of_postgresql()["archive_command"].replace("/srv/wal", str(tmp_path / "wal"))
    (tmp_path / "wal").mkdir()
    piece = tmp_path / "00000001"

    def archive():
        typed = command.replace("%p", str(piece)).replace("%f", piece.name)
        return subprocess.run(["sh", "-c", typed], check=False).returncode

    piece.write_bytes(b"log")
    assert (archive(), archive()) == (0, 0)
    piece.write_bytes(b"another")
    assert archive() != 0
    assert (tmp_path / "wal/00000001").read_bytes() == b"log"


def test_the_database_goes_back_to_the_moment_before_a_mistake(evidence):
    with tempfile.TemporaryDirectory(prefix="ocsc-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        databases = own_folder(folder / "databases")
        archive, bases = (own_folder(databases / name) for name in ("wal", "base"))
        said = {
            name: value.replace("/srv/wal", str(archive))
            for name, value in settings_of_postgresql().items()
        }
        archiving = {name: value for name, value in said.items() if name.startswith("archive_")}
        assert archiving.pop("archive_timeout") == "10min"
        archiving["archive_timeout"] = "2s"
        with Postgres.made(databases / "primary", **archiving) as primary:
            data = Data(folder / "data", DATABASE_URL=primary.url)
            data.manage("migrate", "--noinput", "-v0")
            before = publish(data, "ก่อนสำรอง")
            # Just started it minds the time after its first checkpoint, five minutes later.
            primary.ask("CHECKPOINT")
            wait_until(lambda: list(archive.iterdir()))
            fill_and_empty_the_archives_disk(primary, archive, data)
            keep_weekly(primary, bases, archive)
            (first,) = bases.iterdir()
            between = publish(data, "ระหว่างสำรอง")
            for _week in range(2):
                keep_weekly(primary, bases, archive)
            oldest, newest = sorted(bases.iterdir())
            assert first < oldest < newest
            assert log_before(oldest, archive) == []
            assert log_before(newest, archive)
            kept = publish(data, "หลังสำรอง")
            time.sleep(1)
            moment = primary.ask("SELECT clock_timestamp()")
            time.sleep(1)
            mistake = publish(data, "พลาด")
            last = primary.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
            wait_until((archive / last).exists)  # as the time for it is over, on a quiet site too
        began = time.monotonic()
        (oldest / "recovery.signal").touch()
        recovering = {
            name: value
            for name, value in said.items()
            if name.startswith(("restore_", "recovery_"))
        }
        assert recovering.keys() == {
            "restore_command", "recovery_target_time", "recovery_target_action",
        }  # fmt: skip
        recovering["recovery_target_time"] = moment
        with Postgres(oldest, **recovering) as recovered:
            while not recovered.takes_writes():
                assert time.monotonic() - began < 60
                time.sleep(0.1)
            took = time.monotonic() - began
            codes = recovered.ask("SELECT string_agg(code, ' ') FROM news_version").split()
            data.environment["DATABASE_URL"] = recovered.url
            verified = data.manage("verify")
        evidence(
            f"back to {moment} in {took:.1f} s from the older of two base backups and the archived "
            "log from there on, all older log being gone: what was published before that moment is "
            "there, what came after is not, `verify` found no fault"
        )
        assert {before, between, kept} < set(codes)
        assert len(codes) == 4
        assert mistake not in codes
        assert "sound" in verified
        assert "faults" not in verified
