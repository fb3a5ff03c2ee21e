"""Thai dates, written and read: the names, each kept in a file of its own."""

from news.thai.date_formats import (
    NBSP,
    format_date,
    format_datetime,
    format_month,
    format_month_name,
    format_time,
    format_year,
)
from news.thai.date_reading import FoundDate, find_dates
from news.thai.eras import (
    BANGKOK,
    YEAR_OF_ERA,
    BuddhistYear,
    CommonYear,
    Year,
    YearRefused,
    bangkok_day,
    buddhist_year,
    fiscal_year,
    fiscal_year_span,
    read_day,
    read_year,
    year_of_era,
)

__all__ = [
    "BANGKOK",
    "NBSP",
    "YEAR_OF_ERA",
    "BuddhistYear",
    "CommonYear",
    "FoundDate",
    "Year",
    "YearRefused",
    "bangkok_day",
    "buddhist_year",
    "find_dates",
    "fiscal_year",
    "fiscal_year_span",
    "format_date",
    "format_datetime",
    "format_month",
    "format_month_name",
    "format_time",
    "format_year",
    "read_day",
    "read_year",
    "year_of_era",
]
