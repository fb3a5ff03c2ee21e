"""`make install` says in one line what went wrong, and takes up where it stopped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# Installs without a network: the name in it is never asked for, an empty lock has no packages.
EMPTY_LOCK = "# nothing\n"
# A package whose hash no file can have.
WRONG_LOCK = f"polib==1.2.0 --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def install(tmp_path):
    """Run the installer in a copy of its folders; return the finished process."""
    script = tmp_path / "deploy/local/install.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "deploy/local/install.sh", script)

    def run(lock: str, **environment: str) -> subprocess.CompletedProcess:
        (tmp_path / "lock.txt").write_text(lock)
        return subprocess.run(
            ["bash", str(script), "lock.txt"],
            env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def assert_one_line_failure(finished: subprocess.CompletedProcess, *, saying: str) -> None:
    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1, finished.stderr
    assert finished.stderr.startswith("install: ")
    assert saying in finished.stderr


def test_a_machine_without_a_new_enough_python_is_told_so(install):
    finished = install(EMPTY_LOCK, PYTHON="/bin/false")
    assert_one_line_failure(finished, saying="no Python 3.11 or newer found")


def test_a_folder_that_is_no_virtual_environment_is_never_removed(install, tmp_path):
    treasure = tmp_path / ".venv/thesis.txt"
    treasure.parent.mkdir()
    treasure.write_text("ten years of work")
    assert_one_line_failure(install(EMPTY_LOCK), saying="is no virtual environment")
    assert treasure.exists()


def test_what_was_interrupted_or_failed_is_taken_up_again(install, tmp_path):
    # What an interrupted creation leaves: a folder that is an environment by name only.
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/pyvenv.cfg").touch()
    # An index that refuses the connection at once: no network, no proxy, no registry.
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull}
    failed = install(WRONG_LOCK, PIP_RETRIES="0", **offline)
    assert_one_line_failure(failed, saying="could not install the packages")
    assert not list(tmp_path.glob(".venv/.installed-*"))

    assert install(EMPTY_LOCK).returncode == 0
    assert (tmp_path / ".venv/.installed-lock.txt").read_text() == EMPTY_LOCK

    again = install(EMPTY_LOCK)
    assert (again.returncode, again.stdout) == (0, ""), "a second run has nothing to do"
