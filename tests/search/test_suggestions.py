"""Titles offered while somebody types."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from news import publishing
from news.search.suggestions import MOST, suggestions
from news.sharing.addresses import absolute, release_path
from tests.factories import published, published_many, scheduled

pytestmark = pytest.mark.django_db


def offered(typed, *, at=None, language="th"):
    found = suggestions(typed, at=at or timezone.now(), language=language)
    return [heading.title for _, heading in found]


@pytest.mark.parametrize("typed", ["ทักษะดิ", "ทักษะดิจ", "ทักษะดิจิทั", "ษะดิจิทัลข", "ทักษะ ข้าราช", "ดิจิทัล "])
def test_a_title_is_offered_from_any_unfinished_part_of_it(typed):
    published(title_th="พัฒนาทักษะดิจิทัลข้าราชการ", thai_only=True)
    published(title_th="เรื่องอื่น", body_th="<p>ทักษะดิจิทัลข้าราชการ</p>", thai_only=True)
    assert offered(typed) == ["พัฒนาทักษะดิจิทัลข้าราชการ"]


def test_the_newest_are_offered_and_not_too_many():
    published_many(
        {
            "title_th": f"ประชุมครั้งที่ {number}",
            "dated": date(2015 + number % 8, 1, 1),
            "thai_only": True,
        }
        for number in range(MOST + 4)
    )
    found = suggestions("ประชุม", at=timezone.now(), language="th")
    assert len(found) == MOST
    assert [version.dated for version, _ in found] == sorted(
        (version.dated for version, _ in found), reverse=True
    )


def test_a_title_is_offered_in_the_language_of_the_page_where_it_has_one():
    published(title_th="ทักษะดิจิทัล", title_en="Digital skills")
    assert offered("digital ski", language="en") == ["Digital skills"]
    assert offered("digital ski", language="th") == ["ทักษะดิจิทัล"]


def test_nothing_is_offered_that_readers_may_not_see():
    version = scheduled(title_th="ข่าวพรุ่งนี้", thai_only=True)
    assert offered("ข่าวพรุ่ง") == []
    assert offered("ข่าวพรุ่ง", at=version.visible_from + timedelta(seconds=1)) == ["ข่าวพรุ่งนี้"]
    live = published(title_th="ข่าววันนี้", thai_only=True)
    publishing.withdraw(release=live.release, reason="error")
    assert offered("ข่าววัน") == []


@pytest.mark.parametrize("typed", ["จ.ลำป", "จ.ลำปา", "จ. ลำ"])
def test_the_name_behind_a_letter_with_its_dot_may_be_unfinished(typed):
    published(title_th="ตรวจราชการ จ.ลำปาง", thai_only=True)
    assert offered(typed) == ["ตรวจราชการ จ.ลำปาง"]


@pytest.mark.parametrize("typed", ["", " ", "ก", "\x00", "่่", '"', "*" * 300])
def test_nothing_is_offered_for_next_to_nothing(typed):
    published(title_th="กขค", thai_only=True)
    assert offered(typed) == []


def test_browsers_are_answered_as_opensearch_says(client):
    version = published(title_th="ทักษะดิจิทัล", thai_only=True)
    answer = client.get("/th/search/suggest/", {"q": "ทักษะ"})
    assert answer["Content-Type"].startswith("application/x-suggestions+json")
    typed, titles, descriptions, addresses = answer.json()
    assert (typed, titles, descriptions) == ("ทักษะ", ["ทักษะดิจิทัล"], [])
    assert addresses == [absolute(release_path("th", version.code, version.slug))]
