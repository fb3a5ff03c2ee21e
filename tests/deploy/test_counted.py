"""What a killed gunicorn counted goes with the next start; what others count stays."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy import counted

ROOT = Path(__file__).resolve().parents[2]
MASTER = """
import os, sys, time
from pathlib import Path
from deploy import counted
print(counted.make(Path(sys.argv[1])), flush=True)
if sys.argv[2:] == ["worker"] and os.fork() == 0:
    print(os.getpid(), flush=True)
    time.sleep(30)
time.sleep(30)
"""
CONFIGURED = """
import os, runpy, time
runpy.run_path("deploy/gunicorn.conf.py")
print(os.environ["PROMETHEUS_MULTIPROC_DIR"], flush=True)
time.sleep(30)
"""


@contextmanager
def running(program, *arguments):
    environment = {key: os.environ[key] for key in os.environ if not key.startswith("PROMETHEUS")}
    with subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            folder = Path(process.stdout.readline().strip())
            (folder / "counter_1.db").write_bytes(b"x")
            grow_old(folder)
            yield folder, process
        finally:
            process.kill()


def grow_old(path):
    os.utime(path, (time.time() - 3600,) * 2, follow_symlinks=False)


def test_what_a_killed_master_left_goes_with_the_next(tmp_path):
    with running(MASTER, tmp_path) as (folder, _process):
        counted.clear(tmp_path)
        assert (folder / "counter_1.db").exists()
    assert folder.exists()
    made = counted.make(tmp_path)
    assert list(tmp_path.iterdir()) == [made]


def test_it_stays_while_a_worker_lives(tmp_path):
    with running(MASTER, tmp_path, "worker") as (folder, process):
        worker = int(process.stdout.readline())
        process.kill()
        process.wait()
        counted.clear(tmp_path)
        assert folder.exists()
        os.kill(worker, 9)
        assert process.stdout.read() == ""  # the worker has ended as well
        counted.clear(tmp_path)
        assert not folder.exists()


def test_one_that_is_being_made_stays(tmp_path):
    young = tmp_path / f"{counted.PREFIX}new"
    young.mkdir()
    counted.clear(tmp_path)
    assert young.exists()
    grow_old(young)
    counted.clear(tmp_path)
    assert not young.exists()


def test_nothing_else_goes(tmp_path):
    """Not by a link, nor a file, nor what another name begins with."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    others = [tmp_path / name for name in (f"{counted.PREFIX}link", f"{counted.PREFIX}file")]
    others[0].symlink_to(elsewhere)
    others[1].touch()
    others.append(tmp_path / "ocsc-metrics-former")
    others[2].mkdir()
    for path in others:
        grow_old(path)
    counted.clear(tmp_path)
    assert all(path.exists() for path in others)
    assert (elsewhere / "kept").exists()


def test_what_is_another_users_stays(tmp_path, monkeypatch):
    old = tmp_path / f"{counted.PREFIX}old"
    old.mkdir()
    grow_old(old)
    monkeypatch.setattr(counted.os, "getuid", lambda: old.stat().st_uid + 1)
    counted.clear(tmp_path)
    assert old.exists()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no /dev/shm here")  # noqa: S108
def test_gunicorn_itself_does_so():
    with running(CONFIGURED) as (killed, _process):
        pass
    assert killed.exists()
    with running(CONFIGURED) as (following, _process):
        assert not killed.exists()
        assert following.exists()
    counted.clear(following.parent)
    assert not following.exists()
