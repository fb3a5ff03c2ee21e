"""See benchmarks.search."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

SETTINGS = {"OCSC_ENV": "test", "DJANGO_SETTINGS_MODULE": "ocsc_site.settings"}
os.environ.update(SETTINGS)
django.setup()

from benchmarks.search.corpus import documents, sized, write  # noqa: E402 - Django comes first
from benchmarks.search.report import plot, table  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    options = _arguments()
    real = documents(options.corpus)
    for size in options.sizes:
        with _folder(options.keep) as folder:
            corpus = folder / f"{size}.jsonl"
            write(sized(real, None if size == "all" else int(size)), corpus)
            for backend in options.backends:
                print(f"{backend}, {size} releases", file=sys.stderr)
                run = {"backend": backend, **_measured(options, backend, corpus)}
                _save(options.out, _with_others(options.out, run))
    print((options.out / "results.md").read_text("utf-8"))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


def _measured(options: argparse.Namespace, backend: str, corpus: Path) -> dict:
    data = corpus.parent / f"{backend}-{corpus.stem}"
    data.mkdir(exist_ok=True)
    environment = os.environ | SETTINGS | {"OCSC_DATA_DIR": str(data)}
    environment.pop("DATABASE_URL", None)
    database = f"{options.database}_{corpus.stem}"
    if backend == "postgresql":
        if not options.keep:
            _psql(options.postgresql, f"DROP DATABASE IF EXISTS {database}")
        if not _exists(options.postgresql, database):
            _psql(options.postgresql, f"CREATE DATABASE {database}")
        environment["DATABASE_URL"] = f"{options.postgresql.rstrip('/')}/{database}"
    command = [sys.executable, "-m", "benchmarks.search.measure"]
    command += [str(corpus), str(options.queries), str(options.seed)]
    command += ["as-it-is"] if options.as_it_is else []
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True
        )
    finally:
        if backend == "postgresql" and not options.keep:
            _psql(options.postgresql, f"DROP DATABASE {database}")
    return json.loads(done.stdout.splitlines()[-1])


def _exists(server: str, database: str) -> bool:
    return database in _psql(server, "SELECT datname FROM pg_database").split()


def _psql(server: str, statement: str) -> str:
    command = ["psql", "--quiet", "--tuples-only", f"{server.rstrip('/')}/postgres"]
    return subprocess.run(
        [*command, "--command", statement], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _with_others(out: Path, run: dict) -> list[dict]:
    """The runs that are there already and this one, in the place of one of the same database and
    size, whose figures stay where this one measured none.
    """
    runs = []
    if (out / "results.json").exists():
        runs = json.loads((out / "results.json").read_text("utf-8"))["runs"]
    by_what = {_what(each): each for each in runs}
    measured = {name: value for name, value in run.items() if value is not None}
    by_what[_what(run)] = by_what.get(_what(run), {}) | measured
    return list(by_what.values())


def _what(run: dict) -> tuple[str, int]:
    return run["backend"], run["documents"]


def _save(out: Path, runs: list[dict]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    runs = sorted(runs, key=lambda run: (run["documents"], run["backend"] != "sqlite"))
    about = {"python": platform.python_version(), "machine": platform.platform(), "runs": runs}
    (out / "results.json").write_text(
        json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    (out / "results.md").write_text(table(runs), "utf-8")
    (out / "results.svg").write_text(plot(runs), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.search", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sizes", nargs="+", default=["1000", "10000", "all"])
    parser.add_argument("--backends", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--database", default="search_bench")
    parser.add_argument(
        "--keep",
        type=Path,
        help="a folder for the databases; they stay (those of PostgreSQL too), a stopped import "
        "goes on, and they can be measured again",
    )
    parser.add_argument(
        "--as-it-is",
        action="store_true",
        help="measure what --keep has kept; import and build nothing",
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    options = parser.parse_args()
    if options.as_it_is and not options.keep:
        parser.error("--as-it-is needs --keep")
    return options


if __name__ == "__main__":
    main()
