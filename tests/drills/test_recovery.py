"""Point-in-time recovery as docs/operations.md has it: back to the second before a mistake."""

import tempfile
import time
from pathlib import Path

import pytest

from deploy.lab.processes import Data
from deploy.lab.services import Postgres, own_folder

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


def test_the_database_goes_back_to_the_moment_before_a_mistake(evidence):
    with tempfile.TemporaryDirectory(prefix="ocsc-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        databases = own_folder(folder / "databases")
        archive = own_folder(databases / "wal")
        archiving = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
        with Postgres.made(databases / "primary", **archiving) as primary:
            data = Data(folder / "data", DATABASE_URL=primary.url)
            data.manage("migrate", "--noinput", "-v0")
            before = publish(data, "ก่อนสำรอง")
            primary.backup(databases / "base")
            kept = publish(data, "หลังสำรอง")
            time.sleep(1)
            moment = primary.ask("SELECT clock_timestamp()")
            time.sleep(1)
            mistake = publish(data, "พลาด")
            primary.ask("SELECT pg_switch_wal()")
            time.sleep(2)
        began = time.monotonic()
        (databases / "base/recovery.signal").touch()
        recovering = {
            "restore_command": f"cp {archive}/%f %p",
            "recovery_target_time": moment,
            "recovery_target_action": "promote",
        }
        with Postgres(databases / "base", **recovering) as recovered:
            while not recovered.takes_writes():
                assert time.monotonic() - began < 60
                time.sleep(0.1)
            took = time.monotonic() - began
            codes = recovered.ask("SELECT string_agg(code, ' ') FROM news_version").split()
            data.environment["DATABASE_URL"] = recovered.url
            verified = data.manage("verify")
        evidence(
            f"back to {moment} in {took:.1f} s from a base backup and the archived log: what was "
            "published before that moment is there, what came after is not, `verify` found no fault"
        )
        assert set(codes) == {before, kept}
        assert mistake not in codes
        assert "sound" in verified
        assert "faults" not in verified
