"""A version as an object: what is made of a row of the record."""

import re

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from news.caching import reader
from news.models import Version
from tests.factories import published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("left_out", [(), ("body_th", "topic"), ("id", "recorded_at")])
def test_a_row_becomes_what_django_makes_of_it(left_out):
    version = published()
    fields = [field for field in Version._meta.concrete_fields if field.name not in left_out]
    names = [field.attname for field in fields]
    values = [getattr(version, name) for name in names]

    mine = Version.from_db("default", names, values)
    djangos = Model.from_db.__func__(Version, "default", names, values)

    assert type(mine) is type(djangos)
    members = vars(mine).keys() - {"_state"}
    assert members == vars(djangos).keys() - {"_state"}
    assert all(getattr(mine, name) == getattr(djangos, name) for name in members)
    assert (mine._state.adding, mine._state.db) == (False, "default")
    assert mine._state.fields_cache == djangos._state.fields_cache
    assert mine.get_deferred_fields() == djangos.get_deferred_fields()


def test_a_column_that_was_left_out_is_read_when_it_is_asked_for(django_assert_num_queries):
    pk = published(body_th="<p>ข่าว</p>").pk
    version = Version.objects.defer("body_th").select_related("merged_into").get(pk=pk)
    with django_assert_num_queries(2):
        assert (version.body_th, version.topic.slug) == ("<p>ข่าว</p>", "digital-government")
        assert version.merged_into is None
    version.refresh_from_db()
    assert version == Version.objects.get(pk=pk)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps statistics")
class TestIndexes:
    """At 90,000 releases a list that reads and sorts them all takes a third of a second."""

    @pytest.mark.parametrize(
        ("path", "index"),
        [
            ("/th/", "dated"),
            ("/api/v1/releases/?limit=1", "dated"),
            ("/api/v1/releases/?limit=1&from=2018-01-01", "dated"),
            ("/api/v1/releases/?limit=1&cursor=d.2018-01-01.7", "dated"),
            ("/api/v1/releases/?limit=1&to=2019-01-01&cursor=d.2018-01-01.7", "dated"),
            ("/api/v1/releases/?limit=1&to=2017-01-01&cursor=d.2018-01-01.7", "dated"),
            ("/api/v1/releases/?photos=1", "photos"),
            ("/api/v1/releases/?files=1&year=2018&lang=th", "files"),
        ],
    )
    def test_the_newest_are_sought_in_an_index_of_days(self, path, index, client):
        published()
        (query,) = asked_of_versions(client, path)
        first, *others = plan_of(query)
        assert re.match(rf"SEARCH news_version USING INDEX version_\w+_{index} \(", first)
        assert not any("TEMP B-TREE" in step for step in others)
        assert query.count('"dated" <=') == 1, query

    def test_counting_by_topic_reads_an_index_alone(self, client):
        published()
        (query,) = asked_of_versions(client, "/api/v1/topics/")
        assert plan_of(query) == ["SCAN news_version USING COVERING INDEX version_counted_by_topic"]


def asked_of_versions(client, path) -> list[str]:
    reader.forget()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    queries = [each["sql"] for each in asked]
    return [query for query in queries if re.match(r"SELECT .news_version", query)]


def plan_of(query) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        return [row[3] for row in cursor.fetchall()]
