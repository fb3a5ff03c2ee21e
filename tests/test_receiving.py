"""Files that come in pieces: in any order of accidents they end up there once, whole."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from news import erasing, receiving
from news.models import Photo, Upload
from news.receiving import UploadRefused, WrongPlace, begin, part_path, take
from tests.factories import PressReleaseFactory, photo_file

pytestmark = pytest.mark.django_db

CONTENT = photo_file(size=(300, 200)).read()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def user():
    return get_user_model().objects.create_user("somsri")


def begun(user, *, content=CONTENT, client_id="a", name="photo.jpg", **fields) -> Upload:
    return begin(
        user=user, client_id=client_id, kind="photos", name=name, byte_size=len(content), **fields
    )


def test_pieces_make_the_file_that_was_sent(user):
    upload = begun(user, sha256=SHA256)
    half = len(CONTENT) // 2
    assert take(upload, 0, CONTENT[:half]).received == half
    assert not upload.is_done
    upload = take(begun(user, sha256=SHA256), half, CONTENT[half:])
    assert upload.facts["sha256"] == SHA256
    assert not part_path(upload).exists()
    assert not Photo.objects.exists()


def test_a_piece_sent_twice_and_a_last_one_sent_twice_are_no_harm(user):
    upload = begun(user)
    take(upload, 0, CONTENT[:100])
    take(upload, 0, CONTENT[:100])
    take(upload, 50, CONTENT[50:])
    again = take(begun(user), 50, CONTENT[50:])
    assert again.facts["sha256"] == SHA256
    assert Upload.objects.count() == 1


def test_a_gap_is_refused_and_the_upload_says_where_to_go_on(user):
    upload = begun(user)
    take(upload, 0, CONTENT[:100])
    with pytest.raises(WrongPlace):
        take(upload, 200, CONTENT[200:])
    assert begun(user).received == 100


def test_a_piece_that_is_too_large_or_longer_than_the_file_is_not_written(user, monkeypatch):
    upload = begun(user)
    with pytest.raises(WrongPlace):
        take(upload, 0, CONTENT + b"x")
    monkeypatch.setattr(receiving, "LARGEST_PIECE", 100)
    with pytest.raises(WrongPlace):
        take(upload, 0, CONTENT[:101])
    assert not part_path(upload).exists()
    assert take(upload, 0, CONTENT[:100]).received == 100


def test_bytes_that_were_written_and_never_counted_are_written_over(user):
    """Killed between the write and its note: the row says less than the file has."""
    upload = begun(user)
    take(upload, 0, CONTENT[:300])
    Upload.objects.update(received=100)
    upload.refresh_from_db()
    assert take(upload, 100, CONTENT[100:]).facts["sha256"] == SHA256


def test_a_file_that_was_never_looked_at_is_looked_at_when_asked_again(user):
    """Killed after the last piece was counted."""
    upload = begun(user)
    receiving._write(upload, 0, CONTENT)
    Upload.objects.update(received=len(CONTENT))
    upload.refresh_from_db()
    assert take(upload, len(CONTENT), b"").is_done


def test_counted_bytes_whose_file_is_gone_are_asked_for_again(user):
    upload = begun(user)
    Upload.objects.update(received=len(CONTENT))
    upload.refresh_from_db()
    with pytest.raises(WrongPlace):
        take(upload, len(CONTENT), b"")
    assert begun(user).received == 0


def test_what_arrived_damaged_or_is_no_photo_is_refused_and_forgotten(user):
    with pytest.raises(UploadRefused) as refused:
        take(begun(user, sha256="0" * 64), 0, CONTENT)
    assert refused.value.code == "damaged"
    page = b"<html>not a photo</html>"
    with pytest.raises(UploadRefused) as refused:
        take(begun(user, content=page, client_id="b"), 0, page)
    assert refused.value.code == "not_an_image" or "HTML" in str(refused.value)
    assert not Upload.objects.exists()
    assert not list(receiving._folder().iterdir())


@pytest.mark.parametrize("content", [CONTENT, b"no photo"], ids=["photo", "none"])
def test_what_is_taken_back_while_it_is_looked_at_stays_forgotten(user, monkeypatch, content):
    upload = begun(user, content=content)
    receive = receiving.RECEIVERS["photos"]

    def meanwhile(file):
        receiving.discard(Upload.objects.get(pk=upload.pk))
        return receive(file)

    monkeypatch.setitem(receiving.RECEIVERS, "photos", meanwhile)
    with pytest.raises(UploadRefused) as refused:
        take(upload, 0, content)
    assert refused.value.code == ("taken_back" if content == CONTENT else "not_an_image")
    assert not Upload.objects.exists()
    assert not part_path(upload).exists()


def test_what_is_taken_back_before_it_is_looked_at_is_not_asked_for_again(user):
    upload = begun(user)
    take(upload, 0, CONTENT[:100])
    receiving.discard(Upload.objects.get(pk=upload.pk))
    with pytest.raises(UploadRefused) as refused:
        take(upload, 100, CONTENT[100:])
    assert refused.value.code == "taken_back"
    assert not part_path(upload).exists()


def test_heic_is_refused_with_what_to_do_on_the_phone(user):
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(64)
    with pytest.raises(UploadRefused) as refused:
        take(begun(user, content=heic, name="IMG_1.HEIC"), 0, heic)
    assert refused.value.code == "heic"
    assert "iPhone" in str(refused.value)


def test_a_file_too_big_is_refused_before_a_byte_is_sent(user):
    with pytest.raises(UploadRefused) as refused:
        begin(user=user, client_id="a", kind="photos", name="x.jpg", byte_size=31 * 1024**2)
    assert refused.value.code == "too_big"


def test_the_last_of_as_many_as_may_wait_goes_on_after_a_break_and_one_more_is_refused(
    user, monkeypatch
):
    monkeypatch.setattr(receiving, "AT_ONCE", 2)
    begun(user, client_id="a")
    take(begun(user, client_id="b"), 0, CONTENT[:9])
    assert begun(user, client_id="b").received == 9
    with pytest.raises(UploadRefused) as refused:
        begun(user, client_id="c")
    assert refused.value.code == "too_many"


def test_a_photo_that_was_meant_as_an_attachment_begins_anew_as_one(user):
    take(begun(user), 0, CONTENT[:100])
    upload = begin(
        user=user, client_id="a", kind="attachments", name="a.pdf", byte_size=len(CONTENT)
    )
    assert (upload.kind, upload.received) == ("attachments", 0)


def test_the_same_name_for_another_file_begins_anew(user):
    take(begun(user), 0, CONTENT[:100])
    assert begun(user, content=CONTENT + b"x").received == 0


def test_uploads_are_everybodys_own_and_of_one_form(user):
    release = PressReleaseFactory()
    take(begun(user, release=release), 0, CONTENT)
    assert receiving.waiting(user, release, "photos").count() == 1
    assert receiving.waiting(user, None, "photos").count() == 0
    other = get_user_model().objects.create_user("malee")
    assert receiving.waiting(other, release, "photos").count() == 0


def test_a_file_placed_by_one_form_goes_on_waiting_in_another(user):
    release, other = PressReleaseFactory(), PressReleaseFactory()
    forms = {"a": release, "b": other, "c": None}
    for client_id, form in forms.items():
        take(begun(user, client_id=client_id, release=form), 0, CONTENT)
    for placed, left in ((other, {"a", "c"}), (None, {"a"}), (release, set())):
        receiving.forget_placed(user, placed, [SHA256])
        assert set(Upload.objects.values_list("client_id", flat=True)) == left


def test_what_nobody_came_back_for_is_forgotten(user):
    kept, old = begun(user), begun(user, client_id="b")
    for upload in (kept, old):
        take(upload, 0, CONTENT[:100])
    ago = timezone.now() - receiving.KEPT - timedelta(hours=1)
    Upload.objects.filter(pk=old.pk).update(updated_at=ago)
    # And of files that were being stored (news/storage.py) when their process was killed.
    for name in ("999999.part", f"{'a' * 32}.unfinished"):
        stray = receiving._folder() / name
        stray.write_bytes(b"x")
        os.utime(stray, (ago.timestamp(), ago.timestamp()))
    being_stored = receiving._folder() / f"{'b' * 32}.unfinished"
    being_stored.write_bytes(b"x")
    receiving.forget_stale()
    assert list(Upload.objects.all()) == [kept]
    left = {path.stem for path in receiving._folder().iterdir()}
    assert left == {str(kept.pk), being_stored.stem}


def test_what_a_killed_process_was_storing_goes_after_a_day_and_a_broken_upload_after_a_week():
    folder = receiving._folder()
    folder.mkdir(parents=True, exist_ok=True)
    ago = (timezone.now() - receiving.BEING_STORED - timedelta(hours=1)).timestamp()
    for name in (f"{'a' * 32}.unfinished", "999999.part"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (ago, ago))
    receiving.forget_stale()
    assert [path.name for path in folder.iterdir()] == ["999999.part"]


def test_an_erasure_finds_a_file_that_was_sent_and_never_saved(user):
    release = PressReleaseFactory()
    take(begun(user, release=release), 0, CONTENT)
    assert erasing._own_masters(release) == {SHA256}
    take(begun(user, client_id="b"), 0, CONTENT)
    assert erasing._own_masters(release) == set()
