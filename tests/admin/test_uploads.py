"""Many files at once: each taken or refused by itself, and nothing else lost."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from news import media
from news.models import Attachment, Job, Photo, PressRelease, Upload
from tests.admin.conftest import ADD_URL, change_url, form_values
from tests.factories import PressReleaseFactory, add_photo, photo_file

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def colours(count: int) -> list[str]:
    return [f"#{index * 20 + 10:02x}4060" for index in range(count)]


def photos(count: int) -> list[SimpleUploadedFile]:
    return [photo_file(f"photo-{n}.jpg", colour=c) for n, c in enumerate(colours(count), start=1)]


def liar(name: str = "liar.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"<html>not a photo</html>", "image/jpeg")


def bomb(name: str = "bomb.png") -> SimpleUploadedFile:
    """A small file that decodes to 49 megapixels."""
    stream = io.BytesIO()
    Image.new("1", (7000, 7000)).save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/png")


def test_twelve_photos_at_once_are_added_in_order(desk, new_release):
    desk.post(ADD_URL, new_release(new_photos=photos(12)))
    release = PressRelease.objects.get()
    names = list(release.photos.values_list("original_name", flat=True))
    assert names == [f"photo-{n}.jpg" for n in range(1, 13)]
    assert Job.objects.filter(kind="derivatives").count() == 12


def test_of_twelve_files_with_two_bad_ones_ten_are_kept_and_the_bad_ones_are_named(
    desk, new_release
):
    files = [*photos(10), liar(), bomb()]
    page = desk.post(ADD_URL, new_release(new_photos=files), follow=True)
    release = PressRelease.objects.get()
    assert release.photos.count() == 10
    assert release.title_th == "สำนักงาน ก.พ. ประชุมทักษะดิจิทัล"
    told = [str(message) for message in page.context["messages"]]
    assert any("liar.jpg" in message and "HTML file" in message for message in told)
    assert any("bomb.png" in message and "megapixels" in message for message in told)


def test_a_refusal_is_told_in_thai_at_a_thai_desk(client, editor, new_release):
    values = new_release(new_photos=[liar()])
    client.force_login(editor)
    editor.deskpreference.delete()
    page = client.post(ADD_URL, values, follow=True).content.decode()
    assert "ไม่ได้เพิ่มไฟล์ “liar.jpg”" in page


def test_publishing_waits_when_a_file_was_refused(desk, new_release):
    response = desk.post(ADD_URL, new_release(new_photos=[liar()], _publish="1"))
    assert response.url == change_url(PressRelease.objects.get())


def test_photos_sent_with_a_form_that_has_an_error_are_not_sent_again(desk, new_release):
    values = new_release(title_th="ก" * 10_000, new_photos=[*photos(3), liar()])
    response = desk.post(ADD_URL, values)
    assert response.status_code == 200
    assert not Photo.objects.exists()
    page = response.content.decode()
    assert "These files are received" in page
    notes = [note for _name, note in response.context["uploads"].photo_notes]
    assert len(notes) == 3
    mended = values | {"title_th": "พาดหัว", "new_photos": [], "kept_photos": notes}
    desk.post(ADD_URL, mended)
    release = PressRelease.objects.get()
    assert [photo.original_name for photo in release.photos.all()] == [
        "photo-1.jpg",
        "photo-2.jpg",
        "photo-3.jpg",
    ]


def test_a_forged_note_of_a_file_adds_nothing(desk, new_release):
    desk.post(ADD_URL, new_release(kept_photos=["forged:note", ""]))
    assert PressRelease.objects.get().photos.count() == 0


def test_the_same_photo_twice_is_kept_once_and_the_editor_is_told(desk):
    release = PressReleaseFactory()
    add_photo(release, colour="navy", size=(640, 480))
    page = desk.get(change_url(release))
    again = photo_file("again.jpg", colour="navy")
    response = desk.post(
        change_url(release), form_values(page) | {"new_photos": [again]}, follow=True
    )
    assert release.photos.count() == 1
    assert "is in this release already" in response.content.decode()


def test_an_attachment_is_added_and_one_that_lies_is_named(desk, new_release):
    files = [
        SimpleUploadedFile("รายงาน report.pdf", PDF, "application/pdf"),
        SimpleUploadedFile("program.pdf", b"MZ\x90\x00" + b"\0" * 64, "application/pdf"),
    ]
    page = desk.post(ADD_URL, new_release(new_attachments=files), follow=True)
    attachment = Attachment.objects.get()
    assert attachment.name == "report.pdf"
    assert "program.pdf" in page.content.decode()


@pytest.mark.parametrize(
    "name", ["รายงาน.pdf", "the report.pdf", ".pdf", "report", "report.exe", 'a"b.pdf', "a/b.pdf"]
)
def test_an_attachment_takes_no_name_under_which_readers_would_get_nothing(desk, name):
    attachment = media.add_attachment(
        release=PressReleaseFactory(), file=SimpleUploadedFile("report.pdf", PDF)
    )
    url = change_url(attachment.release)
    page = desk.post(url, form_values(desk.get(url)) | {"attachments-0-name": name})
    assert "keep the ending .pdf" in page.content.decode()
    attachment.refresh_from_db()
    assert attachment.name == "report.pdf"


def test_a_user_who_may_not_write_leaves_no_file_behind(client, django_user_model, settings):
    user = django_user_model.objects.create_user("reader", is_staff=True)
    client.force_login(user)
    assert client.post(ADD_URL, {"new_photos": photos(1)}).status_code == 403
    assert not list(settings.MEDIA_ROOT.rglob("*.jpg"))


def test_order_cover_texts_and_removal_are_saved_together(desk):
    release = PressReleaseFactory()
    first, second, third = (add_photo(release, colour=colour) for colour in colours(3))
    values = form_values(desk.get(change_url(release)))
    rows = {
        values[f"photos-{n}-id"]: f"photos-{n}" for n in range(int(values["photos-TOTAL_FORMS"]))
    }
    one, two, three = (rows[str(photo.pk)] for photo in (first, second, third))
    values |= {
        f"{one}-position": "2",
        f"{two}-position": "1",
        f"{three}-DELETE": "on",
        f"{one}-alt_th": "ประธานในที่ประชุม",
        f"{one}-alt_en": "The chair",
        f"{one}-focal_x": "20",
        "cover": str(first.pk),
    }
    Job.objects.all().delete()
    assert desk.post(change_url(release), values).status_code == 302
    release.refresh_from_db()
    assert [photo.pk for photo in release.photos.all()] == [second.pk, first.pk]
    assert release.cover_id == first.pk
    first.refresh_from_db()
    assert (first.alt_th, first.alt_en) == ("ประธานในที่ประชุม", "The chair")
    # A moved focal point means other crops.
    assert Job.objects.get().payload["focal_x"] == 20


def test_a_cover_of_another_release_is_refused(desk):
    release, other = PressReleaseFactory(), add_photo(PressReleaseFactory())
    values = form_values(desk.get(change_url(release))) | {"cover": str(other.pk)}
    response = desk.post(change_url(release), values)
    assert "cover" in response.context["adminform"].form.errors


def test_the_thumbnail_of_a_draft_is_for_the_desk_alone(desk, client):
    photo = add_photo(PressReleaseFactory())
    url = f"/admin/news/pressrelease/photos/{photo.pk}/"
    answer = desk.get(url)
    assert answer.getvalue().startswith(b"\xff\xd8")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(url).status_code == 302


def test_a_thumbnail_is_there_before_the_worker_has_made_it(desk, new_release):
    desk.post(ADD_URL, new_release(new_photos=photos(1)))
    photo = Photo.objects.get()
    answer = desk.get(f"/admin/news/pressrelease/photos/{photo.pk}/")
    assert Image.open(io.BytesIO(answer.content)).width == 480


@pytest.mark.parametrize("model", ["photo", "attachment"])
def test_files_have_no_screens_of_their_own(boss, model):
    assert boss.get(f"/admin/news/{model}/").status_code == 404


# -- in pieces -------------------------------------------------------------------------------------

UPLOADS = "/admin/news/pressrelease/uploads/"


def send(
    client, content: bytes, *, name="one.jpg", kind="photos", release="", pieces=2, client_id="a1"
) -> dict:
    """The whole conversation of a browser; gives the last answer."""
    values = {"client_id": client_id, "kind": kind, "name": name, "size": len(content)}
    state = client.post(UPLOADS, values | {"release": release}).json()
    step = -(-len(content) // pieces)
    while "received" in state and not state["done"]:
        at = state["received"]
        state = client.post(
            f"{UPLOADS}{client_id}/",
            content[at : at + step],
            content_type="application/octet-stream",
            headers={"Upload-Offset": str(at)},
        ).json()
    return state


def test_files_sent_in_pieces_are_added_when_the_form_is_saved(desk, new_release):
    state = send(desk, photo_file().read())
    assert not Photo.objects.exists()
    assert "These files are received" in desk.get(ADD_URL).content.decode()
    desk.post(ADD_URL, new_release(kept_photos=[state["note"]]))
    release = PressRelease.objects.get()
    assert [photo.original_name for photo in release.photos.all()] == ["one.jpg"]
    assert not Upload.objects.exists()
    desk.post(change_url(release), form_values(desk.get(change_url(release))))
    assert release.photos.count() == 1


def test_a_file_sent_to_two_forms_waits_in_one_after_the_other_is_saved(desk):
    content = photo_file().read()
    waiting, saved = PressReleaseFactory(), PressReleaseFactory()
    send(desk, content, release=str(waiting.pk), client_id="a1")
    state = send(desk, content, release=str(saved.pk), client_id="b2")
    values = form_values(desk.get(change_url(saved))) | {"kept_photos": [state["note"]]}
    assert desk.post(change_url(saved), values).status_code == 302
    assert saved.photos.count() == 1
    assert "These files are received" in desk.get(change_url(waiting)).content.decode()
    assert "These files are received" not in desk.get(change_url(saved)).content.decode()


def test_a_piece_in_the_wrong_place_is_told_where_to_go_on(desk):
    content = photo_file().read()
    desk.post(UPLOADS, {"client_id": "a1", "kind": "photos", "name": "x.jpg", "size": len(content)})
    answer = desk.post(
        f"{UPLOADS}a1/",
        content[10:],
        content_type="application/octet-stream",
        headers={"Upload-Offset": "10"},
    )
    assert (answer.status_code, answer.json()["received"]) == (409, 0)


@pytest.mark.parametrize("offset", ["-5", "9" * 5_000, "", "a"])
def test_so_is_one_in_a_place_that_no_file_has(desk, offset):
    desk.post(UPLOADS, {"client_id": "a1", "kind": "photos", "name": "x.jpg", "size": 10})
    answer = desk.post(
        f"{UPLOADS}a1/",
        b"12345678",
        content_type="application/octet-stream",
        headers={"Upload-Offset": offset},
    )
    assert (answer.status_code, answer.json()["received"]) == (409, 0)


@pytest.mark.parametrize(
    ("kind", "name", "why"),
    [("photos", "a.jpg", "is empty"), ("attachments", "a.pdf", "is not")],
)
def test_an_empty_file_is_refused_as_one_that_comes_with_the_form(desk, kind, name, why):
    answer = desk.post(UPLOADS, {"client_id": "a1", "kind": kind, "name": name, "size": 0})
    assert answer.status_code == 422
    assert why in answer.json()["refused"]
    assert not Upload.objects.exists()


def test_a_file_whose_bytes_are_gone_is_asked_for_again(desk):
    size = 10
    values = {"client_id": "a1", "kind": "photos", "name": "x.jpg", "size": size}
    desk.post(UPLOADS, values)
    Upload.objects.update(received=size)
    answer = desk.post(UPLOADS, values)
    assert (answer.status_code, answer.json()["received"]) == (200, 0)


def test_a_name_that_no_database_holds_loses_what_nobody_sees_in_it(desk):
    assert send(desk, photo_file().read(), name="one\x00\u200b.jpg")["done"]
    assert Upload.objects.get().name == "one.jpg"


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "a\x001"},
        {"client_id": "a/1"},
        {"sha256": "\x00"},
        {"size": -1},
        {"size": "9" * 5_000},
    ],
)
def test_what_no_browser_of_the_desk_says_is_told_to_be_incomplete(desk, wrong):
    values = {"client_id": "a1", "kind": "photos", "name": "x.jpg", "size": 10}
    assert desk.post(UPLOADS, values | wrong).status_code == 400


def test_an_upload_is_for_those_who_may_write_and_for_its_own_person(desk, client, boss):
    release = PressReleaseFactory()
    assert client.post(UPLOADS, {"client_id": "a1"}).status_code == 302
    assert boss.post(UPLOADS, {"client_id": "a1", "release": "9999"}).status_code == 403
    state = send(desk, photo_file().read(), release=str(release.pk))
    assert state["done"]
    assert boss.get(f"{UPLOADS}a1/").status_code == 404
    assert desk.delete(f"{UPLOADS}a1/").status_code == 200
    assert not Upload.objects.exists()


def test_a_document_sent_in_pieces_is_judged_by_its_content(desk):
    told = send(desk, b"<html>", name="list.pdf", kind="attachments")
    assert "not what its name says" in told["refused"]
    assert send(desk, PDF, name="list.pdf", kind="attachments")["done"]
