"""A month's pages as a web archive that standard tools read."""

import errno
import gzip
import hashlib
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
import surt
from cdxj_indexer.main import CDXJIndexer
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from wacz.validate import Validation
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from news import publishing
from news.caching.stencils import Stencils
from news.exporting import wacz, web_archive
from news.models import Version
from tests.factories import NOTES, PressReleaseFactory, add_photo, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(wsgi_application):
    """A corrected release with a photo in May 2018, and one of another month."""
    release = PressReleaseFactory(title_th="ข่าวเดือนพฤษภาคม", dated=date(2018, 5, 19), slug="may")
    add_photo(release)
    publishing.publish(release=release)
    publishing.publish(release=release, kind="correction", notes=NOTES)
    published(title_th="ข่าวเดือนมิถุนายน", dated=date(2018, 6, 1))
    return release


def export(folder: Path, form: str = "warc") -> Path:
    said = io.StringIO()
    call_command("export_web_archive", "2018-05", folder, form=form, stdout=said)
    return Path(said.getvalue().partition(":")[0])


def records(path: Path) -> dict[str, tuple[str, bytes]]:
    with path.open("rb") as file:
        return {
            record.rec_headers["WARC-Target-URI"]: (
                record.http_headers.get_statuscode(),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        }


def test_photos_are_whole_where_nginx_sends_them_to_readers(month, tmp_path, settings):
    settings.MEDIA_ACCEL_REDIRECT = "/protected/"
    path = export(tmp_path)
    photos = {url: body for url, (_status, body) in records(path).items() if "/media/" in url}
    assert photos
    assert all(photos.values())
    assert b"/protected/" not in gzip.decompress(path.read_bytes())


def test_a_site_that_fails_is_not_archived(month, tmp_path, monkeypatch):
    def failing(*_args, **_kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr("news.views.releases._release_page", failing)
    monkeypatch.setattr("news.views.releases.stencils", Stencils(0))
    with pytest.raises(CommandError, match="/may/: 503"):
        export(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db(transaction=True)
def test_pages_may_end_with_their_connection(month, tmp_path, monkeypatch):
    """As after ten minutes, by default: the month's list is not read from it any more."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    assert records(export(tmp_path))


def test_the_file_passes_the_check_of_its_own_tools(month, tmp_path, capsys):
    class Asked:
        inputs = (str(export(tmp_path)),)
        verbose = True

    checker = Checker(Asked)
    checker.process_all()
    assert checker.exit_value == 0
    assert "digest failed" not in capsys.readouterr().out


def test_it_has_the_pages_their_versions_and_the_photos_and_nothing_else(month, tmp_path):
    found = records(export(tmp_path))
    base = f"http://testserver/th/news/{month.code}"
    for address in (f"{base}/may/", f"{base}/v/1/", f"{base}/v/2/"):
        status, content = found[address]
        assert status == "200"
        assert "ข่าวเดือนพฤษภาคม" in content.decode()
    assert f"http://testserver/en/news/{month.code}/may/" in found
    assert "http://testserver/th/archive/2018/05/" in found
    photos = {address for address in found if "/media/" in address}
    shown = re.findall(r'<img[^>]* src="(/media/[^"]+)"', found[f"{base}/may/"][1].decode())
    assert shown
    assert photos >= {f"http://testserver{address}" for address in shown}
    assert {address.rpartition(".")[2] for address in photos} == {"avif", "jpg", "webp"}
    assert not [address for address in found if "/admin" in address]
    other = Version.objects.exclude(release=month).get()
    assert not [address for address in found if other.code in address]


def test_a_month_without_releases_or_that_is_none_is_told(month, tmp_path):
    for asked, message in (("2018-07", "no release"), ("2561-13", "no month"), ("x", "no month")):
        with pytest.raises(CommandError, match=message):
            call_command("export_web_archive", asked, tmp_path / "out")
    assert list(tmp_path.glob("out/*")) == []


# The validator leaves buffers of its own open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestWacz:
    def test_the_reference_validator_finds_it_sound_and_a_flipped_byte_not(self, month, tmp_path):
        path = export(tmp_path / "out", "wacz")
        for check in CHECKS:
            assert getattr(Validation(str(path)), check)(), check
        assert list(path.parent.iterdir()) == [path]

        whole = path.read_bytes()
        place = whole.index(b"WARC/1.1") if b"WARC/1.1" in whole else len(whole) // 3
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises((zipfile.BadZipFile, AssertionError)):
            assert Validation(str(path)).check_file_hashes()

    def test_every_answer_is_found_by_the_index_that_the_tools_for_indexes_would_write(
        self, month, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(wacz, "_IN_A_BLOCK", 5)
        with zipfile.ZipFile(export(tmp_path, "wacz")) as package:
            package.extractall(tmp_path / "unpacked")
        indexes, archive = tmp_path / "unpacked/indexes", tmp_path / "unpacked/archive"
        theirs = tmp_path / "theirs.cdxj"
        CDXJIndexer(str(theirs), [str(archive / "data.warc.gz")], sort=True).process_all()
        with gzip.open(indexes / "index.cdx.gz", "rt") as lines:
            ours = lines.read().splitlines()
        assert [parsed(line) for line in ours] == [
            parsed(line)
            for line in theirs.read_text().splitlines()
            if not line.startswith("- ")  # of the file itself
        ]

        head, *places = (indexes / "index.idx").read_text().splitlines()
        assert head == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
        assert len(places) == -(-len(ours) // 5) > 1
        packed = (indexes / "index.cdx.gz").read_bytes()
        for number, line in enumerate(places):
            key, timestamp, place = line.split(" ", 2)
            place = json.loads(place)
            block = packed[place["offset"] : place["offset"] + place["length"]]
            assert place["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
            first = gzip.decompress(block).decode().partition("\n")[0]
            assert first == ours[number * 5]
            assert first.startswith(f"{key} {timestamp} ")

    def test_its_list_of_pages_has_the_pages_with_their_titles_and_no_files(self, month, tmp_path):
        with zipfile.ZipFile(export(tmp_path, "wacz")) as package:
            head, *pages = map(json.loads, package.read("pages/pages.jsonl").decode().splitlines())
            described = json.loads(package.read("datapackage.json"))
        assert head == {"format": "json-pages-1.0", "id": "pages", "title": "2018-05"}
        titles = {page["url"]: page["title"] for page in pages}
        assert "ข่าวเดือนพฤษภาคม" in titles[f"http://testserver/th/news/{month.code}/may/"]
        assert not [url for url in titles if "/media/" in url or "/static/" in url]
        assert described["mainPageUrl"] == "http://testserver/th/archive/2018/05/"
        assert described["mainPageUrl"] in titles
        assert described["wacz_version"] == "1.1.1"

    @pytest.mark.parametrize("form", ["wacz", "warc"])
    def test_where_the_disk_is_full_nothing_is_left(self, form, month, tmp_path, monkeypatch):
        def full(*_arguments):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(web_archive.WARCWriter, "write_record", full)
        with pytest.raises(CommandError, match="No space left"):
            export(tmp_path / "out", form)
        assert list((tmp_path / "out").iterdir()) == []


CHECKS = (
    "check_file_paths",
    "check_file_hashes",
    "check_compression",
    "check_indexes",
    "check_data_package_hash_and_sig",
    "frictionless_validate",
)
"""Those of the reference validator that answer whether all is well."""


def parsed(line: str) -> tuple[str, str, dict]:
    key, timestamp, told = line.split(" ", 2)
    return key, timestamp, json.loads(told)


@pytest.mark.parametrize(
    "url",
    [
        "http://testserver/",
        "https://www.ocsc.go.th/th/news/k7m4q2/Digital-Skills/",
        "http://127.0.0.1:8140/media/ABC/a-1.jpg",
        "https://ocsc.go.th/th/",
    ],
)
def test_addresses_are_looked_up_as_everywhere(url):
    assert wacz.key(url) == surt.surt(url)
