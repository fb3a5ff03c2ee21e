import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from news.thai.clusters import graphemes
from news.thai.text import normalise, single_line
from news.thai.words import words, wrap
from tests.thai.test_truncation import HEADLINE
from tests.thai.texts import LEADING_VOWELS, NEVER_FIRST, anything


def width(text: str) -> int:
    """A typewriter's: marks are above their consonants."""
    return len(graphemes(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("พัฒนาทักษะด้านดิจิทัล", "พัฒนา|ทักษะ|ด้าน|ดิจิทัล"),
        ("สำนักงาน ก.พ. นนทบุรี", "สำนักงาน| |ก.พ.| |นนทบุรี"),
        ("อ.ก.พ. ก.ค.ศ. ก.พ.ร.", "อ.ก.พ.| |ก.ค.ศ.| |ก.พ.ร."),
        ("เวลา 14.00 น.", "เวลา| |14.00| |น."),
        ("เป็นต้น ฯลฯ", "เป็นต้น| |ฯลฯ"),
        ("พล.ต.อ.", "พล.ต.อ."),
        ("Open Government", "Open| |Government"),
    ],
)
def test_a_dotted_abbreviation_is_one_word(text, expected):
    assert words(text) == expected.split("|")


@given(anything)
def test_the_words_are_the_text(text):
    assert "".join(words(text)) == text


def test_a_line_ends_at_a_space_where_one_is_near_its_end():
    """ICU takes ท้องถิ่น for two words, and ท้อง would still fit on the first line."""
    assert wrap(HEADLINE, width, 40, 9) == [
        "รัฐสภา ครู ศาล ทหาร ตำรวจ อุดมศึกษา อัยการ",
        "ท้องถิ่น องค์กรอิสระตามรัฐธรรมนูญ พร้อมจับมือ ก.พ.",
        "พัฒนาทักษะด้านดิจิทัลของข้าราชการและบุคลากรภาครัฐ",
        "(19 พ.ค. 61)",
    ]


@pytest.mark.parametrize(
    "together",
    ["ก.พ.", "อ.ก.พ.", "19 พ.ค.", "19 พฤษภาคม", "14.00 น.", "พ.ศ. 2561", "19\u00a0พ.ค.", "ต่าง ๆ"],
)
def test_what_belongs_together_stays_on_one_line(together):
    text = f"สำนักงาน {together} พัฒนาทักษะ {together} ข้าราชการ"
    for room in range(width(together), 40):
        lines = wrap(text, width, room, 99)
        assert sum(line.count(together) for line in lines) == 2


def test_a_title_stays_with_its_name():
    text = "รองเลขาธิการ (นายปิยวัฒน์ ศิวรักษ์) และนางเมธินี เทพมณี"
    for room in range(12, 40):
        for line in wrap(text, width, room, 99):
            assert not re.search("(?:นาย|นาง|นางสาว)$", line)


def test_what_does_not_fit_ends_in_an_ellipsis():
    lines = wrap(HEADLINE, width, 30, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert not lines[0].endswith("…")
    assert all(width(line) <= 30 for line in lines)


def test_what_fits_has_no_ellipsis():
    lines = wrap(HEADLINE, width, 60, 9)
    assert " ".join(lines).replace(" ", "") == HEADLINE.replace(" ", "")


def test_nothing_hangs_before_the_ellipsis():
    assert wrap("ข้าราชการ (ตำรวจ ทหาร)", width, 9, 1) == ["ข้าราชการ…"]


def test_a_word_wider_than_a_line_is_cut_between_clusters():
    assert wrap("a" * 10, width, 4, 9) == ["aaaa", "aaaa", "aa"]
    assert wrap("น้ำน้ำน้ำ", width, 2, 9) == ["น้ำ" * 2, "น้ำ"]


def test_a_cluster_wider_than_a_line_stands_alone():
    assert wrap("เก้าเก้า", lambda text: 10 * len(text), 5, 9) == ["เก้า", "เก้า"]


def test_line_feeds_end_lines():
    assert wrap("ก\nข", width, 10, 9) == ["ก", "ข"]


def test_nothing_has_no_lines():
    assert wrap("", width, 10, 2) == []
    assert wrap(" \n ", width, 10, 2) == []


def test_no_lines_at_all_are_refused():
    with pytest.raises(ValueError, match="0 lines"):
        wrap("ก", width, 10, 0)


@example("0 ๅ", 1, 2)
@given(anything.map(normalise).map(single_line), st.integers(1, 30), st.integers(1, 4))
def test_no_text_makes_a_bad_line(text, room, most):
    lines = wrap(text, width, room, most)
    assert len(lines) <= most
    assert not any(line[0] in NEVER_FIRST + "ฯ" for line in lines[1:])
    if not re.search(f"[{LEADING_VOWELS}] ", text):  # a slip that no layout mends
        assert not any(line[-1] in LEADING_VOWELS for line in lines[:-1])


def test_real_headlines_are_wrapped_within_their_box(real_texts):
    for text in real_texts:
        title = normalise(text).partition("\n")[0]
        lines = wrap(title, width, 34, 4)
        assert len(lines) <= 4
        assert all(width(line) <= 34 for line in lines)
        assert not any(line[0] in NEVER_FIRST + "ฯ" for line in lines)
