"""A kept page that outlasts its epoch is what Django would make of it now: to the byte, and in
every header.
"""

import copy
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from news import erasing, patience, publishing, sources
from news.caching import EpochReader, EpochUnreadable, reader
from news.caching.page_store import PageStore
from news.caching.stencils import stencils
from news.door import OnScheduled, database_now
from news.exporting import open_data
from news.models import Epoch, PressRelease, Series, SeriesPart, SiteSettings, Topic, Version
from news.sources import PRIMARY
from news.views import releases
from tests.caching.conftest import Site
from tests.clocks import travelling
from tests.factories import (
    NOTES,
    PressReleaseFactory,
    TopicFactory,
    add_photo,
    part_of_series,
    person,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _views_read_the_epoch_each_time(monkeypatch):
    monkeypatch.setattr(reader, "_reread_seconds", 0)


@pytest.fixture
def clock():
    """Time stands still, so that an answer made later promises the same; for the record as well."""
    with travelling(timezone.now()) as clock:
        clock.move_to(timezone.now(), tick=False)
        yield clock


def path_of(version, lang="th"):
    return f"/{lang}/news/{version.code}/" + (f"{version.slug}/" if version.slug else "")


def told(answer):
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return answer.status, headers, answer.body


class Archive:
    """A site that keeps pages, and releases that change. `addresses` are all that they ever had."""

    def __init__(self, clock):
        self.clock = clock
        self.others = TopicFactory(slug="others", name_th="เรื่องอื่น", name_en="Other matters")
        self.staff = [person(name=name) for name in ("ann", "bo")]
        self.releases = []
        self.addresses = {}
        day = timezone.localdate() - timedelta(days=20)
        for number in range(6):
            self.add(
                published(
                    slug=f"number-{number}", dated=day + timedelta(days=2 * number), **KINDS[number]
                )
            )
            if number == 1:  # before the others: a photo is made together with all cards that wait
                add_photo(self.releases[1], alt_th="ภาพเดิม", alt_en="As it was")
        part_of_series(*self.releases[:3])
        self.later()
        self.correct(self.releases[1])
        self.made_by = _latest()

    def for_a_test(self, site, clock):
        """The same as it was made, on a `site` that has kept nothing of it yet."""
        own = copy.copy(self)
        own.site = site
        own.forgetful = Site(site.application, site.store._reader, max_bytes=1)
        own.clock = clock
        own.releases = list(PressRelease.objects.order_by("pk"))
        own.addresses = dict(self.addresses)
        clock.move_to(max(timezone.now(), self.made_by), tick=False)
        return own

    def add(self, version):
        release = PressRelease.objects.get(pk=version.release_id)
        self.releases.append(release)
        return self.note(version)

    def note(self, version):
        self.addresses |= dict.fromkeys(path_of(version, lang) for lang in ("th", "en"))
        return version

    def later(self, **by):
        self.clock.move_to(_latest() + timedelta(**by or {"seconds": 1}), tick=False)

    def correct(self, release, kind=Version.Kind.CORRECTION, **changed):
        for name, value in changed.items():
            setattr(release, name, value)
        release.save()
        made = publishing.publish(
            release=release, kind=kind, notes=NOTES, on_scheduled=OnScheduled.CANCEL
        )
        return self.note(made)

    def schedule(self, release, **changed):
        for name, value in changed.items():
            setattr(release, name, value)
        release.save()
        at = timezone.now() + timedelta(hours=1)
        return publishing.schedule(
            release=release, at=at, kind=Version.Kind.CORRECTION, notes=NOTES
        )

    def frame(self, **fields):
        SiteSettings.objects.update_or_create(pk=1, defaults=fields)
        Epoch.objects.raise_site_revision()

    def check(self, at=None):
        """Every page is what Django answers in a process that has kept nothing of it; `at`, or as
        soon as what was published has come.
        """
        if at is None:
            self.later()
        else:
            self.clock.move_to(at, tick=False)
        with self._one_epoch():
            for path in self.addresses:
                known = self.site.get(path)
                stencils.clear()
                anew = self.forgetful.get(path)
                assert told(known) == told(anew), path

    @contextmanager
    def _one_epoch(self):
        """While pages are compared nothing is published and the clock stands still: what holds is
        read at their first, not half a dozen times for each.
        """
        with pytest.MonkeyPatch.context() as patch:
            for each in (reader, self.site.store._reader):
                each.forget()
                patch.setattr(each, "_reread_seconds", 3_600)
            yield


def _latest():
    """PostgreSQL's clock goes on where Python's stands still."""
    return max(timezone.now(), database_now())


KINDS = [
    {},
    {"body_th": "<p>มีผู้เข้าร่วม 100 คน</p>"},
    {},
    {"thai_only": True},
    {"english_only": True},
    {"contact_th": "กองสื่อสาร", "contact_en": "Communications"},
]


@pytest.fixture(scope="class")
def _made(keeping) -> Iterator[tuple[Archive, Path]]:
    """The archive and its files, made once for all changes."""
    with keeping(_make) as made:
        yield made


def _make() -> Archive:
    with travelling(timezone.now()) as clock:
        clock.move_to(timezone.now(), tick=False)
        return Archive(clock)


@pytest.fixture
def archive(_made, db, site, clock, settings) -> Archive:
    archive, media = _made
    shutil.copytree(media, settings.MEDIA_ROOT, copy_function=os.link)
    return archive.for_a_test(site, clock)


CHANGES = {}


def change(act):
    CHANGES[act.__name__] = act
    return act


@change
def nothing(archive): ...


@change
def a_newer_release(archive):
    archive.add(published(slug="newer", title_th="ใหม่กว่า", title_en="Newer"))


@change
def one_between_others(archive):
    day = archive.releases[2].dated + timedelta(days=1)
    archive.add(published(slug="between", dated=day))


@change
def one_in_thai_alone(archive):
    archive.add(published(slug="thai", thai_only=True))


@change
def one_of_another_topic(archive):
    archive.add(published(slug="other", topic=archive.others))


@change
def a_whole_package(archive):
    drafts = PressReleaseFactory.build_batch(3, topic=Topic.objects.first())
    for version in publishing.publish_many(releases=drafts):
        archive.add(version)


@change
def a_correction(archive):
    archive.correct(archive.releases[1], body_th="<p>มีผู้เข้าร่วม 200 คน</p>")


@change
def a_correction_of_a_headline(archive):
    archive.correct(archive.releases[2], title_th="หัวข้อใหม่", title_en="Another headline")


@change
def a_minor_change_after_a_correction(archive):
    archive.correct(archive.releases[1], Version.Kind.MINOR, summary_th="สรุปใหม่")


@change
def another_slug(archive):
    archive.correct(archive.releases[2], slug="moved")


@change
def another_day(archive):
    archive.correct(archive.releases[0], dated=timezone.localdate())


@change
def another_topic(archive):
    archive.correct(archive.releases[0], topic=archive.others)


@change
def a_translation(archive):
    archive.correct(
        archive.releases[3], Version.Kind.TRANSLATION, title_en="Now in English", body_en="<p>A</p>"
    )


@change
def another_alt(archive):
    archive.releases[1].photos.update(alt_th="ภาพใหม่", alt_en="As it is")
    archive.correct(archive.releases[1])


@change
def another_contact(archive):
    archive.correct(archive.releases[5], contact_th="กองใหม่")


@change
def saved_and_not_published(archive):
    PressRelease.objects.filter(pk=archive.releases[1].pk).update(title_th="ยังไม่เผยแพร่")
    published()


@change
def a_withdrawal(archive):
    publishing.withdraw(release=archive.releases[1], reason=Version.Reason.ERROR, notes=NOTES)


@change
def a_withdrawal_and_a_return(archive):
    a_withdrawal(archive)
    archive.check()
    publishing.restore(release=archive.releases[1], notes=NOTES)


@change
def a_removal(archive):
    publishing.remove(release=archive.releases[1], reason=Version.Reason.PRIVACY)


@change
def an_erasure(archive):
    ann, bo = archive.staff
    asked = erasing.request(release=archive.releases[1], reason="privacy", by=ann)
    erasing.approve(erasure=asked, by=bo)


@change
def a_merger(archive):
    publishing.merge(release=archive.releases[1], into=archive.releases[2])


@change
def a_merger_and_its_targets_withdrawal(archive):
    a_merger(archive)
    archive.check()
    publishing.withdraw(release=archive.releases[2], reason=Version.Reason.ERROR, notes=NOTES)


@change
def a_schedule(archive):
    return archive.schedule(archive.releases[1], title_th="หัวข้อของพรุ่งนี้")


@change
def a_schedule_and_its_minute(archive):
    at = a_schedule(archive).visible_from
    archive.check()
    archive.check(at - timedelta(seconds=2))  # which may promise as much at most
    archive.check(at - timedelta(milliseconds=1))
    archive.check(at)


@change
def a_schedule_postponed_and_cancelled(archive):
    a_schedule(archive)
    archive.check()
    at = timezone.now() + timedelta(hours=2)
    publishing.reschedule(release=archive.releases[1], at=at, reason="later")
    archive.check()
    archive.check(at - timedelta(minutes=30))
    publishing.cancel_schedule(release=archive.releases[1], reason="never")
    archive.check()
    archive.later(hours=2)


@change
def an_embargo_and_its_end(archive):
    at = timezone.now() + timedelta(hours=1)
    release = PressReleaseFactory(slug="embargo", is_limited=True)
    version = archive.add(publishing.schedule(release=release, at=at))
    archive.check()
    archive.check(version.visible_from - timedelta(milliseconds=1))
    archive.check(version.visible_from)


@change
def a_topic_renamed(archive):
    Topic.objects.update(name_th="ชื่อใหม่", name_en="Another name")
    Epoch.objects.raise_site_revision()


@change
def a_series_renamed(archive):
    Series.objects.update(name_th="ชุดข่าวชื่อใหม่", name_en="Another series")
    Epoch.objects.raise_site_revision()


@change
def a_series_without_its_middle(archive):
    SeriesPart.objects.filter(release=archive.releases[1]).delete()
    Epoch.objects.raise_site_revision()


@change
def one_more_in_a_series(archive):
    alone = PressRelease.objects.filter(series_part=None, versions__isnull=False)
    part_of_series(alone.order_by("pk").last())
    Epoch.objects.raise_site_revision()


@change
def a_banner_with_its_end(archive):
    until = timezone.now() + timedelta(hours=1)
    fields = {"banner_shown": True, "banner_th": "ปิดทำการ", "banner_en": "Closed"}
    archive.frame(**fields, banner_until=until)
    archive.check()
    archive.check(until - timedelta(milliseconds=1))
    archive.check(until)


@change
def another_banner_and_none(archive):
    archive.frame(banner_shown=True, banner_th="หนึ่ง", banner_en="One")
    archive.check()
    archive.frame(banner_th="สอง", banner_level=SiteSettings.Level.URGENT)
    archive.check()
    archive.frame(banner_shown=False)


@change
def mourning_and_its_end(archive):
    archive.frame(in_mourning=True)
    archive.check()
    archive.frame(in_mourning=False)


@change
def new_files_of_open_data(archive):
    published()
    open_data.refresh()


class TestEveryPageIsWhatDjangoMakesOfIt:
    @pytest.mark.parametrize("name", CHANGES)
    def test_after_a_change(self, archive, name):
        archive.check()
        CHANGES[name](archive)
        archive.check()
        published(slug="last", dated=timezone.localdate() + timedelta(days=1), topic=archive.others)
        archive.check()

    @pytest.mark.parametrize("seed", range(2))
    def test_after_any_changes(self, archive, seed):
        """In any order; what the record refuses in its state changes nothing."""
        chance = random.Random(seed)
        names = sorted(CHANGES)
        done = 0
        for _ in range(15):
            chance.shuffle(archive.releases)
            try:
                CHANGES[chance.choice(names)](archive)
                done += 1
            except (publishing.PublishingRefused, erasing.ErasureRefused):
                pass
            archive.check()
            archive.later(minutes=chance.choice((0, 7, 61)))
        assert done > 5
        assert archive.site.store.counts["renewed"] > 50


@pytest.fixture
def path():
    """Of a page that `publish_another` leaves as it is."""
    return path_of(published(slug="a-release"), "en")


def publish_another():
    return published(thai_only=True)  # of which no English page tells


class TestAPageThatNothingChanged:
    def test_is_not_asked_of_django_again(self, site, path):
        before = site.get(path)
        publish_another()
        after = site.get(path)
        assert len(site.asked) == 1
        assert site.store.counts == {"miss": 1, "renewed": 1}
        assert after.body == before.body
        assert after.headers["ETag"] != before.headers["ETag"]
        assert site.get(path).headers == after.headers
        assert site.store.counts["hit"] == 1

    def test_costs_the_queries_of_its_view(self, wsgi_application, path, django_assert_num_queries):
        site = Site(wsgi_application, EpochReader(reread_seconds=3_600))
        site.get(path)
        for _ in range(2):  # writing the statement for the first time costs none
            publish_another()
            site.store._reader.forget()
            # The epoch; the version with its series and topic; what lies around it.
            with django_assert_num_queries(1 + 2):
                site.get(path)
        assert site.store.counts["renewed"] == 2

    def test_has_the_validator_that_who_has_the_page_is_told_by(self, site, path):
        site.get(path)
        publish_another()
        etag = site.get(path, method="HEAD").headers["ETag"]
        assert site.get(path, if_none_match=etag, accept_encoding="br").status == 304
        # As any other process, which asks Django.
        assert Site(site.application, EpochReader(0)).get(path, if_none_match=etag).status == 304
        assert len(site.asked) == 1

    def test_promises_what_the_new_epoch_can(self, site, path, clock):
        at = timezone.now() + timedelta(minutes=10)
        publishing.schedule(release=PressReleaseFactory(thai_only=True), at=at)
        clock.move_to(at - timedelta(seconds=3), tick=False)
        assert "s-maxage=3," in site.get(path).headers["Cache-Control"]
        clock.move_to(at, tick=False)
        assert "s-maxage=5," in site.get(path).headers["Cache-Control"]
        at = timezone.now() + timedelta(minutes=2)
        publishing.schedule(release=PressReleaseFactory(thai_only=True), at=at)
        clock.move_to(at - timedelta(seconds=2), tick=False)
        assert "s-maxage=2," in site.get(path).headers["Cache-Control"]
        assert len(site.asked) == 1

    def test_stands_in_for_a_day_from_then(self, site, path, monkeypatch):
        now = 1_000_000.0
        monkeypatch.setattr("time.monotonic", lambda: now)
        site.get(path)
        publish_another()
        now += 80_000
        site.get(path)
        now += 80_000
        (entry,) = site.store._shelves._pages._entries.values()
        assert site.store._can_stand_in(entry)
        assert site.store.counts["renewed"] == 1

    def test_takes_no_more_room(self, site, path):
        site.get(path)
        kept = site.store.bytes_kept
        publish_another()
        site.get(path)
        assert site.store.bytes_kept == kept


class TestWhereItMayNotBeKeptOn:
    def test_a_page_of_another_kind(self, site):
        for path in ("/th/", "/th/archive/", "/th/news/zzzzzz/", "/th/feeds/atom.xml"):
            site.get(path)
            published()
            site.get(path)
        assert site.store.counts == {"miss": 8}

    @pytest.mark.parametrize("error", [OperationalError, RuntimeError])
    def test_where_it_cannot_be_found_out_django_says_what_then(self, site, path, error):
        page = site.get(path)

        def failing(*_asked):
            raise error("gone")

        ((address, entry),) = site.store._shelves._pages._entries.items()
        entry = replace(entry, basis=entry.basis._replace(find=failing))
        site.store._shelves.put(address, entry, is_page=True)
        publish_another()
        assert site.get(path).body == page.body
        assert site.store.counts == {"miss": 2}

    def test_where_the_desk_changed_the_site_nothing_is_asked_for_it(self, site, path):
        site.get(path)
        asked = []
        ((address, entry),) = site.store._shelves._pages._entries.items()
        entry = replace(entry, basis=entry.basis._replace(find=lambda *about: asked.append(about)))
        site.store._shelves.put(address, entry, is_page=True)
        Epoch.objects.raise_site_revision()
        site.get(path)
        assert site.store.counts == {"miss": 2}
        assert asked == []

    def test_after_a_removal_that_this_process_has_heard_of(self, site, path):
        site.get(path)
        ((address, entry),) = site.store._shelves._pages._entries.items()
        publishing.remove(release=publish_another().release, reason=Version.Reason.PRIVACY)
        site.store._reader.current(timezone.now())
        # As a thread may have put it that took long.
        site.store._shelves.put(address, entry, is_page=True)
        site.get(path)
        assert site.store.counts == {"miss": 2}

    def test_or_hears_of_meanwhile(self, wsgi_application, path, monkeypatch):
        hearing = EpochReader(reread_seconds=3_600)
        site = Site(wsgi_application, hearing)
        other = publish_another()
        site.get(path)
        publish_another()
        hearing.forget()
        made_of = releases._made_of

        def meanwhile(*about):
            publishing.remove(release=other.release, reason=Version.Reason.PRIVACY)
            hearing.forget()
            hearing.current(timezone.now())
            return made_of(*about)

        monkeypatch.setattr(releases, "_made_of", meanwhile)
        answer = site.get(path)
        assert "max-age=0, s-maxage=0, stale-while-reval" in answer.headers["Cache-Control"]
        assert site.store.counts == {"miss": 1, "renewed": 1}
        assert len(site.store._shelves) == 0

    def test_where_a_replica_that_has_less_stands_in(self, site, path, monkeypatch):
        site.get(path)
        publish_another()
        monkeypatch.setattr(PageStore, "_came_from_behind", lambda *_asked: True)
        assert "s-maxage=1," in site.get(path).headers["Cache-Control"]
        assert site.store.counts == {"miss": 1, "renewed": 1}
        monkeypatch.undo()
        site.get(path)
        assert site.store.counts == {"miss": 1, "renewed": 2}

    def test_where_the_epoch_went_on_while_it_waited_for_its_turn(self, site, path, monkeypatch):
        site.get(path)
        publish_another()

        @contextmanager
        def waiting(_address):
            fields = {"banner_shown": True, "banner_th": "ปิดทำการ", "banner_en": "Closed"}
            SiteSettings.objects.update_or_create(pk=1, defaults=fields)
            Epoch.objects.raise_site_revision()
            yield

        monkeypatch.setattr(site.store._turns, "of", waiting)
        assert "Closed" in site.get(path).text


def test_a_topic_renamed_while_its_page_is_made_is_not_kept_by_its_old_name(site, monkeypatch):
    version = published(slug="a-release", topic=TopicFactory(name_th="ชื่อเดิม"))
    read = releases._with_series

    def renamed_meanwhile(code, at):
        monkeypatch.setattr(releases, "_with_series", read)
        found = read(code, at)
        Topic.objects.update(name_th="ชื่อใหม่")
        Epoch.objects.raise_site_revision()
        return found

    monkeypatch.setattr(releases, "_with_series", renamed_meanwhile)
    assert "ชื่อเดิม" in site.get(path_of(version)).text
    assert "ชื่อเดิม" not in site.get(path_of(version)).text


def test_a_topic_renamed_by_whatever_way_is_not_kept_by_its_old_name(site):
    version = published(slug="a-release", topic=TopicFactory(name_th="ชื่อเดิม"))
    assert "ชื่อเดิม" in site.get(path_of(version)).text
    Topic.objects.update(name_th="ชื่อใหม่")  # as where a revision is counted anew
    published()
    assert "ชื่อเดิม" not in site.get(path_of(version)).text


def test_a_page_shows_the_banner_that_it_is_kept_with(site, path, monkeypatch):
    """Also where the database is lost before it is rendered."""
    fields = {"banner_shown": True, "banner_th": "ปิดทำการ", "banner_en": "Closed"}
    SiteSettings.objects.update_or_create(pk=1, defaults=fields)
    Epoch.objects.raise_site_revision()
    render = releases._release_page

    def lost_meanwhile(*about):
        with monkeypatch.context() as lost:
            lost.setattr(reader, "_read", unreadable)
            return render(*about)

    def unreadable(_at):
        raise EpochUnreadable("gone")

    monkeypatch.setattr(releases, "_release_page", lost_meanwhile)
    assert "Closed" in site.get(path).text


class TestHowItIsAsked:
    def test_of_the_moments_database_and_not_for_long(self, site, path, monkeypatch):
        site.get(path)
        publish_another()
        asked = []
        made_of = releases._made_of

        def noted(*about):
            asked.append((sources._READING.get(), patience.seconds()))
            return made_of(*about)

        monkeypatch.setattr(releases, "_made_of", noted)
        patience.begin()
        try:
            site.get(path)
        finally:
            patience.end()
        assert asked == [(PRIMARY, patience.READER_SECONDS)]
        assert sources._READING.get() is None

    @pytest.mark.django_db(transaction=True)
    def test_a_connection_is_kept_no_longer_than_by_a_request(self, wsgi_application, path):
        site = Site(wsgi_application, EpochReader(reread_seconds=3_600))
        site.get(path)
        publish_another()
        site.store._reader.forget()
        connection.close_at = 0
        site.get(path)
        assert site.store.counts["renewed"] == 1
        assert connection.connection is None
