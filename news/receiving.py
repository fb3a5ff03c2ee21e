"""Files that come in pieces: an upload that breaks off goes on where it stopped.

A piece is written to the disk before it is counted, at the place where it belongs, so that a crash
at any moment leaves bytes that are either counted or written once more. A whole file is looked at
(`news.media`) outside any transaction; until a form that names it is saved it belongs to no
release, and it is forgotten after `KEPT`.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news import media
from news.images import validation
from news.images.validation import ImageRefused
from news.models import Attachment, Photo, PressRelease, Upload
from news.storage import UNFINISHED, UNFINISHED_SUFFIX

LARGEST_PIECE = 4 * 1024**2
KEPT = timedelta(days=7)
AT_ONCE = 200
"""Unplaced files of one person."""

BEING_STORED = timedelta(days=1)
"""Longer than any file takes to be stored: what is older was left by a process that was killed."""

STALE = "stale-uploads"
"""The daily job that forgets what nobody came back for."""

LARGEST = {
    Upload.Kind.PHOTO: validation.MAX_BYTES,
    Upload.Kind.ATTACHMENT: media.MAX_ATTACHMENT_BYTES,
}
RECEIVERS: dict[str, Callable[..., Photo | Attachment]] = {
    Upload.Kind.PHOTO: media.receive_photo,
    Upload.Kind.ATTACHMENT: media.receive_attachment,
}


class UploadRefused(ValidationError):
    """The file, or a piece of it, isn't taken. `code` names the rule."""


class WrongPlace(Exception):
    """A piece that doesn't follow what is there. The upload says how much is."""


def begin(
    *,
    user,
    client_id: str,
    kind: str,
    name: str,
    byte_size: int,
    release: PressRelease | None = None,
    sha256: str = "",
) -> Upload:
    """The upload that `client_id` names, begun now or before; `received` says where to go on."""
    if byte_size > LARGEST[Upload.Kind(kind)]:
        limit = LARGEST[Upload.Kind(kind)] // 1024**2
        raise UploadRefused(_("The file has more than %(limit)d MB."), "too_big", {"limit": limit})
    others = Upload.objects.filter(user=user).exclude(client_id=client_id)
    if others.count() >= AT_ONCE:
        raise UploadRefused(_("Too many files wait to be saved. Save the form first."), "too_many")
    upload, made = Upload.objects.get_or_create(
        user=user,
        client_id=client_id,
        defaults={
            "kind": kind,
            "name": name[-255:],
            "byte_size": byte_size,
            "release": release,
            "announced_sha256": sha256,
        },
    )
    asked = (kind, byte_size, _key(release))
    if not made and (upload.kind, upload.byte_size, upload.release_id) != asked:
        discard(upload)
        return begin(
            user=user, client_id=client_id, kind=kind, name=name, byte_size=byte_size,
            release=release, sha256=sha256,
        )  # fmt: skip
    return upload


def _key(release: PressRelease | None) -> int | None:
    return release.pk if release is not None else None


def take(upload: Upload, offset: int, piece: bytes) -> Upload:
    """Write a piece that begins at byte `offset`; look at the file once it is whole.

    The same piece twice is no harm. Raises `WrongPlace` for one that leaves a gap, and
    `UploadRefused` for a file that is no photo or attachment, which is forgotten then, and for one
    that was taken back.
    """
    if upload.is_done:
        return upload
    end = offset + len(piece)
    follows = 0 <= offset <= upload.received
    if not follows or end > upload.byte_size or len(piece) > LARGEST_PIECE:
        raise WrongPlace(upload)
    if end > upload.received or not upload.byte_size:
        _write(upload, offset, piece)
        # What another request counted meanwhile stays counted.
        rows = Upload.objects.filter(pk=upload.pk)
        counted = rows.filter(received__lt=end).update(received=end, updated_at=timezone.now())
        if not counted and not rows.exists():
            raise _taken_back(upload)
        upload.received = end
    return _look_at(upload) if upload.received == upload.byte_size else upload


def _write(upload: Upload, offset: int, piece: bytes) -> None:
    path = part_path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o640)
    try:
        os.pwrite(descriptor, piece, offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _taken_back(upload: Upload) -> UploadRefused:
    """What to raise for an upload that another request has forgotten meanwhile."""
    part_path(upload).unlink(missing_ok=True)
    return UploadRefused(_("This file was taken back meanwhile."), "taken_back")


def _look_at(upload: Upload) -> Upload:
    """Take the whole file in, as one that came with a form; or refuse and forget it."""
    path = part_path(upload)
    try:
        with path.open("rb") as stream:
            row = RECEIVERS[upload.kind](File(stream, upload.name))
    except FileNotFoundError:
        # Another request took it in, or its bytes are gone: then all of them are needed again.
        try:
            upload.refresh_from_db()
        except Upload.DoesNotExist:
            raise _taken_back(upload) from None
        if not upload.is_done:
            Upload.objects.filter(pk=upload.pk).update(received=0)
            raise WrongPlace(upload) from None
        return upload
    except ImageRefused as refused:
        discard(upload)
        raise UploadRefused(str(refused.message), refused.code) from refused
    except media.AttachmentRefused as refused:
        discard(upload)
        raise UploadRefused(refused.messages[0], "not_an_attachment") from refused
    if upload.announced_sha256 and row.sha256 != upload.announced_sha256:
        discard(upload)
        raise UploadRefused(_("The file was damaged on its way. Send it again."), "damaged")
    upload.facts, upload.updated_at = media.facts_of(row), timezone.now()
    seen = {"facts": upload.facts, "updated_at": upload.updated_at}
    # It takes a while to look at a photo, and whoever sent it may take it back.
    if not Upload.objects.filter(pk=upload.pk).update(**seen):
        raise _taken_back(upload)
    path.unlink(missing_ok=True)
    return upload


def waiting(user, release: PressRelease | None, kind: str) -> QuerySet[Upload]:
    """Files that are there and wait for this form of `user` to be saved, oldest first."""
    return Upload.objects.filter(
        user=user, release=release, kind=kind, facts__isnull=False
    ).order_by("pk")


def forget_placed(user, release: PressRelease | None, hashes: list[str]) -> None:
    """Forget the uploads of `user` for the form of `release` (None: a new one) whose files
    (SHA-256) it has placed. What waits in another form goes on waiting there.
    """
    Upload.objects.filter(user=user, release=release, facts__sha256__in=hashes).delete()


def discard(upload: Upload) -> None:
    part_path(upload).unlink(missing_ok=True)
    upload.delete()


def forget_stale(_payload: dict | None = None) -> None:
    """Forget what has waited longer than `KEPT`, and pieces that no row knows."""
    for upload in Upload.objects.filter(updated_at__lt=timezone.now() - KEPT):
        discard(upload)
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    # None of those that are gone by now: a file that is being stored stays for a moment.
    for path in _folder().glob("*"):
        kept = BEING_STORED if path.suffix == UNFINISHED_SUFFIX else KEPT
        with suppress(FileNotFoundError):
            before = (timezone.now() - kept).timestamp()
            if path.stem not in known and path.stat().st_mtime < before:
                path.unlink()


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / UNFINISHED


def part_path(upload: Upload) -> Path:
    return _folder() / f"{upload.pk}.part"
