"""Whether the archive still is what it was sealed as. Each check yields a sentence for each fault.

Nothing is mended here: what drifted is evidence.
"""

import hashlib
import json
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db import connection

from news import counting, record_guards
from news.exporting import chain
from news.media import originals
from news.models import Derivative, Version, VersionMedia

_CHUNK = 500
_BLOCK = 1024 * 1024


def guards() -> Iterator[str]:
    """The database must refuse what `news.record_guards` says."""
    for name in record_guards.missing(connection):
        yield f"the database lacks the guard {name}"


def versions() -> Iterator[str]:
    """Every version's content must have the checksum that it was sealed with.

    `VersionMedia` must name the same files as the version's own JSON.
    """
    rows = Version.objects.select_related("merged_into").order_by("pk")
    for chunk in _chunks(rows.iterator(_CHUNK)):
        named: dict[int, set[str]] = {version.pk: set() for version in chunk}
        pairs = VersionMedia.objects.filter(version__in=named)
        for pk, sha256 in pairs.values_list("version_id", "master_sha256"):
            named[pk].add(sha256)
        for version in chunk:
            yield from _faults(version, named[version.pk])


def _chunks(rows: Iterator[Version]) -> Iterator[list[Version]]:
    chunk: list[Version] = []
    for version in rows:
        chunk.append(version)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _faults(version: Version, named: set[str]) -> Iterator[str]:
    try:
        found, masters = version.compute_checksum(), _masters(version)
    except (ValueError, KeyError, TypeError) as error:
        yield f"{version.code}@{version.number}: its JSON can't be read ({error})"
        return
    if found != version.checksum:
        yield f"{version.code}@{version.number}: sealed as {version.checksum}, now {found}"
    for sha256 in sorted(masters - named):
        yield f"{version.code}@{version.number}: VersionMedia lacks {sha256}"
    for sha256 in sorted(named - masters):
        yield f"{version.code}@{version.number}: VersionMedia names {sha256}, the version doesn't"


def _masters(version: Version) -> set[str]:
    items = json.loads(version.gallery) + json.loads(version.attachments)
    return {item["sha256"] for item in items}


def files() -> Iterator[str]:
    """Every original that a version names must be there with its very bytes, and every derivative
    must be there in its size.
    """
    stored = dict(originals())
    named = VersionMedia.objects.order_by("master_sha256").values_list("master_sha256", flat=True)
    for sha256 in named.distinct().iterator(_CHUNK):
        if sha256 not in stored:
            yield f"original {sha256}: the file is missing"
        elif (found := sha256_of(stored[sha256])) != sha256:
            yield f"original {sha256}: the file's bytes have {found}"
    rows = Derivative.objects.order_by("pk").values_list("hash", "path", "byte_size")
    for hash_, path, byte_size in rows.iterator(_CHUNK):
        if not default_storage.exists(path):
            yield f"derivative {hash_}: the file is missing"
        elif (size := default_storage.size(path)) != byte_size:
            yield f"derivative {hash_}: {byte_size} bytes were written, now {size}"


def sha256_of(path: str) -> str:
    """The SHA-256 (64 hex digits) of a file in the private storage."""
    digest = hashlib.sha256()
    with default_storage.open(path) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


CHECKS = {
    "guards of the database": guards,
    "checksums and media of versions": versions,
    "files of originals and derivatives": files,
    "published heads of the chain": chain.broken_heads,
    "counts of the archive": counting.faults,
}
"""What `manage.py verify` says that it looks at -> the check."""
