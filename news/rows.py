"""Many new rows of one model at once, without what the ORM does for every value of each.

The same rows as `bulk_create` writes, at a fraction of its cost: a release with its version has
more than a hundred values, nearly all of which are stored as they are.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter

from django.db import connection, models
from django.utils.translation import get_language
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import build_localized_fieldname

_AS_THEY_ARE = (
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.BinaryField,
    models.ForeignKey,
)


def insert(objects: Sequence[models.Model]) -> None:
    """Save new objects of one model and give them their keys; call it in a transaction.

    As with `bulk_create` no signal is sent. What foreign keys name has been saved before.
    """
    if not objects:
        return
    model = type(objects[0])
    for each, key in zip(objects, _free_keys(model, len(objects)), strict=True):
        each.pk = key
    fields = model._meta.concrete_fields
    readers = [_reader(field) for field in fields]
    _write(model._meta.db_table, fields, [[read(each) for read in readers] for each in objects])
    for each in objects:
        state = each._state  # noqa: SLF001 - they are as rows that were read now
        state.adding, state.db = False, connection.alias


def _write(table: str, fields: Sequence[models.Field], rows: Sequence[Sequence]) -> None:
    """Add rows of values as the database's driver takes them."""
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As they are stored, for nothing then has to be read there again, bytes least of all.
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types([field.db_type(connection).partition("(")[0] for field in fields])
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def _free_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Keys that no row has had and no other writer is given."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # Writers follow each other here; the table of the last keys follows what is inserted.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return range(first, first + count)


def _reader(field: models.Field) -> Callable[[models.Model], object]:
    """What reads the value of a field as the driver takes it."""
    if field.attname in _translated(field.model):
        # The column beside those of the languages, which modeltranslation fills and nobody reads.
        # Its descriptor is sixty times as slow as an attribute.
        own = attrgetter(build_localized_fieldname(field.attname, get_language()))
        return lambda each: own(each) or ""
    read = attrgetter(field.attname)
    if isinstance(field, models.CharField):
        # Drivers take the members of an enumeration for something else than texts.
        return lambda each: None if (value := read(each)) is None else str(value)
    if isinstance(field, _AS_THEY_ARE):
        return read
    if isinstance(field, models.DateField):
        # A batch was recorded at one moment and has few days; preparing one takes a while.
        prepared = lru_cache(lambda value: field.get_db_prep_save(value, connection))
        return lambda each: prepared(field.pre_save(each, True))  # noqa: FBT003
    return lambda each: field.get_db_prep_save(field.pre_save(each, True), connection)  # noqa: FBT003


def _translated(model: type[models.Model]) -> frozenset[str]:
    try:
        return frozenset(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return frozenset()
