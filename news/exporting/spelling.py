"""Rows of the record as canonical JSON, spelled as bytes from the bytes that the database has.

A package is texts, nearly all of it, and one that is read as bytes need be neither decoded nor
encoded on its way. What comes out is what `canonical_json` writes, byte for byte; of a version its
checksum says whether it is.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
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
    recorded_at: datetime
    visible_until: datetime | None
    content: bytes

    @property
    def is_as_sealed(self) -> bool:
        """Whether the content has the checksum; what was erased has it no more."""
        return hashlib.sha256(self.content).hexdigest() == self.checksum


_BESIDE = Spelled._fields[:-1]


def spelled(versions: VersionQuerySet) -> Iterator[tuple[Spelled, bool]]:
    """The versions in their order, each with whether it `is_as_sealed`; none is held in memory."""
    columns, members = _content()
    rows = versions.values_list(*_BESIDE, *columns)
    for row in rows.iterator(_CHUNK):
        values = row[len(_BESIDE) :]
        content = b"".join([member(value) for member, value in zip(members, values, strict=True)])
        version = Spelled(*row[: len(_BESIDE)], b"{%b}" % content[1:])
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
        return F(name), lambda value: b'"%b"' % moment(value).encode()
    return F("merged_into__code" if field is None else name), _plain


def _plain(value: int | str | date | None) -> bytes:
    """A number, a code, a day or nothing."""
    if value is None:
        return b"null"
    return b"%d" % value if isinstance(value, int) else b'"%b"' % str(value).encode()


def _member(
    head: bytes, spell: Callable[[object], bytes], *, may_be_left_out: bool
) -> Callable[[object], bytes]:
    if may_be_left_out:
        return lambda value: head + spell(value) if value else b""
    return lambda value: head + spell(value)


class Utf8(Func):
    """A text as the bytes of its UTF-8."""

    output_field = models.BinaryField()
    template = "convert_to(%(expressions)s, 'UTF8')"

    def as_sqlite(self, compiler, connection, **context):
        # It has its texts in UTF-8.
        template = "CAST(%(expressions)s AS BLOB)"
        return self.as_sql(compiler, connection, template=template, **context)


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
