"""An import of many releases that is killed in the middle, or finds its disk full, and goes on."""

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

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600)]
STUCK_SECONDS = 60
"""Whoever has used no processor for so long does nothing any more, however busy others are."""


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


def used(pid):
    """Ticks of the processor that a process and those it has waited for have had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


def ended(process):
    """(standard output, error output) of a process, once it has ended."""
    before = -1
    while True:
        try:
            return process.communicate(timeout=STUCK_SECONDS)
        except subprocess.TimeoutExpired:
            now = used(process.pid)
            if now == before:
                process.kill()
                raise
            before = now


def finished(process):
    out, err = ended(process)
    assert process.returncode == 0, err
    return out


def counted(folder):
    program = (
        "from django.utils import timezone; from news.models import PressRelease, Version;"
        "from news.search.parsing import parse; from news.search.searching import Filters, search;"
        "asked = parse('ประชุมครั้งที่'), Filters();"
        f"found = search(*asked, at=timezone.now(), size={2 * RELEASES});"
        "print(PressRelease.objects.count(), Version.objects.count(), len(found.entries))"
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


@pytest.fixture
def file(tmp_path):
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
    return file


def test_a_killed_import_goes_on_where_it_was_and_leaves_nobody_behind(tmp_path, file, evidence):
    finished(manage(tmp_path, "migrate", "-v0"))

    running = manage(tmp_path, "import_releases", str(file))
    helpers = []
    database = sqlite3.connect(tmp_path / "db.sqlite3")
    while database.execute("SELECT COUNT(*) FROM news_pressrelease").fetchone() == (0,):
        helpers = helpers_of(running.pid)
        assert running.poll() is None
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    releases, versions, found = counted(tmp_path)
    assert releases == versions == found
    assert 0 < releases < RELEASES
    assert helpers
    evidence(f"killed after {releases} of {RELEASES} releases: as many versions, all of them found")
    idle = time.monotonic()
    while busy := [pid for pid in helpers if not has_ended(pid)]:  # each finishes the batch it has
        before = sum(map(used, busy))
        time.sleep(0.2)
        if sum(used(pid) for pid in busy if not has_ended(pid)) != before:
            idle = time.monotonic()
        assert time.monotonic() - idle < STUCK_SECONDS
    evidence("the process that read ahead ended by itself")

    out = finished(manage(tmp_path, "import_releases", str(file)))
    assert f"{RELEASES - releases} imported, {releases} known already, 0 refused" in out
    assert counted(tmp_path) == [RELEASES, RELEASES, RELEASES]
    evidence("started again: the others came in, and nothing twice")


def test_a_full_disk_stops_an_import_that_goes_on_when_there_is_room(tmp_path, file, evidence):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o"]
    mounted = subprocess.run([*mount, "size=6m", "tmpfs", str(small)], check=False)
    if mounted.returncode and not os.environ.get("CI"):
        pytest.skip("a small disk can't be mounted here")
    try:
        finished(manage(small, "migrate", "-v0"))
        running = manage(small, "import_releases", str(file))
        _out, err = ended(running)
        assert running.returncode == 1
        told = err.strip().splitlines()[-1]
        assert "no room is left on a disk" in told
        evidence(f"a disk of 6 MB: {told}")
        subprocess.run(["mount", "-o", "remount,size=300m", str(small)], check=True)
        releases, versions, found = counted(small)
        assert f"{releases} releases were imported" in told
        assert releases == versions == found
        assert releases < RELEASES
        out = finished(manage(small, "import_releases", str(file)))
        assert f"{RELEASES - releases} imported, {releases} known already, 0 refused" in out
        assert counted(small) == [RELEASES, RELEASES, RELEASES]
        finished(manage(small, "verify"))
        evidence(f"with room it went on after {releases} releases; `verify` found nothing")
    finally:
        subprocess.run(["umount", str(small)], check=True)
