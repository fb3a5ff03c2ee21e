"""A prepared question answers as the same question asked of the ORM."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, connections
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.caching.epoch import _EPOCH
from news.models import Epoch, SiteSettings, Version
from news.prepared import Prepared
from tests.factories import published, scheduled

pytestmark = pytest.mark.django_db

SAMPLES = {"at": datetime(1, 1, 2, tzinfo=UTC), "dated": date(1, 1, 3), "code": "no code"}


def asked(values, language):
    live = Version.objects.live(values["at"]).in_language(language)
    return live.filter(dated__gte=values["dated"]).exclude(code=values["code"]).order_by("pk")


def test_it_gives_the_rows_that_the_queryset_gives_whatever_it_is_asked():
    prepared = Prepared(Version, asked, SAMPLES)
    codes = [published().code for _ in range(3)]
    at = timezone.now()
    for code in [*codes, "nothing"]:
        for dated in (date(2000, 1, 1), date(2200, 1, 1)):
            values = {"at": at, "dated": dated, "code": code}
            found = list(prepared.ask(values, "th"))
            assert found == list(asked(values, "th"))
            assert [each.title_th for each in found] == [
                each.title_th for each in asked(values, "th")
            ]
    assert len(list(prepared.ask({"at": at, "dated": date(2000, 1, 1), "code": ""}, "th"))) == 3


def test_every_column_has_the_value_that_the_queryset_gives_it():
    def annotated(values):
        found = Version.objects.filter(code=values["code"]).annotate(
            role=Value(7), first_day=F("first_published"), absent=F("topic__slug")
        )
        return found.defer("body_th")

    version = published(topic=None)
    prepared = Prepared(Version, annotated, SAMPLES)
    (found,), (expected,) = prepared.ask({"code": version.code}), annotated({"code": version.code})
    assert set(vars(found)) == set(vars(expected))
    for name in vars(expected).keys() - {"_state"}:
        assert getattr(found, name) == getattr(expected, name), name
        assert type(getattr(found, name)) is type(getattr(expected, name)), name
    assert (found.role, found.first_day, found.absent) == (7, version.first_published, None)
    assert (found._state.adding, found._state.db) == (False, "default")
    assert found.body_th == version.body_th


def test_a_thread_converts_with_its_own_connection():
    prepared = Prepared(Version, asked, SAMPLES)
    used = []

    def note():
        statement = prepared._statement("default", ("th",))
        used.append((statement.convert.func.__self__.connection, connections["default"]))
        if len(used) > 2:
            connections.close_all()

    note()
    note()
    thread = Thread(target=note)
    thread.start()
    thread.join()
    assert [converting is own for converting, own in used] == [True, True, True]
    assert used[2][0] is not used[0][0]


def test_each_shape_is_a_question_of_its_own():
    prepared = Prepared(Version, asked, SAMPLES)
    published(title_en="", summary_en="", body_en="")
    values = {"at": timezone.now(), "dated": date(2000, 1, 1), "code": ""}
    assert len(list(prepared.ask(values, "th"))) == 1
    assert len(list(prepared.ask(values, "en"))) == 0


def test_it_is_written_once():
    built = []

    def counted(values, language):
        built.append(language)
        return asked(values, language)

    prepared = Prepared(Version, counted, SAMPLES)
    values = {"at": timezone.now(), "dated": date(2000, 1, 1), "code": ""}
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            list(prepared.ask(values, "th"))
    assert len(queries) == 3
    assert built == ["th"]


@pytest.mark.parametrize(
    "settings_row",
    [
        {},
        {"banner_shown": True, "banner_th": "ปิดทำการ", "banner_en": "Closed", "in_mourning": True},
    ],
)
def test_the_epoch_is_the_one_that_the_querysets_give(settings_row):
    published()
    scheduled(hours=1)
    if settings_row:
        until = timezone.now() + timedelta(minutes=5)
        SiteSettings.objects.update_or_create(
            pk=1, defaults={**settings_row, "banner_until": until}
        )
    for at in (timezone.now(), timezone.now() + timedelta(hours=2)):
        epochs = Epoch.objects.with_boundaries(Version.objects.all(), at)
        expected = epochs.with_frame(SiteSettings.objects.all()).get(pk=1)
        (found,) = _EPOCH.ask({"at": at}, using="default")
        for name in vars(expected).keys() - {"_state"}:
            assert getattr(found, name) == getattr(expected, name), name
            assert type(getattr(found, name)) is type(getattr(expected, name)), name
