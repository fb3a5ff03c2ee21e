"""What a user sees first: what waits for them, what they left unfinished, what goes out next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from news.admin.status import Status, in_status, standing, with_standing
from news.importing import misses
from news.models import AuditEntry, FormerMiss, PressRelease, ReaderReport, SearchMiss, Version
from news.sharing import key_misses
from news.workflow import Stage

SHOWN = 8
LOOKED_THROUGH = 100
"""Releases with a review under way that are looked at one by one: only their content tells whether
an approval still holds.
"""
DAYS = 30
"""How far back searches and short links that found nothing are counted."""


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """A publication without approval that waits for a second person."""

    release: PressRelease
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`drafts` are those that wait for nobody, the last saved first; `scheduled` are versions, the
    next first.
    """

    can_write: bool
    waiting: list[PressRelease]
    returned: list[PressRelease]
    approved: list[PressRelease]
    unreviewed: list[Unreviewed]
    scheduled: list[Version]
    drafts: list[PressRelease]
    embargoed: list[PressRelease]
    stale: list[PressRelease]
    reports: list[ReaderReport]
    searches: list[tuple[str, int]]
    addresses: list[FormerMiss]
    keys: list[tuple[str, int]]


def front_page(user) -> FrontPage | None:
    """The front page for `user`; None for one who has nothing to do with press releases."""
    if not user.has_perm("news.view_pressrelease"):
        return None
    at = timezone.now()
    since = timezone.localdate(at) - timedelta(days=DAYS)
    known = PressRelease.objects.seen_by(user, at)
    drafts = in_status(known, Status.DRAFT, at).order_by("-updated_at")
    pending = Version.objects.pending(at).filter(release__in=known.values("pk"))
    scheduled = pending.select_related("release").order_by("visible_from")
    stages = _under_review(known, at)
    elsewhere = [
        release.pk for stage, found in stages.items() if stage != Stage.WRITING for release in found
    ]
    return FrontPage(
        can_write=user.has_perm("news.add_pressrelease"),
        waiting=stages[Stage.SUBMITTED],
        returned=stages[Stage.RETURNED],
        approved=stages[Stage.APPROVED],
        unreviewed=_unreviewed(user, at),
        scheduled=list(scheduled[:SHOWN]),
        drafts=list(drafts.exclude(pk__in=elsewhere)[:SHOWN]),
        embargoed=list(known.under_embargo(at).order_by("-updated_at")[:SHOWN]),
        stale=list(_stale(known, at)[:SHOWN]),
        reports=_reports(user),
        searches=SearchMiss.objects.most_missed(since, SHOWN)
        if user.has_perm("news.view_searchmiss")
        else [],
        addresses=list(misses.missed().order_by("-times")[:SHOWN])
        if user.has_perm("news.view_formermiss")
        else [],
        keys=key_misses.most_missed(since, SHOWN) if user.has_perm("news.view_keymiss") else [],
    )


def _under_review(known: QuerySet[PressRelease], at: datetime) -> dict[Stage, list[PressRelease]]:
    """Stage -> releases, those whose review moved last first."""
    moved = AuditEntry.objects.filter(release=OuterRef("pk"))
    submitted = moved.filter(action=AuditEntry.Action.SUBMITTED)
    found: dict[Stage, list[PressRelease]] = {stage: [] for stage in Stage}
    candidates = known.filter(Exists(submitted)).order_by("-updated_at")[:LOOKED_THROUGH]
    for release in with_standing(candidates, at):
        now = standing(release, at)
        if not now.has_ended and len(found[now.review.stage]) < SHOWN:
            found[now.review.stage].append(release)
    return found


def _unreviewed(user, at: datetime) -> list[Unreviewed]:
    entries = AuditEntry.objects.without_sign_off().seen_by(user, at)
    rows = entries.filter(release__isnull=False).select_related("release").order_by("pk")
    return [Unreviewed(entry.release, entry) for entry in rows if entry.release is not None]


def _stale(known: QuerySet[PressRelease], at: datetime) -> QuerySet[PressRelease]:
    """Those whose translation has fallen behind, at the desk or for readers."""
    behind = Version.objects.live(at).filter(release=OuterRef("pk")).exclude(behind="")
    return known.filter(Q(translation_is_stale=True) | Exists(behind)).order_by("-updated_at")


def _reports(user) -> list[ReaderReport]:
    if not user.has_perm("news.view_readerreport"):
        return []
    new = ReaderReport.objects.filter(state=ReaderReport.State.NEW)
    return list(new.select_related("release").order_by("-received_at")[:SHOWN])
