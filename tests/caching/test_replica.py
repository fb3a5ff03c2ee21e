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
from news.caching import EpochReader, EpochUnreadable, epoch
from news.caching.epoch import Moment
from news.middleware import PublicReadsMiddleware
from news.models import Topic
from news.sources import PRIMARY, REPLICA
from tests.caching.conftest import Site

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def counters(monkeypatch):
    """What each database says of the epoch: a number, or None where it is gone."""
    said = {PRIMARY: 5, REPLICA: 5}

    def read(at, alias):
        if said[alias] is None:
            raise OperationalError(f"{alias} is gone")
        return Moment(f"{said[alias]}.0.0", said[alias], 0, None, None, source=alias)

    monkeypatch.setattr(sources, "has_replica", lambda: True)
    monkeypatch.setattr(epoch, "_read_again", read)
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

    class Reader:
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
