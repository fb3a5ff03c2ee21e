"""Counts how common the grams of three units are, for questions to ask for the rarest of theirs.

    python -m benchmarks.search.commonness CORPUS

writes `news/search/commonness.bin` from any corpus of Thai releases. Searches find the same with
any such file; the closer it is to the archive's language the quicker. It has to be written again
when `news.search.grams` numbers its grams otherwise.
"""

import argparse
from pathlib import Path

import django

django.setup()

from benchmarks.search.corpus import documents  # noqa: E402 - Django comes first
from news.search.grams import code, commonness  # noqa: E402
from news.search.stream import unit_texts  # noqa: E402
from news.thai.text import fold  # noqa: E402

OUT = Path(__file__).resolve().parents[2] / "news/search/commonness.bin"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    releases = documents(parser.parse_args().corpus)
    texts = (fold("\n".join((release.title, *release.paragraphs))) for release in releases)
    OUT.write_bytes(commonness(code(unit_texts(text)) for text in texts))


if __name__ == "__main__":
    main()
