"""The audit trail as a screen and as a table: who may see it, and what it keeps to itself."""

import csv

import pytest
from django.test import Client

from news.audit import Action, note
from news.models import AuditEntry
from tests.admin.conftest import signed_in
from tests.factories import PressReleaseFactory, person

pytestmark = pytest.mark.django_db

LIST, EXPORT = "/admin/news/auditentry/", "/admin/news/auditentry/export.csv"


def table(client: Client) -> list[dict]:
    text = b"".join(client.get(EXPORT)).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("role", ["writer", "editor", "publisher"])
def test_it_is_for_administrators(role):
    client = signed_in(person(role))
    assert client.get(LIST).status_code == 403
    assert client.get(EXPORT).status_code == 403
    assert not AuditEntry.objects.filter(action=Action.EXPORTED).exists()


def test_it_is_shown_and_taken_along_and_taking_it_is_written_down():
    release = PressReleaseFactory()
    note(Action.RETURNED, by=person("editor", "somsri"), release=release, said="แก้ชื่อผู้บริหาร")
    chief = person("administrator", "chief")
    client = signed_in(chief)
    page = client.get(LIST, {"q": release.code}).content.decode()
    assert "somsri" in page
    assert "แก้ชื่อผู้บริหาร" in page
    rows = [row for row in table(client) if row["action"] != "signed_in"]
    assert [row["action"] for row in rows] == ["returned", "exported"]
    assert rows[0]["code"] == release.code
    assert rows[0]["at"].endswith("+07:00")
    assert rows[1]["who"] == "chief"


@pytest.mark.parametrize("said", ["=1+1", "+66 2", "@SUM(A1)", "-2", "\t=1", '=HYPERLINK("x")'])
def test_no_cell_is_a_formula(said):
    note(Action.RETURNED, release=PressReleaseFactory(), said=said)
    client = signed_in(person("administrator"))
    (row,) = [row for row in table(client) if row["action"] == "returned"]
    assert row["note"].startswith("'")


def test_deeds_round_a_release_under_embargo_are_for_those_who_know_of_it():
    owner, chief = person("administrator", "owner"), person("administrator", "chief")
    secret = PressReleaseFactory(is_limited=True, created_by=owner)
    note(Action.RETURNED, by=owner, release=secret, said="อย่าเอ่ยชื่อ")
    for client, known in ((signed_in(owner), True), (signed_in(chief), False)):
        assert (secret.code in client.get(LIST).content.decode()) == known
        assert ("อย่าเอ่ยชื่อ" in str(table(client))) == known


def test_its_rows_are_counted_as_rows():
    client = signed_in(person("administrator", "chief"))
    note(Action.EXPORTED, by=person("editor", "somsri"))
    page = client.get(f"{LIST}?action=exported").content.decode()
    assert "1 รายการ" in page.partition('class="paginator"')[2]


def test_nothing_is_added_changed_or_deleted_here():
    entry = note(Action.CREATED, release=PressReleaseFactory())
    client = signed_in(person("administrator"))
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{entry.pk}/change/", {"note": "x"}).status_code == 403
    assert client.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_long_trail_costs_the_list_no_more(django_assert_max_num_queries):
    client = signed_in(person("administrator"))
    for _ in range(30):
        note(Action.SAVED, release=PressReleaseFactory())
    with django_assert_max_num_queries(12):
        client.get(LIST)
