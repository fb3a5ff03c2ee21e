"""Where a release stands: worked out from its versions, the moment and the desk, never stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from news import publishing
from news.models import PressRelease, Version
from news.thai.dates import bangkok_day


class Status(TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    WITHDRAWN = "withdrawn", _("withdrawn")
    GONE = "gone", _("removed")
    MERGED = "merged", _("merged with another release")


@dataclass(frozen=True, slots=True)
class Standing:
    """One release at one moment.

    `live` is the version in force, tombstones included; `scheduled` one whose moment lies ahead;
    `changed` says that the working copy differs from what readers have.
    """

    live: Version | None
    scheduled: Version | None
    changed: bool

    @property
    def status(self) -> Status:
        if self.live is None:
            return Status.SCHEDULED if self.scheduled else Status.DRAFT
        return Status(self.live.kind) if not self.live.is_listed_kind else Status.LIVE

    @property
    def is_live(self) -> bool:
        return self.status == Status.LIVE

    @property
    def has_ended(self) -> bool:
        """Whether nothing can be published any more under this code."""
        return self.status in {Status.GONE, Status.MERGED}


def with_standing(releases: QuerySet, at: datetime) -> QuerySet:
    """`releases` with all that `standing` needs, in four queries however many they are."""
    versions = Version.objects.live(at) | Version.objects.pending(at)
    return releases.select_related("topic").prefetch_related(
        "photos",
        "attachments",
        Prefetch("versions", versions.order_by("number"), to_attr="versions_now"),
    )


def standing(release: PressRelease, at: datetime) -> Standing:
    """Where `release` stands at `at`. No query for a release from `with_standing`."""
    versions = getattr(release, "versions_now", None)
    if versions is None:
        found = release.versions.live(at) | release.versions.pending(at)
        versions = list(found.order_by("number"))
    live = _first(version for version in versions if version.visible_from <= at)
    scheduled = _first(version for version in versions if version.visible_from > at)
    compared = live or scheduled
    changed = (
        compared is not None and compared.is_listed_kind and differs(release, scheduled or live)
    )
    return Standing(live, scheduled, changed)


def _first(versions: Iterable[Version]) -> Version | None:
    return next(iter(versions), None)


_COMPARED = (
    "slug",
    "topic_id",
    "event_date",
    "event_precision",
    "event_source",
    "event_other",
    "dated_precision",
    "dated_source",
    "dated_other",
    "origin",
    "source_url",
    "original_language",
    "translation_status",
    "gallery",
    "attachments",
    "contact",
    *(
        f"{name}_{language}"
        for name in ("title", "summary", "body", "gallery_description")
        for language in ("th", "en")
    ),
)


def differs(release: PressRelease, version: Version) -> bool:
    """Whether publishing `release` now would show readers anything else than `version`."""
    draft = publishing.freeze(release=release)
    # Left empty at the desk, it became the day of the first publication.
    dated = draft.dated or bangkok_day(version.first_published)
    return dated != version.dated or any(
        getattr(draft, name) != getattr(version, name) for name in _COMPARED
    )


def in_status(releases: QuerySet, status: str, at: datetime) -> QuerySet:
    """The releases of `releases` that have `status` (a `Status` value) at `at`."""
    versions = Version.objects.filter(release=OuterRef("pk"))
    live = Exists(versions.live(at))
    pending = Exists(versions.pending(at))
    match Status(status):
        case Status.DRAFT:
            return releases.filter(~live, ~pending)
        case Status.SCHEDULED:
            # A change that waits for its moment counts as well: it is what the filter is asked for.
            return releases.filter(pending)
        case Status.LIVE:
            return releases.filter(Exists(versions.listed(at)))
        case ended:
            return releases.filter(Exists(versions.live(at).filter(kind=ended)))
