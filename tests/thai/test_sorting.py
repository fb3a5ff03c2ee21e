from itertools import pairwise

import pytest
from hypothesis import given

from news.thai.sorting import initial, sort_key
from tests.thai.texts import CONSONANTS, anything


def test_vowels_written_before_the_consonant_sort_after_it():
    vector = ["ก", "กา", "เก", "แก", "ไก่", "ขา"]
    by_code_point = sorted(vector)
    assert by_code_point != vector
    assert sorted(by_code_point, key=sort_key) == vector


@pytest.mark.parametrize(
    "ordered",
    [
        "ก กก กรรม กะ กั กา กำ กิ กี กึ กื กุ กู เก แก โก ใก ไก ข",
        "ไก ไก่ ไก้ ไก๊ ไก๋ ไกข",
        "กน ก่น ก้น ก่นข",
        "ขา ข่า ข้า",
        "ก็ กก",
        "จันทน์ จันทร์",
        "ร ฤ ฤๅ ล ฦ ว",
        "9 ก ฮ a A b",
    ],
)
def test_the_order_is_the_dictionarys(ordered):
    for one, other in pairwise(ordered.split()):
        assert sort_key(one) < sort_key(other)


@pytest.mark.parametrize("one", ["ก.พ.", "กพ", "ก พ", "“กพ”", "(ก.พ.)"])
def test_spaces_and_punctuation_count_for_nothing(one):
    assert sort_key(one)[0] == sort_key("กพ")[0]


def test_thai_and_arabic_digits_are_alike():
    assert sort_key("๑๒ ปี")[:2] == sort_key("12 ปี")[:2]


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("เก้า", "ก"),
        ("ไทย", "ท"),
        ("แเก", "ก"),
        ("ก.พ.", "ก"),
        ("“โครงการ”", "ค"),
        ("ฤดูฝน", "ฤ"),
        ("หน้า", "ห"),
        ("apple", "A"),
        ("École", "E"),
        ("(Open)", "O"),
        ("๑๙ พฤษภาคม", "#"),
        ("2561", "#"),
        ("", "#"),
        ("เ", "#"),
        ("…", "#"),
    ],
)
def test_a_list_files_a_title_under_its_consonant(title, letter):
    assert initial(title) == letter


@given(anything)
def test_every_text_has_a_place(text):
    assert sort_key(text) <= sort_key(text)
    assert initial(text)


@given(anything, anything)
def test_different_texts_as_stored_have_different_keys(one, other):
    alike = sort_key(one) == sort_key(other)
    assert alike == (sort_key(one)[2] == sort_key(other)[2])


def test_real_titles_lie_under_their_initials_in_one_piece(real_texts):
    """Sorting by key and grouping by initial agree, for Thai."""
    titles = sorted((text.partition("\n")[0] for text in real_texts), key=sort_key)
    seen = [letter for letter in map(initial, titles) if letter in CONSONANTS]
    changes = [letter for letter, following in pairwise([*seen, ""]) if letter != following]
    assert changes == sorted(set(seen))
