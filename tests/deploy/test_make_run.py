"""`make run`: what it says when it can't, and the whole of it from an empty clone."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# The first start, on two cores, packages and all.
LIMIT_SECONDS = 180
# Variables that would make the clone another site than a stranger's.
OURS = {"OCSC_ENV", "DATABASE_URL", "REDIS_URL", "VENV", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS"}


def strangers_environment(**extra: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS} | extra


def run_script(**environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["bash", str(ROOT / "deploy/local/run.sh")],
        env=strangers_environment(**environment),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_taken_port_is_one_clear_line_and_nothing_is_touched():
    with socket.create_server(("127.0.0.1", 0)) as other_program:
        port = other_program.getsockname()[1]
        finished = run_script(PORT=str(port))
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr == (
        f"run: port {port} is taken by another program; end that one, "
        f"or choose another port: make run PORT={port + 1}\n"
    )


def test_a_port_that_is_no_number_is_refused():
    finished = run_script(PORT="http")
    assert (finished.returncode, finished.stderr) == (
        1,
        "run: PORT is 'http'; it must be a number\n",
    )


SECRET = "# Yours to change.\nOCSC_ENV=local\nOCSC_SECRET_KEY=x"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "http://127.0.0.1:8210"),
        ("\nOCSC_BASE_URL=http://127.0.0.1:8000\n", "http://127.0.0.1:8210"),
        ("\nOCSC_BASE_URL=http://127.0.0.1:8210\n", "http://127.0.0.1:8210"),
        ("\nOCSC_BASE_URL=https://news.example.go.th\n", "https://news.example.go.th"),
        ("\nOCSC_BASE_URL=http://192.168.1.9:8000\n", "http://192.168.1.9:8000"),
    ],
)
def test_commands_beside_the_site_learn_its_port_and_an_address_that_was_set_stays(
    tmp_path, before, after
):
    environment = tmp_path / ".env"
    environment.write_text(SECRET + before)
    environment.chmod(0o600)
    for _twice in range(2):
        subprocess.run(
            [ROOT / "deploy/local/follow_port.sh", "http://127.0.0.1:8210"],
            cwd=tmp_path,
            check=True,
            timeout=10,
        )
        assert environment.read_text() == f"{SECRET}\nOCSC_BASE_URL={after}\n"
    assert environment.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [environment]


class Site:
    """`make run` in a folder, as a terminal starts it."""

    def __init__(self, folder: Path, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = log
        began = time.monotonic()
        with log.open("wb") as output:
            # A session of its own: one signal reaches all of it, as Ctrl-C in a terminal does.
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", "run", f"PORT={self.port}"],
                cwd=folder,
                env=strangers_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while "Stop:" not in self.printed():
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() - began < LIMIT_SECONDS, self.printed()
            time.sleep(0.2)
        self.seconds = time.monotonic() - began

    def printed(self) -> str:
        return self.log.read_text()

    def page(self, path: str) -> str:
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.read().decode()

    def press_ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=40)

    def processes_left(self) -> str:
        """What of its process group still runs."""
        return subprocess.run(
            ["ps", "-o", "pid=,args=", "-s", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()


@pytest.mark.drill
@pytest.mark.timeout(2 * LIMIT_SECONDS + 60)
def test_an_empty_clone_serves_the_first_release_in_both_languages_and_does_so_again(tmp_path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)

    first = Site(clone, tmp_path / "first.log")
    print(f"make run, from an empty clone: {first.seconds:.0f} s")  # noqa: T201
    password = re.search(r"Password: +(\S+)", first.printed())
    assert password
    links = re.findall(r'href="(/th/news/[^"]+)"', first.page("/th/"))
    assert links, "the home page lists no release"
    for link in links:
        assert "<h1" in first.page(link)
        assert "<h1" in first.page(link.replace("/th/", "/en/", 1))
    environment = clone / ".env"
    assert environment.stat().st_mode & 0o777 == 0o600
    secret = re.findall("^OCSC_SECRET_KEY=.+", environment.read_text(), re.MULTILINE)
    assert len(secret) == 1
    assert f"OCSC_BASE_URL=http://127.0.0.1:{first.port}\n" in environment.read_text()
    first.press_ctrl_c()
    assert first.processes_left() == ""

    second = Site(clone, tmp_path / "second.log")
    print(f"make run, the second time: {second.seconds:.0f} s")  # noqa: T201
    assert password.group(1) not in second.printed()
    assert "access_link" in second.printed()
    written = environment.read_text()
    assert re.findall("^OCSC_SECRET_KEY=.+", written, re.MULTILINE) == secret
    assert re.findall("^OCSC_BASE_URL=.+", written, re.MULTILINE) == [
        f"OCSC_BASE_URL=http://127.0.0.1:{second.port}"
    ]
    assert re.findall(r'href="(/th/news/[^"]+)"', second.page("/th/")) == links
    second.press_ctrl_c()
    assert second.processes_left() == ""
