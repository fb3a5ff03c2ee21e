"""What every desk screen with Thai and English fields shares."""

from collections import Counter
from collections.abc import Callable, Container, Mapping

from django import forms
from django.contrib import admin
from django.db import models
from django.forms.models import ModelForm
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django_prose_editor.fields import ProseEditorFormField
from modeltranslation.admin import TranslationBaseModelAdmin

from news.admin.dates import EraDateField
from news.admin.pasted import tidy
from news.models import PressRelease
from news.thai.text import as_typed, clean, single_line

LANGUAGES = PressRelease.Language


class CleanTextForm(ModelForm):
    """Brings every text into the form in which it is stored.

    `mended` counts, by kind, what that changed. Link and email addresses stay as they are, and so
    do the texts that `kept_as_typed` names.
    """

    @property
    def kept_as_typed(self) -> Container[str]:
        """Names of fields that the editor wants as they were typed."""
        return ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.mended: Counter[str] = Counter()

    def clean(self) -> dict | None:
        cleaned = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str) and value:
                cleaned[name] = self._stored_form(name, value)
            elif value is None and hasattr(self.fields[name], "language"):
                # Absent text is empty everywhere; NULL would pass the constraints on texts.
                cleaned[name] = ""
        return cleaned

    def _stored_form(self, name: str, value: str) -> str:
        field = self.fields[name]
        mend = as_typed if name in self.kept_as_typed else clean
        if isinstance(field, ProseEditorFormField):
            body = tidy(value, mend)
            self.mended.update(body.counts)
            return body.html
        if not isinstance(field, forms.CharField) or isinstance(
            field, forms.URLField | forms.EmailField
        ):
            return value
        text = mend(value)
        self.mended.update(text.counts)
        return single_line(text.text) if _is_one_line(field) else text.text.strip()


def _is_one_line(field: forms.Field) -> bool:
    return field.widget.attrs.get("data-lines") == "1" or not isinstance(
        field.widget, forms.Textarea
    )


def named(counts: Mapping[str, int]) -> str:
    """Kinds of changes and how many places had each, in words; the most frequent first."""
    names = {
        "old_font": gettext("letters of old fonts"),
        "invisible": gettext("invisible characters"),
        "control": gettext("control characters"),
        "space": gettext("unusual spaces"),
        "sara_ae": gettext("เเ written as two letters"),
        "composition": gettext("split letters"),
        "sara_am": gettext("split sara am"),
        "order": gettext("marks in the wrong order"),
        "doubled": gettext("doubled marks"),
        "bullets": gettext("bullets that were paragraphs"),
    }
    frequent = Counter(counts).most_common()
    return ", ".join(f"{names.get(kind, kind)} ({count})" for kind, count in frequent)


def what_was_mended(counts: Mapping[str, int]) -> str:
    """One sentence for the editor; empty where nothing was."""
    return gettext("Tidied up: %(what)s.") % {"what": named(counts)} if counts else ""


def _label(field: models.Field, language: str) -> str:
    return gettext("%(field)s (%(language)s)") % {
        "field": capfirst(field.verbose_name),
        "language": LANGUAGES(language).label,
    }


def column(model: type[models.Model], name: str, language: str) -> Callable[[models.Model], str]:
    """The text `name` in `language` as a column of a list, headed as its input in the form is."""
    source = f"{name}_{language}"

    @admin.display(
        description=lazy(_label, str)(model._meta.get_field(source).translated_field, language),
        ordering=source,
    )
    def text(row: models.Model) -> str:
        return getattr(row, source)

    return text


class BilingualAdmin(TranslationBaseModelAdmin):
    """Labels and language attributes of `_th` and `_en` fields, and the desk's own inputs.

    Mix it in before the modeltranslation admin: it calls `super()` first, as the language fields
    get their widgets there.
    """

    single_line_areas: tuple[str, ...] = ()
    """Names without suffix of long one-line texts, shown as areas that wrap."""

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs
    ) -> forms.Field | None:
        if isinstance(db_field, models.DateField) and not isinstance(
            db_field, models.DateTimeField
        ):
            return EraDateField(
                required=not db_field.blank,
                label=capfirst(db_field.verbose_name),
                help_text=db_field.help_text,
            )
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field is None or language is None:
            return field
        original = db_field.translated_field
        if original.name in self.single_line_areas:
            field.widget = forms.Textarea(attrs={"data-lines": "1"})
        if isinstance(field.widget, forms.Textarea):
            # A start: the stylesheet lets areas grow with their text.
            field.widget.attrs["rows"] = 2 if original.name in self.single_line_areas else 4
        # A browser would cut a paste at maxlength without a word; the form says what is too long.
        field.widget.attrs.pop("maxlength", None)
        field.widget.attrs["lang"] = language
        field.language = language
        field.label = _label(original, language)
        return field
