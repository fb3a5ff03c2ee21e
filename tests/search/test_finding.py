"""The promise of the search: what stands in a text is found by typing it."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from news.search.cascade import asked
from news.search.parsing import parse
from news.search.stream import units
from news.thai.text import clusters, fold
from tests.search.index import Index

NOISE = [
    ("ประชุมคณะรัฐมนตรี", "เมื่อวันที่ 19 พ.ค. 61"),
    ("สำนักงาน ก.พ.", "กุมภาพันธ์ 2561"),
    ("Open Government", ""),
]

cluster = st.builds(
    lambda before, consonant, mark, tone, after: before + consonant + mark + tone + after,
    st.sampled_from(["", "", "", "เ", "แ", "โ", "ไ"]),
    st.sampled_from("กขคงจชดตทธนบปพมยรลวศสหอฤ"),
    st.sampled_from(["", "", "", "ิ", "ี", "ุ", "ั", "็"]),
    st.sampled_from(["", "", "", "่", "้", "์"]),
    st.sampled_from(["", "", "", "า", "ะ", "ำ"]),
)
piece = st.one_of(
    cluster,
    cluster,
    st.sampled_from([" ", "\u00a0", "\u200b", "\n", " (", ") ", " “", "” ", "ๆ ", "ฯ ", " - "]),
    st.sampled_from(
        [" ก.พ. ", "อ.ก.พ.", " ครม. ", "พ.ร.บ.", " กพ ", " U.S.A. ", "U.S.A. ", " รมว.ศธ. "]
    ),
    st.sampled_from(
        [" 2561 ", " ๒๕๖๑ ", " 2.5 ", " 1,000 ", " 19 พ.ค. 61 ", " พ.ค. 2561 ", " 14.00 น. "]
    ),
    st.sampled_from([" Open ", " government ", " COVID-19 "]),
)


@settings(max_examples=400)
@given(st.lists(piece, min_size=2, max_size=40), st.data())
def test_any_part_of_two_clusters_or_more_finds_its_text(pieces, data):
    first = data.draw(st.integers(0, len(pieces) - 1))
    last = data.draw(st.integers(first + 1, len(pieces)))
    part = "".join(pieces[first:last])
    assume(len(units(fold(part))) > 1)
    index = Index(NOISE)
    index.add(9, "หัวข้อ", "".join(pieces))
    assert 9 in index.find(part)


@pytest.fixture(scope="module")
def real_index(real_texts):
    return Index(text.partition("\n")[::2] for text in real_texts)


def parts_of(texts, cut, count):
    """(number, part): parts of two to twelve pieces from anywhere in the texts."""
    chance = random.Random(7)
    for _ in range(count):
        number = chance.randrange(len(texts))
        pieces = cut(texts[number].partition("\n")[2])
        first = chance.randrange(max(1, len(pieces) - 12))
        part = "".join(pieces[first : first + chance.randint(2, 12)])
        thai = [unit for unit in units(fold(part)) if unit.is_cluster]
        inside_word = (
            part[:1].isascii()
            or part[-1:].isascii()
            or part[:1].isdecimal()
            or part[-1:].isdecimal()
        )
        if len(thai) > 1 and not inside_word:
            yield number, part


def test_any_part_of_a_real_release_finds_it(real_texts, real_index):
    """Parts may lie across words, lines and acronyms."""
    missed = [
        part
        for number, part in parts_of(real_texts, clusters, 1000)
        if number not in real_index.find(part)
    ]
    assert missed == []


def test_parts_that_begin_and_end_inside_a_cluster_find_their_release_too(real_texts, real_index):
    tried = list(parts_of(real_texts, list, 1500))
    missed = [part for number, part in tried if number not in real_index.find(part)]
    assert len(missed) <= len(tried) * 0.06


@pytest.mark.parametrize("query", ["ทคโนโลยีeServ", "ทคeServ", "ทคโนโลยี", "โนโลยีeServ"])
def test_a_part_may_begin_inside_a_cluster_and_end_inside_a_latin_word(query):
    assert Index([("เทคโนโลยี eServices", ""), ("เทค eServices", ""), *NOISE]).find(query)[:1] == [
        0 if "โนโลยี" in query else 1
    ]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ลิขสิทธิ", "ละเมิดลิขสิทธิ์ไทย"),
        ("ลิขสิทธ", "ละเมิดลิขสิทธิ์ไทย"),
        ("ศักดิ", "เกียรติศักดิ์ศรี"),
        ("พันธุ", "ปลูกพันธุ์ข้าว"),
    ],
)
def test_a_part_may_end_before_the_mark_of_a_silent_syllable(query, text):
    assert Index([(text, ""), *NOISE]).find(query) == [0]


@pytest.mark.parametrize(
    "query",
    ["สำนักงาน ก.พ.", "สำนักงานก.พ.", "สำนักงาน กพ", "สำนักงาน\u00a0ก.พ.", "“สำนักงาน ก.พ.”"],
)
def test_the_office_is_found_in_every_writing(query):
    index = Index([("ประชุมสำนักงาน ก.พ.", ""), ("ข่าวจากสำนักงานกพ", ""), ("14 ก.พ. 61 ที่สำนักพิมพ์", "")])
    assert 0 in index.find(query)
    assert 2 not in index.find(query)


@pytest.mark.parametrize("query", ["สำนักงาน ก.พ.", "สำนักงานก.พ.", "สำนักงาน กพ", "สำนักงาน ก.พ"])
def test_the_office_is_not_found_where_an_office_and_february_are_told_of(query):
    index = Index([("วันที่ 14 ก.พ. 61 ณ สำนักงานเขต", ""), ("ประกาศของสำนักงานกพแล้ว", "")])
    assert index.find(query) == [1]


def test_the_commission_alone_or_with_another_word_may_be_february():
    index = Index([("วันที่ 14 ก.พ. 61 ณ สำนักงานเขต", "")])
    assert index.find("ก.พ.") == index.find("วันที่ ก.พ.") == [0]


@pytest.mark.parametrize(
    "query",
    ["พ.ค. 61", "พ.ค.61", "พฤษภาคม 2561", "May 2018", "may 2561", "พฤษภาคม ๒๕๖๑", "2018-05"],
)
def test_a_month_is_found_in_every_writing(query):
    dated = ["19 พ.ค. 61", "๑๙ พฤษภาคม ๒๕๖๑", "19 May 2018", "ประชุมเดือนพฤษภาคม พ.ศ. 2561"]
    index = Index([*((text, "") for text in dated), ("19 พ.ค. 60", ""), ("61 ข้อ พ.ค.", "")])
    expected = {0, 1, 2, 3} if query != "2018-05" else set()
    assert set(index.find(query)) == expected


@pytest.mark.parametrize("query", ["ม.ค. 61", "กุมภาพันธ์ 2561", "March 2018", "ก.พ.-พ.ค. 61"])
def test_a_range_of_months_is_found_by_each_of_them(query):
    held = [
        "(มกราคม – มีนาคม 2561)",
        "ม.ค. - มี.ค. 61",
        "Jan-Mar 2018",
        "ธ.ค. 60 - มี.ค. 61",
        "เม.ย. 60",
    ]
    assert set(Index([(text, "") for text in held]).find(query)) == {0, 1, 2, 3}


@pytest.mark.parametrize("query", ["2 พ.ค. 61", "5 May 2018", "1-5 พ.ค.61", "30 เม.ย. - 5 พ.ค. 61"])
def test_a_range_of_days_over_two_months_is_found_by_its_days(query):
    index = Index([("30 เม.ย. - 5 พ.ค. 61", ""), ("30 April to 5 May 2018", ""), ("6 พ.ค. 61", "")])
    assert set(index.find(query)) == {0, 1}


@pytest.mark.parametrize("query", ["2561", "๒๕๖๑", "2018"])
def test_a_year_of_either_era_gives_one_set_of_results(query):
    index = Index(
        [("ปี 2561", ""), ("ค.ศ. 2018", ""), ("แผน ๒๕๖๑", ""), ("พ.ค. 61", ""), ("ปี 2562", "")]
    )
    assert set(index.find(query)) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    "query",
    [
        "2561",
        "พ.ศ. 2561",
        "พ.ศ.๒๕๖๑",
        "พศ 2561",
        "ปี พ.ศ. 2561",
        "พุทธศักราช 2561",
        "B.E. 2561",
        "ค.ศ. 2018",
        "2018 AD",
        "2018 C.E.",
        "คริสต์ศักราช 2018",
    ],
)
def test_a_year_with_its_era_is_the_year(query):
    held = ["พ.ศ. 2561", "พ.ศ.2561", "ค.ศ. 2018", "2561", "ปี 2018", "พ.ศ. 2562", "พ.ศ."]
    index = Index([(text, "") for text in held])
    assert set(index.find(query)) == {0, 1, 2, 3, 4}
    assert set(index.find(f"“{query}”")) < {0, 1, 2, 3, 4} or query == "2561"


def test_what_is_called_after_a_year_comes_first():
    index = Index([("ระเบียบปี 2561 และระเบียบ พ.ศ. 2560", ""), ("ระเบียบ พ.ศ. 2561", "")])
    assert index.find("ระเบียบ พ.ศ. 2561") == [1, 0]


@pytest.mark.parametrize("query", ["U.S.A.", "usa", "ของ U.S.A. กล่าว"])
def test_dotted_latin_right_behind_thai_is_one_word(query):
    index = Index([("ของU.S.A. กล่าว", ""), ("ของ USA กล่าว", ""), ("ของU.S. กล่าว", "")])
    assert set(index.find(query)) == {0, 1}


def test_a_decimal_is_not_the_number_without_its_dot():
    index = Index([("ร้อยละ 2.5", ""), ("ร้อยละ 25", ""), ("ร้อยละ ๒.๕", "")])
    assert set(index.find("2.5")) == {0, 2}
    assert set(index.find("25")) == {1}


@pytest.mark.parametrize("query", ["ม.6", "ม. 6", "ม.๖"])
def test_a_letter_with_its_dot_and_number_is_not_the_end_of_another_word_before_it(query):
    held = ["นักเรียน ม.6", "ชั้นม. ๖/1", "สอบ ม.6", "เล่ม 6", "รวม 6 คน", "สพม.6", "ม.61"]
    index = Index([(text, "") for text in held])
    assert set(index.find(query)) == {0, 1, 2}


def test_a_letter_with_its_dot_and_a_name_is_not_the_end_of_another_word_before_it():
    held = ["จ.เชียงใหม่", "ที่จ. เชียงใหม่", "เดินทางไปจ.เชียงใหม่", "เสด็จเชียงใหม่", "ผู้จัดการ อจ. เชียงใหม่"]
    index = Index([(text, "") for text in held])
    assert set(index.find("จ.เชียงใหม่")) == {0, 1, 2}


@pytest.mark.parametrize("query", ['"ม.6"', "“ม.6”", "(ม.6)"])
def test_a_letter_with_its_dot_is_told_in_quotes_and_brackets_too(query):
    index = Index(
        [(text, "") for text in ("นักเรียน ม.6", "ชั้นม. ๖/1", "สอบ ม.6", "เล่ม 6", "รวม 6 คน")]
    )
    assert set(index.find(query)) == {0, 1, 2}


@pytest.mark.parametrize("letters", ["ส.ส", "พ.ศ"])
def test_an_acronym_without_its_last_dot_finds_those_with_it(letters):
    held = [*[f"{letters} พบประชาชน"] * 3, f"{letters}. พบประชาชน", f"{letters}. ประชุม"]
    index = Index([(text, "") for text in held])
    assert set(index.find(letters)) == {0, 1, 2, 3, 4}


def test_where_none_is_abbreviated_its_letters_are_found():
    index = Index([("รวม 6 คน", "")])
    assert index.find("ม.6") == [0]


@pytest.mark.parametrize(
    "query", ["1,000.5%", "ร้อยละ 1000.5", "๑๐๐๐.๕ %", "ร้อยละ1,000.5", "“1000.5%”"]
)
def test_a_share_of_a_hundred_is_found_in_every_writing_and_is_not_the_number(query):
    held = ["ขึ้น 1,000.5% ในปีนี้", "เพิ่มร้อยละ ๑,๐๐๐.๕", "1000.5 %", "1,000.5 บาท", "ร้อยละ 0.5"]
    index = Index([(text, "") for text in held])
    assert set(index.find(query)) == {0, 1, 2}


def test_a_longer_abbreviation_is_not_a_shorter_one():
    index = Index(
        [
            ("ประชุม ก.พ.", ""),
            ("ก.พ. รับสมัคร", ""),
            ("มติ ก.พ.", ""),
            ("อ.ก.พ. กระทรวง", ""),
            ("ก.พ.ร. แถลง", ""),
        ]
    )
    assert set(index.find("ก.พ.")) == {0, 1, 2}
    assert set(index.find("อ.ก.พ.")) == {3}
    assert set(index.find("ก.พ.ร.")) == {4}


@pytest.mark.parametrize("part", ["vesting", "investing", "invest", "sting", "ves"])
def test_a_part_of_a_latin_word_finds_what_has_it_and_nothing_else(part):
    """Vest, sting and ting may stand in three words."""
    index = Index([("Investing in skills", ""), ("ประชุม", "Investment, lasting and testing")])
    assert 0 in index.find(part)
    assert (1 in index.find(part)) == (part in {"invest", "sting", "ves"})


def test_a_part_of_a_title_is_not_found_in_the_title_when_it_stands_in_the_text():
    index = Index([("Lasting investment: meeting", "investing"), ("Investing", "")])
    assert index.find("vesting") == [1, 0]


def test_words_before_a_part_of_a_latin_word_stand_before_it():
    index = Index([("", "open eGovernment"), ("", "open budget of the government")])
    assert index.find('"open gover"') == [0]


def test_an_era_is_found_where_it_is_written_in_a_date():
    index = Index([("", "วันที่ 15 ธันวาคม พ.ศ. 2555"), ("", "15 ธันวาคม 2555"), ("", "แผน พ.ศ. 2560")])
    assert set(index.find("พ.ศ.")) == {0, 2}


def test_titles_come_first_and_words_together_before_words_apart():
    index = Index([("อื่น", "ดิจิทัล ทักษะ"), ("อื่น", "ทักษะดิจิทัล"), ("ดิจิทัลกับทักษะ", ""), ("ทักษะดิจิทัล", "")])
    assert index.find("ทักษะ ดิจิทัล") == [3, 2, 1, 0]


def test_words_together_may_end_inside_a_cluster():
    index = Index([("ผ่านกลาง 3 แห่ง ผ่านกุศล", ""), ("ข้อ 3 ผ่านการประชุม", "")])
    assert index.find("3 ผ่านกา")[0] == 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "\x00",
        '"',
        "“”",
        "* - + ( )",
        "NEAR(",
        '"NOT" OR *',
        "ๆ",
        "่" * 9,
        "^a",
        "a:b",
        "{title}:x",
        "\ud800",
    ],
)
def test_no_query_is_a_syntax_error(query):
    Index(NOISE).find(query)


def test_an_acronym_in_quotes_is_one_and_no_letters_within_words():
    index = Index([("ตึกพักอาศัย", "ตึกพัก"), ("เลขาธิการ ก.พ. แถลง", ""), ("ประชุม", "14 ก.พ. 61")])
    assert index.find('"ก.พ."')[0] == 1
    assert parse('"ก.พ."').terms[0].strict == parse("ก.พ.").terms[0].strict
    assert not index.holding(parse('"ก.พ."').terms[0].strict) & {0}


@pytest.mark.parametrize("query", ["สนง.ก.พ.", "สนง. ก.พ.", "สนง ก.พ."])
def test_an_office_that_readers_shorten_is_found_spelt_out_and_shortened(query):
    index = Index(
        [
            ("สำนักงาน ก.พ. จัดอบรม", ""),
            ("สนง.ก.พ. จัดอบรม", ""),
            ("สำนักงานศาลปกครอง", "14 ก.พ. 61"),
            ("สำนักงาน ก.พ.ร.", ""),
        ]
    )
    found = index.holding(asked(parse(query)).strict)
    assert 0 in found
    assert not found & {2, 3}


def test_a_shortened_office_of_no_acronym_is_found_spelt_out():
    index = Index([("สำนักงานปลัดกระทรวง", ""), ("ปลัดกระทรวง", "")])
    assert index.find("สนง.ปลัดกระทรวง") == [0]
