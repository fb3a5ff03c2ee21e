"""Mail to those who work on a release: to the right people, in their language, once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from news import jobs, publishing, reviewing
from news.audit import Action, note
from news.freezing import digest
from news.models import DeskPreference, Job, PressRelease
from tests.factories import PressReleaseFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.HAS_MAIL = True


@pytest.fixture
def people() -> dict:
    found = {role: person(role, role) for role in ("writer", "editor", "publisher")}
    DeskPreference.objects.create(user=found["editor"], language="en")
    return found


@pytest.fixture
def release(people) -> PressRelease:
    release = PressReleaseFactory(title_th="ข่าวที่รอตรวจ", created_by=people["writer"])
    note(Action.CREATED, by=people["writer"], release=release)
    return release


def sent(mailoutbox) -> dict[str, list[str]]:
    """Account -> subjects, of all that the worker sends now."""
    mailoutbox.clear()
    jobs.run_waiting()
    found: dict[str, list[str]] = {}
    for mail in mailoutbox:
        found.setdefault(mail.to[0].partition("@")[0], []).append(mail.subject)
    return found


def test_those_who_may_approve_are_told_that_a_text_waits_in_their_language(
    release, people, mailoutbox
):
    reviewing.submit(release=release, by=people["writer"], note="ขอด่วนก่อนเที่ยง")
    assert mailoutbox == []
    mails = sent(mailoutbox)
    assert set(mails) == {"editor", "publisher"}
    assert mails["editor"] == ["ข่าวที่รอตรวจ: asked for review"]
    assert mails["publisher"] == ["ข่าวที่รอตรวจ: ส่งตรวจ"]
    body = mailoutbox[0].body
    assert "ขอด่วนก่อนเที่ยง" in body
    assert f"/admin/news/pressrelease/{release.pk}/change/" in body
    assert sent(mailoutbox) == {}


def test_the_author_is_told_what_became_of_it(release, people, mailoutbox):
    reviewing.submit(release=release, by=people["writer"])
    sent(mailoutbox)
    reviewing.send_back(release=release, by=people["editor"], note="แก้ชื่อ")
    assert set(sent(mailoutbox)) == {"writer"}
    reviewing.submit(release=release, by=people["writer"])
    sent(mailoutbox)
    reviewing.approve(release=release, by=people["editor"], seen=digest(release))
    assert set(sent(mailoutbox)) == {"writer"}


def test_all_parties_are_told_of_another_time_and_of_the_publication_once(
    release, people, mailoutbox
):
    reviewing.submit(release=release, by=people["writer"])
    reviewing.approve(release=release, by=people["editor"], seen=digest(release))
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at, by=people["publisher"])
    sent(mailoutbox)
    later = at + timedelta(minutes=30)
    publishing.reschedule(release=release, at=later, by=people["publisher"], reason="ห้องประชุมไม่ว่าง")
    told = sent(mailoutbox)
    assert set(told) == {"writer", "editor"}
    assert "ห้องประชุมไม่ว่าง" in mailoutbox[0].body
    with time_machine.travel(at + timedelta(minutes=1)):
        assert sent(mailoutbox) == {}
    with time_machine.travel(later + timedelta(seconds=1)):
        live = sent(mailoutbox)
        assert set(live) == {"writer", "editor", "publisher"}
        assert all(len(subjects) == 1 for subjects in live.values())
        assert sent(mailoutbox) == {}


def test_a_cancelled_schedule_is_never_said_to_be_live(release, people, mailoutbox):
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at, by=people["publisher"], force="ด่วน")
    publishing.cancel_schedule(release=release, by=people["publisher"], reason="เลื่อน")
    sent(mailoutbox)
    with time_machine.travel(at + timedelta(minutes=1)):
        assert sent(mailoutbox) == {}


def test_those_who_may_look_it_over_are_told_of_a_publication_without_approval(
    release, people, mailoutbox
):
    publishing.publish(release=release, by=people["publisher"], force="รัฐมนตรีแถลงแล้ว")
    told = sent(mailoutbox)
    assert "ข่าวที่รอตรวจ: published without approval" in told["editor"]


def test_of_a_release_under_embargo_no_word_leaves_and_nobody_else_is_told(
    release, people, mailoutbox
):
    PressRelease.objects.filter(pk=release.pk).update(is_limited=True)
    release.named.add(people["editor"])
    reviewing.submit(release=release, by=people["writer"], note="เรื่องลับ")
    told = sent(mailoutbox)
    assert told == {"editor": [f"{release.code}: asked for review"]}
    assert "ข่าวที่รอตรวจ" not in mailoutbox[0].body
    assert "เรื่องลับ" not in mailoutbox[0].body


def test_a_mail_sent_twice_is_known_as_one(release, people, mailoutbox):
    reviewing.submit(release=release, by=people["writer"])
    jobs.run_waiting()
    Job.objects.update(done_at=None)
    jobs.run_waiting()
    ids = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(ids) == 4
    assert len(set(ids)) == 2


def test_who_has_left_gets_no_mail(release, people, mailoutbox):
    reviewing.submit(release=release, by=people["writer"])
    for user in people.values():
        user.is_active = False
        user.save()
    assert sent(mailoutbox) == {}


def test_a_site_without_mail_queues_none(release, people, settings):
    settings.HAS_MAIL = False
    reviewing.submit(release=release, by=people["writer"])
    assert not Job.objects.filter(kind="desk_mail").exists()
