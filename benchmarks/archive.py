"""What the whole archive costs: out as a package, in again, checked, and page by page by the API.

    python -m benchmarks.archive [--size 90000] [--as-it-is FOLDER_OR_postgres://...]
                                 [--into postgres://...] [--only-out]

By default seeded releases on SQLite, which are imported under var/benchmarks at the first time. A
site that is named (`OCSC_DATA_DIR`, or a database) is taken as it is: it is read, and never written
to. The package comes into an empty SQLite database, or into the new PostgreSQL database that
`--into postgres://...` names (made, and dropped at the end). CPU and memory are those of the
command with all its processes, PostgreSQL's own apart; pages of the API are asked of Django without
server or cache, one after the other. Writes results/archive.{md,json,svg}.
"""

import argparse
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from benchmarks import reports
from benchmarks.asking import Asked
from benchmarks.reports import Bar, Target
from benchmarks.seeded import filled

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var/benchmarks/archive"
LIST = "/api/v1/releases/"
PAGES = 60
"""Pages of each list that are asked, one after the other from its beginning."""
LISTS = {
    "newest first": "",
    "500 a page": "limit=500",
    "of a year": "year={year}",
    "changes": "updated_since=2000-01-01",
    "words": "q=%E0%B8%9B%E0%B8%A3%E0%B8%B0%E0%B8%8A%E0%B8%B8%E0%B8%A1",
}
"""Name -> the question. The target is of the first: 50 releases a page, by default."""


@dataclass(frozen=True, slots=True)
class Took:
    """What one command took; `cpu` and `peak` (MB) with the processes that it started."""

    seconds: float
    cpu: float
    peak: float
    said: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site's folder, and its database where that lies elsewhere."""

    folder: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        named = {"DATABASE_URL": self.database} if self.database else {}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "OCSC_ENV": "local",
            "OCSC_SECRET_KEY": secrets.token_urlsafe(50),
            "OCSC_DATA_DIR": str(self.folder),
            **named,
        }

    def manage(self, *arguments: str) -> Took:
        """Run a command of manage.py to its end. Raises SystemExit with what it said."""
        started = time.perf_counter()
        with tempfile.TemporaryFile("w+") as told:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=ROOT, env=self.environment, stdout=told, stderr=subprocess.STDOUT,
            )  # fmt: skip
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.perf_counter() - started
            told.seek(0)
            said = told.read().strip()
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)}: {said}")
        return Took(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


@contextmanager
def emptied(into: str, scratch: Path):
    """A migrated, empty site that is gone afterwards."""
    folder = scratch / "empty"
    folder.mkdir()
    server, _, name = into.rpartition("/")
    if into:
        _ask(server, f'CREATE DATABASE "{name}"')
    try:
        site = Site(folder, into)
        site.manage("migrate", "--noinput", "-v0")
        yield site
    finally:
        if into:
            _ask(server, f'DROP DATABASE "{name}"')


def _ask(server: str, statement: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def pages(site: Site, static: Path) -> dict[str, list[dict]]:
    """The answers of each list's first pages."""
    asked = Asked(site.folder, static, database=site.database)
    try:
        newest = json.loads(asked.ask(f"{LIST}?limit=500", body=True)["body"])
        years = [each["dated"]["date"][:4] for each in newest["items"] if "dated" in each]
        year = statistics.mode(years)
        return {
            name: list(_walked(asked, f"{LIST}?{query.format(year=year)}"))
            for name, query in LISTS.items()
        }
    finally:
        asked.stop()


def _walked(asked: Asked, address: str):
    for _ in range(PAGES):
        answer = asked.ask(address)
        if answer["status"] != 200:
            raise SystemExit(f"{address}: {answer['status']}")
        yield answer
        following = json.loads(asked.ask(address, body=True)["body"])["links"]["next"]
        if following is None:
            return
        parts = urlsplit(following)
        address = f"{parts.path}?{parts.query}"


def size_of(path: Path) -> int:
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=90_000)
    parser.add_argument("--as-it-is", metavar="PLACE", help="a site's folder, or postgres://...")
    parser.add_argument("--into", default="", metavar="postgres://...", help="default: SQLite")
    parser.add_argument("--only-out", action="store_true", help="leave import and verify out")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    static = FOLDER / "static"
    place = options.as_it_is or str(filled(FOLDER / str(options.size), options.size))
    site = Site(FOLDER, place) if place.startswith("postgres") else Site(Path(place))
    _collect(site, static)
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        steps, told = _out_and_in(site, None if options.only_out else options.into, Path(scratch))
        listed = pages(site, static)
    report(options, place, steps, told, listed)


def _collect(site: Site, static: Path) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=ROOT, env=site.environment | {"OCSC_STATIC_ROOT": str(static)}, check=True,
    )  # fmt: skip


def _out_and_in(site: Site, into: str | None, scratch: Path) -> tuple[dict[str, Took], dict]:
    """What each step took; and how much there was, and whether it came back as it was."""
    steps = {"export_archive": site.manage("export_archive", str(scratch / "out"))}
    print(steps, flush=True)
    (package,) = (scratch / "out").iterdir()
    with (package / "data/versions.jsonl").open("rb") as lines:
        told = {"package_mb": round(size_of(package) / 1e6), "versions": sum(1 for _ in lines)}
    if into is None:
        return steps, told
    with emptied(into, scratch) as empty:
        steps["import_archive"] = empty.manage("import_archive", str(package))
        print(steps["import_archive"], flush=True)
        steps["verify"] = empty.manage("verify")
        print(steps["verify"], flush=True)
        manifest = (package / "manifest-sha256.txt").read_bytes()
        shutil.rmtree(package)
        empty.manage("export_archive", str(scratch / "again"))
        (again,) = (scratch / "again").iterdir()
        told["equal"] = (again / "manifest-sha256.txt").read_bytes() == manifest
    return steps, told


def report(
    options: argparse.Namespace,
    place: str,
    steps: dict[str, Took],
    told: dict,
    listed: dict[str, list[dict]],
) -> None:
    export, first = steps["export_archive"], [each["ms"] for each in listed["newest first"]]
    size = told["versions"]
    targets = [
        Target(f"export of {size:,} versions, s", 60, export.seconds, at_least=False),
        Target("its largest process, MB", 300, export.peak, at_least=False),
        Target("API list page, CPU, p95 ms", 30, percentile(first, 0.95), at_least=False),
    ]
    rows = [
        f"| `{name}` | {took.seconds:.0f} | {took.cpu:.0f} | {took.cpu / size * 1000:.2f} "
        f"| {took.peak:.0f} |"
        for name, took in steps.items()
    ]
    asked = [
        f"| {name} | {len(answers)} | {statistics.median(ms):.1f} | {percentile(ms, 0.95):.1f} "
        f"| {percentile([each['wall_ms'] for each in answers], 0.95):.1f} |"
        for name, answers in listed.items()
        for ms in [[each["ms"] for each in answers]]
    ]
    source = "seeded releases" if options.as_it_is is None else "a site as it is"
    kind = "PostgreSQL" if place.startswith("postgres") else "SQLite"
    back = "the same manifest" if told.get("equal") else "**another manifest**"
    where = "PostgreSQL" if options.into else "SQLite"
    then = "" if options.only_out else f", brought into {where} and exported from there: {back}"
    markdown = f"""\
# The whole archive: out, in, checked, page by page

{size:,} versions of {source} on {kind}, a package of {told["package_mb"]:,} MB{then}.
Seconds by the wall depend on what else the machine does; CPU and memory are those of all processes
of the command. Of SQLite memory counts what of the database is mapped, all of it where all is
read.

| command | s | CPU s | CPU ms a version | largest process, MB |
|---|---|---|---|---|
{chr(10).join(rows)}

Pages of `/api/v1/releases/`, followed from the beginning, nothing kept:

| list | pages | CPU p50, ms | CPU p95, ms | by the wall p95, ms |
|---|---|---|---|---|
{chr(10).join(asked)}

{reports.targets_table(targets)}

![the commands as a plot](archive.svg)

{reports.machine("django")}
"""
    figures = {
        "steps": {name: asdict(took) for name, took in steps.items()},
        "told": told,
        "pages": listed,
        "targets": {each.what: each.found for each in targets},
    }
    reports.write("archive", markdown, figures)
    bars = [
        Bar(name, took.cpu / size * 1_000_000, f"{took.peak:.0f} MB")
        for name, took in steps.items()
    ]
    reports.plot("archive", f"CPU per version, {size:,} versions", "µs", bars)
    print(markdown)


if __name__ == "__main__":
    main()
