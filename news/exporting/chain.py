"""The hash chain over all versions that were ever shown.

One line a version, in the order in which they were first shown:

    2018-05-19T07:00:00.000000Z<TAB>k7m4q2@1<TAB><checksum of the version>

The head is `GENESIS` before the first line, and after each line the SHA-256 of the head before it
(as 64 hex digits) followed by that line with its newline. A version scheduled for later enters at
its moment, not before: the chain tells nobody what is to come.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from news.models import ChainHead, Epoch, Version
from news.thai.dates import BANGKOK

GENESIS = "0" * 64
DAILY = "chain head"
SETTLED = timedelta(minutes=10)
"""How long after midnight a day counts as over: no transaction that began before it still runs."""

_CHUNK = 2_000


def end_of(day: date) -> datetime:
    """The first moment after a Bangkok day."""
    return datetime.combine(day + timedelta(days=1), time(), BANGKOK)


def last_day(at: datetime) -> date:
    """The last Bangkok day that is over, and settled, at `at`."""
    return (at - SETTLED).astimezone(BANGKOK).date() - timedelta(days=1)


def lines(until: datetime, since: datetime | None = None) -> Iterator[str]:
    """The chain's lines of the versions first shown in [since, until); nothing is held in memory.

    `until` must have passed: before it, a version could still be published or cancelled.
    """
    versions = Version.objects.shown(until).filter(visible_from__lt=until)
    if since is not None:
        versions = versions.filter(visible_from__gte=since)
    rows = versions.order_by("visible_from", "code", "number").values_list(
        "visible_from", "code", "number", "checksum"
    )
    for visible_from, code, number, checksum in rows.iterator(_CHUNK):
        moment = visible_from.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        yield f"{moment}\t{code}@{number}\t{checksum}\n"


def extended(head: str, added: Iterable[str]) -> tuple[str, int]:
    """The head after the lines `added` to a chain with this `head`, and how many they were."""
    count = 0
    for line in added:
        head = hashlib.sha256((head + line).encode()).hexdigest()
        count += 1
    return head, count


def publish_head(payload: dict) -> None:
    """Append the head of the day in the payload, and of any day since the last head before it.

    Raises ValueError for a day that isn't over: its head would be another one tomorrow.
    """
    wanted = date.fromisoformat(payload["day"])
    now = timezone.now()
    if wanted > last_day(now):
        raise ValueError(f"{wanted} is not over yet")
    last = ChainHead.objects.order_by("-day").first()
    if last is not None and last.day >= wanted:
        return
    day = last.day + timedelta(days=1) if last else wanted
    head, count, since = (last.head, last.count, last.until) if last else (GENESIS, 0, None)
    while day <= wanted:
        until = end_of(day)
        head, added = extended(head, lines(until, since))
        count += added
        # Two workers may come this far at once; they have computed the same.
        ChainHead.objects.get_or_create(
            day=day,
            defaults={"until": until, "count": count, "head": head, "computed_at": now},
        )
        since, day = until, day + timedelta(days=1)
    Epoch.objects.raise_site_revision()


def broken_heads() -> Iterator[str]:
    """A sentence for each published head that the record as it is now doesn't lead to."""
    head, count, since = GENESIS, 0, None
    for published in ChainHead.objects.order_by("day"):
        head, added = extended(head, lines(published.until, since))
        count, since = count + added, published.until
        if (head, count) != (published.head, published.count):
            yield (
                f"chain of {published.day}: published {published.head} over {published.count} "
                f"versions, computed {head} over {count}"
            )
