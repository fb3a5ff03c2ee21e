"""Rows of the record as canonical JSON, spelled as bytes from the bytes that the database has.

A package is texts, nearly all of it, and one that is read as bytes need be neither decoded nor
encoded on its way. What comes out is what `canonical_json` writes, byte for byte; of a version its
checksum says whether it is.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from django.db import models
from django.db.models import F, Func

from news.models import Version
from news.querysets import VersionQuerySet

_CONTROLS = bytes(range(0x20))
_CHUNK = 500


def text(utf8: bytes) -> bytes:
    """The JSON string of a text that is given in UTF-8."""
    if not utf8:
        return b'""'
    if len(utf8.translate(None, _CONTROLS)) != len(utf8):
        return json.dumps(utf8.decode(), ensure_ascii=False).encode()
    return b'"%b"' % utf8.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def moment(value: datetime) -> str:
    """As everywhere in a package: in UTC, with microseconds and offset."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


# -- versions ------------------------------------------------------------------------------------


class Spelled(NamedTuple):
    """A version: what stands beside its content, and the content as canonical JSON."""

    pk: int
    release_id: int
    release__source_id: str | None
    code: str
    number: int
    checksum: str
    erased: bool
    visible_until: datetime | None
    recorded_at: str
    content: bytes

    @property
    def is_as_sealed(self) -> bool:
        """Whether the content has the checksum; what was erased has it no more."""
        return hashlib.sha256(self.content).hexdigest() == self.checksum


_BESIDE = Spelled._fields[:-2]


def spelled(versions: VersionQuerySet) -> Iterator[tuple[Spelled, bool]]:
    """The versions in their order, each with whether it `is_as_sealed`; none is held in memory."""
    columns, members = _content()
    rows = versions.values_list(*_BESIDE, Moment("recorded_at"), *columns)
    beside = len(_BESIDE) + 1
    for row in rows.iterator(_CHUNK):
        values = row[beside:]
        content = b"".join([member(value) for member, value in zip(members, values, strict=True)])
        version = Spelled(*row[:beside], b"{%b}" % content[1:])
        fits = version.is_as_sealed
        if not fits:
            # Erased, or drifted, or a part of it was frozen in another spelling. In full it is
            # certain what it says.
            whole = Version.objects.select_related("merged_into").get(pk=version.pk)
            version = version._replace(content=whole.canonical().encode())
            fits = version.is_as_sealed
        yield version, fits


@cache
def _content() -> tuple[list[models.Expression], list[Callable[[object], bytes]]]:
    """Column by column, in the order of its members: what `Version.content` is made of, and what
    makes a member, with a comma before it, of a column's value.
    """
    fields = {field.attname: field for field in Version.content_fields()} | {"merged_into": None}
    columns, members = [], []
    for name, field in sorted(fields.items()):
        column, spell = _spelling(name, field)
        columns.append(column)
        members.append(_member(f',"{name}":'.encode(), spell, may_be_left_out=name == "behind"))
    return columns, members


def _spelling(
    name: str, field: models.Field | None
) -> tuple[models.Expression, Callable[[object], bytes]]:
    if name in Version.JSON_FIELDS:
        return Utf8(name), bytes
    if isinstance(field, (models.CharField, models.TextField)):
        return Utf8(name), text
    if isinstance(field, models.DateTimeField):
        return Moment(name), _plain
    if isinstance(field, models.DateField):
        return Day(name), _plain
    return F("merged_into__code" if field is None else name), _plain


def _plain(value: int | str | None) -> bytes:
    """A number, a text without anything that has to be escaped, or nothing."""
    if value is None:
        return b"null"
    return b"%d" % value if isinstance(value, int) else b'"%b"' % value.encode()


def _member(
    head: bytes, spell: Callable[[object], bytes], *, may_be_left_out: bool
) -> Callable[[object], bytes]:
    if may_be_left_out:
        return lambda value: head + spell(value) if value else b""
    return lambda value: head + spell(value)


class _Spelling(Func):
    """A column as the database itself spells it; nothing parses it in order to write it again."""

    on_sqlite: str

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template=self.on_sqlite, **context)


class Utf8(_Spelling):
    """A text as the bytes of its UTF-8, as SQLite has it."""

    output_field = models.BinaryField()
    template = "convert_to(%(expressions)s, 'UTF8')"
    on_sqlite = "CAST(%(expressions)s AS BLOB)"


class Moment(_Spelling):
    """As `moment` writes it.

    SQLite has it as Django writes it: `2018-05-19 07:00:00` in UTC, decimals only where there are.
    """

    output_field = models.TextField()
    template = (
        "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')"
    )
    on_sqlite = (
        "replace(substr(%(expressions)s, 1, 19), ' ', 'T') || '.' || "
        "substr(substr(%(expressions)s, 21) || '000000', 1, 6) || '+00:00'"
    )


class Day(_Spelling):
    """As ISO 8601."""

    output_field = models.TextField()
    template = "to_char(%(expressions)s, 'YYYY-MM-DD')"
    on_sqlite = "CAST(%(expressions)s AS TEXT)"


# -- sources -------------------------------------------------------------------------------------


def source(*, code: str, form: str, sha256: str, content: bytes) -> bytes:
    """What an imported release was read from, as a line; text where it is UTF-8, else Latin-1 for
    the bytes.
    """
    try:
        content.decode()
    except UnicodeDecodeError:
        encoding, content = b"latin-1", content.decode("latin-1").encode()
    else:
        encoding = b"utf-8"
    parts = (text(code.encode()), text(content), encoding, text(form.encode()), sha256.encode())
    return b'{"code":%b,"content":%b,"encoding":"%b","form":%b,"sha256":"%b"}\n' % parts
