"""The audit trail only grows, whoever holds the database."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from news import publishing, record_guards
from news.audit import Action, note
from news.models import AuditEntry
from tests.factories import PressReleaseFactory, person, published

pytestmark = pytest.mark.django_db

roles = import_module("news.migrations.0013_roles")


def test_every_deed_at_the_door_is_written_down_with_its_doer():
    user = person("publisher", "somsri")
    release = PressReleaseFactory()
    publishing.publish(release=release, by=user, force="รัฐมนตรีแถลงแล้ว")
    publishing.withdraw(release=release, by=user, reason="error")
    publishing.restore(release=release, by=user)
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["published", "withdrawn", "restored"]
    assert {entry.actor_name for entry in entries} == {"somsri"}
    assert {entry.code for entry in entries} == {release.code}
    assert [entry.version_number for entry in entries] == [1, 2, 3]
    assert entries[0].note == "รัฐมนตรีแถลงแล้ว"
    assert abs((timezone.now() - entries[0].at).total_seconds()) < 60


def test_what_a_command_does_has_no_name():
    published()
    assert AuditEntry.objects.get().actor is None


@pytest.mark.parametrize(
    "deed",
    [
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(note="อื่น"),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(
            at=datetime(2020, 1, 1, tzinfo=UTC)
        ),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).delete(),
        lambda entry: entry.save(),
    ],
    ids=["another note", "another time", "deleted", "saved again"],
)
def test_the_database_refuses_to_change_an_entry(deed):
    entry = note(Action.VIEWED, by=person(), release=PressReleaseFactory())
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        deed(entry)


def test_a_discarded_draft_and_a_deleted_account_leave_their_entries():
    user, release = person("writer", "leaver"), PressReleaseFactory()
    note(Action.CREATED, by=user, release=release)
    code = release.code
    release.delete()
    user.delete()
    entry = AuditEntry.objects.get()
    assert (entry.actor_name, entry.code) == ("leaver", code)


def test_a_missing_guard_is_noticed():
    assert not [name for name in record_guards.missing(connection) if "audit" in name]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER news_auditentry_guard_delete")
        else:
            cursor.execute("DROP TRIGGER news_auditentry_guard_row ON news_auditentry")
    assert [name for name in record_guards.missing(connection) if "audit" in name]


def test_the_roles_can_be_taken_away_and_given_again():
    before = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }
    assert list(before) == ["writer", "editor", "publisher", "administrator"]
    roles.remove(apps, None)
    assert not Group.objects.exists()
    roles.create(apps, None)
    for group in Group.objects.all():
        again = set(group.permissions.values_list("codename", flat=True))
        # What later migrations gave is theirs to give again.
        assert again <= before[group.name]
        assert len(again) == len(roles.ROLES[group.name])
    for lesser, greater in zip(list(before), list(before)[1:], strict=False):
        assert before[lesser] < before[greater]
