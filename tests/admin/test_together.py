"""Two people at one release: neither overwrites the other, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from news import media
from news.admin.autosaves import KEY
from news.models import DeskPreference, DeskPresence, Photo, PressRelease
from tests.admin.conftest import ADD_URL, change_url, form_values
from tests.factories import PressReleaseFactory, add_photo, person

pytestmark = pytest.mark.django_db


def signed_in(name: str, role: str = "writer") -> Client:
    user = person(role, name)
    DeskPreference.objects.create(user=user, language="en")
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def somsri() -> Client:
    return signed_in("somsri")


@pytest.fixture
def somchai() -> Client:
    return signed_in("somchai")


def opened(client: Client, release: PressRelease) -> dict:
    return form_values(client.get(change_url(release)))


def test_the_second_saver_is_told_and_sees_both_texts(somsri, somchai):
    release = PressReleaseFactory()
    add_photo(release)
    hers, his = opened(somsri, release), opened(somchai, release)
    assert somsri.post(change_url(release), hers | {"title_th": "ของสมศรี"}).status_code == 302
    his |= {"title_th": "ของสมชาย", "body_en": "<p>Typed for an hour.</p>"}
    answer = somchai.post(change_url(release), his)
    page = answer.content.decode()
    assert "somsri has saved this release since you opened it." in page
    rows = {row.label: row for row in answer.context["conflict"]}
    texts = {piece.text for row in rows.values() for piece in row.pieces}
    assert {"สมศรี", "สมชาย"} <= texts
    assert "Typed for an hour." in page
    release.refresh_from_db()
    assert release.title_th == "ของสมศรี"

    again = form_values(answer)
    assert again["title_th"] == "ของสมชาย"
    assert somchai.post(change_url(release), again).status_code == 302
    release.refresh_from_db()
    assert release.title_th == "ของสมชาย"
    assert release.revision == 2


def conflict_told(response) -> dict[str, str]:
    """What the page says of each conflict: its pieces, one after the other."""
    return {row.label: "|".join(piece.text for piece in row.pieces)
            for row in response.context["conflict"]}  # fmt: skip


def test_the_second_saver_sees_what_they_would_undo_of_photos_cover_and_people(somsri, somchai):
    named = person("writer", "nida")
    release = PressReleaseFactory(is_limited=True)
    release.named.add(somsri.user, somchai.user, named)
    first, second = (add_photo(release, colour=colour) for colour in ("navy", "red"))
    Photo.objects.filter(pk=second.pk).update(original_name="second.jpg")
    hers, his = opened(somsri, release), opened(somchai, release)
    hers |= {"cover": str(first.pk)}
    his |= {
        "photos-0-caption_th": "จากซ้าย: นายสมชาย",
        "photos-0-position": "1",
        "photos-1-position": "0",
        "cover": str(second.pk),
        "named": [str(somsri.user.pk), str(somchai.user.pk)],
    }
    assert somchai.post(change_url(release), his).status_code == 302
    answer = somsri.post(change_url(release), hers | {"title_th": "ของสมศรี"})
    rows = conflict_told(answer)
    assert rows.pop("Headline (Thai)")
    assert rows.pop("Order")
    assert rows == {
        "Named people": "nida, |somchai, somsri",
        "Cover photo": "second.jpg|photo.jpg",
        "photo.jpg: Caption (Thai)": "จากซ้าย: นายสมชาย",
    }
    assert somsri.post(change_url(release), on_the_page(answer)).status_code == 302


def add_attachment(release, *, colour):
    file = SimpleUploadedFile(f"{colour}.csv", f"{colour},1\n".encode())
    return media.add_attachment(release=release, file=file)


def on_the_page(response) -> dict:
    """What a browser sends of it: inputs that the page has, and no others."""
    html = response.content.decode()
    return {name: held for name, held in form_values(response).items() if f'name="{name}"' in html}


@pytest.mark.parametrize("kind", ["photos", "attachments"])
def test_what_another_one_removed_is_told_and_stops_no_saving(somsri, somchai, kind):
    release = PressReleaseFactory()
    add = {"photos": add_photo, "attachments": add_attachment}[kind]
    first, second, third = (add(release, colour=colour) for colour in ("navy", "red", "green"))
    hers, his = opened(somsri, release), opened(somchai, release)
    somchai.post(change_url(release), his | {f"{kind}-1-DELETE": "on"})

    field = {"photos": "caption_th", "attachments": "title_th"}[kind]
    mine = {"title_th": "หัวข่าวใหม่", f"{kind}-0-{field}": "ก", f"{kind}-2-{field}": "ข"}
    mine |= {"cover": str(second.pk)} if kind == "photos" else {}
    told = somsri.post(change_url(release), hers | mine)
    assert f"1 {kind[:-1]} was removed since you opened this release" in told.content.decode()
    assert somsri.post(change_url(release), on_the_page(told)).status_code == 302
    release.refresh_from_db()
    assert release.title_th == "หัวข่าวใหม่"
    texts = {row.pk: getattr(row, field) for row in getattr(release, kind).all()}
    assert texts == {first.pk: "ก", third.pk: "ข"}


def test_a_second_click_on_saving_what_removes_a_photo_says_the_same(somsri):
    release = PressReleaseFactory()
    add_photo(release)
    add_photo(release, colour="red")
    values = opened(somsri, release) | {"photos-1-DELETE": "on", "title_th": "ใหม่"}
    answers = [somsri.post(change_url(release), values) for _ in range(2)]
    assert [(each.status_code, each.url) for each in answers] == [(302, change_url(release))] * 2
    assert release.photos.count() == 1
    release.refresh_from_db()
    assert release.revision == 1


def test_a_second_click_after_somebody_elses_saving_overwrites_nothing(somsri, somchai):
    release = PressReleaseFactory()
    values = opened(somsri, release) | {"title_th": "ของสมศรี"}
    somsri.post(change_url(release), values)
    somchai.post(change_url(release), opened(somchai, release) | {"title_th": "ของสมชาย"})
    assert somsri.post(change_url(release), values).status_code == 200
    release.refresh_from_db()
    assert release.title_th == "ของสมชาย"


def test_two_clicks_make_one_release(somsri, new_release):
    values = new_release() | {KEY: "a" * 32}
    first, second = (somsri.post(ADD_URL, values | click) for click in ({}, {"_preview": "1"}))
    made = PressRelease.objects.get()
    assert first.url == change_url(made)
    assert second.url == reverse("desk_preview", args=(made.pk, "th"))


def test_a_form_that_made_a_release_and_is_sent_with_other_words_is_shown_beside_it(
    somsri, new_release
):
    values = new_release() | {KEY: "a" * 32}
    somsri.post(ADD_URL, values)
    told = somsri.post(ADD_URL, values | {"title_th": "หัวข่าวอื่น"})
    made = PressRelease.objects.get()
    assert "หัวข่าวอื่น" in told.content.decode()
    assert somsri.post(ADD_URL, on_the_page(told)).status_code == 302
    made.refresh_from_db()
    assert made.title_th == "หัวข่าวอื่น"


def test_one_who_saves_twice_meets_nobody(somsri):
    release = PressReleaseFactory()
    for title in ("หนึ่ง", "สอง"):
        values = opened(somsri, release) | {"title_th": title}
        assert somsri.post(change_url(release), values).status_code == 302
    release.refresh_from_db()
    assert release.title_th == "สอง"


def test_the_other_one_is_named_while_their_form_is_open(somsri, somchai):
    release = PressReleaseFactory()
    alone = somsri.get(change_url(release)).content.decode()
    assert "Also open at: somsri" not in alone
    assert "Also open at: somsri" in somchai.get(change_url(release)).content.decode()
    here = somsri.post(f"/admin/news/pressrelease/{release.pk}/here/").json()
    assert here == {"others": ["somchai"], "revision": 0}
    DeskPresence.objects.update(seen_at=timezone.now() - timedelta(seconds=91))
    assert somsri.post(f"/admin/news/pressrelease/{release.pk}/here/").json()["others"] == []


def test_nobody_learns_who_works_on_what_they_may_not_know_of(somsri):
    release = PressReleaseFactory(is_limited=True)
    assert somsri.post(f"/admin/news/pressrelease/{release.pk}/here/").status_code == 404
    assert not DeskPresence.objects.exists()


def test_a_writer_is_offered_review_and_a_publisher_publication(somsri):
    release = PressReleaseFactory()
    page = somsri.get(change_url(release)).content.decode()
    assert "Ask for review…" in page
    assert 'name="_publish"' not in page
    answer = somsri.post(change_url(release), opened(somsri, release) | {"_submit": "1"})
    assert answer.url.endswith("/do/submit/")
    page = signed_in("publisher", "publisher").get(change_url(release)).content.decode()
    assert 'name="_publish"' in page
    assert "/do/submit/" in page
