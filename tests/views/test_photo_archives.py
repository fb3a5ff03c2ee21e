"""`/th/news/<code>/photos.zip`: all photographs of a release, streamed."""

import hashlib
import io
import tracemalloc
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from news import publishing
from news.models import Derivative, Version
from news.sharing import photo_archive
from news.sharing.photo_archive import Member, TooLarge
from tests.factories import PressReleaseFactory, add_photo, published
from tests.views.pages import page

pytestmark = pytest.mark.django_db


def with_photos(**fields) -> Version:
    release = PressReleaseFactory(title_th="หัวข่าวไทย", title_en="Headline", **fields)
    for colour, credit in (("navy", "OCSC / Somchai"), ("red", "")):
        add_photo(release, colour=colour, size=(900, 600), credit=credit)
    return publishing.publish(release=release)


def opened(response) -> zipfile.ZipFile:
    assert response.status_code == 200
    content = response.getvalue()
    assert int(response["Content-Length"]) == len(content)
    return zipfile.ZipFile(io.BytesIO(content))


def test_it_holds_every_photo_at_press_size_and_the_credits_in_both_languages(client):
    version = with_photos()
    response = client.get(f"/th/news/{version.code}/photos.zip")

    assert response["Content-Disposition"] == f'attachment; filename="{version.code}-photos.zip"'
    assert response["Cache-Control"] == "no-store"
    archive = opened(response)
    assert archive.testzip() is None
    names = [f"{version.code}-01.jpg", f"{version.code}-02.jpg"]
    assert archive.namelist() == ["credits.txt", *names]
    listed = client.get(f"/api/v1/releases/{version.code}/photos/").json()["items"]
    for name, photo in zip(names, listed, strict=True):
        (press,) = [file for file in photo["files"] if file["made_for"] == "press"]
        assert hashlib.sha256(archive.read(name)).hexdigest() == press["sha256"]
    for info in archive.infolist():
        assert info.filename.isascii()
        assert info.compress_type == zipfile.ZIP_STORED
    for name in names:
        with Image.open(archive.open(name)) as photo:
            assert (photo.format, photo.size) == ("JPEG", (900, 600))
    text = archive.read("credits.txt").decode("utf-8-sig")
    for expected in (
        "หัวข่าวไทย",
        "Headline",
        f"http://testserver/en/news/{version.code}/",
        "Photo: OCSC / Somchai",
        "ผู้เข้าร่วมประชุมนั่งรอบโต๊ะ",
        "Participants round a table",
        *names,
    ):
        assert expected in text


@pytest.mark.parametrize("left", [None, b"half"])
def test_where_a_photo_is_lost_no_download_begins(client, left):
    version = with_photos()
    listed = client.get(f"/api/v1/releases/{version.code}/photos/").json()["items"]
    (press,) = [file for file in listed[-1]["files"] if file["made_for"] == "press"]
    lost = Derivative.objects.get(sha256=press["sha256"])
    default_storage.delete(lost.path)
    if left is not None:
        default_storage.save(lost.path, ContentFile(left))
    assert client.get(f"/th/news/{version.code}/photos.zip").status_code == 404


def test_it_is_the_same_whatever_the_language_and_the_moment(client):
    version = with_photos()
    thai, english = (
        client.get(f"/{lang}/news/{version.code}/photos.zip").getvalue() for lang in ("th", "en")
    )
    assert thai == english


def test_the_release_page_offers_it_where_there_are_photos(client):
    version = with_photos()
    link = f"/en/news/{version.code}/photos.zip"
    assert link in page(client, f"/en/news/{version.code}/").links
    bare = published()
    assert client.get(f"/en/news/{bare.code}/photos.zip").status_code == 404
    assert "photos.zip" not in client.get(f"/en/news/{bare.code}/").content.decode()
    # An old version's page doesn't offer the photos of the present one.
    old = client.get(f"/en/news/{version.code}/v/1/").content.decode()
    assert "photos.zip" not in old


def test_the_credit_stands_beside_the_download_of_one_photo(client):
    version = with_photos()
    text = page(client, f"/en/news/{version.code}/photo/1/").text
    assert "Print with it: “Photo: OCSC / Somchai”" in text
    text = page(client, f"/en/news/{version.code}/photo/2/").text
    assert "Print with it the name of this office." in text


class _Endless(io.RawIOBase):
    """A file of `size` bytes that are in no memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        piece = bytes(min(size, self._left))
        self._left -= len(piece)
        return piece


def test_memory_stays_small_however_large_the_archive_is():
    size = 30_000_000
    members = [Member(f"{number}.jpg", size, lambda: _Endless(size)) for number in range(4)]
    at = published().visible_from
    tracemalloc.start()
    sent = sum(len(piece) for piece in photo_archive.stream(members, at))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent == photo_archive.length(members) > 120_000_000
    assert most < 2_000_000


def test_a_file_of_another_length_breaks_the_download():
    members = [Member("a.jpg", 5, lambda: io.BytesIO(b"abc"))]
    with pytest.raises(ValueError, match="length"):
        list(photo_archive.stream(members, published().visible_from))


def test_more_than_a_plain_archive_can_hold_is_refused_before_the_first_byte():
    with pytest.raises(TooLarge):
        photo_archive.length([Member("a.jpg", 2**31, io.BytesIO)])


def test_a_reader_who_leaves_in_the_middle_leaves_no_file_open():
    opened_files = []

    def open_one():
        opened_files.append(io.BytesIO(bytes(200_000)))
        return opened_files[-1]

    pieces = photo_archive.stream([Member("a.jpg", 200_000, open_one)], published().visible_from)
    next(pieces)
    pieces.close()
    assert [file.closed for file in opened_files] == [True]
