from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """Releases that belong together and are read one after the other, under a name of their own.

    As a topic's name it is no part of the record: it shows the way among releases and says nothing
    of their content. A part is public when its release is.
    """

    slug = models.CharField(
        _("address"),
        max_length=80,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use a-z, 0-9 and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ("slug",)
        constraints = [
            models.CheckConstraint(
                name="series_has_both_names",
                # Translated columns can be NULL, and NULL > '' would let the row pass.
                condition=models.Q(name_th__isnull=False, name_th__gt="")
                & models.Q(name_en__isnull=False, name_en__gt=""),
                violation_error_message=_("A series needs a Thai and an English name."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    def name_in(self, language: str) -> str:
        """The name in `language` (`th` or `en`); both always exist."""
        return getattr(self, f"name_{language}")


class SeriesPart(models.Model):
    """That a release belongs to a series; to one at most. Its day gives its place."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="parts")
    release = models.OneToOneField(
        "news.PressRelease",
        models.CASCADE,
        related_name="series_part",
        verbose_name=_("press release"),
    )

    class Meta:
        verbose_name = _("part of the series")
        verbose_name_plural = _("parts of the series")

    def __str__(self) -> str:
        return f"{self.series_id}: {self.release_id}"
