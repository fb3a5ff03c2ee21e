"""Many files in one go: each is taken or refused by itself, and none is sent twice.

Files are received before the form is looked at, outside its transaction (a photo is decoded, which
takes time). Those that were taken but couldn't be placed yet, as the form had an error, wait in
the form as signed notes: their bytes are kept already.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext

from news import media, receiving
from news.images.validation import ImageRefused
from news.models import Attachment, Photo, PressRelease, Upload

PHOTOS, ATTACHMENTS = "new_photos", "new_attachments"
KEPT_PHOTOS, KEPT_ATTACHMENTS = "kept_photos", "kept_attachments"
PHOTO_TYPES = ".jpg,.jpeg,.png,.webp,image/jpeg,image/png,image/webp"
ATTACHMENT_TYPES = ".pdf,.docx,.xlsx,.csv"


class ManyFilesInput(forms.FileInput):
    """An input for any number of files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Shows the input. What arrives is judged by `receive`, file by file, not by the form."""

    widget = ManyFilesInput

    def __init__(self, *, accept: str, **kwargs) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs["accept"] = accept

    def clean(self, data, initial=None) -> list[UploadedFile]:
        return []

    def has_changed(self, initial, data) -> bool:
        return bool(data)


@dataclass(slots=True)
class Uploads:
    """What came with one request. `refused` holds (file name, reason in the editor's language)."""

    photos: list[Photo] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def photo_notes(self) -> list[tuple[str, str]]:
        """(file name, signed note) of photos that wait for the form to be right."""
        return [(str(photo), note(Photo, media.facts_of(photo))) for photo in self.photos]

    @property
    def attachment_notes(self) -> list[tuple[str, str]]:
        return [(str(file), note(Attachment, media.facts_of(file))) for file in self.attachments]

    def place(self, release: PressRelease, by, *, is_new: bool) -> list[str]:
        """Add everything to `release`, whose form was that of a new one or its own; returns the
        names of files that it had already.
        """
        known = []
        for row, place in (
            *((photo, media.place_photo) for photo in self.photos),
            *((attachment, media.place_attachment) for attachment in self.attachments),
        ):
            if place(row, release=release) is not row:
                known.append(str(row))
        hashes = [row.sha256 for row in (*self.photos, *self.attachments)]
        receiving.forget_placed(by, None if is_new else release, hashes)
        return known


def waiting(user, release: PressRelease | None) -> Uploads:
    """What came in pieces and waits for the form of `release` (None: a new one) to be saved."""
    uploads = Uploads()
    for kind, model, taken in (
        (Upload.Kind.PHOTO, Photo, uploads.photos),
        (Upload.Kind.ATTACHMENT, Attachment, uploads.attachments),
    ):
        for upload in receiving.waiting(user, release, kind):
            _add(media.row_of(model, upload.facts), taken)
    return uploads


def receive(request: HttpRequest) -> Uploads:
    """Take in the files of `request` and the notes of those that came before."""
    uploads = Uploads()
    for note in request.POST.getlist(KEPT_PHOTOS):
        _remember(note, Photo, uploads.photos)
    for note in request.POST.getlist(KEPT_ATTACHMENTS):
        _remember(note, Attachment, uploads.attachments)
    for file in request.FILES.getlist(PHOTOS):
        _take(file, media.receive_photo, uploads.photos, uploads)
    for file in request.FILES.getlist(ATTACHMENTS):
        _take(file, media.receive_attachment, uploads.attachments, uploads)
    return uploads


def _take(
    file: UploadedFile, receive_file: Callable, taken: list[Photo | Attachment], uploads: Uploads
) -> None:
    try:
        row = receive_file(file)
    except ImageRefused as refusal:
        uploads.refused.append((file.name, str(refusal.message)))
    except media.AttachmentRefused as refusal:
        uploads.refused.append((file.name, " ".join(refusal.messages)))
    else:
        _add(row, taken)


def note(model: type[Photo | Attachment], facts: dict) -> str:
    """A received file as a form carries it: nobody else can write one."""
    return signing.dumps(facts, salt=_salt(model), compress=True)


def _remember(signed: str, model: type[Photo | Attachment], taken: list) -> None:
    try:
        facts = signing.loads(signed, salt=_salt(model))
    except signing.BadSignature:
        return  # not one of ours: as if it hadn't been sent
    _add(media.row_of(model, facts), taken)


def _add(row: Photo | Attachment, taken: list[Photo | Attachment]) -> None:
    if all(row.sha256 != other.sha256 for other in taken):
        taken.append(row)


def _salt(model: type) -> str:
    return f"news.admin.uploads.{model.__name__}"


def refusal(name: str, reason: str) -> str:
    """One sentence that names the file."""
    return gettext("“%(file)s” was not added. %(reason)s") % {"file": name, "reason": reason}
