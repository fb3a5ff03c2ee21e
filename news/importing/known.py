"""Whether a record whose source_id is in the archive already is the release that has it there.

Sites number their releases alike, and a source_id says nothing of the site that it is from. So a
record is held to what the release said when it came: its first version, whatever the desk has made
of it since. It is the same where two of headline, day and address agree, or both where one of the
two has no address; see docs/decisions/0008-what-a-source-id-is-good-for.md.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import FilteredRelation, Q
from rapidfuzz import fuzz

from news.importing.incoming import Incoming
from news.models import PressRelease
from news.thai.text import fold

_ALIKE = 75
"""Of 100: a headline mended by a word or two stays above it, those of two releases below."""
_SITE = re.compile(r"https?://(?:www\.)?")


@dataclass(frozen=True, slots=True)
class Known:
    """A release as it came: from another record of this run, or earlier."""

    where: str
    """Its code, or the record that it is: "line 3"."""
    title: str
    dated: date
    address: str

    @classmethod
    def of(cls, incoming: Incoming, where: str) -> "Known":
        return cls(where, incoming.title, incoming.dated, incoming.source_url)

    def differences(self, incoming: Incoming) -> tuple[str, ...]:
        """Which of "headline", "day" and "address" a record has differently."""
        address, other = _bare(self.address), _bare(incoming.source_url)
        differing = {
            "headline": fold(self.title) != fold(incoming.title),
            "day": self.dated != incoming.dated,
            "address": bool(address and other and address != other),
        }
        return tuple(name for name, differs in differing.items() if differs)

    def is_another(self, incoming: Incoming) -> bool:
        """Whether a record of the same source_id is evidently another release."""
        differing = self.differences(incoming)
        agree = [self.dated == incoming.dated, "headline" not in differing]
        if not agree[1]:
            agree[1] = fuzz.ratio(fold(self.title), fold(incoming.title)) >= _ALIKE
        if self.address and incoming.source_url:
            agree.append("address" not in differing)
        return sum(agree) < 2


def known(source_ids: Collection[str]) -> dict[str, Known | None]:
    """Those that are in the archive, by source_id; None where nothing is left to compare with, for
    the release was erased. One query.
    """
    rows = (
        PressRelease.objects.filter(source_id__in=source_ids)
        .annotate(first=FilteredRelation("versions", condition=Q(versions__number=1)))
        .values_list(
            "source_id",
            "code",
            "first__title_th",
            "first__title_en",
            "first__dated",
            "first__source_url",
            "first__erased",
        )
    )
    return {
        source_id: None if erased or day is None else Known(code, th or en, day, address)
        for source_id, code, th, en, day, address, erased in rows
    }


def _bare(address: str) -> str:
    """An address without what changes when a site moves to https, or drops its www."""
    return _SITE.sub("", address.casefold(), count=1).rstrip("/")
