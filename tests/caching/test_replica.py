"""Where the reading public is read from: the choice itself, with two databases that are played.

With real ones, killed and delayed: `tests/drills/test_many_machines.py`.
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from news import sources
from news.caching import EpochReader, EpochUnreadable, epoch, reader
from news.caching.epoch import Moment
from news.middleware import PublicReadsMiddleware
from news.models import Topic
from news.sources import PRIMARY, REPLICA
from tests.caching.conftest import Site

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def counters(monkeypatch):
    """What each database says of the epoch: a number, or None where it is gone.

    A removal raises it by 100, so that tests write down one number for each database.
    """
    said = {PRIMARY: 5, REPLICA: 5}

    def read(at, alias):
        counter = said[alias]
        if counter is None:
            raise OperationalError(f"{alias} is gone")
        key, removals = f"{counter}.0.0", counter // 100
        return Moment(key, counter, 0, None, None, source=alias, removals=removals)

    monkeypatch.setattr(sources, "has_replica", lambda: True)
    monkeypatch.setattr(epoch, "_read_again", read)
    monkeypatch.setattr(reader, "_reread_seconds", 0)
    sources.forget_failures()
    yield said
    sources.forget_failures()


def source_now(reader=None):
    return (reader or EpochReader(reread_seconds=0)).current(NOW).source


def test_readers_get_the_replica_while_it_has_all_that_the_primary_has(counters):
    assert source_now() == REPLICA
    counters[REPLICA] = 4
    assert source_now() == PRIMARY
    counters[REPLICA] = 5
    assert source_now() == REPLICA


def test_a_replica_that_kept_what_the_primary_was_restored_to_before_is_not_read(counters):
    counters |= {PRIMARY: 5, REPLICA: 9}
    assert source_now() == PRIMARY


def test_the_primary_stands_in_for_a_lost_replica_and_the_other_way_round(counters):
    counters[REPLICA] = None
    assert source_now() == PRIMARY
    sources.forget_failures()
    counters |= {REPLICA: 4, PRIMARY: None}
    assert source_now() == REPLICA


def test_with_both_gone_the_epoch_is_unreadable(counters):
    counters |= {REPLICA: None, PRIMARY: None}
    with pytest.raises(EpochUnreadable):
        source_now()


def test_a_database_that_failed_makes_nobody_wait_for_it_again_at_once(counters, monkeypatch):
    asked = []
    read = epoch._read_again
    monkeypatch.setattr(
        epoch, "_read_again", lambda at, alias: asked.append(alias) or read(at, alias)
    )
    counters[PRIMARY] = None
    reader = EpochReader(reread_seconds=0)
    for _ in range(3):
        assert source_now(reader) == REPLICA
    assert asked == [PRIMARY, REPLICA, REPLICA, REPLICA]


class TestAReplicaThatLacksARemoval:
    """The primary told of it, and is gone."""

    @pytest.fixture
    def told(self, counters):
        reader = EpochReader(reread_seconds=0)
        counters |= {PRIMARY: 105, REPLICA: 5}
        assert source_now(reader) == PRIMARY
        counters[PRIMARY] = None
        return reader

    def test_is_not_read(self, told):
        for _ in range(2):
            with pytest.raises(EpochUnreadable):
                source_now(told)

    def test_is_read_as_soon_as_it_has_it_though_it_lacks_what_was_published_later(
        self, told, counters
    ):
        counters[PRIMARY] = 107
        sources.forget_failures()
        assert source_now(told) == PRIMARY
        counters |= {PRIMARY: None, REPLICA: 105}
        told.forget()
        assert source_now(told) == REPLICA

    @pytest.mark.parametrize("replica", [5, 2, None])
    def test_is_believed_once_it_or_a_restored_one_is_the_primary(self, told, counters, replica):
        """What it lacks then never was; and a replica of it is as good as any."""
        with pytest.raises(EpochUnreadable):
            source_now(told)
        counters |= {PRIMARY: 5, REPLICA: replica}
        sources.forget_failures()
        told.forget()
        assert source_now(told) == (REPLICA if replica == 5 else PRIMARY)
        assert told.removals == 0
        counters |= {PRIMARY: None, REPLICA: 5}
        sources.forget_failures()
        told.forget()
        assert source_now(told) == REPLICA

    def test_gives_no_page_either_whose_database_was_lost_on_the_way(self, told, counters):
        """Photos and short links, whose views don't ask for the epoch, are among them."""
        counters[PRIMARY] = 105
        sources.forget_failures()
        reader.forget()
        assert source_now(reader) == PRIMARY
        asked = []

        def view(request):
            asked.append(sources.current())
            counters[PRIMARY] = None
            raise OperationalError("the primary is gone")

        middleware = PublicReadsMiddleware(
            lambda request: middleware.process_view(request, view, (), {})
        )
        with pytest.raises(EpochUnreadable):
            middleware(RequestFactory().get("/media/x"))
        assert asked == [PRIMARY]

    def test_is_not_where_reading_begins(self, told, counters):
        """Not even where it was the last one that was read, and lost a removal since: as one that
        was made anew of an old backup.
        """
        counters |= {PRIMARY: 105, REPLICA: 105}
        sources.forget_failures()
        reader.forget()
        assert source_now(reader) == REPLICA
        counters |= {PRIMARY: None, REPLICA: 5}
        seen = []
        PublicReadsMiddleware(lambda request: seen.append(sources.current()))(
            RequestFactory().get("/media/x")
        )
        assert seen == [PRIMARY]

    @pytest.mark.django_db
    def test_readers_get_what_was_kept_since_the_removal_and_else_503(self, counters):
        class Application:
            def __call__(self, environ, start_response):
                reader.current(NOW)
                response = HttpResponse("kept", headers={"Cache-Control": "public, s-maxage=5"})
                start_response("200 OK", list(response.items()))
                return response

        counters |= {PRIMARY: 105, REPLICA: 5}
        site = Site(Application(), reader)
        assert site.get("/th/").text == "kept"
        counters[PRIMARY] = None
        kept = site.get("/th/")
        assert (kept.text, site.store.counts["stale"]) == ("kept", 1)
        with pytest.raises(EpochUnreadable):  # of which Django makes 503 with Retry-After
            site.get("/en/")


def test_only_what_a_public_request_reads_goes_to_the_replica():
    router = sources.Router()
    assert router.db_for_read(Topic) == PRIMARY
    with sources.public_reads(REPLICA):
        assert router.db_for_read(Topic) == REPLICA
        assert router.db_for_write(Topic) == PRIMARY
        sources.follow(PRIMARY)
        assert router.db_for_read(Topic) == PRIMARY
    sources.follow(REPLICA)  # outside a public request
    assert router.db_for_read(Topic) == PRIMARY
    assert not router.allow_migrate(REPLICA, "news")


@pytest.mark.parametrize(
    ("method", "path", "read_from"),
    [
        ("get", "/th/", REPLICA),
        ("head", "/s/abcdef", REPLICA),
        ("get", "/media/x", REPLICA),
        ("get", "/admin/", PRIMARY),
        ("post", "/admin/login/", PRIMARY),
        ("get", "/preview/token/", PRIMARY),
        ("post", "/th/report/abcdef/1/", PRIMARY),
        ("get", "/readyz", PRIMARY),
    ],
)
def test_the_desk_reads_what_it_wrote(method, path, read_from):
    seen = []

    def answer(request):
        seen.append(sources.current())
        return HttpResponse()

    PublicReadsMiddleware(answer)(getattr(RequestFactory(), method)(path))
    assert seen == [read_from]
    assert sources.current() == PRIMARY


def test_a_page_whose_database_is_lost_on_the_way_is_read_from_the_other():
    asked = []

    def view(request):
        asked.append(sources.current())
        if sources.current() == REPLICA:
            raise OperationalError("the replica is gone")
        return HttpResponse("whole")

    middleware = PublicReadsMiddleware(
        lambda request: middleware.process_view(request, view, (), {})
    )
    assert middleware(RequestFactory().get("/th/")).content == b"whole"
    assert asked == [REPLICA, PRIMARY]
    assert not sources.is_sound(REPLICA)


@pytest.mark.django_db
def test_what_a_replica_gave_that_has_less_is_never_kept_as_the_primarys():
    """The epoch came from the primary; then it was lost, and a replica behind made the page."""

    class Reader(EpochReader):
        moments = [Moment("6.0.0", 6, 0, None, None), Moment("5.0.0", 5, 0, None, None)]

        def current(self, at):
            return self.moments.pop(0) if len(self.moments) > 1 else self.moments[0]

    def application(environ, start_response):
        response = HttpResponse("old", headers={"Cache-Control": "public, s-maxage=5"})
        start_response("200 OK", list(response.items()))
        return response

    site = Site(application, Reader())
    answer = site.get("/th/")
    assert answer.text == "old"
    assert "s-maxage=1" in answer.headers["Cache-Control"]
    assert len(site.store._shelves) == 0


def test_being_behind_is_a_matter_of_both_counters():
    moment = Moment("5.2.0", 5, 2, None, None)
    assert replace(moment, site_revision=1).is_behind(moment)
    assert replace(moment, counter=4, site_revision=9).is_behind(moment)
    assert not moment.is_behind(moment)
