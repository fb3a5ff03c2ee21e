"""Memento, RFC 7089: a release as it was at a moment, for tools that ask by date."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.http import http_date

from news import publishing
from news.caching import reader
from tests.factories import NOTES, PressReleaseFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def history():
    """Two versions of a release, the second an hour after the first, seen a day later."""
    first = published(slug="skills")
    release, begin = first.release, first.visible_from
    at = begin + timedelta(hours=1)
    publishing.schedule(release=release, at=at, kind="correction", notes=NOTES)
    with time_machine.travel(begin + timedelta(days=1), tick=False):
        reader.forget()
        yield release.code, begin


def gate(client, code, moment=None, lang="th"):
    headers = {"Accept-Datetime": http_date(moment.timestamp())} if moment else {}
    return client.get(f"/{lang}/news/{code}/memento/timegate/", headers=headers)


def links(header: str) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="([^"]+)"', header)}


class TestTheTimeGate:
    @pytest.mark.parametrize(
        ("asked", "number"),
        [("Fri, 31 Dec 9999 23:59:59 GMT", 2), ("Mon, 01 Jan 0001 00:00:00 GMT", 1)],
    )
    def test_the_ends_of_time_have_their_version(self, client, history, asked, number):
        code, _begin = history
        answer = client.get(
            f"/th/news/{code}/memento/timegate/", headers={"Accept-Datetime": asked}
        )
        assert answer["Location"].endswith(f"/v/{number}/")

    @pytest.mark.parametrize(
        ("hours", "number"), [(-1000, 1), (0, 1), (0.5, 1), (1, 2), (23, 2), (1000, 2)]
    )
    def test_it_leads_to_the_version_that_stood_then(self, client, history, hours, number):
        code, begin = history
        answer = gate(client, code, begin + timedelta(hours=hours))
        assert (answer.status_code, answer["Location"]) == (302, f"/th/news/{code}/v/{number}/")
        assert answer["Vary"].lower().count("accept-datetime") == 1
        assert answer["Cache-Control"] == "no-store"
        assert "Memento-Datetime" not in answer
        told = links(answer["Link"])
        assert told["original"] == f"http://testserver/th/news/{code}/skills/"
        assert told["timemap"].endswith("/memento/timemap/")
        assert told["first memento"].endswith("/v/1/")
        assert told["last memento"].endswith("/v/2/")
        assert f'rel="first memento"; datetime="{http_date(begin.timestamp())}"' in answer["Link"]

    def test_without_a_date_it_leads_to_todays(self, client, history):
        code, _begin = history
        assert gate(client, code, lang="en")["Location"] == f"/en/news/{code}/v/2/"

    @pytest.mark.parametrize("odd", ["yesterday", "2018-05-19", "Sun, 99 Foo 2018", "\x00", "0"])
    def test_what_is_no_date_is_refused(self, client, history, odd):
        answer = client.get(
            f"/th/news/{history[0]}/memento/timegate/", headers={"Accept-Datetime": odd}
        )
        assert answer.status_code == 400


def test_the_timemap_lists_every_version_with_its_moment(client, history):
    code, begin = history
    answer = client.get(f"/th/news/{code}/memento/timemap/")
    assert answer["Content-Type"] == "application/link-format"
    text = answer.content.decode()
    found = re.findall(r'<([^>]+)>; rel="((?:first |last )*memento)"; datetime="([^"]+)"', text)
    assert found == [
        (f"http://testserver/th/news/{code}/v/1/", "first memento", http_date(begin.timestamp())),
        (
            f"http://testserver/th/news/{code}/v/2/",
            "last memento",
            http_date((begin + timedelta(hours=1)).timestamp()),
        ),
    ]
    told = links(text)
    assert told["original"].endswith("/skills/")
    assert told["timegate"].endswith("/memento/timegate/")
    assert told["self"].endswith("/memento/timemap/")


def test_a_release_with_one_version_has_it_first_and_last(client):
    code = published().code
    assert (
        'rel="first last memento"'
        in client.get(f"/en/news/{code}/memento/timemap/").content.decode()
    )


def test_pages_tell_where_the_other_states_are(client, history):
    code, begin = history
    page = client.get(f"/th/news/{code}/skills/")
    assert set(links(page["Link"])) == {"timegate", "timemap"}
    assert "Memento-Datetime" not in page
    memento = client.get(f"/th/news/{code}/v/1/")
    assert memento["Memento-Datetime"] == http_date(begin.timestamp())
    assert set(links(memento["Link"])) == {"original", "timegate", "timemap"}


def test_what_cannot_be_seen_has_no_mementos(client):
    draft = PressReleaseFactory()
    gone = published().release
    publishing.remove(release=gone, reason="privacy")
    ahead = publishing.schedule(
        release=PressReleaseFactory(), at=timezone.now() + timedelta(hours=1)
    )
    for code, status in ((draft.code, 404), (gone.code, 410), (ahead.code, 404), ("zzzzzz", 404)):
        for name in ("timegate", "timemap"):
            assert client.get(f"/th/news/{code}/memento/{name}/").status_code == status
