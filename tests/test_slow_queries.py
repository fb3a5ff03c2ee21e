"""A slow statement is told, without what it was about."""

import logging

import pytest
from django.db import connection

from news.metrics import SLOW_QUERIES
from news.models import Topic

pytestmark = pytest.mark.django_db


def counted():
    return SLOW_QUERIES.labels("default")._value.get()


def test_a_slow_statement_is_logged_and_counted_without_its_values(settings, caplog):
    settings.SLOW_QUERY_MS = 0
    before = counted()
    with caplog.at_level(logging.WARNING, logger="news.slow_queries"):
        Topic.objects.filter(slug="what-somebody-typed").exists()
    (line,) = caplog.records
    assert "news_topic" in line.statement
    assert "what-somebody-typed" not in line.statement
    assert line.milliseconds >= 0
    assert line.database == "default"
    assert counted() == before + 1


def test_a_quick_one_is_not(settings, caplog):
    settings.SLOW_QUERY_MS = 60_000
    before = counted()
    Topic.objects.exists()
    assert caplog.records == []
    assert counted() == before


def test_one_that_fails_is_timed_too(settings, caplog):
    settings.SLOW_QUERY_MS = 0
    with pytest.raises(Exception, match="no_such_table"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")
    assert [line.message for line in caplog.records] == ["slow query"]


def test_a_connection_that_is_made_anew_is_watched_once(settings, caplog):
    settings.SLOW_QUERY_MS = 0
    from news.slow_queries import watch  # noqa: PLC0415

    watch(connection=connection)
    Topic.objects.exists()
    assert len(caplog.records) == 1
