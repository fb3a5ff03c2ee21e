"""What the database refuses, on the database that the suite runs on."""

import time
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from news import publishing, record_guards
from news.freezing import copied
from news.models import PressRelease, ShortLink, Topic, Version
from tests.factories import NOTES, PressReleaseFactory, published, scheduled

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PAST = "the past cannot be changed"
AT_ONCE = {"sqlite": "in force at once", "postgresql": "no_overlap"}


def refused(action, text):
    with pytest.raises(DatabaseError, match=text), transaction.atomic():
        action()


def test_a_version_cannot_be_deleted():
    version = published()
    refused(lambda: Version.objects.filter(pk=version.pk)._raw_delete("default"), "only grows")


@pytest.mark.django_db(transaction=True)
def test_the_table_cannot_be_emptied():
    published()
    emptying = {"sqlite": "DELETE FROM news_version", "postgresql": "TRUNCATE news_version CASCADE"}
    statement = emptying[connection.vendor]
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(statement), "only grows")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is SQLite's own statement")
def test_a_version_cannot_be_replaced():
    version = published()
    with connection.cursor() as cursor:
        columns = ", ".join(f.column for f in Version._meta.concrete_fields)
        refused(
            lambda: cursor.execute(
                f"REPLACE INTO news_version ({columns}) SELECT {columns} FROM news_version"
            ),
            "only grows",
        )
        others = ", ".join(f.column for f in Version._meta.concrete_fields if f.column != "id")
        refused(
            lambda: cursor.execute(
                f"REPLACE INTO news_version ({others}) SELECT {others} FROM news_version"
            ),
            "only grows",
        )
    version.refresh_from_db()


@pytest.mark.parametrize(
    "field",
    sorted(f.attname for f in Version._meta.concrete_fields if f.attname != "visible_until"),
)
def test_no_column_of_a_version_can_be_changed(field):
    version = published(event_date="2018-05-19")
    other = published()
    changed = {
        "id": version.pk + 1000,
        "release_id": other.release_id,
        "number": 9,
        "topic_id": Topic.objects.create(slug="new", name_th="ใหม่", name_en="New").pk,
        "merged_into_id": other.release_id,
        "erased": True,
    }
    kind = Version._meta.get_field(field.removesuffix("_id")).get_internal_type()
    changed.setdefault(
        field,
        {"DateField": LONG_AGO.date(), "DateTimeField": LONG_AGO}.get(kind, "xx"),
    )
    refused(
        lambda: Version.objects.filter(pk=version.pk).update(**{field: changed[field]}),
        "a version never changes",
    )


class TestTheEndOfAnInterval:
    def end(self, version, moment):
        Version.objects.filter(pk=version.pk).update(visible_until=moment)

    def test_it_cannot_be_set_to_a_moment_that_has_passed(self):
        live = published()
        refused(lambda: self.end(live, timezone.now() - timedelta(seconds=30)), PAST)
        refused(lambda: self.end(live, LONG_AGO), PAST)
        version = scheduled(hours=1)
        refused(lambda: self.end(version, timezone.now() - timedelta(minutes=1)), PAST)

    def test_it_can_be_set_to_a_moment_ahead_and_taken_back(self):
        version = published()
        ahead = timezone.now() + timedelta(hours=1)
        self.end(version, ahead)
        self.end(version, ahead + timedelta(hours=1))
        self.end(version, None)
        version.refresh_from_db()
        assert version.visible_until is None

    def test_once_reached_it_stays(self, ended):
        """Nothing follows, so that it overlaps with none."""
        for moment in (None, timezone.now() + timedelta(hours=1), timezone.now()):
            refused(lambda moment=moment: self.end(ended, moment), PAST)

    @pytest.fixture
    def ended(self):
        version = published()
        soon = timezone.now() + timedelta(milliseconds=300)
        self.end(version, soon)
        time.sleep(0.4)
        return version

    def test_a_schedule_ahead_can_become_empty(self):
        version = scheduled(hours=1)
        self.end(version, version.visible_from)
        assert not Version.objects.live(version.visible_from).exists()

    def test_it_is_never_before_the_beginning(self):
        version = scheduled(hours=2)
        with pytest.raises(IntegrityError), transaction.atomic():
            self.end(version, timezone.now() + timedelta(hours=1))


def copy_of(version, **changes):
    row = copied(version)
    row.number, row.recorded_at = version.number + 1, timezone.now()
    row.visible_from, row.checksum = timezone.now(), version.checksum
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_two_versions_of_a_release_are_never_in_force_at_once():
    version = published()
    refused(lambda: copy_of(version).save(), AT_ONCE[connection.vendor])
    ahead = timezone.now() + timedelta(hours=1)
    refused(lambda: copy_of(version, visible_from=ahead).save(), AT_ONCE[connection.vendor])


def test_reopening_an_interval_under_its_successor_is_refused():
    first = published()
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=first.release, at=at, kind="correction", notes=NOTES)
    refused(
        lambda: Version.objects.filter(pk=first.pk).update(visible_until=at + timedelta(hours=1)),
        AT_ONCE[connection.vendor],
    )


def test_a_version_cannot_be_recorded_in_the_past_or_the_future():
    version = published()
    at = timezone.now()
    Version.objects.filter(pk=version.pk).update(visible_until=at + timedelta(seconds=30))
    for moment in (LONG_AGO, at + timedelta(minutes=1)):
        refused(
            lambda moment=moment: copy_of(
                version, recorded_at=moment, visible_from=at + timedelta(hours=1)
            ).save(),
            "must be now",
        )


def test_a_version_is_never_shown_before_it_was_recorded():
    version = published()
    other = PressReleaseFactory()
    row = copy_of(version, release=other, visible_from=timezone.now() - timedelta(minutes=10))
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    "changes",
    [
        {"title_th": "", "title_en": ""},
        {"kind": "gone", "reason": "legal"},
        {"kind": "withdrawn"},
        {"kind": "merged", "title_th": "", "title_en": "", "body_th": "", "body_en": ""},
        {"number": 0},
    ],
    ids=["no text", "gone with text", "withdrawn without reason", "merged nowhere", "number 0"],
)
def test_a_version_that_contradicts_itself_is_refused(changes):
    row = copy_of(published(), release=PressReleaseFactory(), **changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_what_a_version_names_cannot_be_deleted():
    version = published()
    with pytest.raises(ProtectedError):
        version.release.delete()
    with pytest.raises(ProtectedError):
        version.topic.delete()


def test_a_discarded_draft_leaves_its_code_taken_for_ever():
    release = PressReleaseFactory()
    code = release.code
    release.delete()
    assert not PressRelease.objects.filter(code=code).exists()
    assert ShortLink.objects.get(key=code).release is None


@pytest.mark.django_db(transaction=True)
def test_the_guards_can_be_taken_off_and_put_back_by_migrating():
    migration = import_module("news.migrations.0002_record_guards")
    with connection.schema_editor() as editor:
        migration.remove(None, editor)
    assert record_guards.missing(connection)
    assert {error.id for error in run_checks(databases=["default"])} == {"news.E004"}
    with connection.schema_editor() as editor:
        migration.install(None, editor)
    assert record_guards.missing(connection) == []
    assert run_checks(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_holds_for_committed_rows():
    version = published()
    refused(lambda: Version.objects.filter(pk=version.pk).update(title_th="x"), "never changes")
    refused(lambda: Version.objects.filter(pk=version.pk)._raw_delete("default"), "only grows")
    first = Version.objects.get(pk=version.pk)
    assert first.checksum == version.checksum
    assert not Version.objects.exclude(visible_until__isnull=True).filter(
        visible_until=F("visible_from")
    )
