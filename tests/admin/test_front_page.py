"""The front page names what waits, for those who may know of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import publishing, reviewing
from news.audit import Action, note
from news.freezing import digest
from news.models import KeyMiss, PressRelease, ReaderReport, SearchMiss
from tests.admin.conftest import signed_in
from tests.factories import PressReleaseFactory, person, published

pytestmark = pytest.mark.django_db


def front(user):
    return signed_in(user).get("/admin/").context["front"]


@pytest.fixture
def writer():
    return person("writer", "author")


@pytest.fixture
def editor():
    return person("editor", "editor")


def written(writer, **fields) -> PressRelease:
    release = PressReleaseFactory(created_by=writer, **fields)
    note(Action.CREATED, by=writer, release=release)
    return release


def test_each_stage_of_a_review_has_its_place(writer, editor):
    releases = {name: written(writer) for name in ("waiting", "returned", "approved", "drafts")}
    for name in ("waiting", "returned", "approved"):
        reviewing.submit(release=releases[name], by=writer)
    reviewing.send_back(release=releases["returned"], by=editor, note="แก้ชื่อ")
    approved = releases["approved"]
    reviewing.approve(release=approved, by=editor, seen=digest(approved))
    shown = front(editor)
    assert shown.waiting == [releases["waiting"]]
    assert shown.returned == [releases["returned"]]
    assert shown.approved == [approved]
    assert shown.drafts == [releases["drafts"]]
    approved.title_th = "แก้หลังอนุมัติ"
    approved.save()
    assert set(front(editor).waiting) == {releases["waiting"], approved}


def test_a_publication_without_approval_stays_until_somebody_else_has_looked(writer, editor):
    publisher = person("publisher", "publisher")
    release = written(writer)
    publishing.publish(release=release, by=publisher, force="รัฐมนตรีแถลงแล้ว")
    page = signed_in(editor).get("/admin/").content.decode()
    assert "รัฐมนตรีแถลงแล้ว" in page
    assert f"/pressrelease/{release.pk}/do/sign-off/" in page
    reviewing.sign_off(release=release, by=editor)
    assert front(editor).unreviewed == []


def test_embargoes_are_listed_for_those_who_know_of_them(writer, editor):
    release = written(writer, is_limited=True)
    reviewing.submit(release=release, by=writer)
    assert front(writer).embargoed == [release]
    assert front(writer).waiting == [release]
    others = front(editor)
    assert others.embargoed == others.waiting == others.drafts == []


def test_translations_reports_and_searches_in_vain_are_there(writer, editor):
    stale = written(writer, translation_is_stale=True)
    report = ReaderReport.objects.create(
        release=published().release, version_number=1, language="th", message="ชื่อผิด"
    )
    SearchMiss.objects.create(day=timezone.localdate(), words="ก.พ.ร.", count=7)
    KeyMiss.objects.create(day=timezone.localdate(), key="exam-2569", count=4)
    shown = front(person("administrator"))
    assert shown.stale == [stale]
    assert shown.searches == [("ก.พ.ร.", 7)]
    assert shown.keys == [("exam-2569", 4)]
    assert shown.reports == [report]
    for role, may_mend in (("writer", False), ("editor", True)):
        page = signed_in(person(role)).get("/admin/").content.decode()
        assert "/s/exam-2569" in page
        assert ("/shortlink/add/?key=exam-2569" in page) is may_mend


def test_what_goes_out_next_is_first(writer, editor):
    now = timezone.now()
    for hours in (5, 1):
        publishing.schedule(release=written(writer), at=now + timedelta(hours=hours))
    moments = [version.visible_from for version in front(editor).scheduled]
    assert moments == sorted(moments)


def test_a_full_desk_costs_no_more_queries(writer, editor, django_assert_max_num_queries):
    client = signed_in(editor)
    for _ in range(3):
        reviewing.submit(release=written(writer), by=writer)
    with django_assert_max_num_queries(60) as few:
        client.get("/admin/")
    for _ in range(9):
        reviewing.submit(release=written(writer), by=writer)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/admin/")
