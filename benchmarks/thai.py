"""What Thai text costs: milliseconds for a press release of median length.

    python benchmarks/thai.py [corpus]

`corpus` is a file of releases as xz-compressed JSON lines, each with "title" and "paragraphs"
(default: ../shared/corpus/releases.jsonl.xz). Every twentieth is read. Writes
results/thai.{md,json,svg}; where a function is over its target the exit code is 1.
"""

import json
import lzma
import statistics
import sys
import time
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import reports  # noqa: E402
from benchmarks.reports import Bar, Target  # noqa: E402
from news.thai.dates import find_dates  # noqa: E402
from news.thai.sorting import sort_key  # noqa: E402
from news.thai.text import clean, clusters, fold, normalise, truncate  # noqa: E402
from news.thai.words import words  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus" / "releases.jsonl.xz"
STEP = 20
TARGET = 1.0
"""Milliseconds of the median release."""


def summary(text):
    return truncate(text, 160)


def title_key(text):
    return sort_key(text.partition("\n")[0])


def releases(path):
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, STEP):
            release = json.loads(line)
            yield "\n".join((release["title"], *release["paragraphs"]))


def milliseconds(function, text):
    begin = time.perf_counter()
    function(text)
    return (time.perf_counter() - begin) * 1000


FUNCTIONS = (normalise, clean, fold, clusters, summary, words, find_dates, title_key)


def main():
    texts = list(releases(sys.argv[1] if len(sys.argv) > 1 else CORPUS))
    found = {
        function.__name__: [milliseconds(function, text) for text in texts]
        for function in FUNCTIONS
    }
    return report(found, statistics.median(map(len, texts)))


def report(found, length):
    """Write it down; 1 where a target is missed."""
    medians = {name: statistics.median(each) for name, each in found.items()}
    targets = [
        Target(f"`{name}`, median, ms", TARGET, median, at_least=False)
        for name, median in medians.items()
    ]
    rows = [f"| `{name}` | {medians[name]:.2f} | {max(each):.1f} |" for name, each in found.items()]
    markdown = f"""\
# Thai text, in milliseconds

{len(next(iter(found.values()))):,} releases of {length:,.0f} characters in the median.

| function | median | longest |
|---|---|---|
{chr(10).join(rows)}

{reports.targets_table(targets)}

![the same as a plot](thai.svg)

{reports.machine("icu4py")}
"""
    figures = {
        name: {"median_ms": medians[name], "longest_ms": max(each)} for name, each in found.items()
    }
    reports.write("thai", markdown, figures)
    bars = [Bar(name, median * 1000) for name, median in medians.items()]
    reports.plot("thai", "Thai text, the median release", "µs", bars)
    print(markdown)
    return int(not all(target.met for target in targets))


if __name__ == "__main__":
    sys.exit(main())
