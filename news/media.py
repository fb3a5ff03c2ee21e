"""Files of the desk and of the record: taking them in, preparing them, handing them out.

Originals are private and named by their SHA-256. What the public gets are derivatives, whose
address is a hash of the original's hash and a recipe; an attachment is the derivative that changes
nothing.
"""

import codecs
import hashlib
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from news.images import colour, derivatives, metadata, recipes, validation
from news.images.likeness import likeness
from news.models import (
    Attachment,
    Derivative,
    Epoch,
    Job,
    Photo,
    PressRelease,
    Upload,
    Version,
    VersionMedia,
)
from news.thai.text import normalise, single_line

_THAI = re.compile("[ก-ฮ]")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")

DERIVATIVES = "derivatives"
HASHES = "hashes"
AS_IS = "as-is"
"""The recipe of an attachment: the very bytes."""

_HASHED_AT_ONCE = 1_000

MAX_ATTACHMENT_BYTES = 50 * 1024**2
ATTACHMENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


class AttachmentRefused(ValidationError):
    """A file that can't be an attachment; the message says what could."""


# -- taking in -----------------------------------------------------------------------------------


def add_photo(*, release: PressRelease, file: File, **fields) -> Photo:
    """Keep `file` as a private original, add it to the release and queue its derivatives.

    Raises `news.images.validation.ImageRefused` for anything but a sound photo within the limits.
    The same photo twice gives the one that is there.
    """
    return place_photo(receive_photo(file, **fields), release=release)


def receive_photo(file: File, **fields) -> Photo:
    """A photo's row, not saved and of no release yet; `file` is kept as a private original.

    Decodes the photo, so it has no place inside a transaction. Raises as `add_photo` does.
    """
    facts = validation.inspect(file)
    fields.setdefault("position", None)
    fields.setdefault("credit", facts.credit[:200])
    if facts.caption and not {"caption_th", "caption_en"} & fields.keys():
        # The photographer's own words, in the language that they are in.
        language = "th" if _THAI.search(facts.caption) else "en"
        fields[f"caption_{language}"] = single_line(normalise(facts.caption))[:500]
    photo = Photo(
        sha256=facts.sha256,
        width=facts.width,
        height=facts.height,
        byte_size=facts.byte_size,
        captured_at=_moment(facts.captured_at),
        original_name=PurePath(file.name or "").name[:255],
        colour=_placeholder(file),
        likeness=_likeness(file),
        **fields,
    )
    photo.file.name = store_original(file, facts.sha256, facts.extension)
    return photo


def _moment(camera_clock: datetime | None) -> datetime | None:
    """When a photo was taken: a camera of the office's shows Thai time."""
    # What is no date may wait in an upload that the version before looked at.
    if camera_clock is None or camera_clock.year not in metadata.YEARS:
        return None
    return timezone.make_aware(camera_clock) if timezone.is_naive(camera_clock) else camera_clock


@transaction.atomic
def place_photo(photo: Photo, *, release: PressRelease) -> Photo:
    """Save a received photo, by default as the release's last, and queue its derivatives: those of
    a known one as well, where they are missing. Its job may have been given up.
    """
    Epoch.objects.hold()  # as an erasure does that looks whether the file is still wanted
    known = release.photos.filter(sha256=photo.sha256).first()
    if known is not None:
        if _without_derivatives([known]):
            queue_derivatives(known)
        return known
    photo.release = release
    if photo.position is None:
        photo.position = _after_the_last(release.photos)
    photo.save()
    queue_derivatives(photo)
    return photo


def _placeholder(file: File) -> str:
    file.seek(0)
    return colour.placeholder_colour(file)


def _likeness(file: File) -> str:
    file.seek(0)
    return f"{likeness(file):016x}"


def add_attachment(*, release: PressRelease, file: File, **fields) -> Attachment:
    """Keep `file` as a private original and attach it to the release.

    Raises `AttachmentRefused` unless its content is PDF, DOCX, XLSX or CSV of at most 50 MB.
    """
    return place_attachment(receive_attachment(file, **fields), release=release)


def receive_attachment(file: File, **fields) -> Attachment:
    """An attachment's row, not saved and of no release yet; `file` is kept as a private original.

    Raises as `add_attachment` does.
    """
    extension, name = _inspect_attachment(file)
    sha256 = _sha256(file)
    fields.setdefault("position", None)
    fields.setdefault("name", name)
    attachment = Attachment(
        sha256=sha256,
        content_type=ATTACHMENT_TYPES[extension],
        byte_size=file.size,
        **fields,
    )
    attachment.file.name = store_original(file, sha256, extension)
    return attachment


@transaction.atomic
def place_attachment(attachment: Attachment, *, release: PressRelease) -> Attachment:
    """Save a received attachment, by default as the release's last."""
    Epoch.objects.hold()  # see place_photo
    known = release.attachments.filter(sha256=attachment.sha256).first()
    if known is not None:
        return known
    attachment.release = release
    if attachment.position is None:
        attachment.position = _after_the_last(release.attachments)
    attachment.save()
    facts = {
        "sha256": attachment.sha256,
        "content_type": attachment.content_type,
        "byte_size": attachment.byte_size,
    }
    fields = attachment_derivative(facts, attachment.file.name)
    Derivative.objects.get_or_create(hash=fields.pop("hash"), defaults=fields)
    return attachment


def attachment_derivative(facts: dict, path: str) -> dict:
    """The fields of the derivative that is the attachment itself; `facts` as a version has them."""
    return {
        "hash": attachment_hash(facts["sha256"]),
        "master_sha256": facts["sha256"],
        "recipe": AS_IS,
        "path": path,
        "content_type": facts["content_type"],
        "byte_size": facts["byte_size"],
        "sha256": facts["sha256"],
    }


def _after_the_last(rows: models.Manager) -> int:
    last = rows.aggregate(last=models.Max("position"))["last"]
    return 0 if last is None else last + 1


def _inspect_attachment(file: File) -> tuple[str, str]:
    """(extension, file name for readers) of an acceptable attachment."""
    if file.size > MAX_ATTACHMENT_BYTES:
        raise AttachmentRefused(_("An attachment may have at most 50 MB."), "too_big")
    claimed = PurePath(file.name or "").suffix.lstrip(".").lower()
    file.seek(0)
    head = file.read(8192)
    file.seek(0)
    found = _kind_of_document(file, head, claimed)
    if found not in ATTACHMENT_TYPES or found != claimed:
        raise AttachmentRefused(
            _("This file is not what its name says, or not PDF, DOCX, XLSX or CSV."), "bad_type"
        )
    stem = get_valid_filename(PurePath(file.name).stem).encode("ascii", "ignore").decode()
    # Cut behind: what the address is to match begins with a letter or a digit.
    return found, f"{stem.strip('._-')[:100] or 'attachment'}.{found}"


_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


def _kind_of_document(file: File, head: bytes, claimed: str) -> str | None:
    """The extension that the content deserves; None where that is none that is taken."""
    if claimed == "csv" and _is_text(head):
        return "csv"  # whatever its first letters: "BMI" begins a bitmap too, "PK" an archive
    if head.startswith(b"PK"):
        return _kind_of_office(file)
    guess = filetype.guess(head)
    return guess.extension if guess is not None else None


def _kind_of_office(file: File) -> str | None:
    """By the parts inside, whatever their order. A document that carries programs is none."""
    try:
        with zipfile.ZipFile(file) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    finally:
        file.seek(0)
    if "[Content_Types].xml" not in names or any("vbaProject" in name for name in names):
        return None
    return next((kind for part, kind in _OFFICE.items() if part in names), None)


def _is_text(head: bytes) -> bool:
    if _NO_TEXT.search(head):
        return False
    for encoding in ("utf-8", "cp874"):
        try:
            # The head may end in the middle of a character.
            codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _sha256(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def store_original(file: File, sha256: str, extension: str) -> str:
    """Keep an original under its hash; returns its path in the private storage."""
    return bring_original(file, sha256, extension)[0]


def bring_original(file: File, sha256: str, extension: str) -> tuple[str, bool]:
    """The same, and whether it was not there before."""
    path = f"originals/{sha256[:2]}/{sha256}.{extension}"
    is_new = not default_storage.exists(path)
    if not is_new and default_storage.size(path) != file.size:
        default_storage.delete(path)  # of a time when a crash could leave a part
        is_new = True
    if is_new:
        file.seek(0)
        default_storage.save(path, file)
    return path, is_new


def originals() -> Iterator[tuple[str, str]]:
    """(SHA-256, path in the private storage) of every original, by the names they are kept under.

    Names only: whether the bytes agree is for who opens them to see.
    """
    try:
        folders, _files = default_storage.listdir("originals")
    except FileNotFoundError:  # nothing was ever uploaded
        return
    for folder in sorted(folders):
        _folders, names = default_storage.listdir(f"originals/{folder}")
        for name in sorted(names):
            yield PurePath(name).stem, f"originals/{folder}/{name}"


def original_path(sha256: str) -> str:
    """Where the original with this SHA-256 lies in the private storage; empty where it doesn't."""
    return next(iter(original_paths(sha256)), "")


def original_paths(sha256: str) -> list[str]:
    """The same, wherever: a file that was taken in under two kinds of name lies there twice."""
    folder = f"originals/{sha256[:2]}"
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names if PurePath(name).stem == sha256]


# -- still wanted --------------------------------------------------------------------------------


_NAMING = (
    (Photo, "sha256", "release"),
    (Attachment, "sha256", "release"),
    (Upload, "facts__sha256", "release"),
    (VersionMedia, "master_sha256", "version__release"),
)
"""Whatever needs an original: model, its field with the SHA-256, the way to its release."""


def named_by(release: PressRelease) -> set[str]:
    """The originals (SHA-256) that a release has at the desk, waiting, or in any version."""
    named: set[str] = set()
    for model, field, way in _NAMING:
        rows = model.objects.filter(**{way: release, f"{field}__isnull": False})
        named |= set(rows.values_list(field, flat=True))
    return named


def still_named(masters: Collection[str], *, besides: PressRelease | None = None) -> set[str]:
    """Those of the originals (SHA-256) that anything but the release `besides` needs.

    It stays so while the transaction holds the epoch: then nothing is placed or published.
    """
    named: set[str] = set()
    for model, field, way in _NAMING:
        rows = model.objects.filter(**{f"{field}__in": list(masters)})
        if besides is not None:
            rows = rows.exclude(**{way: besides})
        named |= set(rows.values_list(field, flat=True))
    return named


# -- between two requests ------------------------------------------------------------------------


_FACTS = {
    Photo: (
        "sha256",
        "width",
        "height",
        "byte_size",
        "captured_at",
        "original_name",
        "colour",
        "likeness",
        "caption_th",
        "caption_en",
        "credit",
    ),
    Attachment: ("sha256", "name", "content_type", "byte_size"),
}


def facts_of(row: Photo | Attachment) -> dict:
    """What is known of a received file, as plain JSON values."""
    facts = {name: getattr(row, name) for name in _FACTS[type(row)]} | {"file": row.file.name}
    if facts.get("captured_at"):
        facts["captured_at"] = facts["captured_at"].isoformat()
    return facts


def row_of(model: type[Photo | Attachment], facts: dict) -> Photo | Attachment:
    """The row, not saved and of no release yet, of a file whose `facts_of` were kept."""
    values = dict(facts)
    if values.get("captured_at"):
        values["captured_at"] = _moment(datetime.fromisoformat(values["captured_at"]))
    return model(position=None, **values)


# -- preparing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Master:
    """What a photo's derivatives depend on: its bytes, size in pixels and focal point (shares)."""

    sha256: str
    width: int
    height: int
    focal: tuple[float, float]

    def recipes(self) -> Iterator[tuple[str, recipes.Recipe]]:
        """(hash, recipe) of every derivative, without repetition."""
        for recipe in recipes.recipes_for(self.width, self.height, self.focal):
            yield recipes.derivative_hash(self.sha256, recipe), recipe


def master_of(photo: Photo) -> Master:
    return Master(photo.sha256, photo.width, photo.height, photo.focal)


def master_in(frozen: dict) -> Master:
    """The same of a photo in a version's gallery."""
    focal = (frozen["focal_x"] / 100, frozen["focal_y"] / 100)
    return Master(frozen["sha256"], frozen["width"], frozen["height"], focal)


def queue_derivatives(photo: Photo) -> Job:
    """Ask the worker for the photo's derivatives; one job per original and focal point."""
    order = derivatives_order(photo)
    return Job.objects.enqueue_again(DERIVATIVES, order_key(order), order)


def order_key(order: dict) -> str:
    """What tells one order from another: the original and its focal point."""
    return f"{order['sha256']}:{order['focal_x']}:{order['focal_y']}"


def derivatives_order(photo: Photo) -> dict:
    """What `make_derivatives` needs to know of a photo, saved or not, as plain JSON values."""
    return {
        "sha256": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "focal_x": photo.focal_x,
        "focal_y": photo.focal_y,
        "path": photo.file.name,
        "is_placed": photo.pk is not None,
    }


def make_derivatives(payload: dict) -> None:
    """Make what is missing of one photo's derivatives; `payload` as of `derivatives_order`.

    Ends where nothing needs the photo any more, unless it is one that no release has yet.
    """
    wanted = dict(master_in(payload).recipes())
    present = set(Derivative.objects.filter(hash__in=wanted).values_list("hash", flat=True))
    missing = {recipe: hash_ for hash_, recipe in wanted.items() if hash_ not in present}
    if not missing:
        return
    with default_storage.open(payload["path"]) as original:
        for recipe, content in derivatives.make_all(original, list(missing)):
            if not _keep(payload, missing[recipe], recipe, content):
                return


def _keep(order: dict, hash_: str, recipe: recipes.Recipe, content: bytes) -> bool:
    """False, and nothing is kept, where the photo was erased or taken out meanwhile."""
    master_sha256 = order["sha256"]
    path = f"derivatives/{hash_[:2]}/{hash_}.{recipe.extension}"
    if default_storage.exists(path):  # left by a worker that died before it wrote the row
        default_storage.delete(path)
    default_storage.save(path, ContentFile(content))
    with transaction.atomic():
        Epoch.objects.hold()
        # The order of an archive package, or of the version before, doesn't say that it is placed.
        if order.get("is_placed", True) and not still_named([master_sha256]):
            if not Derivative.objects.filter(hash=hash_).exists():
                default_storage.delete(path)
            # With its order: who places the photo again finds none that is about to be done.
            Job.objects.filter(kind=DERIVATIVES, payload__sha256=master_sha256).delete()
            return False
        Derivative.objects.get_or_create(
            hash=hash_,
            defaults={
                "master_sha256": master_sha256,
                "recipe": str(recipe),
                "path": path,
                "content_type": recipe.content_type,
                "byte_size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "width": recipe.width,
                "height": recipe.height,
            },
        )
    return True


def hash_derivatives(payload: dict) -> None:
    """Note the SHA-256 of files that were made before it was kept: some at a time, then the rest
    as another job. `payload` may say after which derivative to go on.
    """
    rows = Derivative.objects.filter(sha256="", hash__gt=payload.get("after", "")).order_by("hash")
    some = list(rows[:_HASHED_AT_ONCE])
    for row in some:
        if default_storage.exists(row.path):  # `manage.py verify` tells of those that are lost
            with default_storage.open(row.path) as file:
                Derivative.objects.filter(pk=row.pk).update(sha256=_sha256(file))
    if len(some) == _HASHED_AT_ONCE:
        after = some[-1].hash
        Job.objects.enqueue(HASHES, after, {"after": after})


def photos_without_derivatives(release: PressRelease) -> list[Photo]:
    """The release's photos that are not fully prepared yet."""
    return _without_derivatives(release.photos.all())


def given_up(photos: Iterable[Photo]) -> list[Photo]:
    """Those of `photos` that no worker tries to prepare any more."""
    wanted = {order_key(derivatives_order(photo)): photo for photo in photos}
    jobs = Job.objects.given_up(timezone.now()).filter(kind=DERIVATIVES, key__in=wanted)
    return [wanted[key] for key in jobs.values_list("key", flat=True)]


def queue_missing(release: PressRelease) -> None:
    """Have the release's photos prepared that are not, those that were given up as well."""
    for photo in photos_without_derivatives(release):
        queue_derivatives(photo)


def _without_derivatives(photos: Iterable[Photo]) -> list[Photo]:
    wanted = {photo: {hash_ for hash_, _recipe in master_of(photo).recipes()} for photo in photos}
    hashes = set().union(*wanted.values()) if wanted else set()
    made = set(Derivative.objects.filter(hash__in=hashes).values_list("hash", flat=True))
    return [photo for photo, needed in wanted.items() if not needed <= made]


# -- handing out ---------------------------------------------------------------------------------


def attachment_hash(sha256: str) -> str:
    """The address of an attachment's bytes; 64 hex digits."""
    return hashlib.sha256(f"{sha256}{AS_IS}".encode()).hexdigest()


def public_derivative(hash_: str, at: datetime) -> Derivative | None:
    """The derivative at this address, where a version shown by `at` names its master.

    A version counts while it is live or past; not before its moment, not once its release is gone.
    One query.
    """
    naming = VersionMedia.objects.filter(
        master_sha256=OuterRef("master_sha256"), version__in=Version.objects.citable(at)
    )
    return Derivative.objects.filter(Exists(naming), hash=hash_).first()
