"""Where a release stands: worked out from its versions, the moment and the desk, never stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from news.door import review, status_of
from news.freezing import COMPARED, digest, freeze
from news.models import AuditEntry, PressRelease, Version
from news.thai.dates import bangkok_day
from news.workflow import Review, Situation, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """One release at one moment.

    `live` is the version in force, tombstones included; `scheduled` one whose moment lies ahead;
    `changed` says that the working copy differs from what readers have; `review` how far it has
    come on its way to them; `digest` stands for its content.
    """

    live: Version | None
    scheduled: Version | None
    changed: bool
    review: Review
    digest: str

    @property
    def status(self) -> Status:
        return status_of(self.live, self.scheduled)

    @property
    def situation(self) -> Situation:
        return Situation(self.status, self.scheduled is not None, self.review)

    @property
    def is_live(self) -> bool:
        return self.status == Status.LIVE

    @property
    def has_ended(self) -> bool:
        """Whether nothing can be published any more under this code."""
        return self.status in {Status.GONE, Status.MERGED}


def with_standing(releases: QuerySet, at: datetime) -> QuerySet:
    """`releases` with all that `standing` needs, in five queries however many they are."""
    versions = Version.objects.live(at) | Version.objects.pending(at)
    return releases.select_related("topic").prefetch_related(
        "photos",
        "attachments",
        Prefetch("versions", versions.order_by("number"), to_attr="versions_now"),
        Prefetch("audit_entries", AuditEntry.objects.replayed(), to_attr="review_entries"),
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
    draft = freeze(release=release)
    changed = compared is not None and compared.is_listed_kind and differs(draft, scheduled or live)
    now = digest(release, draft)
    return Standing(live, scheduled, changed, review(release, now), now)


def _first(versions: Iterable[Version]) -> Version | None:
    return next(iter(versions), None)


def differs(draft: Version, version: Version) -> bool:
    """Whether publishing `draft`, frozen now, would show readers anything else than `version`."""
    # Left empty at the desk, it became the day of the first publication.
    dated = draft.dated or bangkok_day(version.first_published)
    return dated != version.dated or any(
        getattr(draft, name) != getattr(version, name) for name in COMPARED
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
