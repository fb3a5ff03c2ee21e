"""The list of press releases: status, search, filters, and what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import publishing
from news.admin.status import Status, standing, with_standing
from news.models import Epoch, LegacyPath, PressRelease, ShortLink
from tests.factories import (
    NOTES,
    PressReleaseFactory,
    TopicFactory,
    add_photo,
    published,
    scheduled,
)

LIST = "/admin/news/pressrelease/"


def in_state(status: str) -> PressRelease:
    """A release that has `status` now."""
    if status == Status.DRAFT:
        return PressReleaseFactory()
    if status == Status.SCHEDULED:
        return scheduled().release
    release = published().release
    if status == Status.WITHDRAWN:
        publishing.withdraw(release=release, reason="error")
    elif status == Status.GONE:
        publishing.remove(release=release, reason="legal")
    elif status == Status.MERGED:
        publishing.merge(release=release, into=published().release)
    return release


@pytest.mark.parametrize("status", Status.values)
def test_a_release_is_listed_under_its_status(desk, status):
    release = in_state(status)
    assert standing(release, timezone.now()).status == status
    rows = desk.get(LIST, {"status": status}).context["cl"].result_list
    assert release in rows
    for other in set(Status.values) - {status}:
        assert release not in desk.get(LIST, {"status": other}).context["cl"].result_list


def test_a_cancelled_schedule_is_a_draft_again(desk):
    release = scheduled().release
    publishing.cancel_schedule(release=release)
    assert standing(release, timezone.now()).status == Status.DRAFT
    assert release in desk.get(LIST, {"status": "draft"}).context["cl"].result_list


def test_status_is_a_question_about_time(db):
    release = scheduled(hours=1).release
    later = timezone.now() + timedelta(hours=2)
    assert standing(release, later).status == Status.LIVE


def test_a_change_waiting_on_a_live_release_is_told(desk):
    release = published().release
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at, kind="minor", notes=NOTES)
    now = standing(release, timezone.now())
    assert now.status == Status.LIVE
    assert now.scheduled is not None
    assert "change on" in desk.get(LIST).content.decode()


@pytest.mark.parametrize("term", ["ทักษะดิจิทัล ครั้งที่", "digital skills, session", "ทักษะดิจิทัล\u200b"])
def test_both_languages_are_searched_whatever_the_desk_speaks(desk, term):
    release = PressReleaseFactory()
    PressReleaseFactory(title_th="อื่น", title_en="Other", summary_th="", summary_en="")
    assert list(desk.get(LIST, {"q": term}).context["cl"].result_list) == [release]


def test_a_release_is_found_by_its_code(desk):
    release = PressReleaseFactory()
    assert list(desk.get(LIST, {"q": release.code}).context["cl"].result_list) == [release]


@pytest.mark.parametrize(
    ("asked", "title"), [("both", "ทั้งสอง"), ("th", "ไทย"), ("en", "Only English")]
)
def test_languages_are_filtered_by_whole_texts(desk, asked, title):
    PressReleaseFactory(title_th="ทั้งสอง")
    PressReleaseFactory(title_th="ไทย", title_en="Draft of a translation", body_en="")
    PressReleaseFactory(english_only=True, title_en="Only English")
    rows = desk.get(LIST, {"languages": asked}).context["cl"].result_list
    assert [row.title_th or row.title_en for row in rows] == [title]


def test_topics_are_filtered(desk):
    release = PressReleaseFactory()
    other = PressReleaseFactory(topic=TopicFactory(slug="other"))
    rows = desk.get(LIST, {"topic__id__exact": other.topic_id}).context["cl"].result_list
    assert list(rows) == [other]
    assert release not in rows


@pytest.mark.parametrize("query", ["?status=x", "?languages=x", "?p=abc", "?q=%00", "?o=99"])
def test_a_nonsense_query_is_no_error(desk, query):
    PressReleaseFactory()
    assert desk.get(LIST + query).status_code in {200, 302}


@pytest.mark.parametrize(
    "query", ["?title_th__regex=(", "?body_th__iregex=(%3F", "?updated_at__year=99999"]
)
def test_what_no_filter_offers_is_refused(desk, query):
    PressReleaseFactory()
    assert desk.get(LIST + query).status_code == 400


def test_the_list_costs_the_same_for_one_and_for_twenty(desk, django_assert_max_num_queries):
    add_photo(published().release)
    with django_assert_max_num_queries(20) as few:
        desk.get(LIST)
    for _ in range(19):
        published()
    with django_assert_max_num_queries(len(few.captured_queries)):
        desk.get(LIST)


def test_the_standing_of_many_asks_nothing_more(db, django_assert_num_queries):
    for _ in range(3):
        published()
    at = timezone.now()
    releases = list(with_standing(PressRelease.objects.all(), at))
    with django_assert_num_queries(0):
        assert {standing(release, at).status for release in releases} == {Status.LIVE}


def test_a_topic_raises_the_site_revision_and_keeps_an_address_that_readers_have(desk):
    topic = published().topic
    url = f"/admin/news/topic/{topic.pk}/change/"
    values = {"name_th": "หมวดใหม่", "name_en": "Renamed", "slug": "moved", "position": "0"}
    before = Epoch.objects.get().site_revision
    assert desk.post(url, values).status_code == 302
    topic.refresh_from_db()
    assert topic.name_th == "หมวดใหม่"
    assert topic.slug != "moved"
    assert Epoch.objects.get().site_revision == before + 1
    assert desk.get(f"/admin/news/topic/{topic.pk}/delete/").status_code == 403


def test_an_unused_topic_can_go(desk):
    topic = TopicFactory()
    before = Epoch.objects.get().site_revision
    assert desk.post(f"/admin/news/topic/{topic.pk}/delete/", {"post": "yes"}).status_code == 302
    assert Epoch.objects.get().site_revision == before + 1


def test_a_topic_needs_both_names(desk):
    values = {"name_th": "หมวด", "name_en": "", "slug": "x", "position": "0"}
    response = desk.post("/admin/news/topic/add/", values)
    assert "needs a Thai and an English name" in response.content.decode()


ALIAS = "/admin/news/shortlink/add/"


def test_an_alias_is_added_in_lower_case_and_raises_the_site_revision(desk, client):
    release = published().release
    before = Epoch.objects.get().site_revision
    assert desk.post(ALIAS, {"key": "Exam-2570", "release": release.pk}).status_code == 302
    link = ShortLink.objects.get(key="exam-2570")
    assert link.kind == ShortLink.Kind.ALIAS
    assert Epoch.objects.get().site_revision == before + 1
    assert client.get("/s/exam-2570").status_code == 302


@pytest.mark.parametrize("key", ["th", "ab", "two--hyphens", "-start", "ไทย", "x" * 41, "info", ""])
def test_a_key_that_no_alias_may_have_is_a_form_error(desk, key):
    release = PressReleaseFactory()
    response = desk.post(ALIAS, {"key": key, "release": release.pk})
    assert "key" in response.context["adminform"].form.errors


def test_no_key_is_given_out_twice(desk):
    first, second = PressReleaseFactory(), PressReleaseFactory()
    response = desk.post(ALIAS, {"key": first.code, "release": second.pk})
    assert "key" in response.context["adminform"].form.errors


def test_a_short_link_is_never_changed_or_deleted(boss):
    link = PressReleaseFactory().short_links.get()
    assert (
        boss.post(f"/admin/news/shortlink/{link.pk}/change/", {"key": "other"}).status_code == 403
    )
    assert boss.get(f"/admin/news/shortlink/{link.pk}/delete/").status_code == 403


def test_an_address_of_the_former_site_is_added(desk):
    release = published().release
    values = {"path": "/blog/2017/05/digital", "release": release.pk}
    assert desk.post("/admin/news/legacypath/add/", values).status_code == 302
    assert LegacyPath.objects.get().release == release
