"""A month's pages as a web archive that standard tools read."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from news import publishing
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


def export(folder: Path) -> Path:
    said = io.StringIO()
    call_command("export_warc", "2018-05", folder, stdout=said)
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
            call_command("export_warc", asked, tmp_path)
    assert list(tmp_path.glob("*.warc*")) == []
