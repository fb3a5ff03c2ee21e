"""The glossary at the desk."""

from django.contrib import admin
from django.http import HttpRequest

from news.admin.bilingual import CleanTextForm
from news.models import GlossaryTerm


class GlossaryTermForm(CleanTextForm):
    """Wrong spellings stay as they are: it is by them that a text is known."""

    def clean(self) -> dict | None:
        written = {name: self.cleaned_data.get(name) for name in ("variants_th", "variants_en")}
        cleaned = super().clean()
        if cleaned is not None:
            cleaned |= {name: value for name, value in written.items() if value is not None}
        return cleaned


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(admin.ModelAdmin):
    form = GlossaryTermForm
    list_display = ("name_th", "name_en", "kind")
    list_filter = ("kind",)
    search_fields = ("name_th", "name_en", "variants_th", "variants_en")
    fieldsets = [
        (
            None,
            {"fields": ["kind", ("name_th", "name_en"), ("variants_th", "variants_en"), "note"]},
        )
    ]

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name[-3:] in {"_th", "_en"}:
            field.widget.attrs["lang"] = db_field.name[-2:]
            field.widget.attrs.pop("maxlength", None)
            if "rows" in field.widget.attrs:
                field.widget.attrs["rows"] = 4
        return field
