"""What lists cost by depth and by the archive's size: CPU of Django per page, no cache, no server.

    python benchmarks/lists.py [rounds] [SIZE=FOLDER_OR_postgres://...] ...

By default 1,000, 20,000 and 90,000 seeded releases on SQLite, which are imported under
var/benchmarks at the first time (90,000: ten minutes). A site that is named (`OCSC_DATA_DIR`, or a
database) is measured in the place of the seeded one of its size; it is read, and never written to.
Every size takes its turn within a round. Writes benchmarks/results/lists.{md,json,svg}.
"""

import re
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import reports  # noqa: E402
from benchmarks.asking import Asked  # noqa: E402
from benchmarks.reports import Bar, Target  # noqa: E402
from benchmarks.seeded import filled  # noqa: E402

ROUNDS = 9
COUNT = 10
SIZES = (1_000, 20_000, 90_000)
PAGE = 20
DEEP = 1_000
FOLDER = ROOT / "var/benchmarks/lists"


class Site:
    """One size: its long list, the page of it that is `DEEP` (or the last), the list's releases."""

    def __init__(self, size: int, named: str = "") -> None:
        self.size = size
        smallest = filled(FOLDER / str(SIZES[0]), SIZES[0])
        static = smallest / "static"
        if named.startswith("postgres"):
            self.asked = Asked(smallest, static, database=named)
        elif named:
            self.asked = Asked(Path(named), static)
        else:
            self.asked = Asked(filled(FOLDER / str(size), size), static)
        self.year, count = self._longest_year()
        self.deep = min(DEEP, count // PAGE)
        self.pages = {
            "home": ["/th/"],
            "archive index": ["/th/archive/"],
            "list, page 1": [f"/th/archive/{self.year}/"],
            "list, deep": [f"/th/archive/{self.year}/?before={self._place(self.deep)}"],
            "release": self._releases(),
        }

    def _body(self, path: str) -> str:
        answer = self.asked.ask(path, body=True)
        if answer["status"] != 200:
            raise RuntimeError(f"{path}: {answer['status']}")
        return answer["body"]

    def _longest_year(self) -> tuple[int, int]:
        found = re.findall(
            r'href="/th/archive/(\d{4})/">[^<]*<span class="period-count">([\d,]+)<',
            self._body("/th/archive/"),
        )
        counts = {int(year): int(count.replace(",", "")) for year, count in found}
        year = max(counts, key=counts.get)
        return year, counts[year]

    def _place(self, page: int) -> str:
        """The place before which page `page` begins: followed as a reader would follow it."""
        path = f"/th/archive/{self.year}/"
        for _ in range(page - 1):
            place = re.search(r'href="\?before=([\d.-]+)"', self._body(path))[1]
            path = f"/th/archive/{self.year}/?before={place}"
        return place

    def _releases(self) -> list[str]:
        """All of a list's page: one release is longer than another, whatever the archive's size."""
        return re.findall(r'href="(/th/news/[^"]+)"', self._body(f"/th/archive/{self.year}/"))[
            :PAGE
        ]


def measure(sites: list[Site], rounds: int) -> dict[tuple[int, str], list[float]]:
    """Milliseconds of CPU by size and page, one value a round."""
    found: dict[tuple[int, str], list[float]] = {}
    for number in range(rounds):
        for site in sites if number % 2 else sites[::-1]:
            for name, paths in site.pages.items():
                anew = name == "archive index"
                asked = [site.asked.ask(path, COUNT, anew=anew)["ms"] for path in paths]
                found.setdefault((site.size, name), []).append(statistics.mean(asked))
        print(f"round {number + 1} of {rounds}", flush=True)
    return found


def ratio(found: dict, over: tuple[int, str], under: tuple[int, str]) -> float:
    pairs = zip(found[over], found[under], strict=True)
    return statistics.median(theirs / ours for theirs, ours in pairs)


def main(rounds: int, named: dict[int, str]) -> int:
    sites = [Site(size, named.get(size, "")) for size in SIZES]
    try:
        found = measure(sites, rounds)
    finally:
        for site in sites:
            site.asked.stop()
    report(sites, found, rounds, named)
    return 0


def report(sites: list[Site], found: dict, rounds: int, named: dict[int, str]) -> None:
    small, large = sites[0], sites[-1]
    targets = [
        Target(f"list page {large.deep:,} against page 1, at {large.size:,}", 1.2,
               ratio(found, (large.size, "list, deep"), (large.size, "list, page 1")),
               at_least=False),
        *(
            Target(f"{name}: {large.size:,} releases against {small.size:,}", 1.3,
                   ratio(found, (large.size, name), (small.size, name)), at_least=False)
            for name in ("home", "list, page 1", "release")
        ),
        Target(f"archive index at {large.size:,}, first time in an epoch, ms", 10,
               statistics.median(found[large.size, "archive index"]), at_least=False),
    ]  # fmt: skip
    names = list(small.pages)
    medians = {key: statistics.median(values) for key, values in found.items()}
    table = [
        f"| {name} | {' | '.join(f'{medians[site.size, name]:.2f}' for site in sites)} |"
        for name in names
    ]
    sizes = " | ".join(f"{site.size:,}" for site in sites)
    deep = ", ".join(f"{site.deep:,}" for site in sites)
    source = ", ".join(f"{size:,}: a site of real releases" for size in named) or "all seeded"
    markdown = f"""\
# Lists by depth and size: CPU of Django per page, in ms

Medians of {rounds} interleaved rounds of {COUNT} requests; no page is kept anywhere. "Deep" is page
{deep} of {PAGE} entries. The archive index is asked as after a publication: the epoch is read and
its months are counted anew each time. "Release" is the mean of the {PAGE} of the list's first page.
Sites: {source}.

| page | {sizes} |
|---|{"---|" * len(sites)}
{chr(10).join(table)}

{reports.targets_table(targets)}

![the same as a plot](lists.svg)

{reports.machine("django")}
"""
    figures = {
        "milliseconds": {f"{size} {name}": values for (size, name), values in found.items()},
        "targets": {each.what: each.found for each in targets},
    }
    reports.write("lists", markdown, figures)
    bars = [Bar(f"{name}, {size:,}", medians[size, name]) for name in names for size in SIZES]
    reports.plot("lists", "CPU per page by the archive's size", "ms", bars)
    print(markdown)


if __name__ == "__main__":
    counts = [int(each) for each in sys.argv[1:] if each.isdigit()]
    pairs = [each.partition("=") for each in sys.argv[1:] if "=" in each]
    sys.exit(
        main(
            counts[0] if counts else ROUNDS,
            {int(size.replace("_", "")): place for size, _, place in pairs},
        )
    )
