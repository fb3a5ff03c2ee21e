"""Rows that name a release, for somebody who may not know of every release."""

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, ForeignKey, Q, QuerySet
from django.forms import Field as FormField
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst

from news.models import PressRelease


class NamesReleases:
    """Mixed into the admin of a model with a foreign key `release`: neither its lists nor its
    choices nor its search name a release under embargo to others.
    """

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        known = known_to(request)
        rows = super().get_queryset(request)
        return rows.filter(Q(release__isnull=True) | Q(release__in=known.values("pk")))

    class Media:
        js = ("admin/js/jquery.init.js", "admin/js/autocomplete.js", "desk/choices.js")

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs
    ) -> FormField | None:
        """Without Django's buttons beside the choice: no release is made or deleted from here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "release" and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
            # `desk/choices.js` gives it to what stands in the place of the list.
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs
    ) -> ModelChoiceField | None:
        if db_field.name == "release":
            kwargs["queryset"] = known_to(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def known_to(request: HttpRequest) -> QuerySet[PressRelease]:
    return PressRelease.objects.seen_by(request.user, timezone.now())
