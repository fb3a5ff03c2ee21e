"""How many queries a public page may cost, whatever the size of the archive.

The table is the budget; the same page must cost the same at 1, 20 and 200 releases. The epoch (one
query, read at most once a second by a process) is part of every figure.
"""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news import publishing
from news.caching import reader
from news.models import Topic, Version
from news.sharing.cards import card_of, file_of
from news.thai.dates import fiscal_year
from tests.factories import (
    NOTES,
    PressReleaseFactory,
    TopicFactory,
    add_photo,
    part_of_series,
    published,
)

pytestmark = pytest.mark.django_db

EPOCH = 1
HOUSEKEEPING = (
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    "SELECT set_config",
    "SELECT current_setting",
    "SELECT JSON(",
)
"""What bounds a search on PostgreSQL, and what Django asks of SQLite once in a process: it reads no
table, and its number is fixed.
"""

BUDGETS = {
    "/th/": EPOCH + 2,  # releases with their topics; topics
    # The version with its topic, everything else of it is frozen in the row; the ways on from it.
    "{release}": EPOCH + 2,
    "{release_en}": EPOCH + 2,
    "{version}": EPOCH + 2,  # is it gone now; the version
    "/th/news/{code}/memento/timegate/": 2,  # never kept; the version in force, those to lead to
    "/th/news/{code}/memento/timemap/": EPOCH + 2,
    "/th/archive/": EPOCH + 2,  # the counts; what of them lies ahead
    # And the releases; those of doubtful date; both counts of the other language.
    "/th/archive/{year}/": EPOCH + 6,
    "/th/archive/{year}/{month}/": EPOCH + 6,
    "/th/archive/?fiscal={fiscal}": EPOCH + 5,
    "/th/corrections/": EPOCH + 2,  # the changes; what is in force of their releases
    "/th/corrections/atom.xml": EPOCH + 2,
    "/th/report/{code}/1/": EPOCH + 1,
    "/th/report/{code}/sent/": EPOCH + 1,
    "/th/feeds/atom.xml": EPOCH + 3,  # the releases; where their covers lie; and their cards
    "/th/topics/digital-government/feeds/feed.json": EPOCH + 4,
    "/th/topics/": EPOCH + 2,  # topics; series
    "/th/series/skills/": EPOCH + 2,
    "/th/topics/digital-government/": EPOCH + 2,
    # Topics; the newest entries; titles with the words and their codes; the codes of other texts;
    # the versions. With next to nothing found, up to fourteen more: loosely, titles and then texts
    # with what a slip may have left of the words, and the question corrected.
    "/th/search/?q=ดิจิทัล": EPOCH + 20,
    "/th/search/suggest/?q=ดิจิ": EPOCH + 2,  # the newest entries; their titles
    "{card}": EPOCH + 2,  # the version; where its card lies
    "{photos}": EPOCH + 2,  # the version; where its photographs lie
    "{old_card}": EPOCH + 3,  # and which version had it
    "/th/accessibility/": EPOCH + 1,  # the contact
    "/th/privacy/": EPOCH + 1,
    "/th/data/": EPOCH + 4,  # files; codes ever public; known gaps; what was taken back
    "/data/manifest.json": EPOCH + 3,
    "/data/SHA256SUMS": EPOCH + 1,
    "/th/data/integrity/": EPOCH + 1,
    "/data/chain-heads.txt": EPOCH + 1,
    "/s/{code}": 1,  # never kept, so it doesn't ask for the epoch
    "/s/{code}@1": 2,
    "/s/{code}/info": EPOCH + 2,  # the version in force with its topic; all that were shown
    # The versions with their topics; their old addresses; the files of their photos.
    "/api/v1/releases/": EPOCH + 3,
    "/api/v1/releases/?updated_since=2016-01-01": EPOCH + 3,
    "/api/v1/releases/{code}/": EPOCH + 3,
    "/api/v1/releases/{code}/versions/": EPOCH + 2,
    "/api/v1/releases/{code}/versions/1/": EPOCH + 2,
    "/api/v1/releases/{code}/photos/": EPOCH + 2,
    "/api/v1/topics/": EPOCH + 2,
    "/api/v1/corrections/": EPOCH + 1,
    "/api/v1/openapi.json": EPOCH,
    "/api/docs": EPOCH,
}


def an_archive_of(size: int) -> Version:
    """`size` live releases in one topic; returns the oldest, which has a photo."""
    topic = TopicFactory()
    first = published(topic=topic, slug="first")
    add_photo(first.release)
    others = [
        PressReleaseFactory.build(topic=topic, slug=f"release-{number}")
        for number in range(size - 1)
    ]
    publishing.publish_many(releases=others)
    return first


@pytest.mark.parametrize("size", [1, 20, 200])
def test_a_page_costs_the_same_number_of_queries_at_any_size(size, client, monkeypatch):
    # On a busy machine a page can take more than the second after which the epoch is read again.
    monkeypatch.setattr(reader, "_reread_seconds", 3_600)
    version = an_archive_of(size)
    part_of_series(version.release, slug="skills")
    drawn = {"old_card": card_of(version, "en")}
    kind = Version.Kind.CORRECTION
    version.release.title_en = "Another headline"
    version.release.save()
    version = publishing.publish(release=version.release, kind=kind, notes=NOTES)
    drawn["card"] = card_of(version, "en")
    for card in drawn.values():
        file_of(card)
    over = {}
    for address, budget in BUDGETS.items():
        path = address.format(
            release=f"/th/news/{version.code}/first/",
            release_en=f"/en/news/{version.code}/first/",
            version=f"/th/news/{version.code}/v/1/",
            year=timezone.localdate().year,
            month=timezone.localdate().month,
            fiscal=fiscal_year(timezone.localdate()).to_common().number,
            photos=f"/th/news/{version.code}/photos.zip",
            code=version.code,
            **{name: card.path for name, card in drawn.items()},
        )
        reader.forget()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        b"".join(response)  # a file is closed when it is read to its end
        assert response.status_code in {200, 302}
        asked = [
            query["sql"][:200] for query in queries if not query["sql"].startswith(HOUSEKEEPING)
        ]
        if len(asked) > budget:
            over[path] = asked
    counts = {path: len(asked) for path, asked in over.items()}
    assert over == {}, counts


def test_the_alarm_for_a_query_for_each_row_rings(rf, query_alarm):
    """What `tests/conftest.py` sets up for every test: here with a page that deserves it."""
    for number in range(12):
        TopicFactory(slug=f"topic-{number}")

    def careless(_request):
        return HttpResponse([Topic.objects.get(pk=topic.pk).slug for topic in Topic.objects.all()])

    query_alarm.begin()
    careless(rf.get("/"))
    query_alarm.end()
    rung, query_alarm.rung = query_alarm.rung, []
    assert len(rung) == 1
    assert rung[0].startswith("12 times in one request: SELECT")
