import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.search.expressions import Marker, Phrase
from news.search.grams import (
    LONG,
    Kind,
    buckets,
    checker,
    code,
    commonness,
    continuations,
    grams,
    marker_code,
    marker_gram,
    needle,
    needs_checking,
    of_title,
    phrase_grams,
    shows_in_code,
    without_words,
    words_code,
)
from news.search.stream import unit_texts
from news.thai.text import fold

unit = st.sampled_from(["ป", "ระ", "ชุ", "ม", "ก", "พ", "covid", "19", "2018", "4_0", "น้ำ"])


def grams_of(units, kind=Kind.SHORT):
    found = grams(units, code(units)) | set(buckets(code(units), fine=kind is Kind.LONG))
    return set(of_title(found)) if kind is Kind.TITLE else found


@settings(max_examples=300)
@given(st.lists(unit, min_size=1, max_size=60), st.sampled_from(Kind), st.data())
def test_a_text_has_the_grams_and_the_code_of_every_phrase_in_it(units, kind, data):
    first = data.draw(st.integers(0, len(units) - 1))
    last = data.draw(st.integers(first + 1, len(units)))
    phrase = Phrase(tuple(units[first:last]))
    assert all(set(choice) & grams_of(units, kind) for choice in phrase_grams(phrase, kind))
    assert needle(phrase) in code(units)


@pytest.mark.parametrize("letters", ["gov", "gover", "ern", "government", "vernmen"])
def test_a_latin_word_is_found_by_its_parts(letters):
    choices = phrase_grams(Phrase((letters,), goes_on=True))
    assert all(set(choice) & grams_of(["egovernments"]) for choice in choices)
    assert not all(set(choice) & grams_of(["misgo", "rnm"]) for choice in choices)


@pytest.mark.parametrize(
    ("begun", "whole"),
    [("ก", "กำ"), ("นี", "นี้"), ("เก", "เก้า"), ("ค", "ค่ะ"), ("ด", "ดิ์"), ("ธิ", "ธิ์"), ("ธุ", "ธุ์")],
)
def test_a_cluster_goes_on_with_its_vowels_and_tone(begun, whole):
    assert whole in continuations(begun)
    assert unit_texts(fold(whole)) == [whole]


def test_a_phrase_of_two_units_needs_no_check_and_one_of_three_does():
    assert not needs_checking(Phrase(("ก", "ข")))
    assert not needs_checking(Phrase(("ก", "ข"), goes_on=True))
    assert needs_checking(Phrase(("ก", "ข", "ค")))


@given(st.lists(unit, min_size=1, max_size=60))
def test_grams_are_positive_and_those_of_a_title_are_none_of_a_text(units):
    in_title, short, long = (grams_of(units, kind) for kind in Kind)
    assert all(0 <= gram < 2**31 for gram in in_title | short | long)
    assert not in_title & (short | long)
    if len(units) < 3:
        assert short == long
    else:
        assert not set(buckets(code(units))) & long


def test_a_long_text_keeps_nearly_all_phrases_out_by_its_buckets_alone():
    chance = random.Random(1)
    drawn = chance.choices([chr(letter) for letter in range(0x4E00, 0x9000)], k=3 * LONG)
    others = [[chr(chance.randrange(0x4E00, 0x9000)) for _ in range(3)] for _ in range(2_000)]

    def met(fine):
        held = set(buckets(code(drawn), fine=fine))
        return sum(buckets(code(three), fine=fine)[0] in held for three in others) / len(others)

    assert met(fine=False) > 0.4
    assert met(fine=True) < 0.07


def test_what_begins_and_ends_inside_a_cluster_is_told_from_what_stands_apart():
    holds = checker(Phrase(("มื", "อ", "น"), goes_on=True, cut_off=True))
    assert holds(code(["ที่", "เมื", "อ", "นี้"]))
    assert holds(code(["มื", "อ", "น", "มื", "อ"]))
    assert not holds(code(["เมื", "อ", "ก", "น"]))
    assert not holds(code(["ที่", "อ", "น", "มื"]))


def test_a_code_tells_nothing_of_parts_of_a_cluster():
    assert shows_in_code(Phrase(("ก", "ข")))
    assert shows_in_code(Phrase(("ก", "ข"), goes_on=True))
    assert shows_in_code(Phrase(("service",), goes_on=True))
    assert not shows_in_code(Phrase(("ก",), goes_on=True))


def test_a_part_of_a_latin_word_of_more_than_a_gram_needs_a_check():
    assert not needs_checking(Phrase(("serv",), goes_on=True))
    assert needs_checking(Phrase(("servi",), goes_on=True))


@given(st.lists(unit, min_size=1, max_size=60), st.lists(unit, min_size=1, max_size=3))
def test_the_words_of_a_code_are_no_units(units, others):
    with_words = code(units) + words_code([*units, "covid"])
    assert without_words(with_words) == code(units)
    assert (code(others) in with_words) == (code(others) in code(units))


def test_a_long_phrase_asks_for_a_bounded_number_of_grams():
    assert len(phrase_grams(Phrase(tuple("กขคงจฉชซ") * 40))) < 10


def test_a_phrase_asks_for_its_rarest_grams():
    usual, rare = unit_texts("กระทรวงการ"), unit_texts("ฌาปนกิจ")
    both = [choice[0] for choice in phrase_grams(Phrase((*usual, *rare)), Kind.TITLE)]
    of_usual = phrase_grams(Phrase(tuple(usual)), Kind.TITLE)
    assert not set(both) & {choice[0] for choice in of_usual}


def test_how_common_grams_are_is_counted_in_texts():
    often, once = unit_texts("กระทรวงการ"), unit_texts("ฌาปนกิจ")
    counted = commonness([code([*often, *once]), code(often), code(often + often)])
    places = [[bucket >> 8 for bucket in buckets(code(each))] for each in (often, once)]
    of_often, of_once = ({counted[place] for place in each} for each in places)
    assert max(of_once) < min(of_often)
    assert len(counted) == 16_384


def test_a_code_is_never_found_across_two_units():
    assert code(["ข"]) not in code(["ก"])
    assert all(byte >= 0x80 for byte in code(["ก", "covid", "19"])[::2])
    assert all(byte < 0x80 for byte in code(["ก", "covid", "19"])[1::2])


def test_a_marker_is_no_unit():
    marker = Marker("aกพ")
    assert marker_code(marker) not in code(["ก", "พ"])
    assert marker_gram(marker) not in grams_of(["ก", "พ"])
