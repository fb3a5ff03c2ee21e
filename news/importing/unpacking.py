"""Taking a package out of a ZIP or TAR file that somebody sent: nothing lands outside its folder,
and nothing grows beyond what it said it would.
"""

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from news.exporting.bags import is_safe

MOST_FILES = 2_000_000
MOST_GROWTH = 100
"""How many times its own size an archive may grow: releases are packed ten to one."""

_SMALL = 10 * 1024**2
"""A file may always grow to this size, however well it was packed."""

_SPARE = 256 * 1024**2
"""Bytes that must stay free on the disk."""

_BLOCK = 1024 * 1024


class BadArchive(Exception):
    """A file that can't be unpacked, or must not be; the message says why."""


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    byte_size: int
    handle: object


def unpack(path: Path, folder: Path) -> Path:
    """Unpack the ZIP or TAR file into the empty folder; returns the one folder that it held.

    Raises `BadArchive`, and OSError for a disk that fills up all the same.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _take(_of_zip(archive), lambda member: archive.open(member.handle), path, folder)
        elif tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                _take(
                    _of_tar(archive),
                    lambda member: archive.extractfile(member.handle),
                    path,
                    folder,
                )
        else:
            raise BadArchive(f"{path.name} is neither a folder nor a ZIP or TAR file")
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        lzma.LZMAError,
        zlib.error,
        NotImplementedError,
    ) as error:
        raise BadArchive(f"{path.name} is damaged or cut short: {error}") from error
    roots = list(folder.iterdir())
    return roots[0] if len(roots) == 1 and roots[0].is_dir() else folder


def _of_zip(archive: zipfile.ZipFile) -> Iterator[_Member]:
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise BadArchive(f"{info.filename!r} is no file")
        if info.flag_bits & 1:
            raise BadArchive(f"{info.filename!r} is encrypted")
        if not info.is_dir():
            yield _Member(info.filename, info.file_size, info)


def _of_tar(archive: tarfile.TarFile) -> Iterator[_Member]:
    for info in archive:
        if info.isdir():
            continue
        if not info.isreg():
            raise BadArchive(f"{info.name!r} is no file")
        yield _Member(info.name, info.size, info)


def _take(members: Iterator[_Member], opened, path: Path, folder: Path) -> None:
    packed = path.stat().st_size
    most = max(_SMALL, packed * MOST_GROWTH)
    taken: set[str] = set()
    total = 0
    for member in members:
        name = _checked_name(member.name, taken)
        total += member.byte_size
        if total > most or len(taken) > MOST_FILES:
            raise BadArchive(
                f"{path.name} has {packed:,} bytes and would grow to more than {most:,}: "
                "that is no package but a bomb"
            )
        if shutil.disk_usage(folder).free < member.byte_size + _SPARE:
            raise BadArchive(f"there is no room for {name} ({member.byte_size:,} bytes)")
        with opened(member) as source:
            _copy(source, folder / PurePosixPath(name), member)


def _checked_name(name: str, taken: set[str]) -> str:
    if not is_safe(name):
        raise BadArchive(f"{name!r} would lie outside the package")
    plain = str(PurePosixPath(name))
    if plain in taken:
        raise BadArchive(f"{name!r} is in it twice")
    taken.add(plain)
    return plain


def _copy(source: BinaryIO, target: Path, member: _Member) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.byte_size
    with target.open("xb") as file:
        while block := source.read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                raise BadArchive(f"{member.name!r} is longer than it says")
            file.write(block)
    if left:
        raise BadArchive(f"{member.name!r} is shorter than it says")
