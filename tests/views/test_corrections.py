"""The public log of corrections: a page, and a feed that says the same."""

from datetime import timedelta

import feedparser
import pytest
import time_machine
from django.utils import timezone

from news import publishing
from news.caching import reader
from news.models import Version
from news.publishing import Notes
from tests.factories import NOTES, PressReleaseFactory, published
from tests.feed_formats import check_feed
from tests.views.pages import page

pytestmark = pytest.mark.django_db


def corrected(release=None, kind=Version.Kind.CORRECTION, notes=NOTES, **fields) -> Version:
    release = release or published(**fields).release
    return publishing.publish(release=release, kind=kind, notes=notes)


def read(client, lang="th"):
    """Page and feed of the log; they tell of the same changes in the same order."""
    reader.forget()
    found = page(client, f"/{lang}/corrections/")
    content = client.get(f"/{lang}/corrections/atom.xml").content
    check_feed("atom.xml", content)
    feed = feedparser.parse(content)
    assert not feed.bozo, feed.get("bozo_exception")
    return found, feed


def test_each_kind_of_change_that_readers_are_told_of_is_there_newest_first(client):
    first = published(title_th="ข่าวที่หนึ่ง").release
    corrected(first)
    corrected(first, Version.Kind.CLARIFICATION, Notes("ชี้แจงเวลา", "Clarified the time."))
    corrected(first, Version.Kind.UPDATE, Notes("ปรับปรุงรายชื่อ", "Updated the names."))
    publishing.publish(release=first, kind=Version.Kind.MINOR)

    found, feed = read(client, "en")

    assert [entry.tags[0].term for entry in feed.entries] == [
        "Update",
        "Clarification",
        "Correction",
    ]
    assert [entry.summary for entry in feed.entries] == [
        "Updated the names.",
        "Clarified the time.",
        NOTES.en,
    ]
    positions = [found.text.index(note) for note in ("Updated the names.", NOTES.en)]
    assert positions == sorted(positions)
    assert f"/en/news/{first.code}/v/3/" in found.links
    assert f"/en/news/{first.code}/v/1/" in found.links
    assert f"/en/news/{first.code}/v/5/" not in found.links


def test_it_speaks_one_language_and_names_nothing_that_lacks_it(client):
    corrected(thai_only=True, title_th="ข่าวภาษาไทย", notes=Notes("แก้ไขชื่อ", ""))

    thai, thai_feed = read(client, "th")
    english, english_feed = read(client, "en")

    assert "ข่าวภาษาไทย" in thai.text
    assert "แก้ไขชื่อ" in thai.text
    assert thai_feed.entries[0].title == "แก้ไข: ข่าวภาษาไทย"
    assert "Nothing has been corrected" in english.text
    assert english_feed.entries == []


def test_a_headline_is_named_as_its_page_shows_it_now_withdrawn_or_not(client):
    release = published(title_th="หัวข่าวเก่า").release
    release.title_th = "หัวข่าวที่สอง"
    release.save()
    corrected(release)
    release.title_th = "หัวข่าวล่าสุด"
    release.save()
    corrected(release)
    found, feed = read(client)
    assert found.text.count("หัวข่าวล่าสุด") == 2
    assert "หัวข่าวที่สอง" not in found.text
    assert {entry.title for entry in feed.entries} == {"แก้ไข: หัวข่าวล่าสุด"}

    publishing.withdraw(
        release=release, reason=Version.Reason.ERROR, notes=Notes("ถอนเพราะซ้ำ", "Withdrawn.")
    )

    found, feed = read(client)
    assert "หัวข่าวที่สอง" not in found.text
    assert found.text.count("หัวข่าวล่าสุด") == 3
    assert "ถอนเพราะซ้ำ" in found.text
    assert feed.entries[0].title == "ถอนข่าว: หัวข่าวล่าสุด"


def test_of_a_removed_release_only_its_removal_is_told(client):
    release = corrected().release
    publishing.remove(
        release=release, reason=Version.Reason.PRIVACY, notes=Notes("ลบตามคำขอ", "Removed.")
    )

    found, feed = read(client)

    assert NOTES.th not in found.text
    assert "ลบตามคำขอ" in found.text
    assert len(feed.entries) == 1
    assert client.get(f"/th/news/{release.code}/").status_code == 410
    assert not [link for link in found.links if f"{release.code}/v/" in link]


def test_of_a_merged_release_is_told_into_which_other_one(client):
    target = published(title_th="ข่าวปลายทาง", title_en="The target")
    merged = corrected(title_th="ข่าวที่ซ้ำ", title_en="The repetition")
    publishing.merge(release=merged.release, into=target.release)

    thai, thai_feed = read(client, "th")
    english, english_feed = read(client, "en")

    words = f"ข่าวประชาสัมพันธ์ {merged.code} รวมเข้ากับ ข่าวปลายทาง"
    assert words in thai.text
    assert [entry.title for entry in thai_feed.entries] == [
        words,
        f"แก้ไข: ข่าวประชาสัมพันธ์ {merged.code}",  # its headline leads nowhere any more
    ]
    words = f"Press release {merged.code} was merged into The target"
    assert words in english.text
    assert english_feed.entries[0].title == words
    assert thai_feed.entries[0].link == f"http://testserver/th/news/{target.code}/"
    assert f"/th/news/{target.code}/" in thai.links
    assert "ข่าวที่ซ้ำ" not in thai.text


def test_a_merged_release_whose_target_is_removed_names_the_target_by_its_code(client):
    target = published(title_th="ข่าวปลายทาง")
    merged = published()
    publishing.merge(release=merged.release, into=target.release)
    publishing.remove(release=target.release, reason=Version.Reason.PRIVACY)
    found, feed = read(client)
    assert "ข่าวปลายทาง" not in found.text
    assert {entry.title for entry in feed.entries} == {
        f"ข่าวประชาสัมพันธ์ {merged.code} รวมเข้ากับ ข่าวประชาสัมพันธ์ {target.code}",
        f"ลบออก: ข่าวประชาสัมพันธ์ {target.code}",
    }


def test_what_is_scheduled_is_told_at_its_minute(client):
    release = published().release
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at, kind="correction", notes=NOTES)
    with time_machine.travel(at - timedelta(seconds=1), tick=False):
        assert NOTES.th not in read(client)[0].text
    with time_machine.travel(at, tick=False):
        found, feed = read(client)
    assert NOTES.th in found.text
    assert len(feed.entries) == 1


def test_its_pages_go_by_place_and_a_change_in_between_moves_nothing(client):
    releases = publishing.publish_many(releases=PressReleaseFactory.build_batch(23, topic=None))
    expected = [corrected(version.release).code for version in releases][::-1]
    first, _ = read(client)
    older = first.all("a", rel="next")[0]["href"]

    corrected(releases[0].release, Version.Kind.UPDATE)

    reader.forget()
    second = page(client, f"/th/corrections/{older}")
    ids = [attributes["id"] for attributes in second.all("li") if "id" in attributes]
    assert ids == [f"{code}-2" for code in expected[20:]]
    assert second.meta("robots") == "noindex"
    assert first.canonical == "http://testserver/th/corrections/"
    too_far = f"before={'9' * 17}9.1"
    for nonsense in ("before=x", "after=1", "before=1.2&after=1.2", "page=abc", too_far):
        assert client.get(f"/th/corrections/?{nonsense}").status_code == 400, nonsense


def test_an_entry_of_the_feed_never_changes(client):
    release = corrected().release
    before = feedparser.parse(client.get("/th/corrections/atom.xml").content).entries[0]
    corrected(release, Version.Kind.UPDATE)
    _, feed = read(client)
    after = next(entry for entry in feed.entries if entry.id == before.id)
    assert (after.updated, after.summary) == (before.updated, before.summary)
    assert len({entry.id for entry in feed.entries}) == 2


def test_every_page_leads_to_it_and_it_to_its_feed(client):
    published()
    assert "/en/corrections/" in page(client, "/en/").links
    assert "/en/corrections/atom.xml" in page(client, "/en/corrections/").links
    response = client.get("/en/corrections/atom.xml")
    again = client.get("/en/corrections/atom.xml", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
