"""A link to a draft opens it for whoever has it, and for nobody and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from news import media, previewing, publishing
from news.models import (
    AuditEntry,
    Derivative,
    DeskPreference,
    FormerMiss,
    SharedPreview,
    Version,
)
from news.publishing import PublishingRefused
from tests.factories import NOTES, PressReleaseFactory, add_photo, person, published

pytestmark = pytest.mark.django_db


def link(release, *, days: float = 3) -> str:
    _made, token = previewing.share(
        release=release,
        by=person("writer"),
        recipient="สำนักงานรัฐมนตรี",
        expires_at=timezone.now() + timedelta(days=days),
    )
    return f"/preview/{token}/"


def test_both_languages_and_the_photos_open_without_an_account(client):
    release = PressReleaseFactory()
    add_photo(release)
    address = link(release)
    assert client.get(address).headers["Location"] == f"{address}th/"
    for lang, title in (("th", release.title_th), ("en", release.title_en)):
        response = client.get(f"{address}{lang}/")
        page = response.content.decode()
        assert title in page
        assert f"{address}media/" in page
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    photo = Derivative.objects.filter(content_type="image/jpeg").first()
    got = client.get(f"{address}media/{photo.hash}/photo.jpg")
    assert b"".join(got).startswith(b"\xff\xd8")
    assert got.headers["Cache-Control"] == "no-store"


def test_it_says_what_it_is_and_nothing_on_it_can_be_passed_on(client):
    release = PressReleaseFactory()
    page = client.get(f"{link(release)}en/").content.decode()
    assert "This is a draft that may change." in page
    assert "not yet published" in page
    assert "First published</dt>" not in page or "not yet published" in page
    for sharing in ("data-copy", "data-share", "line.me", "facebook.com", '.svg" width="128"'):
        assert sharing not in page, sharing
    assert f'href="http://localhost:8000/s/{release.code}' not in page


def test_the_token_is_long_and_kept_nowhere(client):
    release = PressReleaseFactory()
    token = link(release).split("/")[2]
    assert len(token) == 43
    assert not SharedPreview.objects.filter(token_sha256__contains=token).exists()
    assert token not in str(list(AuditEntry.objects.values()))


def closed(client, address: str) -> None:
    for path in (address, f"{address}th/", f"{address}en/", f"{address}media/{'0' * 64}/x.jpg"):
        response = client.get(path)
        assert response.status_code == 404, path
        assert response.headers["Cache-Control"] == "no-store", path
    assert not FormerMiss.objects.exists()


def test_an_unknown_token_opens_nothing_and_is_not_written_down(client):
    closed(client, f"/preview/{'x' * 43}/")


def test_an_expired_link_is_dead(client):
    address = link(PressReleaseFactory(), days=1)
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        closed(client, address)


def test_a_dead_link_says_so_in_the_language_of_its_page(client):
    page = client.get(f"/preview/{'x' * 43}/en/")
    assert page.status_code == 404
    assert "There is no preview at this address any more" in page.content.decode()
    assert page.headers["Content-Language"] == "en"


def test_a_revoked_link_is_dead_and_its_neighbour_lives(client):
    release = PressReleaseFactory()
    first, second = link(release), link(release)
    previewing.revoke(preview=SharedPreview.objects.order_by("pk")[0], by=person("editor"))
    closed(client, first)
    assert client.get(f"{second}th/").status_code == 200


def test_it_dies_with_publication_at_its_moment_and_nothing_has_to_run(client):
    release = PressReleaseFactory()
    address = link(release)
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(release=release, at=at)
    with time_machine.travel(at - timedelta(seconds=1)):
        assert client.get(f"{address}th/").status_code == 200
    with time_machine.travel(at):
        closed(client, address)


def test_a_link_to_a_correction_outlives_what_was_published_before_it(client):
    release = published().release
    release.title_th = "พาดหัวที่จะแก้"
    release.save()
    address = link(release)
    assert "พาดหัวที่จะแก้" in client.get(f"{address}th/").content.decode()
    publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=NOTES)
    closed(client, address)


def test_a_file_of_another_release_stays_closed(client):
    address = link(PressReleaseFactory())
    add_photo(PressReleaseFactory(), colour="teal")
    other = Derivative.objects.filter(content_type="image/jpeg").first()
    assert client.get(f"{address}media/{other.hash}/photo.jpg").status_code == 404


def test_a_file_that_is_lost_is_not_found(client, django_user_model):
    release = PressReleaseFactory()
    add_photo(release)
    lost = Derivative.objects.filter(content_type="image/jpeg").first()
    default_storage.delete(lost.path)
    assert client.get(f"{link(release)}media/{lost.hash}/photo.jpg").status_code == 404
    client.force_login(django_user_model.objects.create_superuser("boss"))
    assert client.get(reverse("desk_file", args=(lost.hash, "photo.jpg"))).status_code == 404


def test_a_language_that_is_not_written_leads_to_the_one_that_is(client):
    address = link(PressReleaseFactory(thai_only=True))
    assert client.get(f"{address}en/").headers["Location"] == f"{address}th/"


def test_a_link_lasts_thirty_days_at_most():
    with pytest.raises(PublishingRefused):
        link(PressReleaseFactory(), days=31)


class TestAtTheDesk:
    @pytest.fixture
    def writer(self) -> Client:
        client = Client()
        client.force_login(person("writer", "somsri"))
        return client

    def test_a_link_is_made_shown_once_and_revoked(self, writer, client):
        release = PressReleaseFactory()
        screen = f"/admin/news/pressrelease/{release.pk}/previews/"
        page = writer.post(
            screen, {"recipient": "สำนักงานรัฐมนตรี", "days": "3"}, follow=True
        ).content.decode()
        address = page.partition('readonly value="')[2].partition('"')[0]
        path = "/" + address.split("/", 3)[3]
        assert client.get(path).status_code == 302
        again = writer.get(screen).content.decode()
        assert path not in again
        assert "สำนักงานรัฐมนตรี" in again
        made = SharedPreview.objects.get()
        writer.post(f"{screen}{made.pk}/revoke/")
        closed(client, path)
        entries = release.audit_entries.order_by("pk")
        assert list(entries.values_list("action", flat=True)) == ["shared", "unshared"]

    def test_the_preview_of_the_desk_is_framed_at_two_widths_by_the_desk_alone(self, writer):
        release = PressReleaseFactory()
        sizes = writer.get(f"/admin/preview/{release.pk}/")
        assert sizes.content.decode().count("<iframe") == 2
        assert "frame-src 'self'" in sizes.headers["Content-Security-Policy"]
        inner = writer.get(f"/admin/preview/{release.pk}/th/")
        assert "frame-ancestors 'self'" in inner.headers["Content-Security-Policy"]
        assert inner.headers["X-Frame-Options"] == "SAMEORIGIN"
        form = writer.get(f"/admin/news/pressrelease/{release.pk}/change/")
        assert form.headers["X-Frame-Options"] == "DENY"

    @pytest.mark.parametrize("language", ["th", "en"])
    def test_its_frame_is_in_the_language_of_the_desk(self, client, language):
        user = person("writer")
        DeskPreference.objects.create(user=user, language=language)
        client.force_login(user)
        page = client.get(f"/admin/preview/{PressReleaseFactory().pk}/").content.decode()
        assert f'<html lang="{language}">' in page

    def test_nobody_shares_what_they_may_not_know_of(self, writer):
        release = PressReleaseFactory(is_limited=True)
        screen = f"/admin/news/pressrelease/{release.pk}/previews/"
        assert writer.post(screen, {"recipient": "x", "days": "3"}).status_code == 404
        assert not SharedPreview.objects.exists()
        assert not media.photos_without_derivatives(release)
