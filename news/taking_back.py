"""An old version's content brought to the desk: texts, gallery, attachments."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from news import media, translating
from news.audit import Action
from news.door import Door
from news.freezing import digest
from news.models import Attachment, Derivative, Photo, PressRelease, Version
from news.models.version import LANGUAGES
from news.thai.dates import bangkok_day
from news.workflow import PublishingRefused, Step

_TEXTS = ("title", "summary", "body", "gallery_description")
_FACTS = (
    "slug",
    "topic",
    "event_date",
    "event_precision",
    "event_source",
    "event_other",
    "dated_precision",
    "dated_source",
    "dated_other",
    "source_url",
    "original_language",
    "translation_status",
)
_PHOTO = ("focal_x", "focal_y", "alt_th", "alt_en", "caption_th", "caption_en", "credit")
_PHOTO += ("is_sample",)
_ATTACHMENT = ("name", "language", "title_th", "title_en")


@transaction.atomic
def take_back(*, release: PressRelease, number: int, by, seen: str) -> PressRelease:
    """Make version `number` the content of the working copy; returns the working copy.

    What stood at the desk and nowhere else is lost, so a screen shows it first: `seen` is the
    digest of what it showed. Photos and files that the desk no longer had come back from the
    private originals. Raises `PublishingRefused`: `no_version` for a version that was never shown
    nor is scheduled, or has no text; `changed` where something else stands at the desk by now.
    """
    door = Door(release, by)
    door.check(Step.TAKE_BACK)
    version = _version(door, number)
    door.require_seen(seen)
    release = door.release
    for language in LANGUAGES:
        for name in _TEXTS:
            field = f"{name}_{language}"
            setattr(release, field, getattr(version, field))
        setattr(release, f"contact_{language}", version.press_contact.get(f"text_{language}", ""))
    for name in _FACTS:
        setattr(release, name, getattr(version, name))
    release.contact_phone = version.press_contact.get("phone", "")
    release.contact_email = version.press_contact.get("email", "")
    # Left empty at the desk, it became the day of the first publication.
    own_day = version.dated != bangkok_day(version.first_published)
    release.dated = version.dated if own_day else None
    release.cover = _put_back_photos(release, version)
    _put_back_attachments(release, version)
    if version.behind:
        release.translation_is_stale = True
    else:
        translating.follows(release)
    release.save()
    PressRelease.objects.filter(pk=release.pk).update(revision=F("revision") + 1)
    release.refresh_from_db()
    door.note(Action.TAKEN_BACK, number=number, digest=digest(release))
    return release


def _version(door: Door, number: int) -> Version:
    known = door.release.versions.exclude(visible_until=F("visible_from"))
    version = known.filter(number=number).exclude(kind__in=Version.WITHOUT_TEXT).first()
    if version is None or not version.languages:
        raise PublishingRefused(_("There is no such version with a text."), "no_version")
    return version


def _put_back_photos(release: PressRelease, version: Version) -> Photo | None:
    """Make the desk's photos those of `version`; returns the cover."""
    frozen = {item["sha256"]: item for item in version.photos}
    release.photos.exclude(sha256__in=frozen).delete()
    present = {photo.sha256: photo for photo in release.photos.all()}
    cover = None
    for place, (sha256, item) in enumerate(frozen.items()):
        photo = present.get(sha256) or _photo_again(item)
        photo.release, photo.position = release, place
        for name in _PHOTO:
            setattr(photo, name, item[name])
        photo.save()
        media.queue_derivatives(photo)
        cover = photo if item["is_cover"] else cover
    return cover


def _photo_again(item: dict) -> Photo:
    """A row for a photo that the desk has no longer; another release may know more of it."""
    other = Photo.objects.filter(sha256=item["sha256"]).first()
    path = other.file.name if other else media.original_path(item["sha256"])
    if not path:
        raise PublishingRefused(_("An original of this version is gone."), "no_original")
    photo = Photo(
        sha256=item["sha256"],
        width=item["width"],
        height=item["height"],
        colour=item["colour"],
        byte_size=other.byte_size if other else default_storage.size(path),
        captured_at=other.captured_at if other else None,
        original_name=other.original_name if other else "",
    )
    photo.file.name = path
    return photo


def _put_back_attachments(release: PressRelease, version: Version) -> None:
    frozen = {item["sha256"]: item for item in version.files}
    release.attachments.exclude(sha256__in=frozen).delete()
    present = {file.sha256: file for file in release.attachments.all()}
    for place, (sha256, item) in enumerate(frozen.items()):
        file = present.get(sha256) or _attachment_again(item)
        file.release, file.position = release, place
        for name in _ATTACHMENT:
            setattr(file, name, item[name])
        file.save()


def _attachment_again(item: dict) -> Attachment:
    kept = Derivative.objects.filter(hash=media.attachment_hash(item["sha256"])).first()
    if kept is None:
        raise PublishingRefused(_("An original of this version is gone."), "no_original")
    file = Attachment(
        sha256=item["sha256"], content_type=item["content_type"], byte_size=item["byte_size"]
    )
    file.file.name = kept.path
    return file
