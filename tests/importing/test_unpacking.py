"""What an archive that somebody sent must not be, each by the words that refuse it."""

import io
import stat
import struct
import tarfile
import zipfile

import pytest

from news.importing import unpacking
from news.importing.unpacking import BadArchive, unpack


@pytest.fixture
def refused(tmp_path):
    def _refused(content, words):
        path, folder = tmp_path / "package", tmp_path / "unpacked"
        path.write_bytes(content)
        folder.mkdir()
        with pytest.raises(BadArchive, match=words):
            unpack(path, folder)

    return _refused


def zipped(*names, attributes=0):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, b"x" * 100)
    return bytearray(written.getvalue())


def test_an_encrypted_file(refused):
    content = zipped("a/b")
    for place in (6, content.index(b"PK\x01\x02") + 8):
        content[place] |= 1
    refused(content, "is encrypted")


def test_what_is_no_file(refused):
    refused(zipped("a/b", attributes=(stat.S_IFLNK | 0o777) << 16), "is no file")


def test_a_name_that_stands_there_twice(refused):
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name in ("a/b", "a/b"):
            archive.addfile(tarfile.TarInfo(name))
    refused(written.getvalue(), "is in it twice")


def test_more_files_than_any_package_has(refused, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_FILES", 2)
    refused(zipped("a/1", "a/2", "a/3"), "a bomb")


def test_a_file_that_is_shorter_than_it_says(refused):
    content = zipped("a/b")
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 200)
    refused(content, "shorter than it says")
