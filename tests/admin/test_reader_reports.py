"""The desk's list of what readers reported."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from news.models import ReaderReport
from tests.factories import published

pytestmark = pytest.mark.django_db

LIST = "/admin/news/readerreport/"


@pytest.fixture
def report():
    return ReaderReport.objects.create(
        release=published().release,
        version_number=1,
        language="th",
        quote="รองเลขาธิการ",
        message="<script>alert(1)</script> ตำแหน่งผิด",
        email="reader@example.org",
    )


def member_of(role: str) -> Client:
    user = get_user_model().objects.create_user(role, password="k7m4q-long-enough", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def test_it_shows_what_was_written_and_leads_to_the_version_that_the_reader_saw(desk, report):
    listed = desk.get(LIST).content.decode()
    assert "ตำแหน่งผิด" in listed
    assert "<script>alert" not in listed
    assert "reader@example.org" not in listed
    one = desk.get(f"{LIST}{report.pk}/change/").content.decode()
    assert f"/th/news/{report.release.code}/v/1/" in one
    assert 'href="mailto:reader@example.org"' in one
    assert "รองเลขาธิการ" in one
    assert "<script>alert" not in one


def test_a_report_is_closed_and_opened_again(desk, editor, report):
    url = f"{LIST}{report.pk}/change/"
    desk.post(url, {"state": "answered", "remark": "แก้ไขแล้ว", "message": "forged"})
    report.refresh_from_db()
    assert (report.state, report.closed_by, report.remark) == ("answered", "editor", "แก้ไขแล้ว")
    assert report.closed_at is not None
    assert "forged" not in report.message
    closed_at = report.closed_at
    desk.post(url, {"state": "answered", "remark": "ตอบแล้ว"})
    report.refresh_from_db()
    assert report.closed_at == closed_at

    desk.post(url, {"state": "new", "remark": ""})
    report.refresh_from_db()
    assert (report.state, report.closed_by, report.closed_at) == ("new", "", None)


def test_many_are_closed_at_once(desk, report):
    desk.post(LIST, {"action": "mark_dismissed", "_selected_action": [report.pk]})
    report.refresh_from_db()
    assert report.state == "dismissed"
    assert desk.get(f"{LIST}?state__exact=new").content.decode().count("ตำแหน่งผิด") == 0


@pytest.mark.parametrize(
    ("role", "sees", "deletes"),
    [("writer", False, False), ("editor", True, False), ("administrator", True, True)],
)
def test_each_role_has_its_rights(report, role, sees, deletes):
    client = member_of(role)
    assert client.get(LIST).status_code == (200 if sees else 403)
    assert client.get(f"{LIST}{report.pk}/delete/").status_code == (200 if deletes else 403)
    assert client.get(f"{LIST}add/").status_code == 403


def test_django_logs_say_nothing_that_a_reader_wrote(report):
    assert str(report) == f"{report.release.code}@1 #{report.pk}"
