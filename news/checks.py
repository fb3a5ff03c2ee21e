"""System checks: settings and database facts without which the archive would quietly go wrong."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections
from PIL import features

from news import record_guards
from news.models import SearchState
from news.search import index


@register(Tags.translation)
def languages_are_thai_and_english(app_configs, **kwargs) -> list[Error]:
    """Without exactly these, modeltranslation would propose to drop or to add columns."""
    codes = [code for code, _name in settings.LANGUAGES]
    if settings.USE_I18N and codes == ["th", "en"]:
        return []
    return [
        Error(
            "LANGUAGES must be th and en, with USE_I18N on.",
            hint="The desk's columns are made from them; a change would drop texts.",
            id="news.E001",
        )
    ]


@register(Tags.translation)
def fallbacks_are_off(app_configs, **kwargs) -> list[Error]:
    """With fallbacks on, saving in one language copies its text into the other's columns."""
    if settings.MODELTRANSLATION_ENABLE_FALLBACKS is False:
        return []
    return [Error("MODELTRANSLATION_ENABLE_FALLBACKS must be False.", id="news.E002")]


@register(Tags.database)
def no_transaction_round_requests(app_configs, databases=None, **kwargs) -> list[Error]:
    """Uploads and image work must never hold a write transaction open."""
    return [
        Error(f"ATOMIC_REQUESTS must be off for {alias!r}.", id="news.E003")
        for alias, config in settings.DATABASES.items()
        if config.get("ATOMIC_REQUESTS")
    ]


@register(Tags.database)
def record_guards_stand(app_configs, databases=None, **kwargs) -> list[Error]:
    """The triggers that keep the record append-only must outlive every migration."""
    errors = []
    for alias in databases or ():
        connection = connections[alias]
        if record_guards.TABLE not in connection.introspection.table_names():
            continue
        errors += [
            Error(
                f"The database {alias!r} lacks the guard {name}.",
                hint="Call news.record_guards.install in the migration that remade the table.",
                id="news.E004",
            )
            for name in record_guards.missing(connection)
        ]
    return errors


@register(Tags.compatibility)
def thai_can_be_shaped(app_configs, **kwargs) -> list[Error]:
    """Pillow shapes Thai only through raqm, which needs the system's libfribidi."""
    if features.check("raqm"):
        return []

    return [
        CheckWarning(
            "Pillow cannot shape Thai here: share cards cannot be drawn.",
            hint="Install libfribidi (Debian: apt-get install libfribidi0).",
            id="news.W001",
        )
    ]


@register(Tags.database)
def search_index_is_current(app_configs, databases=None, **kwargs) -> list[CheckWarning]:
    """An index made by another version of the analysis doesn't find what it should.

    A warning, because an error would stop `migrate` on an upgrade, and `reindex` needs the new
    tables.
    """
    if "default" not in (databases or ()):
        return []
    if SearchState._meta.db_table not in connections["default"].introspection.table_names():
        return []
    if index.is_current():
        return []
    return [
        CheckWarning(
            "The search index was made by another version of the analysis.",
            hint="Run manage.py reindex; the site can go on meanwhile.",
            id="news.W003",
        )
    ]


@register(Tags.database)
def postgresql_knows_thai_letters(app_configs, databases=None, **kwargs) -> list[Error]:
    """The index needs no locale, but lists that ignore case and later trigrams do."""
    errors = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database "
                "WHERE datname = current_database()"
            )
            encoding, ctype = cursor.fetchone()
        if encoding != "UTF8":
            errors.append(
                Error(
                    f"The database {alias!r} is encoded in {encoding}, not UTF8.",
                    hint="Create it with ENCODING 'UTF8' TEMPLATE template0.",
                    id="news.E006",
                )
            )
        elif ctype in {"C", "POSIX"}:
            errors.append(
                CheckWarning(
                    f"The database {alias!r} has lc_ctype {ctype}: to it Thai letters are none.",
                    hint="Create it with LC_CTYPE 'C.UTF-8', th_TH.UTF-8 or another of UTF-8.",
                    id="news.W002",
                )
            )
    return errors
