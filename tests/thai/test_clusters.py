from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker

from news.thai.clusters import graphemes
from news.thai.text import clusters
from tests.thai.texts import CONSONANTS, DIRT, LEADING_VOWELS, THAI, anything


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("เก้า", "เก้า"),
        ("เกาะ", "เกาะ"),
        ("ตำรวจ", "ตำ|ร|ว|จ"),
        ("น้ำ", "น้ำ"),
        ("ญี่ปุ่น", "ญี่|ปุ่|น"),
        ("ปั๊ม", "ปั๊|ม"),
        ("ผู้ใหญ่", "ผู้|ให|ญ่"),
        ("กตัญญู", "ก|ตั|ญ|ญู"),
        ("ฤๅษี", "ฤๅ|ษี"),
        ("ไปรษณีย์", "ไป|ร|ษ|ณี|ย์"),
        ("เเก", "เเก"),
        ("ก.พ.", "ก|.|พ|."),
        ("IT ๆ", "I|T| |ๆ"),
        ("👨‍👩‍👧เก", "👨‍👩‍👧|เก"),
        ("e\u0301เก", "e\u0301|เก"),
        ("🇹🇭ก", "🇹🇭|ก"),
        ("ก\r\nข", "ก|\r\n|ข"),
        ("", ""),
    ],
)
def test_a_consonant_keeps_all_its_vowels_and_marks(text, pieces):
    assert clusters(text) == [piece for piece in pieces.split("|") if piece]


@given(anything)
def test_the_pieces_are_the_text(text):
    assert "".join(clusters(text)) == text
    assert "".join(graphemes(text)) == text


@given(anything)
def test_no_cluster_splits_a_grapheme(text):
    def ends(pieces: list[str]) -> set[int]:
        return {sum(map(len, pieces[: count + 1])) for count in range(len(pieces))}

    assert ends(clusters(text)) <= ends(graphemes(text))


@given(anything)
def test_no_piece_leaves_a_leading_vowel_without_its_consonant(text):
    pieces = clusters(text)
    for piece, following in pairwise(pieces):
        assert not (piece[-1] in LEADING_VOWELS and following[0] in CONSONANTS)


@given(st.text(alphabet=THAI + DIRT.replace("\u200d", "").replace("\r", "") + "aé “…\n"))
def test_the_quick_way_for_plain_text_cuts_as_icu_does(text):
    """An emoji behind the text sends it the long way."""
    assert graphemes(text) == list(CharacterBreaker(text, "th"))
    assert [*clusters(text), "😀"] == clusters(text + "😀")
