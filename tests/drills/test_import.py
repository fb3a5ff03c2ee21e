"""An import of many releases that is killed in the middle, and started again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASES = 900

pytestmark = pytest.mark.drill


def manage(folder, *arguments, **options):
    environment = os.environ | {"OCSC_ENV": "test", "OCSC_DATA_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finished(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def counted(folder):
    program = (
        "from django.utils import timezone; from news.models import PressRelease, Version;"
        "from news.search.parsing import parse; from news.search.searching import Filters, search;"
        "found = search(parse('ประชุมครั้งที่'), Filters(), at=timezone.now());"
        "print(PressRelease.objects.count(), Version.objects.count(), found.total)"
    )
    return [int(each) for each in finished(manage(folder, "shell", "-v0", "-c", program)).split()]


def helpers_of(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def has_ended(pid):
    """Gone, or a zombie that waits for somebody to take note of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_killed_import_goes_on_where_it_was_and_leaves_nobody_behind(tmp_path):
    file = tmp_path / "releases.jsonl"
    with file.open("w") as stream:
        for number in range(RELEASES):
            release = {
                "source_id": f"id-{number}",
                "title": f"ประชุมครั้งที่ {number}",
                "date": f"{2016 + number % 9}-05-{1 + number % 28:02}",
                "paragraphs": [f"ย่อหน้าที่ {part} ของข่าว {number} " * 20 for part in range(5)],
            }
            stream.write(json.dumps(release) + "\n")
    assert file.stat().st_size > 1024**2  # large enough for a second process
    finished(manage(tmp_path, "migrate", "-v0"))

    running = manage(tmp_path, "import_releases", str(file))
    started, helpers = time.monotonic(), []
    database = sqlite3.connect(tmp_path / "db.sqlite3")
    while database.execute("SELECT COUNT(*) FROM news_pressrelease").fetchone() == (0,):
        helpers = helpers_of(running.pid)
        assert running.poll() is None
        assert time.monotonic() - started < 60
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    releases, versions, found = counted(tmp_path)
    assert releases == versions == found
    assert 0 < releases < RELEASES
    assert helpers
    while not all(map(has_ended, helpers)):  # each finishes the batch that it has
        assert time.monotonic() - started < 60
        time.sleep(0.1)

    out = finished(manage(tmp_path, "import_releases", str(file)))
    assert f"{RELEASES - releases} imported, {releases} known already, 0 refused" in out
    assert counted(tmp_path) == [RELEASES, RELEASES, RELEASES]
