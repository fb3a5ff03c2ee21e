"""The desk's pages about sharing: cards, short links and counts."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from news.models import ShortLink, Visit
from tests.factories import PressReleaseFactory, add_photo, published

pytestmark = pytest.mark.django_db


def count(key: str, number: int, *, days_ago: int = 0, channel="line", language="th", is_bot=False):
    day = timezone.localdate() - timedelta(days=days_ago)
    Visit.objects.add({(day, key, channel, language, is_bot): number})


def test_a_draft_is_shown_as_each_program_will_draw_it_in_both_languages(desk):
    release = PressReleaseFactory(title_th="หัวข่าวร่าง", title_en="A drafted headline")
    html = desk.get(f"/admin/news/pressrelease/{release.pk}/sharing/").content.decode()
    for name in ("LINE", "Facebook", "X", "หัวข่าวร่าง", "A drafted headline"):
        assert html.count(name) >= 3 or name in ("LINE", "Facebook", "X")
    assert html.count("share-card-line") == html.count("share-card-facebook") == 2
    for lang in ("th", "en"):
        response = desk.get(f"/admin/news/pressrelease/{release.pk}/card/{lang}.jpg")
        assert response["Cache-Control"] == "no-store"
        with Image.open(io.BytesIO(response.content)) as card:
            assert card.size == (1200, 630)
    # Nothing of it became public by being looked at.
    assert Client().get(f"/s/{release.code}").status_code == 404


def test_the_card_of_a_draft_shows_the_photo_that_it_has_now(desk):
    release = PressReleaseFactory()
    path = f"/admin/news/pressrelease/{release.pk}/card/th.jpg"
    bare = desk.get(path).content
    add_photo(release, colour="red", size=(1200, 800))
    with Image.open(io.BytesIO(desk.get(path).content)) as card:
        red, _green, blue = card.convert("RGB").getpixel((600, 100))
    assert red > 200
    assert blue < 60
    assert desk.get(path).content != bare


def test_only_the_desk_sees_these_pages():
    release = published().release
    for path in (
        f"/admin/news/pressrelease/{release.pk}/sharing/",
        f"/admin/news/pressrelease/{release.pk}/card/th.jpg",
        "/admin/news/visit/",
    ):
        assert Client().get(path).status_code == 302


def test_a_language_that_the_draft_lacks_has_no_card(desk):
    release = PressReleaseFactory(thai_only=True)
    path = f"/admin/news/pressrelease/{release.pk}/card/{{}}.jpg"
    assert desk.get(path.format("en")).status_code == 404
    assert desk.get(path.format("fr")).status_code == 404


def test_the_page_of_a_release_counts_the_visits_of_all_its_links(desk):
    release = published().release
    ShortLink.objects.create(key="skills", release=release)
    count(release.code, 3)
    count("skills", 4, channel="qr", days_ago=2)
    count("another", 100)
    html = desk.get(f"/admin/news/pressrelease/{release.pk}/sharing/").content.decode()
    assert "followed 7 times by people, 0 times by programs" in html
    assert "/s/skills" in html
    assert "most on one day: 4" in html


def test_the_chart_has_a_bar_for_every_day_with_visits_and_a_table_with_the_same_numbers(desk):
    release = published().release
    count(release.code, 10)
    count(release.code, 5, days_ago=1, channel="facebook", language="en")
    count(release.code, 7, days_ago=1, is_bot=True)
    count(release.code, 99, days_ago=40)
    response = desk.get("/admin/news/visit/")
    html = response.content.decode()
    assert html.count("<rect") == 2
    assert "followed 15 times by people, 7 times by programs" in html
    chart = response.context["chart"]
    assert [(bar.people, bar.programs) for bar in chart.newest_first] == [(10, 0), (5, 7)]
    assert [bar.height for bar in chart.bars if bar.people] == [80.0, 160.0]
    assert [(share.name, share.count) for share in chart.channels] == [
        ("LINE", 10),
        ("Facebook", 5),
    ]
    assert str(release) in html
    assert "followed 114 times" in desk.get("/admin/news/visit/?days=90").content.decode()


@pytest.mark.parametrize("asked", ["abc", "-1", "99999999", "๗", ""])
def test_a_period_that_makes_no_sense_is_the_usual_one(desk, asked):
    assert desk.get("/admin/news/visit/", {"days": asked}).context["days"] == 30


def test_nobody_writes_or_deletes_a_count_by_hand(boss):
    count("k7m4q2", 1)
    visit = Visit.objects.get()
    assert boss.get("/admin/news/visit/add/").status_code == 403
    assert boss.post(f"/admin/news/visit/{visit.pk}/delete/").status_code == 403
    assert boss.post(f"/admin/news/visit/{visit.pk}/change/", {"count": 9}).status_code == 403


def test_an_alias_adds_a_link_and_takes_none_away(desk, client):
    version = published(slug="skills-for-all")
    response = desk.post(
        "/admin/news/shortlink/add/", {"key": "Digital-Skills", "release": version.release_id}
    )
    assert response.status_code == 302
    for key in ("digital-skills", version.code):
        assert client.get(f"/s/{key}")["Location"] == f"/th/news/{version.code}/skills-for-all/"
    link = ShortLink.objects.get(key="digital-skills")
    desk.post(f"/admin/news/shortlink/{link.pk}/change/", {"key": "other", "release": ""})
    link.refresh_from_db()
    assert (link.key, link.release_id) == ("digital-skills", version.release_id)


@pytest.mark.parametrize("key", ["info", "th", "ab", "a--b", "-abc", "ข่าว", "a" * 41, "a/b", "a@2"])
def test_an_alias_of_another_form_is_refused(desk, key):
    release = published().release
    response = desk.post("/admin/news/shortlink/add/", {"key": key, "release": release.pk})
    assert response.status_code == 200
    assert not ShortLink.objects.filter(kind="alias").exists()
