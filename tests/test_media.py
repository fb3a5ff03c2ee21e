"""Files taken in, prepared and handed out."""

import hashlib
import io
import re
import zipfile
from base64 import b64encode
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from news import jobs, media, publishing
from news.images.refusals import ImageRefused
from news.models import Derivative, Job, Photo, Version
from news.sharing.addresses import media_path
from tests.factories import NOTES, PressReleaseFactory, add_photo, photo_file
from tests.images.making import encoded, exif, picture, with_iptc

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def upload(name, content):
    return SimpleUploadedFile(name, content)


def office(*parts: str) -> bytes:
    """A package of empty parts with these names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in parts:
            archive.writestr(name, b"<x/>")
    return packed.getvalue()


class TestTakingIn:
    def test_the_original_is_kept_to_the_byte_under_its_hash(self):
        file = photo_file()
        content = file.read()
        photo = media.add_photo(release=PressReleaseFactory(), file=file)
        with default_storage.open(photo.file.name) as kept:
            assert kept.read() == content
        assert photo.sha256 in photo.file.name
        assert (photo.width, photo.height) == (640, 480)

    def test_the_same_photo_twice_is_one_photo(self):
        release = PressReleaseFactory()
        first = media.add_photo(release=release, file=photo_file("a.jpg"))
        assert media.add_photo(release=release, file=photo_file("b.jpg")) == first
        other = media.add_photo(release=PressReleaseFactory(), file=photo_file("c.jpg"))
        assert other.file.name == first.file.name

    def test_photos_line_up_in_the_order_they_come(self):
        release = PressReleaseFactory()
        for colour in ("red", "green", "blue"):
            media.add_photo(release=release, file=photo_file(f"{colour}.jpg", colour=colour))
        assert [photo.original_name for photo in release.photos.all()] == [
            "red.jpg",
            "green.jpg",
            "blue.jpg",
        ]

    def test_what_is_no_photo_is_refused_and_nothing_is_kept(self):
        release = PressReleaseFactory()
        with pytest.raises(ImageRefused):
            media.add_photo(release=release, file=upload("photo.jpg", b"not a photo"))
        assert not release.photos.exists()
        assert not default_storage.exists("originals")

    def test_a_camera_shows_thai_time(self):
        file = upload("a.jpg", encoded(picture(), exif=exif(taken="2018:05:19 14:00:07")))
        photo = media.receive_photo(file)
        again = media.row_of(Photo, media.facts_of(photo))
        of_a_version_before = media.row_of(Photo, {"captured_at": "2018-05-19T14:00:07"})
        for each in (photo, again, of_a_version_before):
            assert each.captured_at.isoformat() == "2018-05-19T14:00:07+07:00"

    def test_a_date_that_no_database_takes_is_none_also_of_a_file_that_waits(self):
        waiting = {"captured_at": datetime(1, 1, 1).isoformat()}  # noqa: DTZ001
        assert media.row_of(Photo, waiting).captured_at is None

    @pytest.mark.parametrize(
        ("name", "content", "content_type"),
        [
            ("รายงาน report.pdf", PDF, "application/pdf"),
            ("จำนวนข้าราชการ.csv", "ปี,จำนวน\n2560,1\n".encode(), "text/csv"),
            ("old.csv", "ปี,จำนวน\n".encode("cp874"), "text/csv"),
            ("bitmap.csv", b"BMA district,visits\n1,2\n", "text/csv"),
            ("archive.csv", b"PK,count\n1,2\n", "text/csv"),
            ("program.csv", b"MZ,count\n1,2\n", "text/csv"),
        ],
    )
    def test_documents_are_attached_under_an_ascii_name(self, name, content, content_type):
        attachment = media.add_attachment(release=PressReleaseFactory(), file=upload(name, content))
        assert attachment.content_type == content_type
        assert attachment.name.isascii()
        assert attachment.byte_size == len(content)

    @pytest.mark.parametrize("stem", ["a" * 9 + "_" + "b" * 115, "-" * 130, "x" * 300])
    def test_a_name_of_any_length_leads_readers_to_the_file(self, client, stem):
        release = PressReleaseFactory()
        media.add_attachment(release=release, file=upload(f"{stem}.pdf", PDF))
        publishing.publish(release=release)
        page = client.get(f"/th/news/{release.code}/")
        address = re.search(r'/media/[0-9a-f]{64}/[^"]+\.pdf', page.content.decode())[0]
        assert client.get(address).getvalue() == PDF

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("report.pdf", b"<html><script>alert(1)</script>"),
            ("report.docx", PDF),
            ("run.exe", b"MZ\x90\x00"),
            ("page.html", b"<html>"),
            ("data.csv", b"a,b\0c"),
            ("archive.csv", b"PK\x03\x04a,b"),
        ],
    )
    def test_a_file_that_is_not_what_it_says_is_refused(self, name, content):
        release = PressReleaseFactory()
        with pytest.raises(media.AttachmentRefused) as refused:
            media.add_attachment(release=release, file=upload(name, content))
        assert refused.value.code == "bad_type"
        assert not release.attachments.exists()

    @pytest.mark.parametrize(
        ("name", "part", "content_type"),
        [
            ("หนังสือ letter.docx", "word/document.xml", media.ATTACHMENT_TYPES["docx"]),
            ("table.xlsx", "xl/workbook.xml", media.ATTACHMENT_TYPES["xlsx"]),
        ],
    )
    def test_office_documents_are_known_by_their_parts_in_any_order(self, name, part, content_type):
        release = PressReleaseFactory()
        sound = office("docProps/app.xml", part, "[Content_Types].xml")
        attachment = media.add_attachment(release=release, file=upload(name, sound))
        assert attachment.content_type == content_type
        for parts in (
            ("[Content_Types].xml", part, "word/vbaProject.bin"),  # carries programs
            (part,),
            ("[Content_Types].xml", "ppt/presentation.xml"),
        ):
            with pytest.raises(media.AttachmentRefused):
                media.add_attachment(release=release, file=upload(name, office(*parts)))

    @pytest.mark.parametrize(
        ("written", "field"), [("ประชุมน้ำใจ", "caption_th"), ("A meeting", "caption_en")]
    )
    def test_the_photographers_caption_is_kept_in_its_language(self, written, field):
        data = with_iptc(photo_file().read(), (1, 90, b"\x1b%G"), (2, 120, written.encode()))
        photo = media.add_photo(release=PressReleaseFactory(), file=upload("photo.jpg", data))
        assert getattr(photo, field) == written
        assert {photo.caption_th or "", photo.caption_en or ""} == {written, ""}

    def test_readers_get_an_attachment_that_runs_nothing(self, client):
        release = PressReleaseFactory()
        attachment = media.add_attachment(release=release, file=upload("a.pdf", PDF))
        path = f"/media/{media.attachment_hash(attachment.sha256)}/a.pdf"
        assert client.get(path).status_code == 404
        publishing.publish(release=release)
        answer = client.get(path)
        assert b"".join(answer) == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"].replace(";", "").split()

    def test_a_document_that_would_burst_is_never_unpacked(self, monkeypatch):
        """A hundred megabytes of zeros in a tenth of one: kept as it came, opened by nobody."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
                archive.writestr(name, b"<x/>")
            for number in range(10):
                archive.writestr(f"word/{number}.xml", b"\0" * 10_000_000)
        monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_arguments: pytest.fail("unpacked"))
        attachment = media.add_attachment(
            release=PressReleaseFactory(), file=upload("a.docx", packed.getvalue())
        )
        assert attachment.byte_size == len(packed.getvalue()) < 1_000_000

    def test_a_document_that_is_too_big_is_refused(self, monkeypatch):
        monkeypatch.setattr(media, "MAX_ATTACHMENT_BYTES", 10)
        with pytest.raises(media.AttachmentRefused) as refused:
            media.add_attachment(release=PressReleaseFactory(), file=upload("a.pdf", PDF))
        assert refused.value.code == "too_big"


class TestPreparing:
    def test_a_worker_makes_every_derivative_that_pages_will_name(self):
        release = PressReleaseFactory()
        photo = media.add_photo(release=release, file=photo_file(size=(1200, 800)))
        assert media.photos_without_derivatives(release) == [photo]

        assert jobs.run_waiting() == 1

        assert media.photos_without_derivatives(release) == []
        for hash_, recipe in media.master_of(photo).recipes():
            derivative = Derivative.objects.get(hash=hash_)
            with default_storage.open(derivative.path) as file:
                image = Image.open(io.BytesIO(file.read()))
            assert image.size == (recipe.width, recipe.height)
            assert derivative.content_type == recipe.content_type

    def test_a_new_focal_point_asks_for_new_crops_alone(self):
        release = PressReleaseFactory()
        photo = add_photo(release, size=(1200, 800))
        before = set(Derivative.objects.values_list("hash", flat=True))
        photo.focal_x = 10
        photo.save()
        media.queue_derivatives(photo)
        jobs.run_waiting()
        after = set(Derivative.objects.values_list("hash", flat=True))
        assert before < after
        assert media.photos_without_derivatives(release) == []

    def test_a_worker_that_died_is_followed_by_another(self):
        release = PressReleaseFactory()
        media.add_photo(release=release, file=photo_file())
        now = timezone.now()
        dead = Job.objects.claim(now)
        assert dead is not None
        assert Job.objects.claim(now) is None
        again = Job.objects.claim(now + timedelta(minutes=11))
        assert (again.pk, again.attempts) == (dead.pk, 2)

    def test_bytes_left_without_a_row_are_made_again(self):
        release = PressReleaseFactory()
        add_photo(release)
        hash_ = Derivative.objects.values_list("hash", flat=True).first()
        Derivative.objects.filter(hash=hash_).delete()
        media.queue_derivatives(release.photos.get())
        jobs.run_waiting()
        assert Derivative.objects.filter(hash=hash_).exists()
        assert media.photos_without_derivatives(release) == []

    def test_files_from_before_hashes_were_kept_are_read_some_at_a_time(self, monkeypatch):
        monkeypatch.setattr(media, "_HASHED_AT_ONCE", 5)
        add_photo(PressReleaseFactory())
        known = dict(Derivative.objects.values_list("hash", "sha256"))
        assert "" not in known.values()
        lost = Derivative.objects.order_by("hash").last()
        default_storage.delete(lost.path)
        Derivative.objects.update(sha256="")
        Job.objects.enqueue(media.HASHES, "all")
        jobs.run_waiting()
        found = dict(Derivative.objects.values_list("hash", "sha256"))
        assert found == known | {lost.hash: ""}
        assert Job.objects.filter(kind=media.HASHES).count() > 1

    def test_a_photo_taken_out_while_it_is_prepared_is_left_and_prepared_when_it_comes_back(
        self, monkeypatch
    ):
        release = PressReleaseFactory()
        media.add_photo(release=release, file=photo_file())
        make_all = media.derivatives.make_all

        def taken_out(original, recipes):
            for done, made in enumerate(make_all(original, recipes)):
                if done == 2:
                    release.photos.all().delete()
                yield made
            raise AssertionError("it went on for a photo that nobody has")

        with monkeypatch.context() as patch:
            patch.setattr(media, "derivatives", SimpleNamespace(make_all=taken_out))
            job = Job.objects.claim(timezone.now())
            media.make_derivatives(job.payload)
        assert Derivative.objects.count() == 2
        media.add_photo(release=release, file=photo_file())
        Job.objects.filter(pk=job.pk).update(done_at=timezone.now())  # as its worker ends now
        jobs.run_waiting()
        assert media.photos_without_derivatives(release) == []

    def test_a_job_that_fails_keeps_its_error_and_is_given_up_after_five_tries(self):
        release = PressReleaseFactory()
        photo = media.add_photo(release=release, file=photo_file())
        default_storage.delete(photo.file.name)
        at = timezone.now()
        for _attempt in range(5):
            assert jobs.run_next()
            Job.objects.update(leased_until=at - timedelta(hours=1))
        assert not jobs.run_next()
        job = Job.objects.get()
        assert "FileNotFoundError" in job.error
        assert job.done_at is None


def digest_of(response) -> str:
    """The value of `Repr-Digest` that the bytes deserve."""
    sha256 = hashlib.sha256(b"".join(response)).digest()
    return f"sha-256=:{b64encode(sha256).decode()}:"


class TestHandingOut:
    def test_every_file_says_the_hash_of_its_bytes_whatever_part_is_asked_for(self, client):
        release = PressReleaseFactory()
        photo = add_photo(release)
        attached = media.add_attachment(release=release, file=upload("plan.pdf", PDF))
        publishing.publish(release=release)
        hashes = [hash_ for hash_, _recipe in media.master_of(photo).recipes()]
        for hash_ in [*hashes, media.attachment_hash(attached.sha256)]:
            response = client.get(media_path(hash_, "file.bin"))
            assert response["Repr-Digest"] == digest_of(response)

    @pytest.mark.parametrize("asked", [{}, {"Range": "bytes=0-3"}])
    def test_a_file_that_is_lost_is_not_found_as_behind_nginx(self, client, asked):
        release = PressReleaseFactory()
        attached = media.add_attachment(release=release, file=upload("plan.pdf", PDF))
        publishing.publish(release=release)
        default_storage.delete(attached.file.name)
        path = media_path(media.attachment_hash(attached.sha256), "plan.pdf")
        answer = client.get(path, headers=asked)
        assert answer.status_code == 404
        assert "This file was not found" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert "Repr-Digest" not in answer

    @pytest.fixture
    def release(self):
        release = PressReleaseFactory()
        add_photo(release)
        media.add_attachment(release=release, file=upload("a.pdf", PDF))
        return release

    def public(self, at=None):
        at = at or timezone.now()
        hashes = list(Derivative.objects.values_list("hash", flat=True))
        answers = {media.public_derivative(hash_, at) is not None for hash_ in hashes}
        assert len(answers) == 1, "all files of a release open and close together"
        return answers.pop()

    def test_an_original_is_at_no_public_address_even_while_its_release_is_live(
        self, release, client
    ):
        publishing.publish(release=release)
        photo = release.photos.get()
        stored = photo.file.name
        for path in (photo.sha256 + "/photo.jpg", stored, stored.rpartition("/")[2]):
            assert client.get(f"/media/{path}").status_code == 404

    def test_nothing_of_a_draft_is_public(self, release):
        assert not self.public()

    def test_a_live_release_shows_its_files_and_a_past_version_goes_on_showing_its_own(
        self, release
    ):
        publishing.publish(release=release)
        assert self.public()
        release.attachments.all().delete()
        release.photos.all().delete()
        publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=NOTES)
        assert self.public()

    def test_files_of_a_schedule_open_at_its_moment(self, release):
        at = timezone.now() + timedelta(hours=1)
        publishing.schedule(release=release, at=at)
        assert not self.public(at - timedelta(seconds=1))
        assert self.public(at)

    def test_files_of_a_cancelled_schedule_stay_closed(self, release):
        at = timezone.now() + timedelta(hours=1)
        publishing.schedule(release=release, at=at)
        publishing.cancel_schedule(release=release)
        assert not self.public(at + timedelta(days=1))

    def test_withdrawn_keeps_its_files_and_gone_closes_them_all(self, release):
        publishing.publish(release=release)
        publishing.withdraw(release=release, reason=Version.Reason.ERROR)
        assert self.public()
        publishing.remove(release=release, reason=Version.Reason.PRIVACY)
        assert not self.public()

    def test_a_file_that_another_release_shows_stays_open_when_one_is_gone(self, release):
        other = PressReleaseFactory()
        add_photo(other)
        publishing.publish(release=release)
        publishing.publish(release=other)
        publishing.remove(release=release, reason=Version.Reason.PRIVACY)
        photo = other.photos.get()
        hash_, _recipe = next(media.master_of(photo).recipes())
        assert media.public_derivative(hash_, timezone.now()) is not None
