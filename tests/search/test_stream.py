import pytest
from hypothesis import given, settings

from news.search.stream import MAX_TOKEN, unit_texts, units
from news.thai.text import fold
from tests.thai.texts import anything


def test_clusters_hold_the_vowels_before_and_after_their_consonant():
    assert [unit.text for unit in units("เก้าน้ำที่ญี่ปุ่น")] == [
        "เก้า", "น้ำ", "ที่", "ญี่", "ปุ่", "น",
    ]  # fmt: skip


@pytest.mark.parametrize("spaced", ["สำนักงาน ก.พ.", "สำนักงานก.พ.", "สำนัก งาน (กพ)", "สำนักงาน\nกพ"])
def test_spaces_and_punctuation_part_no_units(spaced):
    assert unit_texts(spaced) == unit_texts("สำนักงานกพ")


def test_latin_words_and_numbers_are_whole():
    assert unit_texts("รับ thailand 4.0 ใน 10 จังหวัด") == [
        "รั", "บ", "thailand", "4_0", "ใน", "10", "จั", "ง", "ห", "วั", "ด",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("1,234,567", "1234567"),
        ("covid-19", "covid 19"),
        ("covid19", "covid 19"),
        ("u.s.a.", "usa"),
        ("ของu.s.a.กล่าว", "ของ usa กล่าว"),
        ("14:00", "14.00"),
        ("ปี 2561", "ปี 2018"),
    ],
)
def test_writings_that_mean_the_same_are_the_same(written, same):
    assert unit_texts(written) == unit_texts(same)


@pytest.mark.parametrize(
    ("written", "other"),
    [("2.5", "25"), ("1,5", "15"), ("2.50", "2.5"), ("2,561", "2561"), ("99", "99.9")],
)
def test_numbers_that_differ_stay_different(written, other):
    assert unit_texts(written) != unit_texts(other)


def test_burmese_lao_and_chinese_are_cut_as_thai_is():
    assert unit_texts("中文新") == ["中", "文", "新"]
    assert unit_texts("ລາວ") == ["ລ", "າ", "ວ"]


def test_words_of_other_scripts_are_whole():
    assert unit_texts("Москва".lower()) == ["москва"]


@settings(deadline=None)
@given(anything)
def test_no_token_is_long_or_holds_what_a_database_would_read(text):
    for token in unit_texts(fold(text)):
        assert 0 < len(token) <= MAX_TOKEN
        assert not set(token) & set(" '\"\\:*&|!()<>\x00")
