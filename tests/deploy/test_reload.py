"""What a reload renews: all but gunicorn itself. What old workers see of new code: nothing."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import gunicorn
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


PACKAGED = """
from importlib import import_module
from pathlib import Path


def application(environ, start_response):
    # As Django loads a template, or a view its module: when it is first asked for.
    said = {
        "/early": lambda: import_module("early").SAID,
        "/late": lambda: import_module("late").SAID,
        "/template": lambda: (Path(__file__).parent / "template").read_text(),
    }[environ["PATH_INFO"]]()
    start_response("200 OK", [])
    return [said.encode()]
"""


def version(folder, said):
    """A version of the site in a folder of its own, with its packages beside it."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    (packages,) = (folder / ".venv/lib").glob("python*/site-packages")
    # gunicorn itself is that of the tests, behind the version's own.
    (packages / "shared.pth").write_text(f"{Path(gunicorn.__file__).parents[1]}\n")
    for name in ("early", "late"):
        (packages / f"{name}.py").write_text(f"SAID = {said!r}\n")
    (folder / "template").write_text(said)
    (folder / "here.py").write_text(PACKAGED)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    worker = folder / "deploy/worker.py"
    worker.write_text(worker.read_text().replace("The address is not right.", f"Refused {said}."))


def lead(link, folder):
    """As docs/operations.md has it: one step, without a moment at which nothing is there."""
    new = link.with_name("site.new")
    new.symlink_to(folder)
    new.rename(link)


@pytest.fixture
def installed(tmp_path):
    """The link to what runs, its port and process, as deploy/systemd/ocsc-web.service starts it."""
    for said in ("before", "afterwards"):
        version(tmp_path / said, said)
    link = tmp_path / "site"
    lead(link, tmp_path / "before")
    port = free_port()
    unit = (ROOT / "deploy/systemd/ocsc-web.service").read_text()
    command = re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)[1]
    command = command.replace("/opt/ocsc/site", str(link)).split()
    environment = {"PORT": str(port), "WEB_CONCURRENCY": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [*command, "here:application"], cwd=link, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        until(lambda: accepts(port))
        yield link, port, process
        process.terminate()


def answer(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
        return response.read().decode()


def test_old_workers_go_on_with_their_own_files_and_a_reload_takes_all_of_the_new(installed):
    link, port, process = installed
    assert answer(port, "/early") == "before"
    lead(link, link.with_name("afterwards"))
    assert {answer(port, path) for path in ("/late", "/template")} == {"before"}
    process.send_signal(signal.SIGHUP)
    until(lambda: answer(port, "/early") == "afterwards")
    assert {answer(port, path) for path in ("/late", "/template")} == {"afterwards"}
    assert "Refused afterwards." in refused(port)


def test_the_way_back_is_the_same(installed):
    link, port, process = installed
    for said in ("afterwards", "before"):
        lead(link, link.with_name(said))
        process.send_signal(signal.SIGHUP)
        until(lambda said=said: answer(port, "/early") == said)
        assert {answer(port, path) for path in ("/late", "/template")} == {said}
