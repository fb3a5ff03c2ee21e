"""Two texts side by side."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from news.thai.clusters import clusters
from news.thai.comparing import Change, Piece, compared
from tests.thai.texts import ABBREVIATED, DIRT, MARKS

SAME, REMOVED, ADDED = Change.SAME, Change.REMOVED, Change.ADDED


def without(change: Change, pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.change != change)


def test_a_changed_word_of_thai_is_shown_whole():
    pieces = compared("นายปกรณ์ เป็นประธานการประชุม", "นางสาวพัชรี เป็นประธานการประชุม")
    assert pieces[-1] == Piece(SAME, " เป็นประธานการประชุม")
    assert {piece.change for piece in pieces[:-1]} == {REMOVED, ADDED}


def test_one_mark_more_changes_its_word_and_no_mark_floats_alone():
    pieces = compared("ประชุมที่ญีปุ่น", "ประชุมที่ญี่ปุ่น")
    changed = [piece.text for piece in pieces if piece.change != SAME]
    assert all(not clusters(text)[0].startswith(("่", "ี")) for text in changed)
    assert without(ADDED, pieces) == "ประชุมที่ญีปุ่น"


def test_english_goes_by_words():
    assert compared("The meeting was on 18 May.", "The meeting was on 19 May.") == [
        Piece(SAME, "The meeting was on "),
        Piece(REMOVED, "18"),
        Piece(ADDED, "19"),
        Piece(SAME, " May."),
    ]


def test_a_new_paragraph_leaves_the_others_alone():
    assert compared("หนึ่ง\nสาม\n", "หนึ่ง\nสอง\nสาม\n") == [
        Piece(SAME, "หนึ่ง\n"),
        Piece(ADDED, "สอง\n"),
        Piece(SAME, "สาม\n"),
    ]


def test_nothing_and_the_same():
    assert compared("", "") == []
    assert compared("", "ใหม่") == [Piece(ADDED, "ใหม่")]
    assert compared("เดิม", "") == [Piece(REMOVED, "เดิม")]
    assert compared("เดิม", "เดิม") == [Piece(SAME, "เดิม")]


texts = st.lists(
    st.sampled_from([*ABBREVIATED, *DIRT, *MARKS, "\n", " ", "ก", "ประชุม", "a"]), max_size=8
)


@given(texts.map("".join), texts.map("".join))
def test_both_texts_are_all_there(before, after):
    pieces = compared(before, after)
    assert without(ADDED, pieces) == before
    assert without(REMOVED, pieces) == after
    assert all(one.change != two.change for one, two in pairwise(pieces))


def test_a_long_text_with_one_changed_paragraph_is_compared_at_once():
    paragraphs = [f"ย่อหน้าที่ {n} สำนักงาน ก.พ. ประชุมเรื่องทักษะดิจิทัล\n" * 3 for n in range(300)]
    changed = paragraphs.copy()
    changed[150] = "ย่อหน้าที่เปลี่ยนไปทั้งหมด\n"
    started = time.process_time()
    compared("".join(paragraphs), "".join(changed))
    assert time.process_time() - started < 1
