from collections.abc import Sequence

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from news import rows
from news.models.precision import Precision
from news.models.short_link import ShortLink, new_code
from news.querysets import PressReleaseQuerySet

_ATTEMPTS_AT_A_CODE = 20


class PressRelease(models.Model):
    """The editors' working copy and the permanent identity of one announcement.

    Nothing here is public: readers see the versions that `news.publishing` freezes from it.
    """

    class Origin(models.TextChoices):
        WRITTEN = "written", _("written here")
        IMPORTED = "imported", _("imported from the former site")
        SAMPLE = "sample", _("sample")

    class Language(models.TextChoices):
        TH = "th", _("Thai")
        EN = "en", _("English")

    class Translation(models.TextChoices):
        UNSTATED = "unstated", _("not stated")
        OFFICIAL = "official", _("official translation")
        ARCHIVE = "archive", _("translation made for this archive")

    code = models.CharField(_("code"), max_length=12, unique=True, editable=False)
    slug = models.CharField(
        _("address"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("Optional words for the address, for both languages: a-z, 0-9 and hyphens."),
        validators=[RegexValidator(r"^[a-z0-9-]{1,80}\Z", _("Use a-z, 0-9 and hyphens."))],
    )
    topic = models.ForeignKey(
        "news.Topic", models.PROTECT, null=True, related_name="+", verbose_name=_("topic")
    )
    title = models.CharField(_("headline"), max_length=1000, blank=True, default="")
    summary = models.TextField(_("summary"), max_length=1000, blank=True, default="")
    body = models.TextField(_("body"), blank=True, default="")
    gallery_description = models.TextField(
        _("description of the photos"),
        max_length=1000,
        blank=True,
        default="",
        help_text=_("One text that describes the photos together, for those who can't see them."),
    )
    contact = models.CharField(_("press contact"), max_length=300, blank=True, default="")
    contact_phone = models.CharField(_("telephone"), max_length=80, blank=True, default="")
    contact_email = models.EmailField(_("email"), blank=True, default="")

    event_date = models.DateField(_("event date"), null=True, blank=True)
    event_precision = models.CharField(
        _("event date is"), max_length=8, choices=Precision, default=Precision.DAY
    )
    event_source = models.CharField(
        _("event date as printed"), max_length=300, blank=True, default=""
    )
    event_other = models.DateField(_("event date, other reading"), null=True, blank=True)

    dated = models.DateField(
        _("dated"),
        null=True,
        blank=True,
        help_text=_("The release's own day. Empty: the day of its first publication."),
    )
    dated_precision = models.CharField(
        _("dated is"), max_length=8, choices=Precision, default=Precision.DAY
    )
    dated_source = models.CharField(_("date as printed"), max_length=300, blank=True, default="")
    dated_other = models.DateField(_("dated, other reading"), null=True, blank=True)

    origin = models.CharField(_("origin"), max_length=8, choices=Origin, default=Origin.WRITTEN)
    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    source_url = models.URLField(_("source"), max_length=1000, blank=True, default="")
    original_language = models.CharField(
        _("original language"), max_length=2, choices=Language, default=Language.TH
    )
    translation_status = models.CharField(
        _("translation"), max_length=8, choices=Translation, default=Translation.UNSTATED
    )
    cover = models.ForeignKey(
        "news.Photo",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover photo"),
        help_text=_("Empty: the first photo."),
    )

    is_limited = models.BooleanField(
        _("only for named people until it is published"),
        default=False,
        help_text=_("Nobody else at the desk learns that it exists. Ends with its publication."),
    )
    named = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("named people"),
        help_text=_("Besides whoever began the release."),
    )
    revision = models.PositiveIntegerField(default=0, editable=False)

    # The original's words when the translation was last written, as `news.translating` keeps them.
    translated_from = models.TextField(blank=True, default="", editable=False)
    translation_is_stale = models.BooleanField(default=False, editable=False, db_index=True)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last saved"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )

    objects = PressReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("press release")
        verbose_name_plural = _("press releases")
        permissions = [
            ("submit_pressrelease", _("Can ask for review of a press release")),
            ("approve_pressrelease", _("Can approve or return press releases of others")),
            ("publish_pressrelease", _("Can publish, schedule and withdraw press releases")),
            ("end_pressrelease", _("Can remove or merge press releases for good")),
        ]
        constraints = [
            models.CheckConstraint(
                name="press_release_has_a_headline",
                # Translated columns can be NULL, and NULL > '' would let the row pass.
                condition=models.Q(title_th__isnull=False, title_th__gt="")
                | models.Q(title_en__isnull=False, title_en__gt=""),
                violation_error_message=_(
                    "A press release needs a headline in Thai or in English."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title_th or self.title_en or self.code

    def save(self, *args, **kwargs) -> None:
        """Save the working copy; a new one gets its code, reserved for good as a short link."""
        if self.pk is not None or self.code:
            super().save(*args, **kwargs)
            if not self.short_links.filter(kind=ShortLink.Kind.CODE).exists():
                self._reserve_code()
            return
        for attempt in range(1, _ATTEMPTS_AT_A_CODE + 1):
            self.code = new_code()
            if ShortLink.objects.filter(key=self.code).exists():
                continue
            try:
                with transaction.atomic():
                    super().save(*args, **kwargs)
                    self._reserve_code()
            except IntegrityError:
                taken = ShortLink.objects.filter(key=self.code).exists()
                self.pk, self.code = None, ""
                if not taken or attempt == _ATTEMPTS_AT_A_CODE:
                    raise
            else:
                return

    def _reserve_code(self) -> None:
        ShortLink.objects.create(key=self.code, release=self, kind=ShortLink.Kind.CODE)

    @classmethod
    def save_new(cls, releases: Sequence["PressRelease"]) -> None:
        """Save many new working copies with codes of their own; call it in a transaction."""
        codes: set[str] = set()
        while len(codes) < len(releases):
            codes |= {new_code() for _ in range(len(releases) - len(codes))}
            codes -= set(ShortLink.objects.filter(key__in=codes).values_list("key", flat=True))
        for release, code in zip(releases, codes, strict=True):
            release.code = code
        rows.insert(releases)
        rows.insert(
            [
                ShortLink(key=release.code, release=release, kind=ShortLink.Kind.CODE)
                for release in releases
            ]
        )

    def languages(self) -> tuple[str, ...]:
        """The languages that have a headline and a body at the desk, Thai first."""
        return tuple(
            language
            for language in ("th", "en")
            if getattr(self, f"title_{language}") and getattr(self, f"body_{language}")
        )
