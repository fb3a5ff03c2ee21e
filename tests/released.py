"""The database of the last release: its last migration, and the columns that its code knows.

    OCSC_ENV=test python -m tests.released

writes `released.json` anew, from an empty database; done once for each release, with its tag.
"""

import json
import os
from pathlib import Path

import django

RECORD = Path(__file__).parent / "released.json"


def columns() -> dict[str, list[str]]:
    """table -> its columns, of every table that the models of all apps name."""
    from django.apps import apps  # noqa: PLC0415  (settings are not there before)

    tables = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            fields = model._meta.local_concrete_fields
            tables[model._meta.db_table] = sorted(field.column for field in fields)
    return dict(sorted(tables.items()))


def last_migration() -> str:
    names = sorted(path.stem for path in Path("news/migrations").glob("0*.py"))
    return names[-1]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocsc_site.settings")
    django.setup()
    record = {"migration": last_migration(), "columns": columns()}
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
