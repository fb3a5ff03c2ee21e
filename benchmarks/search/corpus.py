"""The documents of a benchmark: a real corpus, as it is, cut down or enlarged."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from news.importing.incoming import BadRecord, Incoming
from news.importing.json_lines import numbered, opened, read


def documents(path: Path) -> list[Incoming]:
    """All releases of a corpus that can be read."""
    found = []
    with opened(path) as (lines, _raw):
        for _, line in numbered(lines):
            try:
                found.append(read(line))
            except BadRecord:
                continue
    return found


def sized(real: list[Incoming], size: int | None, seed: int = 1) -> list[Incoming]:
    """`size` documents: a sample of the real ones, or all of them and recombinations."""
    chance = random.Random(seed)
    if size is None or size == len(real):
        return real
    if size < len(real):
        return chance.sample(real, size)
    return [*real, *_recombined(real, size - len(real), chance)]


def _recombined(real: list[Incoming], count: int, chance: random.Random) -> Iterator[Incoming]:
    """Documents of real paragraphs and halves of real titles, of one category each.

    They differ from each other and from the real ones, and are as long and as alike as those.
    """
    by_category = defaultdict(list)
    for release in real:
        by_category[release.category].append(release)
    for number in range(count):
        model = chance.choice(real)
        pool = by_category[model.category] if len(by_category[model.category]) > 20 else real
        first, second = model.title.split(), chance.choice(pool).title.split()
        title = " ".join(first[: max(1, len(first) // 2)] + second[len(second) // 2 :])
        yield Incoming(
            source_id=f"recombined-{number}",
            source_url="",
            category=model.category,
            title=title[:1000],
            dated=chance.choice(pool).dated,
            paragraphs=tuple(
                chance.choice(chance.choice(pool).paragraphs) for _ in model.paragraphs
            ),
        )


def write(releases: list[Incoming], path: Path) -> None:
    """The documents as JSON Lines, for `manage.py import_releases`."""
    with path.open("w", encoding="utf-8") as file:
        for release in releases:
            line = {
                "source_id": release.source_id,
                "source_url": release.source_url,
                "category": release.category,
                "title": release.title,
                "date": release.dated.isoformat(),
                "paragraphs": release.paragraphs,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
