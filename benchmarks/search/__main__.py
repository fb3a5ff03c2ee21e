"""See benchmarks.search."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.search.corpus import documents, sized, write
from benchmarks.search.report import plot, table

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    options = _arguments()
    real = documents(options.corpus)
    runs = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus.jsonl"
            write(sized(real, None if size == "all" else int(size)), corpus)
            for backend in options.backends:
                print(f"{backend}, {size} releases", file=sys.stderr)
                runs.append({"backend": backend, **_measured(options, backend, corpus)})
                _save(options.out, runs)
    print(table(runs))


def _measured(options: argparse.Namespace, backend: str, corpus: Path) -> dict:
    environment = os.environ | {
        "OCSC_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "ocsc_site.settings",
        "OCSC_DATA_DIR": str(corpus.parent / backend),
    }
    environment.pop("DATABASE_URL", None)
    if backend == "postgresql":
        _psql(options.postgresql, f"DROP DATABASE IF EXISTS {options.database}")
        _psql(options.postgresql, f"CREATE DATABASE {options.database}")
        environment["DATABASE_URL"] = f"{options.postgresql.rstrip('/')}/{options.database}"
    else:
        (corpus.parent / backend).mkdir()
    command = [sys.executable, "-m", "benchmarks.search.measure"]
    command += [str(corpus), str(options.queries), str(options.seed)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True
        )
    finally:
        if backend == "postgresql":
            _psql(options.postgresql, f"DROP DATABASE {options.database}")
    return json.loads(done.stdout)


def _psql(server: str, statement: str) -> None:
    subprocess.run(
        ["psql", "--quiet", f"{server.rstrip('/')}/postgres", "--command", statement], check=True
    )


def _save(out: Path, runs: list[dict]) -> None:
    out.mkdir(parents=True, exist_ok=True)
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
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
