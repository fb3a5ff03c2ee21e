"""Titles offered while somebody types."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from news import publishing
from news.search.parsing import parse
from news.search.stream import units
from news.search.suggestions import MOST, expressions, suggestions
from news.sharing.addresses import absolute, release_path
from news.thai.text import fold
from tests.factories import published, published_many, scheduled
from tests.search.index import Index

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


@pytest.mark.parametrize(
    "typed", ["ปร", "ประชุม คณ", "ประชุมคณะกรรมการแ", "ประชุม เ", "ประชุมคณะกรรมการแห่งชาติ 19 พ.ค. 61 เ"]
)
def test_a_title_is_offered_before_the_cluster_that_is_typed_is_whole(typed):
    published(title_th="ประชุมคณะกรรมการแห่งชาติ เมื่อ 19 พ.ค. 2561", thai_only=True)
    assert offered(typed) == ["ประชุมคณะกรรมการแห่งชาติ เมื่อ 19 พ.ค. 2561"]


@pytest.mark.parametrize(
    "typed", ["ปี 25", "แผน ปี 256", "แผน ของ O", "แผน ของ OCSC-1", "แผน ตร", "แผน พ.ร."]
)
def test_a_number_a_foreign_word_or_an_acronym_may_be_only_begun(typed):
    published(title_th="แผนของ OCSC-12 ปี 2561 ตรวจ พ.ร.บ.", thai_only=True)
    assert offered(typed) == ["แผนของ OCSC-12 ปี 2561 ตรวจ พ.ร.บ."]


def test_who_types_a_whole_number_or_acronym_is_offered_nothing_else():
    published(title_th="แผนปี 25", thai_only=True)
    published(title_th="แผนปี 2561", thai_only=True)
    published(title_th="แผน ตร.", thai_only=True)
    published(title_th="แผนตรวจเยี่ยม", thai_only=True)
    assert offered("แผน ปี 25") == ["แผนปี 25"]
    assert offered("แผน ตร") == ["แผน ตร."]
    assert offered("แผน ปี 25 ซึ่งไม่มี") == []


def test_a_real_title_is_offered_from_its_second_syllable_on(real_texts):
    missed = []
    for text in real_texts[::12]:
        title = text.partition("\n")[0]
        index = Index([(title, "")])
        for end in range(1, len(title)):
            typed = title[:end]
            if sum(unit.is_cluster for unit in units(fold(typed))) > 1:
                asked = expressions(parse(typed))
                if not any(index.holding(each, title=True) for each in asked):
                    missed.append(typed)
    assert missed == []


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
