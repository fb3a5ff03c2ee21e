from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

SHARE = [MinValueValidator(0), MaxValueValidator(100)]


class Photo(models.Model):
    """One photo of a release at the desk. The file is the private original, named by its
    SHA-256.
    """

    release = models.ForeignKey(
        "news.PressRelease",
        models.PROTECT,
        related_name="photos",
        verbose_name=_("press release"),
    )
    file = models.FileField(_("original"), max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    width = models.PositiveIntegerField(_("width in pixels"), editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), editable=False)
    byte_size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    captured_at = models.DateTimeField(_("taken"), null=True, editable=False)
    original_name = models.CharField(_("file name"), max_length=255, blank=True, default="")
    likeness = models.CharField(max_length=16, editable=False, blank=True, default="")
    """`news.images.likeness`, in hex; empty where it was never computed."""
    colour = models.CharField(max_length=7, editable=False, default="#888888")

    caption = models.CharField(_("caption"), max_length=500, blank=True, default="")
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("What the photo shows, for those who can't see it."),
    )
    credit = models.CharField(_("credit"), max_length=200, blank=True, default="")
    is_sample = models.BooleanField(_("sample image"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, % from left"), default=50, validators=SHARE
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, % from top"), default=50, validators=SHARE
    )

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("release", "sha256"),
                name="photo_once_per_release",
                violation_error_message=_("This photo is already in the release."),
            )
        ]

    def __str__(self) -> str:
        return self.original_name or self.sha256[:12]

    @property
    def focal(self) -> tuple[float, float]:
        """The focal point as shares (0 to 1) of width and height."""
        return self.focal_x / 100, self.focal_y / 100
