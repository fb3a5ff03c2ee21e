"""The epoch, and how long an answer may be kept."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from news import publishing
from news.caching import EpochReader, read_moment, reader
from news.models import Version
from news.views import releases
from tests.factories import NOTES, PressReleaseFactory, published, scheduled

pytestmark = pytest.mark.django_db


def seconds(response, name):
    directives = dict(
        part.strip().partition("=")[::2] for part in response["Cache-Control"].split(",")
    )
    return int(directives[name])


def test_the_next_boundary_is_the_next_beginning_or_end_of_any_version():
    at = timezone.now()
    assert read_moment(at).next_boundary is None
    later = scheduled(hours=2)
    assert read_moment(at).next_boundary == later.visible_from
    sooner = scheduled(hours=1)
    assert read_moment(at).next_boundary == sooner.visible_from
    publishing.cancel_schedule(release=sooner.release)
    assert read_moment(at).next_boundary == later.visible_from
    assert read_moment(later.visible_from).next_boundary is None


def test_the_end_of_a_live_version_is_a_boundary():
    version = published()
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=version.release, at=at, kind="correction", notes=NOTES)
    assert read_moment(timezone.now()).next_boundary == at


def test_a_process_rereads_once_a_second_and_at_once_past_a_boundary(
    django_assert_num_queries,
):
    version = scheduled(hours=1)
    at = timezone.now()
    reader = EpochReader()
    with django_assert_num_queries(1):
        first = reader.current(at)
        assert reader.current(at) is first
    with django_assert_num_queries(1):
        assert reader.current(version.visible_from).next_boundary is None
    impatient = EpochReader(reread_seconds=0)
    with django_assert_num_queries(2):
        impatient.current(at)
        impatient.current(at)


def test_a_publication_changes_the_epoch():
    before = read_moment(timezone.now())
    publishing.publish(release=PressReleaseFactory())
    assert read_moment(timezone.now()).counter > before.counter


def test_a_page_is_kept_for_five_seconds_and_never_past_a_boundary(client):
    version = scheduled(hours=1)
    response = client.get("/th/")
    assert seconds(response, "s-maxage") == 5
    assert seconds(response, "max-age") == 0
    with time_machine.travel(version.visible_from - timedelta(seconds=3, milliseconds=500)):
        assert seconds(client.get("/th/"), "s-maxage") in {2, 3}
    with time_machine.travel(version.visible_from - timedelta(milliseconds=300), tick=False):
        assert seconds(client.get("/th/"), "s-maxage") == 0


def test_redirects_and_missing_pages_end_with_the_boundary_too(client):
    version = published(slug="right")
    wrong = f"/th/news/{version.code}/wrong/"
    assert seconds(client.get(wrong), "max-age") == 300
    ahead = scheduled(hours=1)
    reader.forget()  # what a process does within a second
    with time_machine.travel(ahead.visible_from - timedelta(seconds=2), tick=False):
        assert seconds(client.get(wrong), "max-age") <= 2
        missing = client.get(f"/th/news/{ahead.code}/")
        assert missing.status_code == 404
        assert seconds(missing, "s-maxage") <= 2


@pytest.mark.parametrize("path", ["/th/", "/en/", "/th/news/{code}/{slug}/", "/th/search/?q=a"])
def test_a_reader_gets_no_cookie_and_a_cache_one_copy(client, path):
    version = published(slug="a-release")
    response = client.get(path.format(code=version.code, slug=version.slug))
    assert response.status_code == 200
    assert not response.cookies
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")
    assert "Accept-Language" not in response.get("Vary", "")


def test_a_short_link_is_never_kept(client):
    version = published()
    assert client.get(f"/s/{version.code}")["Cache-Control"] == "no-store"
    publishing.withdraw(release=version.release, reason=Version.Reason.ERROR)
    assert client.get(f"/s/{version.code}")["Cache-Control"] == "no-store"


def test_who_has_the_page_is_told_so_without_a_look_at_it(client, django_assert_num_queries):
    version = published(slug="a-release")
    path = f"/th/news/{version.code}/a-release/"
    etag = client.get(path)["ETag"]
    with django_assert_num_queries(0):  # the epoch was read within this second
        response = client.get(path, headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert response["ETag"] == etag
    assert seconds(response, "s-maxage") == 5


def test_what_changes_a_page_changes_its_validator(client):
    version = published(slug="a-release")
    path = f"/th/news/{version.code}/a-release/"
    ahead = scheduled(hours=1)
    reader.forget()
    tags = [client.get(path)["ETag"], client.get("/th/")["ETag"]]
    with time_machine.travel(ahead.visible_from, tick=False):
        tags.append(client.get(path)["ETag"])
    publishing.publish(release=version.release, kind=Version.Kind.MINOR)
    reader.forget()
    tags.append(client.get(path)["ETag"])
    assert len(set(tags)) == 4
    assert client.get(path, headers={"If-None-Match": tags[0]}).status_code == 200


def test_what_is_no_page_has_no_validator(client):
    assert "ETag" not in client.get("/th/news/zzzzzz/")


def test_a_page_that_took_its_time_is_promised_for_what_is_left_when_it_is_sent(
    client, monkeypatch
):
    """Of an answer that no page store holds, too: a release that is gone."""
    version = published()
    publishing.remove(release=version.release, reason="privacy")
    boundary = scheduled(hours=1).visible_from
    with time_machine.travel(boundary - timedelta(seconds=3), tick=False) as clock:
        made = releases.gone

        def slowly(*arguments):
            clock.shift(timedelta(seconds=2))
            return made(*arguments)

        monkeypatch.setattr(releases, "gone", slowly)
        answer = client.get(f"/th/news/{version.code}/")
    assert answer.status_code == 410
    assert seconds(answer, "s-maxage") == 1
    assert seconds(answer, "stale-while-revalidate") == 0
