"""Lighthouse on the pages that readers meet first, as on a phone, in both languages.

    python benchmarks/lighthouse.py [rounds]

Starts the samples under gunicorn with the settings of production (plain HTTP on the loopback) and
drives Debian's Chromium. Lighthouse itself comes from the npm registry by `npx`, in the version
below; the site needs neither. Writes docs/evidence/<day>-lighthouse.md and ends with 1 where a
target is missed. Needs Node 18 or newer and what the browser tests need.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.reports import machine  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.site import prepared, running  # noqa: E402

CHROMIUM = chromium(whole=True)
LIGHTHOUSE = "lighthouse@12.8.2"
ROUNDS = 3
SECONDS = 180

SEED = "news/k7m4q2/digital-skills-for-public-officials/"
PAGES = {
    "home": "",
    "release": SEED,
    "archive": "archive/",
    "search": "search/?q=2560",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
NOT_FOR_SEARCH_ENGINES = {"search"}
"""No target for their SEO: results of a search say noindex on purpose, which costs points."""

FIGURES = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
    "speed-index": "Speed index",
    "total-byte-weight": "weight",
}
UNITS = {"TBT": ("ms", 1), "CLS": ("", 1), "weight": ("KB", 1000)}


@dataclass(frozen=True, slots=True)
class Visit:
    """One run: scores of 0 to 100, figures in Lighthouse's units, ids of what cost points."""

    scores: dict[str, int]
    figures: dict[str, float]
    faults: frozenset[str]


def visit(url: str, folder: Path) -> Visit:
    """One run. Chromium that doesn't come up in time on a busy machine is started once more.

    Raises RuntimeError with what Lighthouse said.
    """
    for _attempt in range(2):
        finished = _run(url, folder / "report.json")
        if finished.returncode == 0:
            return _read(json.loads((folder / "report.json").read_text()))
    raise RuntimeError(finished.stderr)


def _run(url: str, output: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [
            *("npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json"),
            f"--output-path={output}",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
        ],
        check=False,
        timeout=SECONDS,
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        cwd=output.parent,
        capture_output=True,
        text=True,
    )


def _read(found: dict) -> Visit:
    audits, categories = found["audits"], found["categories"]
    return Visit(
        {name: round(categories[name]["score"] * 100) for name in CATEGORIES},
        {short: audits[name]["numericValue"] for name, short in FIGURES.items()},
        frozenset(
            reference["id"]
            for name in CATEGORIES
            for reference in categories[name]["auditRefs"]
            if reference["weight"] and (audits[reference["id"]]["score"] or 0) < 0.9
            if audits[reference["id"]]["score"] is not None
        ),
    )


def shown(short: str, value: float) -> str:
    unit, divisor = UNITS.get(short, ("s", 1000))
    digits = {"s": ".2f", "": ".3f"}.get(unit, ".0f")
    return f"{value / divisor:{digits}} {unit}".rstrip()


def wanted(name: str) -> tuple[str, ...]:
    """The categories in which the page must have 100."""
    if name in NOT_FOR_SEARCH_ENGINES:
        return tuple(category for category in CATEGORIES if category != "seo")
    return CATEGORIES


def report(visits: dict[tuple[str, str], list[Visit]], rounds: int) -> tuple[str, bool]:
    """The whole report as Markdown, and whether every target is met."""
    how = (
        f"{machine('gunicorn', programs={'Chromium': [CHROMIUM, '--version']})} Written by "
        f"`python benchmarks/lighthouse.py {rounds}` with {LIGHTHOUSE}: its own simulated phone "
        "and network, gunicorn alone with the settings of production, plain HTTP on the loopback. "
        f"Scores are medians of {rounds} rounds, the least one in brackets where they differ; "
        "figures are medians."
    )
    lines = [
        "# Lighthouse, as on a phone",
        "",
        how,
        "",
        "| page | " + " | ".join(CATEGORIES) + " | " + " | ".join(FIGURES.values()) + " |",
        "|---|" + "---|" * (len(CATEGORIES) + len(FIGURES)),
    ]
    met, faults = True, {}
    for (lang, name), runs in visits.items():
        cells = []
        for category in CATEGORIES:
            scores = [run.scores[category] for run in runs]
            middle = round(statistics.median(scores))
            cells.append(f"{middle}" + (f" ({min(scores)})" if min(scores) < middle else ""))
            met &= category not in wanted(name) or middle == 100
        cells += [
            shown(short, statistics.median(run.figures[short] for run in runs))
            for short in FIGURES.values()
        ]
        lines.append(f"| {name}, {lang} | " + " | ".join(cells) + " |")
        if found := frozenset.union(*(run.faults for run in runs)):
            faults[f"{name}, {lang}"] = found
    lines += [
        "",
        "Wanted: 100 everywhere, but for the SEO of search, which says noindex on purpose.",
    ]
    lines += ["", "Audits that weigh and had less than 0.9 in any round:" if faults else ""]
    lines += [f"* {page}: {', '.join(sorted(found))}" for page, found in faults.items()]
    return "\n".join(lines).rstrip() + "\n", met


def main(rounds: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        production = {"OCSC_ENV": "production", "OCSC_ALLOWED_HOSTS": "127.0.0.1"}
        visits: dict[tuple[str, str], list[Visit]] = {}
        with running(prepared(folder), **production) as site:
            for _round in range(rounds):  # interleaved: a slow minute hits all alike
                for lang in ("th", "en"):
                    for page, path in PAGES.items():
                        found = visit(f"{site}/{lang}/{path}", folder)
                        print(lang, page, *found.scores.values(), *found.faults, flush=True)
                        visits.setdefault((lang, page), []).append(found)
    text, met = report(visits, rounds)
    day = datetime.now(UTC).date().isoformat()
    (ROOT / f"docs/evidence/{day}-lighthouse.md").write_text(text)
    print(f"\n{text}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS))
