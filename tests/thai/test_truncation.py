import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.thai.clusters import graphemes
from news.thai.text import normalise, truncate
from tests.thai.texts import LEADING_VOWELS, NEVER_FIRST, anything

HEADLINE = (
    "รัฐสภา ครู ศาล ทหาร ตำรวจ อุดมศึกษา อัยการ ท้องถิ่น องค์กรอิสระตามรัฐธรรมนูญ พร้อมจับมือ ก.พ. "
    "พัฒนาทักษะด้านดิจิทัลของข้าราชการและบุคลากรภาครัฐ (19 พ.ค. 61)"
)


def keeps_the_rules(text: str, limit: int) -> bool:
    """What holds of every truncated text, whatever went in."""
    short = truncate(text, limit)
    assert len(graphemes(short)) <= limit
    if short == text:
        return True
    assert short.endswith("…")
    kept = short[:-1]
    assert text.startswith(kept)
    assert kept == kept.rstrip()
    assert kept[-1:] not in tuple(LEADING_VOWELS)
    assert text[len(kept)] not in NEVER_FIRST or not kept
    assert not text[len(kept) :].lstrip(" \u00a0").startswith(("ๆ", "ฯ")) or not kept
    assert graphemes(kept) == graphemes(text)[: len(graphemes(kept))]
    return True


def test_the_headline_is_cut_well_at_every_length():
    for limit in range(1, len(HEADLINE) + 2):
        assert keeps_the_rules(HEADLINE, limit)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("ตำรวจ", 4, "ตำรวจ"),
        ("ตำรวจ", 3, "ตำร…"),
        ("ประชุมหารือ", 8, "ประชุม…"),
        ("พัฒนาทักษะด้านดิจิทัล", 12, "พัฒนาทักษะด้าน…"),
        ("พัฒนาทักษะด้านดิจิทัล", 11, "พัฒนาทักษะ…"),
        ("สำนักงาน ก.พ. นนทบุรี", 11, "สำนักงาน…"),
        ("การประชุมวันที่ 19 พ.ค. 61", 20, "การประชุมวันที่…"),
        ("ข้าราชการประเภทต่าง ๆ ทั้งหมด", 19, "ข้าราชการประเภท…"),
        ("ข้าราชการครู (นนทบุรี)", 14, "ข้าราชการครู…"),
        ("Open Government today", 17, "Open Government…"),
        ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2, "👨‍👩‍👧…"),
        ("", 1, ""),
        ("ก", 1, "ก"),
        ("0" * 21 + "🏻:0", 21, "0" * 20 + "…"),
        ("เก้า", 1, "…"),
        ("กขคง", 1, "…"),
    ],
)
def test_the_cut_is_where_a_reader_expects_it(text, limit, short):
    assert truncate(text, limit) == short


def test_characters_are_counted_as_readers_count_them():
    assert len("น้ำน้ำ") == 6
    assert truncate("น้ำน้ำ", 2) == "น้ำน้ำ"


def test_a_word_longer_than_half_of_the_limit_is_cut_between_clusters():
    address = "https://www.example.org/" + "a" * 200
    assert truncate(address, 50) == address[:49] + "…"


@pytest.mark.parametrize("limit", [0, -1])
def test_no_room_at_all_is_refused(limit):
    with pytest.raises(ValueError, match="cut to"):
        truncate("ก", limit)


@given(anything, st.integers(min_value=1, max_value=40))
def test_no_text_breaks_a_rule(text, limit):
    assert keeps_the_rules(text, limit)


@given(anything, st.integers(min_value=1, max_value=40))
def test_a_short_text_stays_short(text, limit):
    short = truncate(text, limit)
    assert truncate(short, limit) == short


@pytest.mark.parametrize("limit", [30, 60, 160])
def test_real_releases_are_cut_well(real_texts, limit):
    for text in real_texts:
        assert keeps_the_rules(normalise(text[:600]), limit)


def test_a_cut_leaves_at_least_half_of_the_room_filled(real_texts):
    for text in real_texts:
        short = truncate(normalise(text[:600]), 160)
        assert len(graphemes(short)) >= 80 or not short.endswith("…")
