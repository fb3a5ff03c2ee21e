"""Addresses of the former site that readers came by and that lead nowhere yet: counted per day, by
the address alone, so that the desk can lead the frequent ones to their releases.
"""

import re
from datetime import date

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery, Sum

from news.importing import paths
from news.models import Epoch, FormerMiss, LegacyPath, PressRelease

_LONGEST = 500
_FORMER = re.compile(r"/blog/|\?q=node/|.*[ก-ฮ]")
"""What an address of the former site looks like; anything else is somebody's guess."""


def count_miss(address: str, day: date) -> None:
    """Count a request for an unknown address."""
    path = paths.canonical(address)[:_LONGEST]
    if _FORMER.match(path):
        FormerMiss.objects.count_miss(path, day)


def missed() -> QuerySet:
    """One row for each address that still leads nowhere (the latest day's), with `times` in all."""
    known = LegacyPath.objects.filter(path=OuterRef("path"))
    same = FormerMiss.objects.filter(path=OuterRef("path")).order_by().values("path")
    return FormerMiss.objects.filter(
        ~Exists(known), day=Subquery(same.annotate(last=Max("day")).values("last"))
    ).annotate(times=Subquery(same.annotate(sum=Sum("count")).values("sum")))


@transaction.atomic
def lead(path: str, release: PressRelease) -> LegacyPath:
    """Let an address of the former site lead to a release from now on."""
    found, _made = LegacyPath.objects.update_or_create(path=path, defaults={"release": release})
    FormerMiss.objects.filter(path=path).delete()
    Epoch.objects.raise_site_revision()
    return found
