"""What a reload renews: all but gunicorn itself."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.lab.processes import accepts, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
APPLICATION = """
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"here"]
"""


def test_what_gunicorns_master_reads_loads_nothing_of_django():
    """Every worker begins with what the master has loaded: the former Django beside new code."""
    said = "import sys, deploy.worker; print([name for name in sys.modules if 'django' in name])"
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def served(tmp_path):
    """The folder of a server, its port and its process."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    (tmp_path / "here.py").write_text(APPLICATION)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    environment = {"PORT": str(port), "WEB_CONCURRENCY": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [*command, "here:application"], cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        until(lambda: accepts(port))
        yield tmp_path, port, process
        process.terminate()


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def refused(port):
    """How an address is refused that gunicorn can't read; empty while nobody answers."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET /a b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    return ""


def test_a_reload_takes_a_new_worker(served):
    folder, port, process = served
    worker = folder / "deploy/worker.py"
    for number in range(2):
        old, new = "The address is not right" + " indeed" * number, "The address is not right"
        new += " indeed" * (number + 1)
        assert f"{old}." in refused(port)
        worker.write_text(worker.read_text().replace(f"{old}.", f"{new}."))
        process.send_signal(signal.SIGHUP)
        until(lambda said=f"{new}.": said in refused(port))
    answer = refused(port)
    assert answer.startswith("HTTP/1.1 400")
    assert "Server:" not in answer
