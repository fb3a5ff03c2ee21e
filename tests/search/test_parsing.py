import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.search.cascade import asked
from news.search.expressions import Phrase, leaves
from news.search.grams import phrase_grams
from news.search.parsing import MAX_CHARACTERS, MAX_TERMS, parse
from tests.thai.texts import anything

PARTS = [
    " ", "  ", '"', "”", "ณ", "ปี", "ที่", "ๆ", "%", "10", "2561", "พ.ศ.", "ก.พ.", "สำนักงาน", "ครู",
    "ABC", "19 พ.ค. 61", "from:", "to:", "2561-05", "นนท์", "(",
]  # fmt: skip


def sources(query):
    return [term.source for term in parse(query).terms]


def test_terms_are_parted_by_spaces():
    assert sources("  ทักษะ   ดิจิทัล\n") == ["ทักษะ", "ดิจิทัล"]


def test_quoted_words_are_one_term():
    assert sources('“รัฐบาล แบบเปิด" ก้าวหน้า') == ["รัฐบาล แบบเปิด", "ก้าวหน้า"]


def test_a_quote_that_is_not_closed_is_no_quote():
    assert sources('รัฐบาล "แบบเปิด') == ["รัฐบาล", '"แบบเปิด']


def test_a_single_letter_goes_with_its_neighbour():
    assert sources("ร. 10") == ["ร. 10"]
    assert sources("ประชุม ณ ห้อง") == ["ประชุม", "ณ ห้อง"]
    assert sources("ต่าง ๆ") == ["ต่าง ๆ"]


@pytest.mark.parametrize("query", ["น้ำ เชียงใหม่", "เชียงใหม่ น้ำ", "ATM ตู้", "ยา ป่า", "ใน 2567"])
def test_a_short_word_is_a_term_of_its_own(query):
    """It has a vowel: it is one cluster and yet a word."""
    assert sources(query) == query.split()


def test_a_year_and_a_place_in_a_row_go_with_their_number():
    assert sources("งบ ปี ๖๑") == ["งบ", "ปี ๖๑"]
    assert sources("ที่ 10 ปี") == ["ที่ 10", "ปี"]
    assert sources("น้ำ 2567") == ["น้ำ", "2567"]


def test_a_year_with_its_era_is_one_term():
    assert sources("แผน พ.ศ.  2561 ครู") == ["แผน", "พ.ศ. 2561", "ครู"]
    assert sources("in 2018 AD (พ.ศ. 2561)") == ["in", "2018 AD", "(พ.ศ.", "2561)"]
    assert [[unit.text for unit in term.units] for term in parse("ปี พ.ศ. 2561").terms] == [["2018"]]


@pytest.mark.parametrize("query", ["พ.ศ. 2018", "ค.ศ. 2561", "พ.ศ. 61", "พ.ศ. 25610"])
def test_a_number_that_is_no_year_of_the_era_is_a_word(query):
    assert sources(query) == query.split()


def test_signs_of_repetition_and_abbreviation_go_with_the_word_before_them():
    assert sources("ต่าง ๆ เชียงใหม่") == ["ต่าง ๆ", "เชียงใหม่"]
    assert sources("กระทรวงเกษตร ฯ ข้าว") == ["กระทรวงเกษตร ฯ", "ข้าว"]
    assert sources("ๆ ข้าว") == ["ๆ ข้าว"]


def test_a_term_is_asked_for_once():
    assert sources("ครู ครู") == ["ครู"]


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ("from:2561", date(2018, 1, 1), None),
        ("to:2018", None, date(2018, 12, 31)),
        ("FROM:2018-05-19 to:31/12/2561", date(2018, 5, 19), date(2018, 12, 31)),
        ("from:พ.ค.61 to:๒๕๖๑-๐๖", date(2018, 5, 1), date(2018, 6, 30)),
        ('from:"19 พ.ค. 61"', date(2018, 5, 19), None),
        ('from:"พ.ศ. 2561" to:"ค.ศ. 2018"', date(2018, 1, 1), date(2018, 12, 31)),
        ("from:ปี2561", date(2018, 1, 1), None),
        ("ตั้งแต่:2560 ถึง:2561", date(2017, 1, 1), date(2018, 12, 31)),
    ],
)
def test_clauses_bound_the_days(query, since, until):
    question = parse(f"ครู {query}")
    assert (question.since, question.until) == (since, until)
    assert [term.source for term in question.terms] == ["ครู"]


def test_what_looks_like_a_clause_in_a_phrase_is_a_part_of_the_phrase():
    question = parse('“ประกาศ from:2561 ครู” "to:2560" from:"พ.ค. 61"')
    assert [term.source for term in question.terms] == ["ประกาศ from:2561 ครู", "to:2560"]
    assert (question.since, question.until) == (date(2018, 5, 1), None)


def test_the_words_on_either_side_of_a_clause_are_not_joined():
    assert sources("ร. from:2561 10") == ["ร.", "10"]


def test_a_date_cut_off_by_a_clause_is_still_a_date():
    question = parse("ครู from:5 พ.ค. 61 นนทบุรี")
    assert [term.source for term in question.terms] == ["ครู", "5 พ.ค. 61", "นนทบุรี"]


def test_a_clause_that_is_no_date_is_searched_for_and_told():
    question = parse("from:นนทบุรี ครู")
    assert [term.source for term in question.terms] == ["นนทบุรี", "ครู"]
    assert [(problem.code, problem.written) for problem in question.problems] == [
        ("bad_date", "นนทบุรี")
    ]


def test_a_period_that_ends_before_it_begins_is_told():
    assert [problem.code for problem in parse("from:2562 to:2561").problems] == ["empty_period"]


def test_a_period_alone_is_a_question_without_terms():
    question = parse("from:2561")
    assert not question.is_empty
    assert asked(question) is None


@pytest.mark.parametrize("query", ["19 พ.ค. 61", "๑๙ พฤษภาคม ๒๕๖๑", "19 may 2018", "2018-05-19"])
def test_a_date_is_one_term(query):
    question = parse(f"ประชุม {query}")
    assert [term.source for term in question.terms] == ["ประชุม", query]
    assert question.dates[0].date == date(2018, 5, 19)


def test_an_ambiguous_abbreviation_offers_its_meanings():
    (ambiguity,) = parse("แต่งตั้ง ก.พ.").ambiguities
    assert [choice.query for choice in ambiguity.choices] == ["แต่งตั้ง สำนักงาน ก.พ.", "แต่งตั้ง กุมภาพันธ์"]
    assert [choice.meaning.name("en") for choice in ambiguity.choices] == [
        "Office of the Civil Service Commission",
        "February",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "สำนักงาน ก.พ.", '"สำนักงาน ก.พ."', "สำนักงานก.พ.", "สำนักงาน กพ", "สนง.ก.พ.", "สนง. ก.พ.",
        "14 ก.พ.", "ก.พ. 61", "ก.พ.ร.ม.",
    ],
)  # fmt: skip
def test_what_the_words_around_it_settle_is_not_asked(query):
    assert parse(query).ambiguities == ()


@pytest.mark.parametrize(
    ("query", "longest"),
    [
        ("ก.พ", "ก.พ."),
        ("อ.ก.พ.", "อ.ก.พ."),
        ("ก.พ.ร.", "ก.พ.ร."),
        ("ก.ค.ศ.", "ก.ค.ศ."),
        ("กค", "ก.ค."),
    ],
)
def test_the_longest_abbreviation_wins(query, longest):
    (ambiguity,) = parse(query).ambiguities
    assert ambiguity.abbreviation.written == longest


def test_choosing_a_meaning_settles_the_question():
    (ambiguity,) = parse("ก.พ.").ambiguities
    for choice in ambiguity.choices:
        assert parse(choice.query).ambiguities == ()


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("อ.ก.พ. ก.พ.", "อ.ก.พ. สำนักงาน ก.พ."),
        ("ก.พ.ร. ก.พ.", "ก.พ.ร. สำนักงาน ก.พ."),
        ("ตึกพัก กพ", "ตึกพัก สำนักงาน ก.พ."),
        ("14 ก.พ. ก.พ.", "14 ก.พ. สำนักงาน ก.พ."),
        ("“อบรม ก.พ.” ก.พ.", "“อบรม ก.พ.” สำนักงาน ก.พ."),
        ("ก.พ. ก.พ.ร.", "สำนักงาน ก.พ. ก.พ.ร."),
        ("ก.พ from:ก.พ.61", "สำนักงาน ก.พ. from:ก.พ.61"),
        ("from:ก.พ.61   กพ", "from:ก.พ.61 สำนักงาน ก.พ."),
        ("from:ก.พ. กพ", "from:สำนักงาน ก.พ. กพ"),
        ("พัก กพ  ร. 10", "พัก สำนักงาน ก.พ. ร. 10"),
        ("ครูก.พ.", "ครูสำนักงาน ก.พ."),
        ('ครู "ก.พ."', "ครู สำนักงาน ก.พ."),
        ('ครู "ก.พ."', "ครู กุมภาพันธ์"),
        ("ณ  ห้องก.พ.", "ณ ห้องสำนักงาน ก.พ."),
    ],
)
def test_a_choice_is_written_where_the_abbreviation_stands(query, chosen):
    choices = [choice.query for each in parse(query).ambiguities for choice in each.choices]
    assert chosen in choices


def test_terms_are_written_anew_where_they_stand():
    question = parse('กระทรวงการ กระทรว "กระทรว"  ที่  10')
    words = {term: f"<{term.source}>" for term in question.terms}
    assert question.rewritten(words) == '<กระทรวงการ> <กระทรว> "กระทรว"  <ที่ 10>'


@given(anything | st.lists(st.sampled_from(PARTS)).map("".join))
def test_every_term_stands_where_it_says(text):
    question = parse(text)
    for term in question.terms:
        assert question.text[term.start : term.end].split() == term.source.split()


def test_a_long_query_is_read_to_its_limit_and_told():
    question = parse("ประชุม " * 2000)
    assert len(question.text) <= MAX_CHARACTERS
    assert [problem.code for problem in question.problems] == ["too_long"]
    many = parse(" ".join(f"x{number}" for number in range(50)))
    assert len(many.terms) == MAX_TERMS
    assert [problem.code for problem in many.problems] == ["too_long"]


@pytest.mark.parametrize(
    "piece",
    [
        "ก",
        "ก.",
        "\x00",
        "\u200b",
        "่",
        '"',
        "“ ",
        "NEAR(",
        "from:",
        "1,",
        "19 พ.ค. ",
        "a.",
        "😀",
        "(",
        " ",
    ],
)
def test_ten_thousand_characters_of_anything_are_soon_understood(piece):
    started = time.process_time()
    question = parse(piece * 10_000)
    asking = asked(question)
    numbers = [
        gram
        for expression in ([asking.strict, asking.loose or asking.strict] if asking else [])
        for leaf in leaves(expression)
        if isinstance(leaf, Phrase)
        for choice in phrase_grams(leaf)
        for gram in choice
    ]
    assert time.process_time() - started < 0.2
    assert len(numbers) < 10_000


@given(anything)
def test_no_query_raises(text):
    asked(parse(text))
