"""A file is whole or it isn't there, whatever happens while it is written."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from news import media
from tests.factories import PressReleaseFactory, photo_file

NAME = "originals/ab/abc.jpg"


class Watched(ContentFile):
    """Calls `look` between its two halves."""

    def __init__(self, look):
        super().__init__(b"whole file")
        self._look = look

    def chunks(self, chunk_size=None):
        yield b"whole "
        self._look()
        yield b"file"


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_has_its_name_once_all_of_it_is_there(settings):
    seen = []
    default_storage.save(NAME, Watched(lambda: seen.append(default_storage.exists(NAME))))
    assert seen == [False]
    assert files(settings.MEDIA_ROOT) == [NAME]
    with default_storage.open(NAME) as stream:
        assert stream.read() == b"whole file"
    assert (settings.MEDIA_ROOT / NAME).stat().st_mode & 0o777 == 0o640


def test_one_that_breaks_off_leaves_nothing(settings):
    def full():
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        default_storage.save(NAME, Watched(full))
    assert files(settings.MEDIA_ROOT) == []


def test_another_file_of_the_same_name_stays(settings):
    first = default_storage.save(NAME, ContentFile(b"first"))
    second = default_storage.save(NAME, ContentFile(b"second"))
    assert first == NAME
    assert second != NAME
    assert (settings.MEDIA_ROOT / NAME).read_bytes() == b"first"


@pytest.mark.django_db
def test_an_original_that_was_cut_short_is_put_right_when_it_comes_again(settings):
    file = photo_file()
    photo = media.add_photo(release=PressReleaseFactory(), file=file)
    path = settings.MEDIA_ROOT / media.original_path(photo.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    file.seek(0)
    media.add_photo(release=PressReleaseFactory(), file=file)
    assert path.read_bytes() == whole
    assert hashlib.sha256(whole).hexdigest() == photo.sha256
