"""Releases as rows of a table that a spreadsheet opens, whatever they say."""

from news.exporting.representation import STATES, moment
from news.html import plain
from news.models import Version
from news.sharing.addresses import absolute

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the system's own encoding, and Thai is lost."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

COLUMNS = (
    "id", "state", "version", "dated", "dated_precision", "dated_other_reading",
    "dated_as_printed", "event_date", "event_precision", "event_as_printed", "topic",
    "title_th", "title_en", "summary_th", "summary_en", "text_th", "text_en", "note_th",
    "note_en", "photos", "attachments", "origin", "source_url", "legacy_paths", "reason",
    "merged_into", "first_published", "last_changed", "cite_as", "checksum",
)  # fmt: skip


def harmless(cell: str) -> str:
    """`cell` as text to every spreadsheet: what would begin a formula gets an apostrophe before it.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def row(version: Version, former: list[str]) -> list[str]:
    """The cells of one release, in the order of `COLUMNS`; of a tombstone no word of its text."""
    cells = _tombstone(version)
    if version.is_listed_kind:
        cells |= _text(version, former)
    return [harmless(str(cells.get(name, ""))) for name in COLUMNS]


def _tombstone(version: Version) -> dict[str, object]:
    return {
        "id": version.code,
        "state": STATES.get(version.kind, "live"),
        "version": version.number,
        "dated": version.dated.isoformat(),
        "dated_precision": version.dated_precision,
        "note_th": version.note_th,
        "note_en": version.note_en,
        "reason": version.reason,
        "merged_into": version.merged_into.code if version.merged_into_id else "",
        "first_published": moment(version.first_published),
        "last_changed": moment(version.last_changed),
        "cite_as": absolute(f"/s/{version.code}@{version.number}"),
        "checksum": version.checksum,
    }


def _text(version: Version, former: list[str]) -> dict[str, object]:
    return {
        "dated_other_reading": version.dated_other or "",
        "dated_as_printed": version.dated_source,
        "event_date": version.event_date or "",
        "event_precision": version.event_precision if version.event_date else "",
        "event_as_printed": version.event_source,
        "topic": version.topic.slug if version.topic else "",
        "title_th": version.title_th,
        "title_en": version.title_en,
        "summary_th": version.summary_th,
        "summary_en": version.summary_en,
        "text_th": plain(version.body_th),
        "text_en": plain(version.body_en),
        "photos": len(version.photos),
        "attachments": len(version.files),
        "origin": version.origin,
        "source_url": version.source_url,
        "legacy_paths": " ".join(former),
    }
