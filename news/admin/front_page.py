"""What a user sees first: what they left unfinished, and what is about to go out."""

from dataclasses import dataclass

from django.utils import timezone

from news.admin.status import Status, in_status
from news.models import PressRelease, Version

SHOWN = 8


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`drafts` are the last saved first, `scheduled` (versions) the next first."""

    can_write: bool
    drafts: list[PressRelease]
    scheduled: list[Version]


def front_page(user) -> FrontPage | None:
    """The front page for `user`; None for one who has nothing to do with press releases."""
    if not user.has_perm("news.view_pressrelease"):
        return None
    at = timezone.now()
    known = PressRelease.objects.seen_by(user, at)
    drafts = in_status(known, Status.DRAFT, at).order_by("-updated_at")
    pending = Version.objects.pending(at).filter(release__in=known.values("pk"))
    scheduled = pending.select_related("release").order_by("visible_from")
    return FrontPage(
        can_write=user.has_perm("news.add_pressrelease"),
        drafts=list(drafts[:SHOWN]),
        scheduled=list(scheduled[:SHOWN]),
    )
