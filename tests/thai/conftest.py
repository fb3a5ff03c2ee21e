"""Real press releases, where they are at hand."""

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "releases.jsonl.xz"
STEP = 40

# Examples are timed by the clock: on a busy machine the first one of a test is always too slow.
settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")


@pytest.fixture(scope="session")
def real_texts() -> list[str]:
    """Every fortieth of some eleven thousand Thai government releases, as scraped."""
    if not CORPUS.exists():
        pytest.skip("the corpus of real releases (../shared/corpus) is not here")
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        releases = [json.loads(line) for line in islice(lines, 0, None, STEP)]
    return ["\n".join((release["title"], *release["paragraphs"])) for release in releases]
