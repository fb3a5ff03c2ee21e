from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.thai.dates import (
    BuddhistYear,
    CommonYear,
    find_dates,
    format_date,
    format_datetime,
    format_month,
    format_time,
    format_year,
)

SATURDAY = date(2018, 5, 19)
NBSP = "\u00a0"


def shown(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("lang", "style", "text"),
    [
        ("th", "long", "19 พฤษภาคม 2561"),
        ("th", "short", "19 พ.ค. 2561"),
        ("th", "weekday", "วันเสาร์ที่ 19 พฤษภาคม พ.ศ. 2561"),
        ("en", "long", "19 May 2018"),
        ("en", "short", "19 May 2018"),
        ("en", "weekday", "Saturday 19 May 2018"),
    ],
)
def test_thai_shows_the_buddhist_era_and_english_the_common(lang, style, text):
    assert shown(format_date(SATURDAY, lang, style=style)) == text


def test_long_is_the_usual_style():
    assert format_date(SATURDAY, "th") == format_date(SATURDAY, "th", style="long")


def test_months_and_weekdays_of_a_whole_year():
    months = [
        format_date(date(2018, month, 1), "th", "short").split(NBSP)[1] for month in range(1, 13)
    ]
    assert " ".join(months) == "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
    days = [
        format_date(date(2018, 1, day), "th", "weekday").partition("ที่")[0] for day in range(1, 8)
    ]
    assert " ".join(days) == "วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์"
    assert shown(format_date(date(2018, 9, 3), "en", "short")) == "3 Sep 2018"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["th", "en"]))
def test_a_line_never_breaks_between_day_and_month(day, lang):
    for style in ("long", "short", "weekday"):
        assert f"{day.day}{NBSP}" in format_date(day, lang, style)


def test_a_time_has_a_dot_in_thai_and_a_colon_in_english():
    assert format_time(time(14, 0), "th") == f"14.00{NBSP}น."
    assert format_time(time(9, 5), "th") == f"09.05{NBSP}น."
    assert format_time(time(14, 0), "en") == "14:00"


def test_a_moment_is_shown_in_bangkok():
    moment = datetime(2018, 5, 18, 23, 30, tzinfo=UTC)
    assert shown(format_datetime(moment, "th")) == "19 พฤษภาคม 2561 เวลา 06.30 น."
    assert shown(format_datetime(moment, "en")) == "19 May 2018, 06:30"
    assert format_time(moment, "en") == "06:30"
    assert format_date(moment, "en") == format_date(SATURDAY, "en")


def test_a_moment_without_a_time_zone_is_refused():
    naive = datetime(2018, 5, 19, 14)  # noqa: DTZ001
    for show in (format_date, format_time, format_datetime):
        with pytest.raises(ValueError, match="no time zone"):
            show(naive, "th")


def test_a_month_and_a_year_have_the_pages_era():
    assert shown(format_month(CommonYear(2018), 5, "th")) == "พฤษภาคม 2561"
    assert shown(format_month(BuddhistYear(2561), 5, "en")) == "May 2018"
    assert shown(format_month(2018, 5, "th", style="short")) == "พ.ค. 2561"
    assert format_year(CommonYear(2018), "th") == "2561"
    assert format_year(BuddhistYear(2561), "en") == "2018"
    assert shown(format_year(2018, "th", era=True)) == "พ.ศ. 2561"
    assert shown(format_year(2018, "en", era=True)) == "2018 CE"


def test_a_plain_number_is_a_common_year_and_never_a_buddhist_one():
    assert format_year(2018, "th") == "2561"
    with pytest.raises(ValueError, match="out_of_range"):
        format_year(2561, "th")


@pytest.mark.parametrize("month", [0, 13, -1])
def test_a_month_that_does_not_exist_is_refused(month):
    with pytest.raises(ValueError, match="no month"):
        format_month(2018, month, "th")


def test_an_unknown_style_or_language_is_refused():
    with pytest.raises(ValueError, match="style"):
        format_date(SATURDAY, "th", style="full")
    for show in (format_date, format_time, format_datetime, format_year):
        argument = 2018 if show is format_year else datetime(2018, 5, 19, tzinfo=UTC)
        with pytest.raises(ValueError, match="'de'"):
            show(argument, "de")


@given(st.dates(date(1941, 1, 1), date(2100, 12, 31)), st.sampled_from(["th", "en"]))
def test_every_date_that_is_shown_can_be_read_back(day, lang):
    for style in ("long", "short", "weekday"):
        (found,) = find_dates(format_date(day, lang, style))
        assert found.date == day
        assert found.weekday_agrees is (True if style == "weekday" else None)


def test_every_leap_day_can_be_read_back():
    for year in range(1944, 2100, 4):
        (found,) = find_dates(format_date(date(year, 2, 29), "th"))
        assert found.date == date(year, 2, 29)


@given(st.dates(date(1900, 1, 1), date(1940, 12, 31)))
def test_an_old_date_is_among_its_readings_or_certain(day):
    (found,) = find_dates(format_date(day, "th"))
    assert found.date == day if day.month > 3 else day in found.readings
