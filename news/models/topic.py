from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A subject heading. Versions freeze its id and show the name as it is now."""

    slug = models.CharField(
        _("address"),
        max_length=80,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use a-z, 0-9 and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("position", "slug")
        constraints = [
            models.CheckConstraint(
                name="topic_has_both_names",
                # Translated columns can be NULL, and NULL > '' would let the row pass.
                condition=models.Q(name_th__isnull=False, name_th__gt="")
                & models.Q(name_en__isnull=False, name_en__gt=""),
                violation_error_message=_("A topic needs a Thai and an English name."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    def name_in(self, language: str) -> str:
        """The name in `language` (`th` or `en`); both always exist."""
        return getattr(self, f"name_{language}")
