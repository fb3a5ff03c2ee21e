"""Rows that name a release, for somebody who may not know of every release."""

from django.db.models import ForeignKey, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone

from news.models import PressRelease


class NamesReleases:
    """Mixed into the admin of a model with a foreign key `release`: neither its lists nor its
    choices nor its search name a release under embargo to others.
    """

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        known = known_to(request)
        rows = super().get_queryset(request)
        return rows.filter(Q(release__isnull=True) | Q(release__in=known.values("pk")))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs
    ) -> ModelChoiceField | None:
        if db_field.name == "release":
            kwargs["queryset"] = known_to(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def known_to(request: HttpRequest) -> QuerySet[PressRelease]:
    return PressRelease.objects.seen_by(request.user, timezone.now())
