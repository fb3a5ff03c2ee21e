"""The whole site as `make run` serves it: gunicorn on SQLite with the samples, in a folder of
its own.
"""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
# Readers' pages need nothing of the desk's; compressing it would take longer than all the rest.
_LEAN = [
    part
    for folder in ("admin", "desk", "django_prose_editor", "modeltranslation", "sortablejs")
    for part in ("--ignore", folder)
]


def _environment(data: Path, base_url: str) -> dict[str, str]:
    """Of the tests' own environment nothing that the site reads is left."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OCSC_") and name not in {"DATABASE_URL", "REDIS_URL", "PORT"}
    }
    return inherited | {
        "OCSC_ENV": "local",
        "OCSC_SECRET_KEY": secrets.token_urlsafe(50),
        "OCSC_DATA_DIR": str(data),
        "OCSC_STATIC_ROOT": str(data / "static"),
        "OCSC_BASE_URL": base_url,
        "OCSC_LOG_LEVEL": "ERROR",
        "OCSC_GUNICORN_LOG_LEVEL": "warning",
        "OCSC_BIND": base_url.removeprefix("http://"),
        "WEB_CONCURRENCY": "1",
        "DATABASE_URL": f"sqlite:///{data / 'db.sqlite3'}",
        "REDIS_URL": "",
    }


def prepared(shared: Path) -> Path:
    """A data folder with database, media and static files, made once however many processes ask."""
    data = shared / "site"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "done").exists():
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir(parents=True)
            _run([PROJECT / "deploy/messages.py"], data)
            for command in (["migrate"], ["load_samples"], ["collectstatic", "--noinput", *_LEAN]):
                manage(data, *command)
            (data / "done").touch()
    return data


def manage(data: Path, *command: str) -> None:
    """Run `manage.py` on a data folder. Raises RuntimeError with what it said."""
    _run([PROJECT / "manage.py", *command, "--verbosity", "0"], data)


def _run(command: list, data: Path) -> None:
    finished = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=PROJECT,
        env=_environment(data, "http://127.0.0.1:1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if finished.returncode != 0:
        raise RuntimeError(f"{command} failed:\n{finished.stdout}\n{finished.stderr}")


@contextmanager
def running(data: Path, **changes: str) -> Iterator[str]:
    """gunicorn on `data` while the block runs; gives the site's address, without a last slash.

    `changes` are variables of its environment.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", str(PROJECT / "deploy/gunicorn.conf.py")],
        cwd=PROJECT,
        env=_environment(data, base_url) | changes,
    )
    try:
        _wait_for(base_url, server)
        yield base_url
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(base_url: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{base_url}/healthz", timeout=5):  # noqa: S310
                return
        except OSError:  # nobody there yet, or too busy with starting to answer
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {base_url} in {START_SECONDS} s")
