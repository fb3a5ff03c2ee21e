"""Keeping the index: what the door calls, and how the whole is built anew beside the old.

An entry has its version's interval, so that search is right at every moment with nothing running:
a scheduled version is found from its minute on, and the one before it until then. Every caller here
holds the lock on the epoch's row (the door by raising it), so no two write at once.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from news.models import Epoch, Job, SearchState, Version
from news.prepared import Prepared
from news.search.analysis import TOKEN_STREAM_VERSION
from news.search.documents import document_of, flags_of
from news.search.engine import CURRENT, NEXT, IndexInUse, Row, Written
from news.search.engines import engine
from news.search.entries import microseconds, pack

BATCH = 100
"""Versions indexed in one transaction of a rebuilding: about a quarter of a second."""

_WORTH_A_PROCESS = 500
"""Versions from which on another process saves more time than it takes to start."""

_Done = TypeVar("_Done")

AGAIN = "reindex"
"""The job that builds the index once more after an upgrade; see `_finish`."""

PATIENCE = 30 * 60
"""Seconds in which readers of the index in use, as a backup, may end, before it is given up."""

_PATIENCE_OF_THE_WORKER = 60

_PAUSE = 10
"""Seconds between two tries: in each, searches and publications wait for up to one."""

_UNTIL_THE_OLD_ENDED = timedelta(minutes=15)


class IndexMismatch(Exception):
    """A rebuilt index doesn't have as many entries as the record has listed versions."""


def written(version: Version) -> Written:
    """What the index is given of a version. Asks no database."""
    return engine().written(document_of(version))


def add(versions: Sequence[Version], documents: Sequence[Written] | None = None) -> None:
    """Index versions that were just appended; those that are never listed are left out.

    `documents` is what `written` gives for each, where somebody worked that out already.
    """
    documents = documents or [*map(written, versions)]
    is_beside = _write(versions, documents, CURRENT)
    # Not into an index of another analysis: who builds that reads these versions anyway.
    if is_beside and _state().building_version == TOKEN_STREAM_VERSION:
        _write(versions, documents, NEXT)


def end(version: Version) -> None:
    """Let the version's entry end when the version does."""
    cancelled = version.visible_until == version.visible_from
    until = 0 if cancelled else microseconds(version.visible_until)
    engine().end(version.pk, until, CURRENT)
    if _state().building_version is not None:
        engine().end(version.pk, until, NEXT)


def erase(versions: Sequence[Version]) -> None:
    """Remove every trace of some versions' words; call it while their texts are still there."""
    keys = engine().indexed([version.pk for version in versions], CURRENT)
    found = [version for version in versions if version.pk in keys]
    documents = [*map(written, found)] if is_current() else None
    engine().erase([keys[version.pk] for version in found], documents)
    if _state().building_version is not None:
        # Built again from what is left: the unfinished one has no way of removing words.
        _start_again()


def is_current() -> bool:
    """Whether the index in use was made by today's analysis."""
    return _state().token_stream_version == TOKEN_STREAM_VERSION


def differences() -> Iterator[str]:
    """What the index in use has otherwise than the record: a sentence for each kind. Whatever it
    is, `reindex` mends it.
    """
    if not is_current():
        yield "it was not built by today's analysis"
    with transaction.atomic():
        _lock()
        now = timezone.now()
        there = engine().versions(microseconds(now), CURRENT)
        expected = set(_indexable(now).values_list("pk", flat=True))
    if lacking := len(expected - there):
        yield f"it lacks {lacking} of {len(expected)} versions"
    if left := len(there - expected):
        yield f"it still has {left} versions that readers are not to find"


def rebuild(
    tell: Callable[[int, int], None] = lambda done, total: None,
    *,
    worked: Callable = map,
    waiting: Callable[[], None] = lambda: None,
    patience: float | None = None,
) -> int:
    """Build a new index beside the one in use and put it in its place; returns its entries.

    The site goes on reading and publishing meanwhile. Stopped at any moment, it goes on from there
    when it is called again. `tell` is given the versions done and those to do. `worked` is `map`
    or what does the same in another process, where there is enough to do for one. Where the counts
    don't agree in the end, it raises IndexMismatch and leaves the index in use as it was.

    Where somebody reads an index that has to go, `waiting` is called before each further try; after
    `patience` seconds (PATIENCE) it raises IndexInUse, and goes on from there as well.
    """
    patience = PATIENCE if patience is None else patience
    _when_unread(_begin, waiting, patience)
    total = _to_index(0).count()
    done = total - _to_index(_state().built_to).count()
    tell(done, total)
    if total - done < _WORTH_A_PROCESS:
        worked = map
    # Once, unless somebody else goes on with it as well or an erasure begins it anew.
    while left := _to_index(_state().built_to).count():
        _build(worked, lambda now: tell(now, total), max(0, total - left))
    entries = _when_unread(_finish, waiting, patience)
    settle()
    return entries


def _when_unread(
    action: Callable[[], _Done], waiting: Callable[[], None], patience: float
) -> _Done:
    """Do what removes tables, holding the epoch's row only while it is tried."""
    until = time.monotonic() + patience
    while True:
        try:
            with transaction.atomic():
                _lock()
                with engine().briefly():
                    return action()
        except IndexInUse:
            if time.monotonic() >= until:
                raise
        waiting()
        time.sleep(_PAUSE)


def _begin() -> None:
    """Go on with an unfinished index of today's analysis, or begin one."""
    if _state().building_version != TOKEN_STREAM_VERSION or not engine().exists(NEXT):
        _start_again()


def rebuild_again(payload: dict) -> None:
    """Do the job `AGAIN`; its payload is empty."""
    # Other jobs wait meanwhile; this one is tried again.
    rebuild(patience=_PATIENCE_OF_THE_WORKER)


def settle() -> None:
    """Bring the index into its quickest form after much was added; others can go on meanwhile."""
    for _ in engine().settle():
        pass


def _build(worked: Callable, tell: Callable[[int], None], done: int) -> None:
    """Index what a rebuilding still has to do, or some of it, where somebody else took it on or it
    had to begin again. `tell` is given the number of versions that are done, `done` and more.
    """
    built_to = _state().built_to
    taken: deque[list[Version]] = deque()

    def batches() -> Iterator[list[Version]]:
        after = built_to
        while versions := list(_to_index(after)[:BATCH]):
            after = versions[-1].pk
            taken.append(versions)
            yield versions

    for documents in worked(_all_written, batches()):
        versions = taken.popleft()
        with transaction.atomic():
            _lock()
            if _state().built_to != built_to:
                break
            _write_next(dict(zip(versions, documents, strict=True)))
            built_to = versions[-1].pk
            SearchState.objects.filter(pk=1).update(built_to=built_to)
        done += len(versions)
        tell(done)


def _all_written(versions: Sequence[Version]) -> list[Written]:
    return [*map(written, versions)]


def _write_next(documents: dict[Version, Written]) -> None:
    """Write versions that were read a while ago, as far as they are still to be indexed."""
    keys = [version.pk for version in documents]
    current = _indexable(timezone.now()).filter(pk__in=keys, erased=False)
    until = dict(current.values_list("pk", "visible_until"))
    # The door has written those already that were published since the rebuilding began.
    there = engine().indexed(keys, NEXT)
    new = [version for version in documents if version.pk in until and version.pk not in there]
    for version in new:
        version.visible_until = until[version.pk]
    _write(new, [documents[version] for version in new], NEXT)


def _finish() -> int:
    now = timezone.now()
    built = engine().count(microseconds(now), NEXT)
    expected = _indexable(now).count()
    if built != expected:
        raise IndexMismatch(
            f"the new index has {built} entries for {expected} versions; it is not used"
        )
    engine().replace()
    if _state().token_stream_version not in (0, TOKEN_STREAM_VERSION):
        # During an upgrade the version of the site that is about to end goes on publishing, and
        # indexes that in its own way, where searches would miss it.
        run_after = now + _UNTIL_THE_OLD_ENDED
        Job.objects.enqueue_again(AGAIN, str(TOKEN_STREAM_VERSION), {}, run_after)
    SearchState.objects.filter(pk=1).update(
        token_stream_version=TOKEN_STREAM_VERSION, building_version=None, built_to=0
    )
    # Pages that found nothing in an index of another analysis are kept no longer.
    Epoch.objects.raise_site_revision()
    return built


def _start_again() -> None:
    engine().drop(NEXT)
    engine().create(NEXT)
    SearchState.objects.filter(pk=1).update(building_version=TOKEN_STREAM_VERSION, built_to=0)


def _to_index(after: int):
    return _indexable(timezone.now()).filter(pk__gt=after).order_by("pk")


def _indexable(at: datetime):
    """The versions that are listed at `at` or will be."""
    return (
        Version.objects.filter(Q(visible_until__isnull=True) | Q(visible_until__gt=at))
        .exclude(visible_until=F("visible_from"))
        .exclude(kind__in=Version.UNLISTED)
    )


def _write(versions: Sequence[Version], documents: Sequence[Written], generation: str) -> bool:
    """Index what is listed of some versions; tells whether another index may have to have it."""
    rows = [
        Row(
            version.pk,
            version.dated,
            pack(version.dated, version.topic_id, flags_of(version)),
            microseconds(version.visible_from),
            microseconds(version.visible_until),
            document,
        )
        for version, document in zip(versions, documents, strict=True)
        if version.is_listed_kind
    ]
    return bool(rows) and engine().insert(rows, generation)


def _lock() -> None:
    """Wait for whoever publishes now, and let those after wait (SQLite: by BEGIN IMMEDIATE)."""
    if connection.vendor == "postgresql":
        Epoch.objects.select_for_update().get(pk=1)


def _state() -> SearchState:
    return next(iter(_STATE.ask({"pk": 1})))


# Read with every publication, where writing the query would take longer than all else of it.
_STATE = Prepared(
    SearchState, lambda values: SearchState.objects.filter(pk=values["pk"]), samples={"pk": -1001}
)
