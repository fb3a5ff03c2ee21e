"""A release as another site has it, whatever format it comes in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from news.thai.text import normalise, single_line

MOST_CHARACTERS = {"source_id": 200, "source_url": 1000, "title": 1000}


class BadRecord(ValueError):
    """A record that is no release; the message says why."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A release as its source has it, its words in the form in which they are stored."""

    source_id: str
    source_url: str
    category: str
    title: str
    dated: date
    paragraphs: tuple[str, ...]


def incoming(
    *,
    source_id: str,
    title: str,
    dated: str,
    paragraphs: Iterable[str],
    source_url: str = "",
    category: str = "",
) -> Incoming:
    """A release from the words of its source; `dated` is YYYY-MM-DD. Raises BadRecord."""
    texts = tuple(text for each in paragraphs if (text := normalise(each).strip()))
    release = Incoming(
        source_id=normalise(source_id).strip(),
        source_url=normalise(source_url).strip(),
        category=single_line(normalise(category)),
        title=single_line(normalise(title)),
        dated=_day(dated),
        paragraphs=texts,
    )
    for name in ("title", "source_id"):
        if not getattr(release, name):
            raise BadRecord(f"{name} is empty")
    if not texts:
        raise BadRecord("paragraphs are empty")
    for name, limit in MOST_CHARACTERS.items():
        if len(getattr(release, name)) > limit:
            raise BadRecord(f"{name} has more than {limit} characters")
    return release


def _day(written: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise BadRecord(f"date is no day: {written[:40]!r}") from error
    if not 1900 <= day.year <= 2100:
        raise BadRecord(f"date is of the year {day.year}; Common Era, 1900 to 2100, is expected")
    return day
