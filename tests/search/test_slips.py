from itertools import accumulate

import pytest

from news.search.grams import code
from news.search.parsing import parse
from news.search.slips import gaps, undone
from news.search.stream import unit_texts
from news.thai.text import clusters, fold


def units_of(typed):
    return [unit.text for unit in parse(typed).terms[0].units]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("พระราชบัญญัิต", "พระราชบัญญัติ"),
        ("จากสารเคีม", "จากสารเคมี"),
        ("ดำเนินนโยาย", "ดำเนินนโยบาย"),
    ],
)
def test_what_is_taken_for_meant_is_made_of_whole_letters_and_as_long(typed, meant):
    """Here the letter after the slip has a vowel, or stands between the two as well."""
    text = f"ประกาศ{meant}ครั้งที่ 1"
    parts = set()
    for slip in gaps(typed, units_of(typed)):
        parts |= slip.parts(text)
    assert meant in parts
    positions = {0, *accumulate(map(len, clusters(text.replace(" ", ""))))}
    for part in parts:
        start = text.index(part)
        assert {start, start + len(part)} <= positions, part


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("การกำักบ", "การกำกับ"),  # read as กัำ, its marks in order
        ("วเงงินกู้", "วงเงินกู้"),
        ("ประะชุม", "ประชุม"),
        ("แลกเเหรียญ", "แลกเหรียญ"),  # read as แ
        ("ดิจิทลั", "ดิจิทัล"),
        ("เรงงาน", "แรงงาน"),  # of แ typed as two
    ],
)
def test_letters_swapped_or_typed_twice_are_put_right(typed, meant):
    assert meant in undone(fold(typed)).words


def test_a_slip_undone_is_another_word():
    assert "ประชุม" not in undone("ประชุม").words
    assert undone("ก") is None


def test_letters_swapped_are_not_looked_for_in_all_places_of_a_long_text():
    assert undone("ก่ำ" * 100) is None


def test_a_slip_undone_is_not_found_within_a_letter():
    assert undone("ในนน").parts("เดินในน้ำ") == set()
    assert "นคร" in undone("นรค").parts("การเดินในนคร")


@pytest.mark.parametrize(
    ("between", "may_be"), [("", True), ("จ", True), ("จฉชซ", True), ("จฉชซฌ", False)]
)
def test_what_a_slip_has_left_stands_near_each_other(between, may_be):
    (_none, spoilt, *_more) = gaps("ลาดพร้าว", units_of("ลาดพร้าว"))
    document = code(unit_texts(f"ลาด{between}ร้าว"))
    assert spoilt.stands_in(document) == may_be
