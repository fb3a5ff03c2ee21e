"""What the database adds to a draft: links, other releases, the photos' own facts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from news import publishing
from news.checking import lookalikes
from news.checking.addresses import addresses, dead_links, external
from news.checking.gathering import draft_of, findings, note_bands, note_missing_bands
from news.models import LegacyPath, LinkVisit, TextBand, Version
from tests.factories import PressReleaseFactory, add_photo, published

pytestmark = pytest.mark.django_db


def linking(*targets: str, **fields):
    links = "".join(f'<p><a href="{target}">อ่านต่อ</a></p>' for target in targets)
    return PressReleaseFactory(body_th=f"<p>เนื้อหา</p>{links}", **fields)


def why(release) -> list[tuple[str, str]]:
    return [(link.address, link.why) for link in dead_links(release)]


def test_links_to_what_readers_can_open_are_good():
    live = published()
    code = live.code
    release = linking(
        f"/th/news/{code}/", f"/s/{code}", f"/s/{code}/en", f"http://testserver/en/news/{code}/v/1/",
        "/th/search/?q=x", "/th/archive/2018/", f"/th/topics/{live.topic.slug}", "#top",
        "mailto:press@example.org", f"/th/topics/{live.topic.slug}/feeds/rss.xml", f"/s/{code}.svg",
        f"/s/{code}/v/1/en", f"/S/{code.upper()}+", "/th/archive/2018/?page=1", "/api/docs",
    )  # fmt: skip
    assert why(release) == []


def test_a_link_to_the_former_site_is_good_where_its_release_is_public():
    LegacyPath.objects.create(path="/blog/2017/03/ประชุมดิจิทัล", release=published().release)
    LegacyPath.objects.create(path="/blog/2017/03/ร่างข่าว", release=PressReleaseFactory())
    release = linking(
        "/blog/2017/03/%E0%B8%9B%E0%B8%A3%E0%B8%B0%E0%B8%8A%E0%B8%B8%E0%B8%A1%E0%B8%94%E0%B8%B4"
        "%E0%B8%88%E0%B8%B4%E0%B8%97%E0%B8%B1%E0%B8%A5",
        "http://testserver/blog/2017/03/ประชุมดิจิทัล/",
        "/blog/2017/03/ร่างข่าว",
        "/blog/2017/03/ไม่มี",
    )
    assert [reason for _address, reason in why(release)] == ["not_public", "no_page"]


def test_links_to_what_readers_cannot_open_are_dead():
    draft = PressReleaseFactory()
    gone = published()
    publishing.remove(release=gone.release, reason=Version.Reason.LEGAL)
    release = linking(
        "/th/nowhere/", f"/th/news/{draft.code}/", f"/s/{gone.code}", "/th/topics/none/",
        "/admin/news/pressrelease/1/change/", "/s/zzzzzz", "/th/series/none/", "/s/!",
    )  # fmt: skip
    assert why(release) == [
        ("/th/nowhere/", "no_page"),
        (f"/th/news/{draft.code}/", "not_public"),
        (f"/s/{gone.code}", "not_public"),
        ("/th/topics/none/", "no_page"),
        ("/admin/news/pressrelease/1/change/", "not_public"),
        ("/s/zzzzzz", "no_page"),
        ("/th/series/none/", "no_page"),
        ("/s/!", "no_page"),
    ]


def test_another_sites_page_is_dead_by_the_last_visits_alone():
    urls = [f"https://example.org/{name}" for name in ("good", "gone", "once", "twice", "inner")]
    release = linking(*urls, "https://example.org/never-visited")
    outcome = LinkVisit.Outcome
    for url, result, failures in zip(
        urls,
        (
            outcome.ANSWERED,
            outcome.GONE,
            outcome.UNREACHABLE,
            outcome.UNREACHABLE,
            outcome.REFUSED,
        ),
        (0, 0, 1, 2, 0),
        strict=True,
    ):
        LinkVisit.objects.create(
            url=url, outcome=result, failures=failures, visited_at=timezone.now()
        )
    assert [name for _address, name in why(release)] == ["gone", "unreachable", "refused"]
    assert external(release)[-1] == "https://example.org/never-visited"


def test_an_address_is_read_as_a_browser_reads_it():
    assert addresses('<p><a href="/a?b=1&amp;c=2">x</a><a href="javascript:x">y</a></p>') == [
        "/a?b=1&c=2"
    ]


@pytest.mark.parametrize("address", ["//[x", "//a℀b/"])
def test_an_address_that_no_program_can_read_leads_nowhere(address):
    release = PressReleaseFactory(body_th=f'<p>ก <a href="{address}">ข</a></p>')
    assert external(release) == []
    assert why(release) == [(addresses(release.body_th)[0], "no_page")]


LONG = "".join(
    f"ข้อที่ {n} สำนักงาน ก.พ. ขอแจ้งกำหนดการประชุม {n * 7919} ห้อง {n * 31}. " for n in range(40)
)


def test_a_release_with_nearly_the_same_text_is_found_and_an_unlike_one_is_not():
    first = PressReleaseFactory(title_th="ข่าวเดิม", body_th=f"<p>{LONG}</p>")
    other = PressReleaseFactory(body_th="<p>" + "".join(map(str, range(400))) + "</p>")
    copy = PressReleaseFactory(body_th=f"<p>{LONG.replace('ห้อง 62', 'ห้องใหญ่')}</p>")
    note_bands([first, other, copy])
    (found,) = draft_of(copy).lookalikes
    assert (found.code, found.language) == (first.code, "th")
    assert found.share > 95
    assert draft_of(other).lookalikes == ()
    assert draft_of(copy, type(copy).objects.exclude(pk=first.pk)).lookalikes == ()


def test_texts_that_came_by_an_import_are_noted_by_the_daily_job():
    PressReleaseFactory(body_th=f"<p>{LONG}</p>")
    PressReleaseFactory()  # too short to be compared
    note_missing_bands()
    assert TextBand.objects.count() == lookalikes.BINS // lookalikes.BAND
    note_missing_bands()
    assert TextBand.objects.count() == lookalikes.BINS // lookalikes.BAND


def test_a_photo_brings_its_day_and_its_likeness():
    release = PressReleaseFactory(event_date=date(2018, 5, 19))
    photo = add_photo(release)
    photo.captured_at = timezone.make_aware(timezone.datetime(2018, 5, 12, 9))
    photo.save()
    (picture,) = draft_of(release).pictures
    assert picture.taken == date(2018, 5, 12)
    assert picture.likeness is not None
    assert "capture-date" in {finding.rule.id for finding in findings(release)}


def test_what_is_written_today_is_compared_with_the_day_in_bangkok():
    release = PressReleaseFactory(dated=timezone.localdate() + timedelta(days=2))
    assert "future" in {finding.rule.id for finding in findings(release)}
