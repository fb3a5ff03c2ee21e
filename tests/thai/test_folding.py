import unicodedata

import pytest
from hypothesis import example, given

from news.thai.folding import trace_fold
from news.thai.text import fold, normalise
from tests.thai.texts import anything


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("๒๕๖๑", "2561"),
        ("ｃｏｖｉｄ-19", "COVID-19"),
        ("นํ้า", "น้ำ"),
        ("เเละ", "และ"),
        ("ท่ี", "ที่"),
        ("ที่่", "ที่"),
        ("19\u00a0พ.ค.", "19 พ.ค."),
        ("ประ\u200bชุม", "ประชุม"),
        ("Café", "cafe"),
        ("ﬁle", "file"),
        ("STRASSE", "straße"),
    ],
)
def test_what_a_reader_takes_for_equal_is_equal(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ที่", "ที"), ("ขา", "ข่า"), ("ก.พ.", "ก.ค."), ("ซื้อ", "ซื่อ")]
)
def test_thai_marks_make_different_words(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("word", ["ตำรวจ", "น้ำ", "ประจำ", "ดิจิทัล"])
def test_sara_am_is_never_split(word):
    assert fold(word) == word
    assert unicodedata.normalize("NFKC", "ตำรวจ") != "ตำรวจ"


@given(anything)
@example("\u0e4c\u0300\u0e4c")  # a foreign mark between two Thai ones
def test_folding_again_changes_nothing(text):
    once = fold(text)
    assert fold(once) == once


@given(anything)
def test_a_stored_text_folds_like_its_original(text):
    assert fold(normalise(text)) == fold(text)


@given(anything)
@example("\u0e4c\u0300\u0e4c")
def test_every_folded_character_knows_where_it_comes_from(text):
    traced = trace_fold(text)
    assert traced.text == fold(text)
    assert len(traced.starts) == len(traced.ends) == len(traced.text)
    assert list(traced.starts) == sorted(traced.starts)
    for start, end in zip(traced.starts, traced.ends, strict=True):
        assert 0 <= start < end <= len(text)


def test_a_find_can_be_marked_in_the_original():
    original = "ดื่มนํ้า ๒๕๖๑"
    traced = trace_fold(original)
    at = traced.text.index(fold("น้ำ"))
    assert original[traced.starts[at] : traced.ends[at + 2]] == "นํ้า"
