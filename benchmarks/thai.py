"""What Thai text costs: milliseconds for a press release of median length.

    python benchmarks/thai.py [corpus]

`corpus` is a file of releases as xz-compressed JSON lines, each with "title" and "paragraphs"
(default: ../shared/corpus/releases.jsonl.xz). Every twentieth is read. A function over its target
is marked, and the exit code is 1.
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


def main():
    texts = list(releases(sys.argv[1] if len(sys.argv) > 1 else CORPUS))
    length = statistics.median(map(len, texts))
    print(f"{len(texts)} releases, median {length:.0f} characters; milliseconds")
    slow = False
    for function in (normalise, clean, fold, clusters, summary, words, find_dates, title_key):
        each = [milliseconds(function, text) for text in texts]
        median = statistics.median(each)
        slow |= median > TARGET
        mark = "  over the target" if median > TARGET else ""
        print(f"{function.__name__:<11} median {median:5.2f}  longest {max(each):6.1f}{mark}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
