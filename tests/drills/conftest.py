"""A whole site of real processes, a load that asks it, and reports of what was seen."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count, environ, getloadavg
from pathlib import Path

import pytest

from deploy.lab.processes import Data, Nginx, Web, find_nginx
from deploy.lab.services import find_postgresql

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "docs/evidence"
# A sample of each drill by default; `OCSC_DRILL_SECONDS=60 make drills` is the whole.
SECONDS = int(environ.get("OCSC_DRILL_SECONDS", "8"))

UNIQUE = """
local number = 0
request = function()
  number = number + 1
  return wrk.format("GET", wrk.path .. "?fbclid=" .. number .. "." .. math.random(1, 2^30))
end
"""
"""Every request with a parameter of its own, as a social network adds one to every link."""


@dataclass
class Load:
    """What wrk saw: answers, those that were no 2xx or 3xx, broken connections, milliseconds."""

    answers: int
    failed: int
    broken: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def __str__(self) -> str:
        return (
            f"{self.answers:,} answers in {self.seconds:.0f} s ({self.rate:,.0f} a second), "
            f"{self.failed} errors, {self.broken} broken connections, p50 {self.p50:.1f} ms, "
            f"p99 {self.p99:.1f} ms"
        )


class Wrk:
    """A load that runs beside the test: start it, do harm, then ask what it saw."""

    def __init__(self, folder: Path, url: str, *, connections: int = 32, script: str = "") -> None:
        command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "--latency", "--timeout", "10"]
        if script:
            (folder / "wrk.lua").write_text(script)
            command += ["-s", str(folder / "wrk.lua")]
        self.process = subprocess.Popen([*command, url], stdout=subprocess.PIPE, text=True)

    def result(self) -> Load:
        said, _ = self.process.communicate(timeout=SECONDS + 60)
        answers, took, unit = re.search(r"(\d+) requests in ([\d.]+)(s|m)", said).groups()
        failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
        broken = re.search(r"Socket errors: (.+)", said)
        return Load(
            answers=int(answers),
            failed=int(failed[1]) if failed else 0,
            broken=sum(map(int, re.findall(r"\d+", broken[1]))) if broken else 0,
            seconds=float(took) * (60 if unit == "m" else 1),
            p50=_milliseconds(said, "50%"),
            p99=_milliseconds(said, "99%"),
        )


def _milliseconds(said: str, share: str) -> float:
    value, unit = re.search(rf"{share}\s+([\d.]+)(us|ms|s)\b", said).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


@pytest.fixture(scope="session")
def tools():
    missing = [name for name in ("wrk", "redis-server") if not shutil.which(name)]
    missing += [] if find_postgresql("initdb") else ["postgresql"]
    missing += [] if find_nginx() else ["nginx"]
    if missing:
        pytest.fail(f"a drill needs {', '.join(missing)}: apt-get install {' '.join(missing)}")


@pytest.fixture(scope="session")
def data(tmp_path_factory, tools):
    """A site with its samples, prepared once for all drills."""
    made = Data(tmp_path_factory.mktemp("drill") / "data")
    made.fill()
    return made


@pytest.fixture
def web(data):
    with Web(data) as server:
        yield server


@pytest.fixture
def nginx(tmp_path, web):
    with Nginx(tmp_path, web=[web.port]) as server:
        yield server


@pytest.fixture
def evidence(request):
    """`evidence(line)` writes what was seen into a dated report, where OCSC_EVIDENCE is set."""
    lines = []
    yield lines.append
    if not lines or not environ.get("OCSC_EVIDENCE"):
        return
    EVIDENCE.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    name = re.sub(r"[^a-z0-9]+", "_", request.node.name.removeprefix("test_")).strip("_")
    measured = f"{now:%Y-%m-%d %H:%M} UTC, {cpu_count()} cores, {SECONDS} s of load"
    text = [
        f"# {name.replace('_', ' ').capitalize()}",
        "",
        f"{measured}, load average at the end {getloadavg()[0]:.1f}. Written by `make drills`.",
        "",
        *(f"* {line}" for line in lines),
        "",
    ]
    (EVIDENCE / f"{now:%Y-%m-%d}-{name.replace('_', '-')}.md").write_text("\n".join(text))
