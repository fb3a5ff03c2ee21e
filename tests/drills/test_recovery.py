"""Point-in-time recovery as docs/operations.md has it: back to the second before a mistake."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from deploy.lab.processes import Data
from deploy.lab.services import USER, Postgres, own_folder
from tests.documented import WEEKLY

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


def test_the_database_goes_back_to_the_moment_before_a_mistake(evidence):
    with tempfile.TemporaryDirectory(prefix="ocsc-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        databases = own_folder(folder / "databases")
        archive, bases = (own_folder(databases / name) for name in ("wal", "base"))
        archiving = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
        with Postgres.made(databases / "primary", **archiving) as primary:
            data = Data(folder / "data", DATABASE_URL=primary.url)
            data.manage("migrate", "--noinput", "-v0")
            before = publish(data, "ก่อนสำรอง")
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
            primary.ask("SELECT pg_switch_wal()")
            time.sleep(2)
        began = time.monotonic()
        (oldest / "recovery.signal").touch()
        recovering = {
            "restore_command": f"cp {archive}/%f %p",
            "recovery_target_time": moment,
            "recovery_target_action": "promote",
        }
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
        assert set(codes) == {before, between, kept}
        assert mistake not in codes
        assert "sound" in verified
        assert "faults" not in verified
