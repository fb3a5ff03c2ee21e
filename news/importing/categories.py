"""The topic of an imported release, by the category of its source; see categories.toml."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from news.models import Topic

DATA = Path(__file__).with_name("categories.toml")
_AFTER_ALL_OTHERS = 1_000


@dataclass
class Categories:
    """Finds the topics of categories, makes them when they are needed, and counts those unknown."""

    unknown: dict[str, int] = field(default_factory=dict)
    _topics: dict[str, Topic | None] = field(default_factory=dict)

    def topic(self, category: str) -> Topic | None:
        """The topic, or None for a category that the list doesn't have."""
        if category not in self._topics:
            self._topics[category] = _topic(category)
        topic = self._topics[category]
        if topic is None and category:
            self.unknown[category] = self.unknown.get(category, 0) + 1
        return topic


def _topic(category: str) -> Topic | None:
    for entry in tomllib.loads(DATA.read_text("utf-8"))["topic"]:
        if category in entry["categories"]:
            topic, _made = Topic.objects.get_or_create(
                slug=entry["slug"],
                defaults={
                    "name_th": entry["th"],
                    "name_en": entry["en"],
                    "position": _AFTER_ALL_OTHERS,
                },
            )
            return topic
    return None
