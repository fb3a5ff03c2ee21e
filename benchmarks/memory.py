"""What a worker of the web server holds in memory: at its start, in use, and with a full store.

    python benchmarks/memory.py [RELEASES] [FOLDER]

Starts gunicorn with one worker over seeded releases (2,000 by default; they are imported under
var/benchmarks at the first time), or over the site in FOLDER, and asks for different pages until
its store of `OCSC_PAGE_STORE_MB` is full. Memory is the worker's own (USS): what its end would
free. Writes benchmarks/results/memory.{md,json,svg}.
"""

import re
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import reports  # noqa: E402
from benchmarks.reports import Bar  # noqa: E402
from benchmarks.seeded import filled  # noqa: E402
from deploy.lab.processes import Data, Web  # noqa: E402

STORES = (0, 16, 64)
SOME = 200
FULL = 0.85
"""Of its room: an eighth of it is for what strangers think up, and no page gets there."""
STORED = re.compile(r"^ocsc_page_store_bytes(?:\{[^}]*\})? (\S+)", re.MULTILINE)
YEAR = re.compile(r'href="(/th/archive/\d{4}/)">[^<]*<span class="period-count">([\d,]+)')
OWN = re.compile(r"Private_(?:Clean|Dirty):\s+(\d+) kB")


def worker_of(web: Web) -> int:
    """The process id of the one worker."""
    children = Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children").read_text().split()
    workers = [int(child) for child in children if _is_gunicorn(int(child))]
    if len(workers) != 1:
        raise RuntimeError(f"expected one worker, found {workers}")
    return workers[0]


def _is_gunicorn(pid: int) -> bool:
    return b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()


def megabytes(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(kilobytes) for kilobytes in OWN.findall(rollup)) / 1024


def ask(web: Web, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{web.port}{path}", timeout=60) as answer:
        return answer.read().decode()


def kept(web: Web) -> float:
    """Megabytes of the finished pages that the worker holds, as it counts them itself."""
    return float(STORED.search(ask(web, "/metrics"))[1]) / 1024**2


def paths(web: Web):
    """Release after release, through the list of the busiest year."""
    page = ask(web, "/th/archive/")
    years = YEAR.findall(page)
    for year, _count in sorted(years, key=lambda each: -int(each[1].replace(",", ""))):
        path = year
        while path:
            page = ask(web, path)
            yield from dict.fromkeys(re.findall(r'href="(/th/news/[^"#?]+)"', page))
            older = re.search(r'href="(\?before=[\d.-]+)"', page)
            path = f"{year}{older[1]}" if older else ""


def measure(data: Data, store: int) -> dict[str, float]:
    """Megabytes at the start, after some pages, and when the store is full or all was asked."""
    changes = {"OCSC_PAGE_STORE_MB": str(store), "WEB_CONCURRENCY": "1"}
    with Web(data, name=f"memory{store}", **changes) as web:
        ask(web, "/th/")
        pid = worker_of(web)
        found = {"at the start": megabytes(pid)}
        full = store * FULL
        for number, path in enumerate(paths(web), start=1):
            ask(web, path)
            if number == SOME:
                found[f"after {SOME} pages"] = megabytes(pid)
                if not store:
                    break
            if number > SOME and number % 20 == 0 and kept(web) >= full:
                break
        found["at the end"] = megabytes(pid)
        found["pages asked"] = number
        found["of it finished pages"] = kept(web) if store else 0.0
    return found


def main(releases: int, folder: str) -> int:
    seeded = filled(ROOT / f"var/benchmarks/lists/{releases}", releases)
    data = Data(Path(folder) if folder else seeded, OCSC_STATIC_ROOT=str(seeded / "static"))
    found = {store: measure(data, store) for store in STORES}
    report(
        found, f"a site of real releases ({folder})" if folder else f"{releases:,} seeded releases"
    )
    return 0


def report(found: dict[int, dict[str, float]], source: str) -> None:
    names = list(next(iter(found.values())))
    rows = [
        f"| {store} MB | {' | '.join(f'{values.get(name, 0):,.0f}' for name in names)} |"
        for store, values in found.items()
    ]
    markdown = f"""\
# Memory of one worker, in MB

What its end would free (USS), over {source}, by the room of its page store.

| page store | {" | ".join(names)} |
|---|{"---|" * len(names)}
{chr(10).join(rows)}

![the same as a plot](memory.svg)

{reports.machine("django", "gunicorn")}
"""
    reports.write("memory", markdown, {str(store): values for store, values in found.items()})
    bars = [
        Bar(f"{name}, store {store} MB", values[name])
        for store, values in found.items()
        for name in ("at the start", "at the end")
    ]
    reports.plot("memory", "Memory of one worker", "MB", bars)
    print(markdown)


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(int(given[0]) if given else 2_000, given[1] if given[1:] else ""))
