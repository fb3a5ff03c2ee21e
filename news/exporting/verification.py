"""Whether the archive still is what it was sealed as. Each check yields a sentence for each fault.

Nothing is mended here: what drifted is evidence.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db import connection

from news import counting, record_guards
from news.exporting import chain
from news.media import originals
from news.models import DataFile, Derivative, SourceDocument, Version, VersionMedia
from news.thai.dates import bangkok_day

_CHUNK = 500
_BLOCK = 1024 * 1024


def guards() -> Iterator[str]:
    """The database must refuse what `news.record_guards` says."""
    for name in record_guards.missing(connection):
        yield f"the database lacks the guard {name}"


def versions() -> Iterator[str]:
    """Every version's content must have the checksum that it was sealed with; of one that was
    erased nothing must be left, and the erasure approved.

    `VersionMedia` must name the same files as the version's own JSON.
    """
    rows = Version.objects.select_related("merged_into", "release__erasure").order_by("pk")
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
    if version.erased:
        yield from _faults_of_erased(version)
    elif found != version.checksum:
        yield f"{version.code}@{version.number}: sealed as {version.checksum}, now {found}"
    for sha256 in sorted(masters - named):
        yield f"{version.code}@{version.number}: VersionMedia lacks {sha256}"
    for sha256 in sorted(named - masters):
        yield f"{version.code}@{version.number}: VersionMedia names {sha256}, the version doesn't"


def _faults_of_erased(version: Version) -> Iterator[str]:
    erasure = getattr(version.release, "erasure", None)
    if erasure is None or erasure.approved_at is None:
        yield f"{version.code}@{version.number}: erased, and nobody has approved it"
    for name in record_guards.left_of_erased(version):
        yield f"{version.code}@{version.number}: erased, and it still has a {name}"


def erased() -> Iterator[str]:
    """The versions whose texts were erased, with the grounds and the Bangkok day. Not faults."""
    rows = Version.objects.filter(erased=True).order_by("pk")
    named = rows.values_list(
        "code", "number", "release__erasure__reason", "release__erasure__approved_at"
    )
    for code, number, reason, at in named.iterator(_CHUNK):
        yield f"{code}@{number}: erased ({reason}, {bangkok_day(at) if at else 'not approved'})"


def _masters(version: Version) -> set[str]:
    items = json.loads(version.gallery) + json.loads(version.attachments)
    return {item["sha256"] for item in items}


def files() -> Iterator[str]:
    """Every original that a version names must be there with its very bytes, and so must every
    file that was made for readers (one whose hash was not noted yet: in its size).
    """
    stored = dict(originals())
    named = VersionMedia.objects.order_by("master_sha256").values_list("master_sha256", flat=True)
    for sha256 in named.distinct().iterator(_CHUNK):
        if sha256 not in stored:
            yield f"original {sha256}: the file is missing"
        elif (found := sha256_of(stored[sha256])) != sha256:
            yield f"original {sha256}: the file's bytes have {found}"
    rows = Derivative.objects.order_by("pk").values_list("hash", "path", "byte_size", "sha256")
    for hash_, path, byte_size, sha256 in rows.iterator(_CHUNK):
        yield from _faults_of_file(f"derivative {hash_}", path, byte_size, sha256)


def data_files() -> Iterator[str]:
    """Every monthly file of the open data must have the bytes that its checksum names."""
    for file in DataFile.objects.order_by("month", "form"):
        yield from _faults_of_file(file.name, file.path, file.byte_size, file.sha256)


def _faults_of_file(name: str, path: str, byte_size: int, sha256: str) -> Iterator[str]:
    if not default_storage.exists(path):
        yield f"{name}: the file is missing"
    elif (size := default_storage.size(path)) != byte_size:
        yield f"{name}: {byte_size} bytes were written, now {size}"
    elif sha256 and (found := sha256_of(path)) != sha256:
        yield f"{name}: the file's bytes have {found}, not {sha256}"


def sources() -> Iterator[str]:
    """What imported releases were read from must be kept as it came."""
    rows = SourceDocument.objects.select_related("release").only(
        "sha256", "compressed", "release__code"
    )
    for source in rows.order_by("pk").iterator(_CHUNK):
        try:
            found = hashlib.sha256(source.content).hexdigest()
        except zlib.error as error:
            found = f"unreadable ({error})"
        if found != source.sha256:
            yield f"source of {source.release.code}: came as {source.sha256}, now {found}"


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
    "sources of imported releases": sources,
    "files of the open data": data_files,
    "published heads of the chain": chain.broken_heads,
    "counts of the archive": counting.faults,
}
"""What `manage.py verify` says that it looks at -> the check."""
