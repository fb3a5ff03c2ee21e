"""A release that only named people may see is unknown to everybody else, on every screen."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from news import publishing
from news.models import AuditEntry, Derivative, FormerMiss, LegacyPath, PressRelease, ShortLink
from tests.admin.conftest import action_url, change_url, signed_in
from tests.factories import PressReleaseFactory, add_photo, person

SECRET_TH, SECRET_EN = "ข่าวลับเฉพาะสามคน", "Hush-hush appointment"


@pytest.fixture
def secret(db) -> PressRelease:
    """Scheduled in an hour, with a photo, an alias and a former address."""
    release = PressReleaseFactory(
        title_th=SECRET_TH,
        title_en=SECRET_EN,
        is_limited=True,
        created_by=person("writer", "owner"),
    )
    release.named.add(person("editor", "named"))
    add_photo(release, alt_th=SECRET_TH, alt_en=SECRET_EN)
    ShortLink.objects.create(key="hush", release=release)
    LegacyPath.objects.create(path="/hush", release=release)
    FormerMiss.objects.create(day=timezone.localdate(), path="/blog/hush", count=1)
    publishing.schedule(release=release, at=timezone.now() + timedelta(hours=1))
    return release


def screens(release: PressRelease) -> list[str]:
    """Every address of the desk that could name `release`."""
    pk = release.pk
    derivative = Derivative.objects.first()
    autocomplete = "/admin/autocomplete/?app_label=news&field_name=release"
    return [
        "/admin/",
        "/admin/news/pressrelease/",
        f"/admin/news/pressrelease/?q={SECRET_TH}",
        f"/admin/news/pressrelease/?q={release.code}",
        "/admin/news/pressrelease/?status=scheduled",
        change_url(release),
        *(
            reverse(f"admin:news_pressrelease_{name}", args=(pk,))
            for name in ("versions", "history", "sharing", "delete", "changes", "previews")
        ),
        reverse("admin:news_pressrelease_card", args=(pk, "th")),
        reverse("admin:news_photo_thumbnail", args=(release.photos.get().pk,)),
        *(action_url(release, name) for name in ("publish", "submit", "approve", "unschedule")),
        reverse("admin:news_pressrelease_take_back", args=(pk, 1)),
        reverse("desk_preview", args=(pk, "th")),
        reverse("desk_preview_sizes", args=(pk,)),
        reverse("desk_file", args=(derivative.hash, "photo.jpg")),
        f"{autocomplete}&model_name=shortlink&term=%E0%B8%A5%E0%B8%B1%E0%B8%9A",
        f"{autocomplete}&model_name=legacypath&term=hush",
        "/admin/news/shortlink/",
        "/admin/news/shortlink/?q=Hush",
        f"/admin/news/shortlink/add/?release={pk}",
        "/admin/news/legacypath/",
        f"/admin/news/legacypath/add/?release={pk}",
        "/admin/news/visit/",
        f"/admin/news/formermiss/{FormerMiss.objects.get().pk}/lead/?words={SECRET_TH}",
        "/admin/news/series/add/",
        f"{autocomplete}&model_name=seriespart&term=Hush",
        "/admin/news/topic/",
    ]


@pytest.mark.parametrize("role", ["publisher", "administrator", "superuser"])
def test_no_screen_names_it_to_somebody_who_is_not_named(secret, role):
    if role == "superuser":
        user = get_user_model().objects.create_superuser("root")
    else:
        user = person(role)
    client = signed_in(user)
    for url in screens(secret):
        response = client.get(url)
        if response.streaming:
            pytest.fail(f"{url} gives a file")
        text = response.content.decode()
        assert SECRET_TH not in text.replace(f'value="{SECRET_TH}"', ""), url
        assert SECRET_EN not in text, url
        assert response.status_code in {200, 302, 403, 404}, url
        if f"/pressrelease/{secret.pk}/" in url:
            assert response.status_code in {302, 404}, url


def test_a_code_given_to_a_merger_says_no_more_than_an_unknown_one(secret):
    live = publishing.publish(release=PressReleaseFactory()).release
    client = signed_in(person("administrator"))
    answers = [
        client.post(action_url(live, "merge"), {"into": code}).context["form"].errors["into"]
        for code in (secret.code, "zzzzzz")
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("name", ["owner", "named"])
def test_who_began_it_and_who_is_named_see_it_everywhere(secret, name):
    client = signed_in(get_user_model().objects.get(username=name))
    for url in ("/admin/", "/admin/news/pressrelease/", change_url(secret)):
        assert SECRET_TH in client.get(url).content.decode(), url
    assert client.get(reverse("desk_preview", args=(secret.pk, "en"))).status_code == 200


def test_the_limit_ends_by_itself_at_the_moment_of_publication(secret):
    outsider = signed_in(person("writer"))
    assert outsider.get(change_url(secret)).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert SECRET_TH in signed_in(person("writer")).get(change_url(secret)).content.decode()


def test_a_look_at_it_is_written_down_once_for_a_visit(secret):
    named = get_user_model().objects.get(username="named")
    client = signed_in(named)
    for url in (change_url(secret), reverse("desk_preview", args=(secret.pk, "th"))):
        client.get(url)
    entry = AuditEntry.objects.get(action="viewed")
    assert (entry.actor, entry.release) == (named, secret)


def test_a_look_at_an_open_release_is_nobodys_business(db):
    release = PressReleaseFactory()
    signed_in(person("writer")).get(change_url(release))
    assert not AuditEntry.objects.filter(action="viewed").exists()
