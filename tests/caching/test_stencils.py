"""What of a release's page outlasts a publication is kept, and no reader is told what is over."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from news import publishing
from news.caching import reader
from news.caching.stencils import HOLE, Stencils, stencils
from news.models import Epoch, Series, SiteSettings, Topic, Version
from news.publishing import Notes
from news.views import releases
from tests.factories import TopicFactory, add_photo, part_of_series, published

NOTES = Notes(th="แก้ไขจำนวน", en="The number was put right")


class TestAPageWithAHole:
    def test_it_is_made_once_for_a_key_and_filled_with_what_it_is_given(self):
        made = []

        def make(hole):
            made.append(hole)
            return f"ก{hole}ข"

        kept = Stencils(10_000)
        assert kept.fill("a", 1, lambda: "หนึ่ง", make) == "กหนึ่งข".encode()
        assert kept.fill("a", 0, lambda: "", make) == "กข".encode()
        assert kept.fill("a", 2, lambda: "2", make) == "ก2ข".encode()
        assert kept.fill("b", 2, lambda: "2", make) == "ก2ข".encode()
        assert made == [HOLE, HOLE]

    def test_what_fills_it_is_drawn_again_where_it_is_something_else(self):
        drawn = []
        kept = Stencils(10_000)
        for filling in ("one", "one", "two", "two", "one"):
            page = kept.fill(
                "a", (filling,), lambda it=filling: drawn.append(it) or it, lambda hole: f"<{hole}>"
            )
            assert page == f"<{filling}>".encode()
        assert drawn == ["one", "two", "one"]

    @pytest.mark.parametrize("page", ["no hole", f"two {HOLE} holes {HOLE}"])
    def test_a_page_that_would_lose_or_repeat_its_content_is_none(self, page):
        with pytest.raises(ValueError, match="values to unpack"):
            Stencils(10_000).fill("a", 1, lambda: "1", lambda hole: page)

    def test_without_room_every_page_is_made_anew(self):
        made = []
        kept = Stencils(0)
        for _ in range(3):
            kept.fill("a", 1, lambda: "1", lambda hole: made.append(hole) or hole)
        assert len(made) == 3

    def test_it_takes_room_for_what_it_is_filled_with_as_well(self):
        kept = Stencils(100_000)
        kept.fill("a", "x" * 5_000, lambda: "", lambda hole: hole)
        assert 5_000 < kept._store.bytes_kept < 8_000
        kept.fill("a", "", lambda: "", lambda hole: hole)
        assert kept._store.bytes_kept < 2_000


@pytest.fixture
def rendered(monkeypatch):
    """The versions whose pages were rendered whole, by their numbers."""
    numbers = []
    whole = releases._release_page

    def counted(request, version, *rest):
        numbers.append(version.number)
        return whole(request, version, *rest)

    monkeypatch.setattr(releases, "_release_page", counted)
    return numbers


def read(client, version, lang="th"):
    """The page as it comes, which must be what a process without any stencils makes."""
    path = f"/{lang}/news/{version.code}/{version.slug}/"
    reader.forget()
    known = client.get(path)
    stencils.clear()
    anew = client.get(path)
    assert known.content == anew.content
    assert known.status_code == anew.status_code
    return known.content.decode()


@pytest.mark.django_db
class TestTheReleasePage:
    @pytest.mark.parametrize("lang", ["th", "en"])
    def test_a_publication_changes_what_it_leads_on_to_and_renders_nothing_else(
        self, client, rendered, lang
    ):
        version = published(slug="first")
        add_photo(version.release)
        path = f"/{lang}/news/{version.code}/first/"
        before = client.get(path).content.decode()
        newer = published(slug="newer", title_th="ข่าวใหม่กว่า", title_en="A newer release")
        part_of_series(version.release, newer.release)
        reader.forget()
        after = client.get(path).content.decode()
        assert rendered == [1]
        title = newer.title_th if lang == "th" else newer.title_en
        assert title not in before
        assert title in after
        assert read(client, version, lang) == after

    def test_what_it_leads_on_to_is_drawn_once_for_as_long_as_it_stays(self, client, monkeypatch):
        drawn = []
        draw = releases._ways_on
        monkeypatch.setattr(releases, "_ways_on", lambda *of: drawn.append(of) or draw(*of))
        day = timezone.localdate()
        old, middle = (published(dated=day - timedelta(days=days), slug="old") for days in (9, 8))
        path = f"/th/news/{old.code}/old/"
        client.get(path)
        far = published(dated=day, title_th="ข่าวของวันนี้", topic=None)
        reader.forget()
        assert far.title_th not in client.get(path).content.decode()
        assert len(drawn) == 1
        middle.release.title_th = "ข่าวถัดไปที่แก้แล้ว"
        middle.release.save()
        publishing.publish(release=middle.release, kind=Version.Kind.CORRECTION, notes=NOTES)
        reader.forget()
        assert middle.release.title_th in client.get(path).content.decode()
        assert len(drawn) == 2
        read(client, old)

    def test_a_series_has_the_name_it_has_now(self, client):
        one, two = (published(slug=slug) for slug in ("one", "two"))
        part_of_series(one.release, two.release)
        assert "ชุดข่าวทักษะดิจิทัล" in read(client, one)
        client.get(f"/th/news/{one.code}/one/")
        Series.objects.update(name_th="ชุดข่าวชื่อใหม่")
        Epoch.objects.raise_site_revision()
        page = read(client, one)
        assert "ชุดข่าวชื่อใหม่" in page
        assert "ชุดข่าวทักษะดิจิทัล" not in page

    def test_both_languages_have_their_own(self, client):
        version = published(slug="both", title_th="ภาษาไทย", title_en="In English")
        assert "<h1" in read(client, version, "th")
        assert "In English" in read(client, version, "en")
        assert "ภาษาไทย" in read(client, version, "th")

    def test_a_correction_is_read_at_once(self, client):
        first = published(slug="wrong", body_th="<p>มีผู้เข้าร่วม 100 คน</p>")
        assert "100 คน" in read(client, first)
        first.release.body_th = "<p>มีผู้เข้าร่วม 200 คน</p>"
        first.release.save()
        publishing.publish(release=first.release, kind=Version.Kind.CORRECTION, notes=NOTES)
        page = read(client, first)
        assert "200 คน" in page
        assert "100 คน" not in page
        assert NOTES.th in page

    def test_so_is_one_that_was_scheduled(self, client):
        first = published(slug="later", body_th="<p>มีผู้เข้าร่วม 100 คน</p>")
        first.release.body_th = "<p>มีผู้เข้าร่วม 200 คน</p>"
        first.release.save()
        at = timezone.now() + timedelta(hours=1)
        publishing.schedule(release=first.release, at=at, kind=Version.Kind.CORRECTION, notes=NOTES)
        assert "100 คน" in read(client, first)
        with time_machine.travel(at, tick=False):
            assert "200 คน" in read(client, first)

    def test_a_withdrawn_release_says_so(self, client):
        version = published(slug="gone")
        before = read(client, version)
        publishing.withdraw(
            release=version.release, reason=Version.Reason.ERROR, notes=NOTES, by=None
        )
        after = read(client, version)
        assert NOTES.th in after
        assert NOTES.th not in before

    def test_a_topic_has_the_name_it_has_now(self, client):
        topic = TopicFactory(name_th="ชื่อเดิม")
        version = published(slug="topic", topic=topic)
        assert "ชื่อเดิม" in read(client, version)
        Topic.objects.filter(pk=topic.pk).update(name_th="ชื่อใหม่")
        Epoch.objects.raise_site_revision()
        page = read(client, version)
        assert "ชื่อใหม่" in page
        assert "ชื่อเดิม" not in page

    def test_a_banner_begins_and_ends_on_its_minute(self, client):
        version = published(slug="banner")
        until = timezone.now() + timedelta(hours=1)
        assert "ปิดทำการ" not in read(client, version)
        fields = {"banner_shown": True, "banner_th": "ปิดทำการ", "banner_en": "Closed"}
        SiteSettings.objects.update_or_create(pk=1, defaults=fields | {"banner_until": until})
        Epoch.objects.raise_site_revision()
        assert "ปิดทำการ" in read(client, version)
        with time_machine.travel(until, tick=False):
            assert "ปิดทำการ" not in read(client, version)

    def test_a_removal_leaves_none_also_where_no_finished_pages_are_kept(self, client):
        version = published(slug="gone")
        client.get(f"/th/news/{version.code}/gone/")
        assert len(stencils._store) == 1
        publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
        reader.forget()
        reader.current(timezone.now())
        assert len(stencils._store) == 0
