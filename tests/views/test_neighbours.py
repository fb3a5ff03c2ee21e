"""Ways on from a release: before and after, in its series, of its topic."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from news import publishing
from news.models import Epoch, Version
from news.neighbours import Neighbour, neighbours
from tests.factories import TopicFactory, part_of_series, published
from tests.views.pages import page

pytestmark = pytest.mark.django_db

MAY = date(2018, 5, 1)


def on(day: int, **fields) -> Version:
    return published(dated=MAY + timedelta(days=day), **fields)


def around(version: Version, lang: str = "th"):
    at = timezone.now()
    version = Version.objects.live(at).with_series().get(release=version.release)
    return neighbours(version, lang, at)


def shown(version: Version, lang: str = "th") -> Neighbour:
    title = getattr(version, f"title_{lang}")
    return Neighbour(version.code, version.slug, title, version.dated, version.dated_precision)


def test_before_and_after_are_the_nearest_in_the_order_of_every_list():
    versions = on(0), on(1), on(1), on(2)
    first, second, third, fourth = map(shown, versions)
    beside = [(around(each).previous, around(each).next) for each in versions]
    assert beside == [(None, second), (first, third), (second, fourth), (third, None)]


def test_those_without_a_text_in_the_language_or_withdrawn_are_passed_over():
    first, thai, gone, last = on(0), on(1, thai_only=True), on(2), on(3)
    publishing.withdraw(release=gone.release, reason=Version.Reason.ERROR)
    assert around(first, "th").next == shown(thai)
    assert around(first, "en").next == shown(last, "en")
    assert around(last, "th").previous == shown(thai)
    assert around(last, "en").previous == shown(first, "en")
    assert around(gone) is None


def test_of_the_same_topic_the_nearest_in_time_are_offered_each_once():
    topic, other = TopicFactory(slug="one"), TopicFactory(slug="two")
    same = [on(day, topic=topic) for day in (0, 10, 11, 13, 20, 21, 40)]
    between = on(12, topic=other)
    found = around(same[3])
    # 11 lies before it only after another topic's; 20 is the next of all, and so not repeated.
    assert found.next == shown(same[4])
    assert found.previous == shown(between)
    assert list(found.related) == [shown(same[each]) for each in (2, 1, 5, 0)]


def test_a_series_is_read_from_part_to_part_whatever_lies_between():
    one, between, two, three = (on(day) for day in range(4))
    part_of_series(one.release, two.release, three.release)
    found = around(two)
    assert (found.series_previous, found.series_next) == (shown(one), shown(three))
    assert found.series == ("skills", "ชุดข่าวทักษะดิจิทัล")
    assert around(two, "en").series == ("skills", "The skills series")
    assert around(one).series_previous is None
    assert around(between).series is None
    assert around(between).series_next is None


def test_the_page_leads_on_in_its_own_language_and_a_withdrawn_one_nowhere(client):
    topic = TopicFactory(slug="one")
    versions = [on(day, topic=topic, slug=f"part-{day}") for day in range(3)]
    part_of_series(*(version.release for version in versions))
    middle = versions[1]

    for lang, series, label in (
        ("th", "ชุดข่าวทักษะดิจิทัล", "ตอนถัดไป"),
        ("en", "The skills series", "Next in the series"),
    ):
        found = page(client, f"/{lang}/news/{middle.code}/part-1/")
        for day in (0, 2):
            assert f"/{lang}/news/{versions[day].code}/part-{day}/" in found.links
        assert f"/{lang}/series/skills/" in found.links
        assert series in found.text
        assert label in found.text

    publishing.withdraw(release=middle.release, reason=Version.Reason.ERROR)
    found = page(client, f"/th/news/{middle.code}/part-1/")
    assert not [link for link in found.links if versions[0].code in link]
    assert "ชุดข่าว" not in found.text


def test_a_series_has_a_page_and_is_named_among_the_topics_once_it_has_a_release(client):
    series = part_of_series(slug="empty")
    assert "/th/series/empty/" not in page(client, "/th/topics/").links
    version = on(0, thai_only=True)
    part_of_series(version.release, slug="empty")

    assert "/th/series/empty/" in page(client, "/th/topics/").links
    assert "/en/series/empty/" not in page(client, "/en/topics/").links
    found = page(client, "/th/series/empty/")
    assert found.headings[0][1] == series.name_th
    assert f"/th/news/{version.code}/" in found.links
    assert client.get("/th/series/none/").status_code == 404


def test_what_the_desk_changes_of_a_series_is_shown_at_once(desk_client, client):
    version = on(0)
    path = f"/th/news/{version.code}/"
    before = client.get(path)["ETag"]
    revision = Epoch.objects.get().site_revision

    response = desk_client.post(
        "/admin/news/series/add/",
        {
            "name_th": "ชุดข่าวใหม่",
            "name_en": "A new series",
            "description_th": "",
            "description_en": "",
            "slug": "new",
            "parts-TOTAL_FORMS": "1",
            "parts-INITIAL_FORMS": "0",
            "parts-0-release": version.release_id,
        },
    )

    assert response.status_code == 302, response.content.decode()
    assert Epoch.objects.get().site_revision > revision
    assert "ชุดข่าวใหม่" in client.get(path).content.decode()
    assert before


@pytest.fixture
def desk_client(admin_user):
    client = Client()
    client.force_login(admin_user)
    return client
