"""The record: numbered, complete, immutable copies of what the public was shown."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.base import ModelState
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from news.models.precision import Precision
from news.querysets import VersionQuerySet

LANGUAGES = ("th", "en")
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_TEXTS = ("title", "summary", "body", "gallery_description", "note")


def checksum_of(canonical: str) -> str:
    """SHA-256 (64 hex digits) over a version's content as canonical JSON."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def canonical_json(value: object) -> str:
    """`value` as JSON with one spelling: sorted keys, no spaces, UTF-8, no floats expected."""
    return _CANONICAL.encode(value)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list shows of one language of a version; `lang` is the language of these words."""

    lang: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Text:
    """One language of a version. `lang` is the language of these words, whatever page shows
    them.
    """

    lang: str
    title: str
    summary: str
    body: str
    gallery_description: str
    note: str


class Version(models.Model):
    """One published text of a release, in force during [visible_from, visible_until).

    Rows are appended by `news.publishing` alone and never change, `visible_until` excepted; the
    database itself refuses anything else (see `news.record_guards`). Empty text means: absent.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("first publication")
        CORRECTION = "correction", _("correction")
        CLARIFICATION = "clarification", _("clarification")
        UPDATE = "update", _("update")
        TRANSLATION = "translation", _("translation added")
        MINOR = "minor", _("minor change")
        RESTORED = "restored", _("restored")
        WITHDRAWN = "withdrawn", _("withdrawn")
        GONE = "gone", _("removed")
        MERGED = "merged", _("merged with another release")

    class Reason(models.TextChoices):
        ERROR = "error", _("it contained errors")
        DUPLICATE = "duplicate", _("it repeated another release")
        SUPERSEDED = "superseded", _("it was superseded")
        PRIVACY = "privacy", _("personal data")
        LEGAL = "legal", _("legal grounds")
        OTHER = "other", _("other grounds")

    WITHOUT_TEXT = (Kind.GONE, Kind.MERGED)
    UNLISTED = (Kind.WITHDRAWN, Kind.GONE, Kind.MERGED)
    LOGGED = (
        Kind.CORRECTION,
        Kind.CLARIFICATION,
        Kind.UPDATE,
        Kind.RESTORED,
        Kind.WITHDRAWN,
        Kind.GONE,
        Kind.MERGED,
    )
    """What the public log of corrections tells."""

    JSON_FIELDS = ("gallery", "attachments", "contact")
    """Columns of canonical JSON."""

    release = models.ForeignKey("news.PressRelease", models.PROTECT, related_name="versions")
    code = models.CharField(max_length=12)
    slug = models.CharField(max_length=80, blank=True, default="")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    visible_from = models.DateTimeField()
    visible_until = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150, blank=True, default="")
    first_published = models.DateTimeField()
    last_changed = models.DateTimeField()

    title_th = models.TextField(blank=True, default="")
    title_en = models.TextField(blank=True, default="")
    summary_th = models.TextField(blank=True, default="")
    summary_en = models.TextField(blank=True, default="")
    body_th = models.TextField(blank=True, default="")
    body_en = models.TextField(blank=True, default="")
    gallery_description_th = models.TextField(blank=True, default="")
    gallery_description_en = models.TextField(blank=True, default="")
    note_th = models.TextField(blank=True, default="")
    note_en = models.TextField(blank=True, default="")

    topic = models.ForeignKey("news.Topic", models.PROTECT, null=True, related_name="+")
    dated = models.DateField()
    dated_precision = models.CharField(max_length=8, choices=Precision)
    dated_source = models.CharField(max_length=300, blank=True, default="")
    dated_other = models.DateField(null=True)
    event_date = models.DateField(null=True)
    event_precision = models.CharField(max_length=8, choices=Precision)
    event_source = models.CharField(max_length=300, blank=True, default="")
    event_other = models.DateField(null=True)

    origin = models.CharField(max_length=8)
    source_url = models.TextField(blank=True, default="")
    original_language = models.CharField(max_length=2)
    translation_status = models.CharField(max_length=8)
    behind = models.CharField(max_length=2, blank=True, default="")
    """The language whose text stayed as it was while the other one was changed; empty for none."""

    gallery = models.TextField(default="[]")
    attachments = models.TextField(default="[]")
    contact = models.TextField(default="{}")

    reason = models.CharField(max_length=16, choices=Reason, blank=True, default="")
    merged_into = models.ForeignKey(
        "news.PressRelease", models.PROTECT, null=True, related_name="+"
    )
    checksum = models.CharField(max_length=64)
    # Its texts were emptied by an `Erasure`; the checksum is still that of what they were.
    erased = models.BooleanField(default=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(
                fields=("release", "number"),
                # A cancelled schedule is an empty interval; its number is used again.
                condition=Q(visible_until__isnull=True) | Q(visible_until__gt=F("visible_from")),
                name="version_number_once",
            ),
            models.CheckConstraint(name="version_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="version_never_backdated", condition=Q(visible_from__gte=F("recorded_at"))
            ),
            models.CheckConstraint(
                name="version_interval_is_forward",
                condition=Q(visible_until__isnull=True) | Q(visible_until__gte=F("visible_from")),
            ),
            models.CheckConstraint(
                name="version_text_fits_kind",
                condition=(
                    Q(kind__in=("gone", "merged"), title_th="", title_en="", body_th="", body_en="")
                    | Q(erased=True, title_th="", title_en="", body_th="", body_en="")
                    | (~Q(kind__in=("gone", "merged")) & (Q(title_th__gt="") | Q(title_en__gt="")))
                ),
            ),
            models.CheckConstraint(
                name="version_merged_has_target",
                condition=Q(kind="merged", merged_into__isnull=False)
                | (~Q(kind="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="version_removal_has_reason",
                condition=Q(kind__in=("withdrawn", "gone"), reason__gt="")
                | ~Q(kind__in=("withdrawn", "gone")),
            ),
        ]
        indexes = [
            models.Index(fields=("code", "visible_from"), name="version_by_code"),
            models.Index(fields=("-dated", "-id"), name="version_by_dated"),
            models.Index(fields=("topic", "-dated", "-id"), name="version_by_topic"),
            # Few have one: a period asks for those of doubtful date that may belong to it.
            models.Index(
                fields=("dated_other",),
                condition=Q(dated_other__isnull=False),
                name="version_by_other_reading",
            ),
            models.Index(fields=("visible_from",), name="version_by_visible_from"),
            models.Index(
                fields=("-visible_from", "-id"),
                condition=Q(
                    kind__in=(
                        "correction",
                        "clarification",
                        "update",
                        "restored",
                        "withdrawn",
                        "gone",
                        "merged",
                    )
                ),
                name="version_logged",
            ),
            models.Index(fields=("visible_until",), name="version_by_visible_until"),
            # In a large archive few have one: a list of them would read all the others.
            models.Index(
                fields=("-dated", "-id"), condition=~Q(gallery="[]"), name="version_with_photos"
            ),
            models.Index(
                fields=("-dated", "-id"), condition=~Q(attachments="[]"), name="version_with_files"
            ),
            # All that counting by topic reads; without it every row is looked up, in no order.
            models.Index(
                fields=("topic", "kind", "visible_from", "visible_until"),
                name="version_counted_by_topic",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Iterable[str], values: Iterable) -> "Version":
        """What Django's own makes of a row of these columns, for which it sets 44 attributes one by
        one and sends signals that nobody hears. Lists are made of hundreds of rows.
        """
        state = ModelState()
        state.adding, state.db = False, db
        version = cls.__new__(cls)
        version.__dict__.update(zip(field_names, values, strict=True), _state=state)
        return version

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that this version has, Thai first; empty for gone and merged."""
        return tuple(language for language in LANGUAGES if getattr(self, f"title_{language}"))

    def text(self, language: str) -> Text | None:
        """The words in `language`, or in the other language where that is all there is.

        `Text.lang` says which one it became; None where the version has no text (gone, merged).
        """
        lang = self.nearest(language)
        return lang and Text(lang, *(getattr(self, f"{name}_{lang}") for name in _TEXTS))

    def heading(self, language: str) -> Heading | None:
        """The same for a list, from the columns that `for_list` loads."""
        lang = self.nearest(language)
        return lang and Heading(
            lang, getattr(self, f"title_{lang}"), getattr(self, f"summary_{lang}")
        )

    def nearest(self, language: str) -> str | None:
        """`language` where the version has it, else the one it has; None where it has no text."""
        available = self.languages
        return language if language in available else next(iter(available), None)

    @cached_property
    def photos(self) -> list[dict]:
        """The gallery in order; keys as `news.freezing.frozen_gallery` writes them."""
        return json.loads(self.gallery) if self.gallery != "[]" else []

    @cached_property
    def files(self) -> list[dict]:
        """The attachments in order; keys as `news.freezing.frozen_attachments` writes them."""
        return json.loads(self.attachments) if self.attachments != "[]" else []

    @cached_property
    def press_contact(self) -> dict:
        return json.loads(self.contact)

    @property
    def cover(self) -> dict | None:
        """The cover photo: the one so marked, else the first."""
        return next(
            (photo for photo in self.photos if photo["is_cover"]), next(iter(self.photos), None)
        )

    @property
    def is_listed_kind(self) -> bool:
        return self.kind not in self.UNLISTED

    def is_in_force(self, at: datetime) -> bool:
        """Whether `at` (aware) lies in [visible_from, visible_until)."""
        return self.visible_from <= at and (self.visible_until is None or at < self.visible_until)

    @classmethod
    def content_fields(cls) -> list[models.Field]:
        """Those of the columns that the checksum covers as they are; besides them, the code of
        `merged_into`.
        """
        return [field for field in cls._meta.concrete_fields if field.attname not in _NOT_CONTENT]

    def content(self) -> dict:
        """Everything the checksum covers, as plain JSON values: content, number and
        `visible_from`.
        """
        plain = {field.attname: getattr(self, field.attname) for field in self.content_fields()}
        plain["visible_from"] = _utc(self.visible_from)
        plain["first_published"] = _utc(self.first_published)
        plain["last_changed"] = _utc(self.last_changed)
        for name in ("dated", "dated_other", "event_date", "event_other"):
            plain[name] = plain[name].isoformat() if plain[name] else None
        for name in self.JSON_FIELDS:
            plain[name] = json.loads(plain[name])
        plain["kind"] = str(self.kind)
        plain["merged_into"] = self.merged_into.code if self.merged_into_id else None
        if not plain["behind"]:  # as versions were sealed that knew nothing of it
            del plain["behind"]
        return plain

    @classmethod
    def from_content(cls, content: dict, **others) -> "Version":
        """An unsaved version with what `content()` gave; `others` are the fields it leaves out.

        Raises ValueError, KeyError or TypeError for anything that `content()` doesn't give.
        """
        expected = {field.attname for field in cls.content_fields()} | {"merged_into"}
        content = {"behind": ""} | content
        if content.keys() != expected:
            odd = ", ".join(sorted(content.keys() ^ expected))
            raise ValueError(f"members that are missing or unknown: {odd}")
        plain = {name: value for name, value in content.items() if name != "merged_into"}
        for name in ("visible_from", "first_published", "last_changed"):
            plain[name] = datetime.fromisoformat(plain[name])
        for name in ("dated", "dated_other", "event_date", "event_other"):
            plain[name] = date.fromisoformat(plain[name]) if plain[name] else None
        for name in cls.JSON_FIELDS:
            plain[name] = canonical_json(plain[name])
        return cls(**plain, **others)

    def canonical(self) -> str:
        """`content()` as canonical JSON: the text that the checksum is of."""
        return canonical_json(self.content())

    def compute_checksum(self) -> str:
        """SHA-256 (64 hex digits) over `canonical()`."""
        return checksum_of(self.canonical())


# What a checksum must survive: keys of this database, the end of the interval, the checksum itself.
_NOT_CONTENT = frozenset(
    {
        "id",
        "release_id",
        "merged_into_id",
        "visible_until",
        "recorded_at",
        "recorded_by",
        "checksum",
        "erased",
    }
)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
