"""How quickly `manage.py import_releases` brings a corpus in, on both databases.

    python -m benchmarks.importing CORPUS [--rounds 3] [--most 1500]

SQLite lies in a temporary folder; PostgreSQL is the server of DATABASE_URL (or the local one),
where a database named `ocsc_bench_import` is made and dropped. Each round starts with an empty
database and takes both in turn. The CPU is that of the processes themselves, PostgreSQL's own
included. Writes results/importing.{md,json,svg}, after each round anew: stopped early, it has those
before.
"""

import argparse
import gzip
import json
import lzma
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

from benchmarks import reports
from benchmarks.reports import Bar

ROOT = Path(__file__).parent.parent
_DATABASE = "ocsc_bench_import"
_SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
_TARGETS = {"SQLite": 300, "PostgreSQL": 200}
_CPU = ("writing_cpu_s", "reading_cpu_s", "database_cpu_s")
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=1500, help="releases, from the beginning")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "corpus.jsonl"
        _write(options.corpus, lines, options.most)
        found: dict[str, list[dict]] = {name: [] for name in _TARGETS}
        for number in range(options.rounds):
            order = list(_TARGETS) if number % 2 == 0 else list(reversed(_TARGETS))
            for name in order:
                with tempfile.TemporaryDirectory() as data:
                    found[name].append(_round(name, lines, Path(data)))
                print(name, json.dumps(found[name][-1]), flush=True)
            markdown = _report(found)
    print(markdown)


def _write(corpus: Path, target: Path, most: int | None) -> None:
    """The first lines of a corpus, unpacked."""
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(corpus.suffix, open)
    with opener(corpus, "rb") as lines, target.open("wb") as out:
        out.writelines(islice(lines, most))


def _round(name: str, corpus: Path, data: Path) -> dict:
    environment = os.environ | {
        "OCSC_ENV": "test",
        "OCSC_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "ocsc_site.settings",
    }
    environment.pop("DATABASE_URL", None)
    if name == "PostgreSQL":
        server = os.environ.get("DATABASE_URL", _SERVER)
        _ask(server, f"DROP DATABASE IF EXISTS {_DATABASE}", f"CREATE DATABASE {_DATABASE}")
        environment["DATABASE_URL"] = f"{server.rpartition('/')[0]}/{_DATABASE}"
    try:
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
        return _import([*manage, "import_releases", str(corpus)], environment)
    finally:
        if name == "PostgreSQL":
            _ask(server, f"DROP DATABASE IF EXISTS {_DATABASE}")


def _import(command: list[str], environment: dict) -> dict:
    seen = _Seen()
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        ended = threading.Event()
        watching = threading.Thread(target=_watch, args=(process.pid, seen, ended))
        watching.start()
        said, _ = process.communicate()
        seconds = time.perf_counter() - started
        ended.set()
        watching.join()
    if process.returncode not in {0, 3}:
        raise SystemExit(f"the import failed: {said}")
    imported = int(re.search(r"([0-9]+) imported", said)[1])
    thousands = imported / 1000
    return {
        "releases": imported,
        "per_s": round(imported / seconds, 1),
        "writing_cpu_s": round(seen.cpu["writing"] / thousands, 2),
        "reading_cpu_s": round(seen.cpu["reading"] / thousands, 2),
        "database_cpu_s": round(seen.cpu["database"] / thousands, 2),
        "peak_mb": round(seen.peak_kb / 1000),
    }


class _Seen:
    """What the processes of one import used."""

    def __init__(self) -> None:
        self.cpu = dict.fromkeys(("writing", "reading", "database"), 0.0)
        self.peak_kb = 0


def _watch(pid: int, seen: _Seen, ended: threading.Event) -> None:
    """Look again and again, for what ends takes its figures with it."""
    while not ended.wait(0.05):
        children = _read(f"/proc/{pid}/task/{pid}/children").split()
        seen.cpu["writing"] = max(seen.cpu["writing"], _cpu(pid))
        seen.cpu["reading"] = max(seen.cpu["reading"], sum(map(_cpu, children)))
        backends = _backends()
        seen.cpu["database"] = max(seen.cpu["database"], sum(map(_cpu, backends)))
        seen.peak_kb = max(seen.peak_kb, sum(map(_peak, [pid, *children])))


def _backends() -> list[int]:
    """PostgreSQL's processes for the benchmark's database, where it runs on this machine."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit()
        and _read(entry / "comm").startswith("postgres")
        and _DATABASE in _read(entry / "cmdline")
    ]


def _cpu(pid: int | str) -> float:
    """Seconds of processor of a process with all its threads."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _peak(pid: int | str) -> int:
    peak = re.search(r"VmHWM:\s+([0-9]+)", _read(f"/proc/{pid}/status"))
    return int(peak[1]) if peak else 0


def _read(path: str | Path) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _ask(server: str, *statements: str) -> None:
    import psycopg  # noqa: PLC0415 - not needed for SQLite alone

    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _report(found: dict[str, list[dict]]) -> str:
    """Write down what there is so far; returns the Markdown."""
    rounds = len(next(iter(found.values())))
    rows, bars = [], []
    for name, each in found.items():
        rates = [one["per_s"] for one in each]
        median = {key: statistics.median(one[key] for one in each) for key in each[0]}
        met = "met" if median["per_s"] >= _TARGETS[name] else "**falls short**"
        cells = (
            name,
            f"{median['releases']:.0f}",
            f"{median['per_s']:.0f} ({min(rates):.0f} to {max(rates):.0f})",
            f"≥ {_TARGETS[name]}: {met}",
            *(f"{median[key]:.2f}" for key in _CPU),
            f"{median['peak_mb']:.0f}",
        )
        rows.append(f"| {' | '.join(cells)} |")
        bars.append(Bar(name, median["per_s"], f"wanted {_TARGETS[name]}"))
    markdown = f"""\
# Importing releases

Medians of {rounds} rounds, slowest and quickest in brackets. CPU is in seconds for 1,000 releases,
the start of the processes and the settling of the index included. Memory is the peak of both.

| database | releases | a second | wanted | CPU writing | reading | PostgreSQL | MB |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

![the same as a plot](importing.svg)

{reports.machine("django", "psycopg")}
"""
    reports.write("importing", markdown, found)
    reports.plot("importing", "Releases imported a second", "a second", bars)
    return markdown


if __name__ == "__main__":
    main()
