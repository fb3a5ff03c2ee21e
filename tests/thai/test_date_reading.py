from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.thai.dates import BuddhistYear, CommonYear, find_dates
from tests.thai.texts import anything

MAY_19 = date(2018, 5, 19)


def only(text: str):
    (found,) = find_dates(text)
    return found


@pytest.mark.parametrize(
    "written",
    [
        "19 พฤษภาคม 2561",
        "19 พ.ค. 2561",
        "19 พ.ค. 61",
        "19 พ.ค.61",
        "19พ.ค.61",
        "19 พ. ค. 61",
        "19 พค. 61",
        "19 พ.ค 61",
        "19 พฤษภาคม พ.ศ. 2561",
        "19 พฤษภาคม พ.ศ.2561",
        "19 พฤษภาคม พุทธศักราช 2561",
        "19 เดือนพฤษภาคม พ.ศ. 2561",
        "๑๙ พฤษภาคม ๒๕๖๑",
        "๑๙ พ.ค. ๖๑",
        "19\u00a0พฤษภาคม\u00a02561",
        "19  พฤษภาคม   2561",
        "19 พฤษภาคม 2018",
        "19 พฤษภาคม ค.ศ. 2018",
        "19 May 2018",
        "19th May, 2018",
        "19th of May 2018",
        "19 MAY 2018",
        "May 19, 2018",
        "May 19th 2018",
        "19 May B.E. 2561",
        "19/5/2561",
        "19/05/2018",
        "19-05-2561",
        "2018-05-19",
        "วันเสาร์ที่ 19 พฤษภาคม 2561",
        "Saturday 19 May 2018",
    ],
)
def test_one_day_is_written_in_many_ways(written):
    found = only(f"ประชุม ({written}) ณ นนทบุรี")
    assert found.date == MAY_19
    assert found.precision == "day"
    assert found.source == written
    assert found.problem is None


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_has_a_name_and_an_abbreviation(number):
    full = "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"
    short = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
    for names in (full, short):
        assert only(f"7 {names.split()[number - 1]} 2561").date == date(2018, number, 7)


def test_a_common_slip_of_the_pen_is_understood():
    assert only("26 กรกฏาคม 2567").date == date(2024, 7, 26)


def test_source_and_place_are_the_texts_own():
    text = "เมื่อ ๑๙ พ.ค. ๖๑ เวลา"
    found = only(text)
    assert text[found.start : found.end] == found.source == "๑๙ พ.ค. ๖๑"


def test_the_release_that_contradicts_itself_keeps_both_dates():
    """Its headline says 19 May 2561, a Saturday; its body 19 May 2560, a Friday."""
    text = (
        "ก.พ. พัฒนาทักษะด้านดิจิทัลของข้าราชการ (19 พ.ค. 61)\n"
        "เมื่อวันที่ 19 พฤษภาคม 2560 เวลา 14.00 น. ณ ห้องประชุม 3210 สำนักงาน ก.พ."
    )
    headline, body = find_dates(text)
    assert (headline.source, headline.date) == ("19 พ.ค. 61", date(2018, 5, 19))
    assert (body.source, body.date) == ("19 พฤษภาคม 2560", date(2017, 5, 19))


@pytest.mark.parametrize(
    ("written", "era", "year"),
    [
        ("19 พ.ค. พ.ศ. 2561", "พ.ศ.", BuddhistYear(2561)),
        ("19 พ.ค. ค.ศ. 2018", "ค.ศ.", CommonYear(2018)),
        ("19 May B.E. 2561", "B.E.", BuddhistYear(2561)),
        ("19 พ.ค. 2561", "", BuddhistYear(2561)),
        ("19 May 2018", "", CommonYear(2018)),
    ],
)
def test_the_era_is_told_as_written(written, era, year):
    assert (only(written).era, only(written).year) == (era, year)


@pytest.mark.parametrize("written", ["19 พ.ค. พ.ศ. 2018", "19 พ.ค. ค.ศ. 2561"])
def test_an_era_that_contradicts_its_year_gives_no_date(written):
    found = only(written)
    assert found.date is None
    assert found.problem == "era_mismatch"
    assert found.readings == (MAY_19,)


@pytest.mark.parametrize("written", ["19/5/61", "19 May 61"])
def test_two_digits_are_a_year_only_beside_a_thai_month(written):
    found = only(written)
    assert found.date is None
    assert found.problem == "two_digit_year"
    assert MAY_19 in found.readings


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("19 พ.ค. 14.00 น.", "year_missing"),
        ("19 พ.ค. 61 คน", "year_missing"),
        ("19 พ.ค. 20%", "year_missing"),
        ("19 พ.ค. นี้", "year_missing"),
        ("13 พฤศจิกายน 1562", "year_out_of_range"),
        ("17 มีนาคม 2658", "year_out_of_range"),
        ("29 กุมภาพันธ์ 2560", "impossible_day"),
        ("31 เมษายน 2562", "impossible_day"),
    ],
)
def test_what_is_not_certain_has_no_date_and_says_why(written, problem):
    found = only(written)
    assert (found.date, found.first, found.last) == (None, None, None)
    assert found.problem == problem


def test_a_leap_day_is_judged_in_the_common_era():
    assert only("29 กุมภาพันธ์ 2563").date == date(2020, 2, 29)
    assert only("29 ก.พ. 2559").date == date(2016, 2, 29)
    assert only("29 ก.พ. 2560").date is None
    assert 2560 % 4 == 0, "a leap test on the Buddhist year would have accepted it"


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("10 ก.พ. 2472", (date(1929, 2, 10), date(1930, 2, 10))),
        ("31 มีนาคม พ.ศ. 2482", (date(1939, 3, 31), date(1940, 3, 31))),
        ("29 ก.พ. 2482", (date(1940, 2, 29),)),
        ("10 ม.ค. 2483", (date(1940, 1, 10),)),
    ],
)
def test_january_to_march_of_a_year_that_began_in_april_is_never_guessed(written, readings):
    found = only(written)
    assert found.date is None
    assert found.problem == "april_year"
    assert found.readings == readings


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1 เมษายน 2472", date(1929, 4, 1)),
        ("31 ธันวาคม 2483", date(1940, 12, 31)),
        ("1 มกราคม 2484", date(1941, 1, 1)),
        ("10 ก.พ. ค.ศ. 1930", date(1930, 2, 10)),
        ("8 กันยายน พ.ศ. 2431", date(1888, 9, 8)),
    ],
)
def test_other_old_dates_are_certain(written, day):
    assert only(written).date == day


@pytest.mark.parametrize(
    ("written", "agrees"),
    [
        ("วันเสาร์ที่ 19 พฤษภาคม 2561", True),
        ("วันศุกร์ที่ 19 พฤษภาคม 2561", False),
        ("เสาร์ 19 พ.ค. 61", True),
        ("วันเสาร์ ที่ 19 พ.ค. 61", True),
        ("ส. 19 พ.ค. 61", True),
        ("อา. 20 พ.ค. 61", True),
        ("วันพฤหัสที่ 17 พ.ค. 61", True),
        ("วันพฤหัสบดีที่ 17 พ.ค. 61", True),
        ("Sat, 19 May 2018", True),
        ("Friday, May 19, 2018", False),
        ("19 พ.ค. 61", None),
        ("วันเสาร์ที่ 19 พฤษภาคม", None),
    ],
)
def test_a_written_weekday_is_compared_with_the_date(written, agrees):
    assert only(written).weekday_agrees is agrees


def test_a_weekday_of_another_year_points_to_that_year():
    found = only("วันอังคารที่ 17 มกราคม 2565")
    assert found.date == date(2022, 1, 17)
    assert found.weekday_agrees is False
    assert found.readings == (date(2023, 1, 17),)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("19-20 พ.ค. 61", 19, 20),
        ("19 - 20 พฤษภาคม 2561", 19, 20),
        ("19 – 20 พ.ค. 2561", 19, 20),
        ("19 และ 20 พ.ค. 2561", 19, 20),
        ("19 ถึง 21 พ.ค. 2561", 19, 21),
        ("19, 20 และ 22 พ.ค. 2561", 19, 22),
        ("๑๙-๒๐ พ.ค. ๖๑", 19, 20),
        ("19-20 May 2018", 19, 20),
        ("19th to 20th May 2018", 19, 20),
        ("May 19-20, 2018", 19, 20),
        ("วันเสาร์ที่ 19 - วันอาทิตย์ที่ 20 พฤษภาคม 2561", 19, 20),
    ],
)
def test_a_range_has_a_first_and_a_last_day(written, first, last):
    found = only(written)
    assert (found.first, found.last) == (date(2018, 5, first), date(2018, 5, last))
    assert found.date is None
    assert found.problem is None


def test_a_range_over_two_months_shares_its_year():
    first, last = find_dates("ระหว่างวันที่ 30 เม.ย. - 2 พ.ค. 61")
    assert (first.date, last.date) == (date(2018, 4, 30), date(2018, 5, 2))


def test_a_range_over_new_year_begins_in_the_year_before():
    first, last = find_dates("30 ธันวาคม ถึงวันที่ 2 มกราคม 2561")
    assert (first.date, last.date) == (date(2017, 12, 30), date(2018, 1, 2))
    assert (first.year, last.year) == (BuddhistYear(2560), BuddhistYear(2561))


def test_the_ends_of_a_range_over_two_months_know_the_whole():
    for text in (
        "30 เม.ย. - 5 พ.ค. 61",
        "30 เมษายน 2561 ถึงวันที่ 5 พฤษภาคม 2561",
        "30 April - 5 May 2018",
        "April 30 to May 5, 2018",
        "วันจันทร์ที่ 30 เมษายน - วันเสาร์ที่ 5 พฤษภาคม 2561",
    ):
        ends = find_dates(text)
        assert [end.span for end in ends] == [(date(2018, 4, 30), date(2018, 5, 5))] * 2, text


@pytest.mark.parametrize(
    "text",
    [
        "30 เม.ย. และ 5 พ.ค. 61",
        "30 เม.ย. , 5 พ.ค. 61",
        "5 พ.ค. 61 - 30 เม.ย. 61",
        "30 เม.ย. 61\n- 5 พ.ค. 61",
        "30 เม.ย. - พ.ค. 61",
    ],
)
def test_dates_in_a_row_are_no_range(text):
    assert [found.span for found in find_dates(text)] == [None, None]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("มกราคม – มีนาคม 2561", date(2018, 1, 1), date(2018, 3, 31)),
        ("มกราคม ถึงเดือนมีนาคม 2561", date(2018, 1, 1), date(2018, 3, 31)),
        ("ม.ค. - มี.ค. 61", date(2018, 1, 1), date(2018, 3, 31)),
        ("ม.ค.-มี.ค.๖๑", date(2018, 1, 1), date(2018, 3, 31)),
        ("เดือนม.ค.-เดือนมี.ค. 61", date(2018, 1, 1), date(2018, 3, 31)),
        ("ก.พ.-มี.ค. 61", date(2018, 2, 1), date(2018, 3, 31)),
        ("พ.ค.-มิ.ย. 2561", date(2018, 5, 1), date(2018, 6, 30)),
        ("กรกฏาคม - สิงหาคม พ.ศ. 2561", date(2018, 7, 1), date(2018, 8, 31)),
        ("ตุลาคม - มกราคม 2561", date(2017, 10, 1), date(2018, 1, 31)),
        ("January - March 2018", date(2018, 1, 1), date(2018, 3, 31)),
        ("January to March, 2018", date(2018, 1, 1), date(2018, 3, 31)),
        ("Jan.-Mar. 2018", date(2018, 1, 1), date(2018, 3, 31)),
        ("Dec – Jan 2018", date(2017, 12, 1), date(2018, 1, 31)),
    ],
)
def test_a_range_of_months_covers_all_of_them(written, first, last):
    found = only(f"(ระหว่าง {written})")
    assert (found.source, found.precision) == (written.removeprefix("เดือน"), "month")
    assert (found.first, found.last, found.problem) == (first, last, None)


def test_a_range_of_months_over_new_year_may_have_both_years():
    for text in ("ต.ค. 2560 - มี.ค. 2561", "October 2017 to March 2018"):
        one, other = find_dates(text)
        assert one.span == other.span == (date(2017, 10, 1), date(2018, 3, 31))
        assert (one.last, other.first) == (date(2017, 10, 31), date(2018, 3, 1))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("สำนักงาน ก.พ. - มี.ค. 61", "มี.ค. 61"),
        ("อ.ก.พ. - มี.ค. 61", "มี.ค. 61"),
        ("มีนาคม - มีนาคม 2561", "มีนาคม 2561"),
        ("มกราคม และมีนาคม 2561", "มีนาคม 2561"),
        ("มกราคม - March 2018", "March 2018"),
        ("ธันวาคม - มีนาคม 2480", "มีนาคม 2480"),
        ("มกราคม - มีนาคม พ.ศ. 2018", "มีนาคม พ.ศ. 2018"),
    ],
)
def test_what_is_no_range_of_months_is_its_last_month(text, source):
    assert only(text).source == source


def test_a_day_before_the_first_month_is_a_day():
    assert [found.source for found in find_dates("19 มกราคม - มีนาคม 2561")] == [
        "19 มกราคม",
        "มีนาคม 2561",
    ]


def test_a_weekday_may_be_the_last_days():
    assert only("วันอาทิตย์ที่ 19 - 20 พ.ค. 61").weekday_agrees is True


@pytest.mark.parametrize(
    "written",
    [
        "พฤษภาคม 2561",
        "เดือนพฤษภาคม พ.ศ. 2561",
        "ในเดือนพฤษภาคม 2561",
        "ประจำเดือน พ.ค. 61",
        "ถึงพ.ค. 2561",
        "พฤษภาคม ปี 2561",
        "พฤษภาคม พุทธศักราช 2561",
        "พฤษภาคม พ.ศ. ๒๕๖๑",
        "May 2018",
    ],
)
def test_a_month_with_its_year_covers_the_month(written):
    found = only(written)
    assert found.precision == "month"
    assert found.date is None
    assert (found.first, found.last) == (date(2018, 5, 1), date(2018, 5, 31))


@pytest.mark.parametrize(
    "text",
    [
        "สำนักงาน ก.พ.",
        "สำนักงาน ก.พ. 2561",
        "เลขาธิการ ก.พ. 61",
        "อ.ก.พ. 2561",
        "19 อ.ก.พ. 2561",
        "ก.พ.ร. 2561",
        "19 ก.พ.ร. 2561",
        "ก.ค.ศ. 2561",
        "19 ก.ค.ศ. 2561",
        "มีนาคม",
        "พ.ศ. 2561",
        "ปี 2561",
        "You may 20 times",
        "ทางหลวง กพ.4014",
        "เวลา 14.00 น.",
        "ครั้งที่ 3/2561",
        "โทร. 0-2547-1000",
        "3-5-10 ปี",
        "1.5.2",
        "99/99/2561",
    ],
)
def test_what_is_no_date_is_not_found(text):
    assert find_dates(text) == []


@pytest.mark.parametrize("text", ["19 ก.พ. 2561", "เดือน ก.พ. 2561", "(ก.พ. 61)", "ม.ค.-ก.พ. 61"])
def test_february_is_told_from_the_commission_by_what_stands_around_it(text):
    assert only(text).month == 2


def test_a_number_that_is_no_day_leaves_the_month():
    found = only("รวม 45 มกราคม 2561")
    assert (found.source, found.precision) == ("มกราคม 2561", "month")


@given(anything)
def test_no_text_raises_and_every_find_lies_in_it(text):
    for found in find_dates(text):
        assert text[found.start : found.end] == found.source
        assert (found.first is None) == (found.problem is not None)
        assert (found.first is None) == (found.last is None)


PARTS = [
    "1", "31", "29", "2", "0", "2482", "2483", "2443", "2650", "1900", "2100", "99", "61",
    "-", "/", ",", " ", "\u00a0", "พ.ศ.", "ค.ศ.", "วันเสาร์ที่", "ถึง",
    "ม.ค.", "กุมภาพันธ์", "ก.พ.", "ธันวาคม", "May", "Feb", " - ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_no_heap_of_date_parts_raises(text):
    for found in find_dates(text):
        assert found.first is None or found.first <= found.last
        assert list(found.readings) == sorted(found.readings)
        assert found.span is None or found.span[0] < found.first or found.last < found.span[1]


LONG = [
    "1 - ",
    "1",
    "19 และ ",
    "ม.ค. ",
    "วันเสาร์ที่ ",
    " ",
    "19 พ.ค. ",
    "19/5/",
    "May ",
    "1 \u00a0\t",
    "พ.ศ. 2561 ",
    "มกราคม - ",
    "ม.ค.-ก.พ. 61",
    "Jan - ",
]


@pytest.mark.parametrize("part", LONG)
def test_no_long_text_takes_long(part):
    """A pattern that backtracks would take minutes."""
    begin = process_time()
    find_dates(part * (30_000 // len(part)))
    assert process_time() - begin < 2


def test_real_releases_have_dates_and_few_of_them_doubtful(real_texts):
    found = [each for text in real_texts for each in find_dates(text)]
    certain = [each for each in found if each.first]
    doubtful = [each for each in found if each.problem not in {None, "year_missing"}]
    assert len(certain) > 1.5 * len(real_texts)
    assert len(doubtful) < len(certain) / 200


def test_weekdays_in_real_releases_nearly_always_agree(real_texts):
    agree = [each.weekday_agrees for text in real_texts for each in find_dates(text)]
    assert agree.count(True) > 20
    assert agree.count(False) < agree.count(True) / 10
