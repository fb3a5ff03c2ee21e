"""BagIt, RFC 8493: a folder of files with their checksums, which any archive's tools can check.

Only what our packages need: SHA-256, UTF-8, no `fetch.txt` (what is not in the folder is not
there).
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
INFO, DECLARED = "bag-info.txt", "bagit.txt"
_TAGS = (DECLARED, INFO, MANIFEST)
_BLOCK = 1024 * 1024
_BUFFER = 256 * 1024
"""Of a file that is written line by line: a line of nine kilobytes would pass Python's own by."""
_ENTRY = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")
_OXUM = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


class BadBag(Exception):
    """A folder that is no whole bag; the message says what is wrong with it."""


# -- writing -------------------------------------------------------------------------------------


class BagWriter:
    """Writes a bag into an empty folder, hashing each file while it is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: dict[str, str] = {}
        self._bytes = 0
        (folder / "data").mkdir()

    @contextmanager
    def payload(self, name: str) -> Iterator["_Hashed"]:
        """A new file `data/<name>` to be written as bytes; on disk when the block ends."""
        path = self._folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb", _BUFFER) as stream:
            hashed = _Hashed(stream)
            yield hashed
            stream.flush()
            os.fsync(stream.fileno())
        self._hashes[f"data/{name}"] = hashed.digest()
        self._bytes += hashed.length

    def copy(self, source: BinaryIO, name: str) -> str:
        """Copy a file to `data/<name>`; returns its SHA-256 (64 hex digits)."""
        with self.payload(name) as target:
            while block := source.read(_BLOCK):
                target.write(block)
        return self._hashes[f"data/{name}"]

    def finish(self, info: dict[str, str]) -> str:
        """Write the manifests and `bag-info.txt`; returns the SHA-256 of the payload's manifest."""
        info = {**info, "Payload-Oxum": f"{self._bytes}.{len(self._hashes)}"}
        self._tag(DECLARED, DECLARATION)
        self._tag(INFO, "".join(f"{label}: {value}\n" for label, value in info.items()))
        lines = (f"{self._hashes[name]}  {_escaped(name)}\n" for name in sorted(self._hashes))
        manifest = self._tag(MANIFEST, "".join(lines))
        tags = (f"{_sha256(self._folder / name)}  {name}\n" for name in _TAGS)
        self._tag(TAG_MANIFEST, "".join(tags))
        return manifest

    def _tag(self, name: str, text: str) -> str:
        path = self._folder / name
        with path.open("xb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        return hashlib.sha256(text.encode()).hexdigest()


class _Hashed:
    """A stream that knows the hash and the length of what was written to it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._hash, self.length = stream, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self.length += len(data)

    def digest(self) -> str:
        return self._hash.hexdigest()


# -- checking ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag whose every byte was checked: path in it -> SHA-256, and what `bag-info.txt` says."""

    folder: Path
    payload: dict[str, str]
    info: dict[str, str]

    @property
    def manifest(self) -> str:
        """The SHA-256 of the payload's manifest: one number for the whole payload."""
        return _sha256(self.folder / MANIFEST)


def checked(folder: Path) -> Bag:
    """The bag in `folder`. Raises `BadBag` unless it is complete and every checksum agrees."""
    if _text(folder, DECLARED).split() != DECLARATION.split():
        raise BadBag(f"{DECLARED} is not that of a BagIt 1.0 package in UTF-8")
    for name in ("fetch.txt",):
        if (folder / name).exists():
            raise BadBag(f"{name}: parts that lie elsewhere are not fetched")
    tags = _entries(folder, TAG_MANIFEST)
    if missing := sorted(set(_TAGS) - tags.keys()):
        raise BadBag(f"{TAG_MANIFEST} lacks {missing[0]}")
    payload = _entries(folder, MANIFEST)
    info = _info(folder)
    present = set(_files(folder))
    _same_files(payload, {name for name in present if name.startswith("data/")}, info)
    for name, expected in (tags | payload).items():
        if name not in present:
            raise BadBag(f"{name} is missing")
        if _sha256(folder / name) != expected:
            raise BadBag(f"{name} is damaged: its checksum is not that of the manifest")
    return Bag(folder, payload, info)


def _same_files(payload: dict[str, str], present: set[str], info: dict[str, str]) -> None:
    if outside := sorted(name for name in payload if not name.startswith("data/")):
        raise BadBag(f"{MANIFEST} names {outside[0]!r}, which is not under data/")
    if missing := sorted(payload.keys() - present):
        raise BadBag(f"{missing[0]} is missing ({len(missing)} of {len(payload)} files are)")
    if unnamed := sorted(present - payload.keys()):
        raise BadBag(f"{unnamed[0]} is in the package and not in {MANIFEST}")
    stated = _OXUM.fullmatch(info.get("Payload-Oxum", ""))
    if stated is None or int(stated[2]) != len(payload):
        raise BadBag(f"{INFO}: Payload-Oxum doesn't fit the {len(payload)} files")


def _files(folder: Path) -> Iterator[str]:
    """Every file in the folder, by its path in it. A link could lead anywhere: it is refused."""
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(root, name)
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise BadBag(f"{path.relative_to(folder)} is no file")
        for name in files:
            yield Path(root, name).relative_to(folder).as_posix()


def _entries(folder: Path, name: str) -> dict[str, str]:
    """path -> SHA-256, as a manifest lists them."""
    found: dict[str, str] = {}
    for number, line in enumerate(_text(folder, name).splitlines(), start=1):
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise BadBag(f"{name}, line {number}: not a checksum and a path")
        path = _unescaped(entry[2])
        if not is_safe(path):
            raise BadBag(f"{name}, line {number}: {path!r} would lie outside the package")
        if path in found:
            raise BadBag(f"{name}, line {number}: {path} a second time")
        found[path] = entry[1].lower()
    return found


def is_safe(path: str) -> bool:
    """Whether a path of a package stays inside the folder that it is unpacked into."""
    parts = PurePosixPath(path).parts
    plain = "\\" not in path and "\0" not in path and ":" not in path
    return plain and bool(parts) and not path.startswith("/") and ".." not in parts


def _info(folder: Path) -> dict[str, str]:
    pairs = (line.partition(":") for line in _text(folder, INFO).splitlines())
    return {label.strip(): value.strip() for label, _colon, value in pairs}


def _text(folder: Path, name: str) -> str:
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise BadBag(f"{name} is missing: this is no BagIt package, or not all of it")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadBag(f"{name} is not UTF-8") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _escaped(path: str) -> str:
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _unescaped(path: str) -> str:
    return re.sub("%(0[dD]|0[aA]|25)", lambda match: chr(int(match[1], 16)), path)
