import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.thai.cleaning import trace
from news.thai.text import Cleaned, as_typed, clean, normalise, single_line
from tests.thai.texts import MARKS, anything


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("นํา", "นำ"),
        ("นํ้า", "น้ำ"),
        ("น้ํา", "น้ำ"),
        ("นำ้", "น้ำ"),
        ("เเละ", "และ"),
        ("เเเ", "แเ"),
        ("ท่ี", "ที่"),
        ("ผู้ใหญ่", "ผู้ใหญ่"),
        ("ก่ิิ", "กิ่"),
        ("สิทธ์ิ", "สิทธิ์"),
        ("ที่่", "ที่"),
        ("ดิจิิทัล", "ดิจิทัล"),
        ("นน้้ำ", "นน้ำ"),
        ("ประ\u200bชุม\ufeff", "ประชุม"),
        ("ประ\u200cชุม", "ประชุม"),
        ("ข้า\u00adราชการ", "ข้าราชการ"),
        ("19\u00a0พฤษภาคม", "19 พฤษภาคม"),
        ("ก\u3000ข\u2009ค", "ก ข ค"),
        ("cafe\u0301", "café"),
        ("ก\x00ข\x07", "กข"),
        ("ก\ufffeข\uffff", "กข"),
        ("ก\u2028ข", "ก\nข"),
        ("ก\ud800ข", "ก\ufffdข"),
    ],
)
def test_what_is_typed_gets_one_stored_form(typed, stored):
    assert normalise(typed) == stored
    assert clean(typed).text == stored


@pytest.mark.parametrize(
    ("old", "letters"),
    [
        ("\uf700\uf70f", "ฐญ"),
        ("ป\uf701\uf702\uf703\uf704", "ปิีึื"),
        ("ป\uf705", "ป่"),
        ("น\uf706", "น้"),
        ("ก\uf70a", "ก่"),
        ("ก\uf70e", "ก์"),
        ("ป\uf710น", "ปัน"),
        ("ป\uf712น", "ป็น"),
        ("ฝ\uf713าย", "ฝ่าย"),
        ("ป\uf714า", "ป้า"),
        ("ฎ\uf718", "ฎุ"),
        ("ฐ\uf719", "ฐู"),
        ("ฐ\uf71a", "ฐฺ"),
        ("น\uf711\uf714า", "น้ำ"),
    ],
)
def test_letters_of_old_fonts_become_the_letters_they_draw(old, letters):
    assert normalise(old) == normalise(letters)


def test_every_place_of_the_old_fonts_becomes_a_thai_letter():
    for code in range(0xF700, 0xF71B):
        (letter,) = normalise(chr(code))
        assert "\u0e00" < letter < "\u0e80"


@pytest.mark.parametrize(
    "text",
    [
        "ตำรวจ น้ำ ซื้อ ปั๊ม ที่ ญี่ปุ่น ฎีกา กตัญญู ผู้ใหญ่",
        "ต่าง ๆ ต่างๆ ฯลฯ กรุงเทพฯ “ก.พ.” ๒๕๖๑ – 14.00 น.",
        "ฤๅษี พันธุ์ สิทธิ์ ก็ อำมาตย์ พุทฺโธ",
        "หน่วยงานนั้นอาจ ไม่สามารถ  การ บริหาร\n\nOpen Government",
        "👨‍👩‍👧 ½ ﬁ ② Ａ",
    ],
)
def test_what_is_right_stays_as_it_is(text):
    assert normalise(text) == text
    assert clean(text) == Cleaned(text, ())


def test_storage_is_nfc_and_keeps_sara_am_whole_which_nfkc_splits():
    assert normalise("ตำรวจ") == "ตำรวจ"
    assert unicodedata.normalize("NFKC", "ตำรวจ") != "ตำรวจ"


def test_a_vowel_behind_its_mark_stays_there_though_another_word_is_mended():
    assert normalise("ที้า นํ้า ที้า") == "ที้า น้ำ ที้า"


def test_repeated_letters_that_are_no_marks_are_the_writers_own():
    assert normalise("มากกกก ค่าาา นะะะ ๆๆ") == "มากกกก ค่าาา นะะะ ๆๆ"


def test_one_line_keeps_every_space_once():
    assert single_line(" หน่วยงานนั้นอาจ  ไม่สามารถ\n\tต่าง ๆ ") == "หน่วยงานนั้นอาจ ไม่สามารถ ต่าง ๆ"


def test_a_mend_depends_on_its_own_place_only():
    """A run of marks is judged alike whether or not another one elsewhere is wrong."""
    assert normalise("กํิา ที่่") == normalise("กํิา") + " ที่"


def test_each_change_is_told_with_its_place_in_the_original():
    original = "เเละนํ้า\u200bที่่"
    cleaned = clean(original)

    assert cleaned.text == "และน้ำที่"
    assert [(change.start, change.end, change.after) for change in cleaned.changes] == [
        (0, 2, "แ"),
        (5, 8, "้ำ"),
        (8, 9, ""),
        (12, 13, ""),
    ]
    assert cleaned.counts["sara_ae"] == 1
    assert cleaned.counts["sara_am"] == 1
    assert cleaned.counts["invisible"] == 1
    assert cleaned.counts["doubled"] == 1


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("\uf70a", "old_font"),
        ("ก\u200bข", "invisible"),
        ("ก\u00adข", "invisible"),
        ("ก\x00ข", "control"),
        ("ก\u00a0ข", "space"),
        ("เเก", "sara_ae"),
        ("e\u0301", "composition"),
        ("นํา", "sara_am"),
        ("ท่ี", "order"),
        ("ที่่", "doubled"),
    ],
)
def test_each_kind_of_change_has_its_name(typed, kind):
    assert clean(typed).counts == {kind: 1}


@given(anything)
def test_doing_it_again_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once


@given(anything, anything)
def test_what_is_right_alone_is_right_beside_any_other_word(text, other):
    stored = normalise(text)
    assert normalise(f"{stored} {other}").startswith(f"{stored} ")
    assert trace(f"{stored} {other}").text == normalise(f"{stored} {other}")


marks = st.tuples(*(st.sampled_from(["", *some]) for some in ("ัีฺุ", "่้์ํ", "ุ้ํ", "าำ"))).map("".join)


@given(marks, marks)
def test_marks_that_are_right_alone_are_right_beside_any_others(marks, others):
    stored = normalise(f"ก{marks}")
    assert normalise(f"{stored} ก{others} นํ้า").startswith(f"{stored} ")
    assert trace(f"{stored} ก{others}").text == normalise(f"{stored} ก{others}")


@given(anything)
def test_telling_the_changes_gives_the_same_text(text):
    assert clean(text).text == normalise(text)


@given(anything)
def test_the_changes_put_into_the_original_give_the_stored_text(text):
    cleaned = clean(text)
    rebuilt, done = [], 0
    for change in cleaned.changes:
        assert text[change.start : change.end] == change.before
        assert change.before != change.after
        rebuilt += [text[done : change.start], change.after]
        done = change.end
    rebuilt.append(text[done:])
    assert "".join(rebuilt) == cleaned.text


@given(anything)
def test_a_stored_text_can_be_stored(text):
    stored = normalise(text)
    assert unicodedata.is_normalized("NFC", stored)
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert not set(stored) & set("\x00\u200b\u200c\ufeff\u00ad\u00a0")
    assert "เเ" not in stored
    assert not any(mark * 2 in stored for mark in MARKS)
    assert "ํา" not in stored


def test_real_releases_are_mended_once_and_for_all(real_texts):
    for text in real_texts:
        cleaned = clean(text)
        assert cleaned.text == normalise(text)
        assert normalise(cleaned.text) == cleaned.text


def test_about_half_of_the_real_releases_need_it(real_texts):
    dirty = sum(normalise(text) != text for text in real_texts)
    assert 0.4 < dirty / len(real_texts) < 0.8


def test_what_is_kept_as_typed_is_odd_but_neither_hidden_nor_unprintable():
    odd = "น\u0e4d\u0e32\u200bใจ เเละ\u00a0\uf70a"
    assert as_typed(odd).text == odd
    kept = as_typed("ก\u202eข\u2066ค\u200eง\x00จ\x9fฉ\u2028ช\ud800")
    assert kept.text == "กขคงจฉ\nช\ufffd"
    assert kept.counts == {"invisible": 3, "control": 4}


@given(anything)
def test_nothing_more_goes_from_what_is_kept_as_typed(text):
    once = as_typed(text).text
    assert as_typed(once) == Cleaned(once, ())
    assert normalise(once) == normalise(text)
