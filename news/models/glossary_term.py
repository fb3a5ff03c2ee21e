from django.db import models
from django.utils.translation import gettext_lazy as _


class GlossaryTerm(models.Model):
    """An official name in both languages, and the spellings that are known to be wrong."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("organisation")
        POST = "post", _("post")
        PERSON = "person", _("person")
        WORD = "word", _("expression")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OFFICE)
    name_th = models.CharField(
        _("official name in Thai"),
        max_length=200,
        unique=True,
        help_text=_("Of a person: given and family name without a title."),
    )
    name_en = models.CharField(_("official name in English"), max_length=200, blank=True)
    variants_th = models.TextField(
        _("wrong spellings in Thai"), blank=True, help_text=_("One a line.")
    )
    variants_en = models.TextField(
        _("wrong spellings in English"), blank=True, help_text=_("One a line.")
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("For colleagues: source, since when.")
    )
    updated_at = models.DateTimeField(_("last saved"), auto_now=True)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ("name_th",)

    def __str__(self) -> str:
        return self.name_th

    def lines(self, language: str) -> tuple[str, ...]:
        """The wrong spellings in a language."""
        written = getattr(self, f"variants_{language}")
        return tuple(line.strip() for line in written.splitlines() if line.strip())
