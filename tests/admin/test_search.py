"""The desk's own search: the readers' engine, asked of working copies."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from news import publishing
from news.admin import releases as screens
from news.models import DeskPreference, PressRelease, SearchMiss
from news.search.engine import SearchTooSlow
from tests.factories import PressReleaseFactory, published, scheduled

LIST = "/admin/news/pressrelease/"
MISSES = "/admin/news/searchmiss/"


def listed(desk, query):
    rows = desk.get(LIST, {"q": query}).context["cl"].result_list
    return {row.title_th or row.title_en for row in rows}


@pytest.fixture
def archive(db):
    published(title_th="สำนักงาน ก.พ. เปิดรับสมัคร", body_th="<p>ภายใน พ.ค. 2561</p>", thai_only=True)
    PressReleaseFactory(title_th="ร่างข่าวสำนักงานกพ", summary_th="เมื่อพฤษภาคม ๒๕๖๑", title_en="")
    scheduled(title_th="ข่าวพรุ่งนี้ของสำนักงาน ก.พ.", thai_only=True, summary_th="", body_th="<p>-</p>")


def test_drafts_scheduled_and_live_releases_are_found_in_any_writing(desk, archive):
    everything = {
        "สำนักงาน ก.พ. เปิดรับสมัคร",
        "ร่างข่าวสำนักงานกพ",
        "ข่าวพรุ่งนี้ของสำนักงาน ก.พ.",
    }
    assert listed(desk, "สำนักงานก.พ.") == everything
    assert listed(desk, "พฤษภาคม 2018") == everything - {"ข่าวพรุ่งนี้ของสำนักงาน ก.พ."}
    assert listed(desk, "เปิดรับสมัคร") == {"สำนักงาน ก.พ. เปิดรับสมัคร"}
    assert listed(desk, "ไม่มีคำนี้ที่ใด") == set()


def test_a_draft_is_found_in_any_writing_of_each_word(desk, db):
    PressReleaseFactory(title_th="ประชุมที่ café", title_en="")
    assert listed(desk, "cafe ประชุม") == {"ประชุมที่ café"}


def test_a_release_is_found_by_what_readers_see_and_by_what_waits_at_the_desk(desk):
    release = PressRelease.objects.get(pk=published(title_th="หัวข้อเดิม", thai_only=True).release_id)
    release.title_th = "หัวข้อที่แก้แล้ว"
    release.save()
    assert listed(desk, "หัวข้อเดิม") == listed(desk, "แก้แล้ว") == {"หัวข้อที่แก้แล้ว"}
    publishing.withdraw(release=release, reason="error")
    assert listed(desk, "แก้แล้ว") == {"หัวข้อที่แก้แล้ว"}


def test_another_ones_limited_draft_is_not_found(archive):
    user = get_user_model().objects.create_user(
        "writer", password="k7m4q-long-enough", is_staff=True
    )
    user.groups.add(Group.objects.get(name="writer"))
    DeskPreference.objects.create(user=user, language="en")
    PressReleaseFactory(title_th="ข่าวลับสำนักงาน ก.พ.", is_limited=True)
    client = Client()
    client.force_login(user)
    assert listed(client, "สำนักงาน ก.พ. เปิด") == {"สำนักงาน ก.พ. เปิดรับสมัคร"}
    assert listed(client, "ข่าวลับ") == set()


def test_a_search_that_takes_too_long_is_told(desk, archive, monkeypatch):
    def slow(queryset, text):
        raise SearchTooSlow

    monkeypatch.setattr(screens, "matching", slow)
    assert "takes too long" in desk.get(LIST, {"q": "ข่าว"}).content.decode()


def test_what_readers_did_not_find_is_forgotten_after_half_a_year(client, db):
    SearchMiss.objects.create(day="2001-01-01", words="นางสาวสมหญิง", count=1)
    client.get("/th/search/", {"q": "เบี้ยยังชีพ"})
    assert [each.words for each in SearchMiss.objects.all()] == ["เบี้ยยังชีพ"]


def test_what_readers_did_not_find_is_shown_by_how_often(desk, client):
    published(title_th="ทักษะดิจิทัล", thai_only=True)
    for query in ("เบี้ยยังชีพ", "เบี้ยยังชีพ", "visa fees", "ทักษะดิจิทัล"):
        client.get("/th/search/", {"q": query}, REMOTE_ADDR="203.0.113.9")
    SearchMiss.objects.create(day="2001-01-01", words="เก่าแล้ว", count=9)
    page = desk.get(MISSES)
    assert [(words, count) for words, count, _ in page.context["rows"]] == [
        ("เบี้ยยังชีพ", 2),
        ("visa fees", 1),
    ]
    assert desk.get(MISSES, {"days": "x"}).status_code == 200
    assert desk.post(f"{MISSES}add/").status_code == 403
    assert {field.name for field in SearchMiss._meta.fields} == {"id", "day", "words", "count"}


@pytest.mark.parametrize("query", ["ทักษะ to:2500", "ทักษะ ตั้งแต่:2600", "to:2500"])
def test_what_a_period_leaves_out_is_not_missed(client, db, query):
    published(title_th="ทักษะดิจิทัล", thai_only=True)
    client.get("/th/search/", {"q": query})
    assert not SearchMiss.objects.exists()
