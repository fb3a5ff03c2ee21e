"""The desk's screens, on Django's admin. They change working copies; what readers see changes only
through `news.publishing`.
"""

from news.admin import (
    aliases,
    audit_trail,
    erasures,
    former_misses,
    glossary,
    key_misses,
    legacy_paths,
    reader_reports,
    releases,
    search_misses,
    series,
    site_settings,
    topics,
    users,
    visits,
    wording,
)

__all__ = [
    "aliases",
    "audit_trail",
    "erasures",
    "former_misses",
    "glossary",
    "key_misses",
    "legacy_paths",
    "reader_reports",
    "releases",
    "search_misses",
    "series",
    "site_settings",
    "topics",
    "users",
    "visits",
    "wording",
]
