from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.thai.dates import (
    BuddhistYear,
    CommonYear,
    YearRefused,
    bangkok_day,
    buddhist_year,
    fiscal_year,
    fiscal_year_span,
    read_day,
    read_year,
)

common_years = st.integers(1900, 2100).map(CommonYear)


@given(common_years)
def test_a_year_goes_there_and_back(year):
    assert year.to_buddhist().number == year.number + 543
    assert year.to_buddhist().to_common() == year


@given(common_years)
def test_543_is_never_added_or_taken_twice(year):
    buddhist = year.to_buddhist()
    assert buddhist.to_buddhist() == buddhist
    assert year.to_common() == year
    with pytest.raises(YearRefused):
        CommonYear(buddhist.number)
    with pytest.raises(YearRefused):
        BuddhistYear(year.number)


@pytest.mark.parametrize(
    ("era", "number"),
    [(BuddhistYear, 2399), (BuddhistYear, 2651), (CommonYear, 1899), (CommonYear, 2101)],
)
def test_a_year_outside_its_eras_range_is_refused(era, number):
    with pytest.raises(ValueError, match="out_of_range"):
        era(number)


@pytest.mark.parametrize("era_range", [(BuddhistYear, 2400, 2650), (CommonYear, 1900, 2100)])
def test_a_year_at_its_eras_edge_is_taken(era_range):
    era, first, last = era_range
    assert era(first).number == first
    assert era(last).number == last


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2561", BuddhistYear(2561)),
        ("๒๕๖๑", BuddhistYear(2561)),
        (" 2018 ", CommonYear(2018)),
        ("2400", BuddhistYear(2400)),
        ("2650", BuddhistYear(2650)),
        ("1900", CommonYear(1900)),
        ("2100", CommonYear(2100)),
    ],
)
def test_four_digits_tell_their_era(written, year):
    assert read_year(written) == year


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("61", "two_digits"),
        ("๖๑", "two_digits"),
        ("1899", "out_of_range"),
        ("2101", "out_of_range"),
        ("2399", "out_of_range"),
        ("2651", "out_of_range"),
        ("561", "not_a_year"),
        ("25610", "not_a_year"),
        ("-256", "not_a_year"),
        ("+561", "not_a_year"),
        ("2_56", "not_a_year"),
        ("٢٥٦١", "not_a_year"),
        ("２５６１", "not_a_year"),
        ("ปี", "not_a_year"),
        ("", "not_a_year"),
    ],
)
def test_what_has_no_certain_year_is_refused_and_told_why(written, code):
    with pytest.raises(YearRefused) as refused:
        read_year(written)
    assert refused.value.code == code


@given(st.text())
def test_no_text_makes_reading_a_year_fail_otherwise(text):
    year = None
    with suppress(YearRefused):
        year = read_year(text)
    assert year is None or isinstance(year, BuddhistYear | CommonYear)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2017, 9, 30), 2560),
        (date(2017, 10, 1), 2561),
        (date(2018, 1, 1), 2561),
        (date(2018, 9, 30), 2561),
        (date(2018, 10, 1), 2562),
    ],
)
def test_a_fiscal_year_has_the_name_of_its_september(day, year):
    assert fiscal_year(day) == BuddhistYear(year)


def test_a_fiscal_year_begins_in_bangkok():
    assert fiscal_year(datetime(2018, 9, 30, 16, 59, tzinfo=UTC)) == BuddhistYear(2561)
    assert fiscal_year(datetime(2018, 9, 30, 17, 0, tzinfo=UTC)) == BuddhistYear(2562)


@given(st.dates(date(1901, 1, 1), date(2099, 9, 30)))
def test_every_day_lies_in_its_fiscal_year(day):
    first, last = fiscal_year_span(fiscal_year(day))
    assert first <= day <= last
    assert fiscal_year(first) == fiscal_year(last) == fiscal_year(day)
    assert fiscal_year(last + timedelta(days=1)) != fiscal_year(day)


def test_half_past_eleven_at_night_utc_is_the_next_thai_day():
    assert bangkok_day(datetime(2018, 5, 18, 23, 30, tzinfo=UTC)) == date(2018, 5, 19)
    assert bangkok_day(datetime(2018, 5, 18, 16, 59, tzinfo=UTC)) == date(2018, 5, 18)
    assert bangkok_day(date(2018, 5, 18)) == date(2018, 5, 18)


@given(st.datetimes(datetime(1941, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_thailand_is_seven_hours_ahead_all_year(moment):
    assert bangkok_day(moment) == (moment + timedelta(hours=7)).date()


def test_a_moment_without_a_time_zone_has_no_day():
    with pytest.raises(ValueError, match="no time zone"):
        bangkok_day(datetime(2018, 5, 19))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(1939, 3, 31), 2481),
        (date(1939, 4, 1), 2482),
        (date(1940, 3, 31), 2482),
        (date(1940, 4, 1), 2483),
        (date(1940, 12, 31), 2483),
        (date(1941, 1, 1), 2484),
        (date(2018, 1, 1), 2561),
    ],
)
def test_until_1941_the_thai_year_began_in_april(day, year):
    assert buddhist_year(day) == year


class TestDay:
    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("2018-05-19", date(2018, 5, 19)),
            ("2561-05-19", date(2018, 5, 19)),
            ("2563-02-29", date(2020, 2, 29)),  # a leap year of the Common era alone
        ],
    )
    def test_its_year_may_be_of_either_era(self, written, day):
        assert read_day(written) == day

    @pytest.mark.parametrize(
        "written", ["2562-02-29", "2018-13-01", "2651-01-01", "19-05-2561", "2561-5-19", "", "x"]
    )
    def test_what_is_no_day_is_refused(self, written):
        with pytest.raises(ValueError):
            read_day(written)
