"""Dates and times as they are shown: พ.ศ. in Thai, Common era in English, on one line."""

from datetime import date, datetime, time

from news.thai.eras import (
    BANGKOK,
    CommonYear,
    Year,
    bangkok_day,
    buddhist_year,
)
from news.thai.months import (
    ENGLISH_MONTHS,
    ENGLISH_MONTHS_SHORT,
    ENGLISH_WEEKDAYS,
    THAI_MONTHS,
    THAI_MONTHS_SHORT,
    THAI_WEEKDAYS,
)

NBSP = "\u00a0"
STYLES = ("long", "short", "weekday")


def format_date(day: date | datetime, lang: str, style: str = "long") -> str:
    """`day` in Thailand, in "th" or "en", with no-break spaces inside.

    long: 19 พฤษภาคม 2561, 19 May 2018; short: 19 พ.ค. 2561, 19 May 2018 (19 Sep 2018);
    weekday: วันเสาร์ที่ 19 พฤษภาคม พ.ศ. 2561, Saturday 19 May 2018. The only ordinary spaces, where a
    line may break, are those of the weekday style before พ.ศ. and after an English weekday.

    Raises ValueError for another style, another language or a datetime without a time zone.
    """
    if style not in STYLES:
        raise ValueError(f"no date style {style!r}")
    day = bangkok_day(day)
    if _is_thai(lang):
        month = (THAI_MONTHS_SHORT if style == "short" else THAI_MONTHS)[day.month - 1]
        if style == "weekday":
            weekday = THAI_WEEKDAYS[day.weekday()]
            era_year = f"พ.ศ.{NBSP}{buddhist_year(day)}"
            return f"วัน{weekday}ที่{NBSP}{day.day}{NBSP}{month} {era_year}"
        return f"{day.day}{NBSP}{month}{NBSP}{buddhist_year(day)}"
    month = (ENGLISH_MONTHS_SHORT if style == "short" else ENGLISH_MONTHS)[day.month - 1]
    plain = f"{day.day}{NBSP}{month}{NBSP}{day.year}"
    return f"{ENGLISH_WEEKDAYS[day.weekday()]} {plain}" if style == "weekday" else plain


def format_time(moment: time | datetime, lang: str) -> str:
    """14.00 น. in Thai, 14:00 in English; an aware datetime is converted to Asia/Bangkok."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(f"{moment!r} has no time zone")
        moment = moment.astimezone(BANGKOK).time()
    if _is_thai(lang):
        return f"{moment:%H.%M}{NBSP}น."
    return f"{moment:%H:%M}"


def format_datetime(moment: datetime, lang: str, style: str = "long") -> str:
    """19 พฤษภาคม 2561 เวลา 14.00 น. in Thai, 19 May 2018, 14:00 in English; in Asia/Bangkok."""
    between = f" เวลา{NBSP}" if _is_thai(lang) else ", "
    return f"{format_date(moment, lang, style)}{between}{format_time(moment, lang)}"


def format_month(year: Year | int, month: int, lang: str, style: str = "long") -> str:
    """พฤษภาคม 2561 or May 2018; "short": พ.ค. 2561. Years as `format_year` takes them.

    Raises ValueError for no such month.
    """
    if not 1 <= month <= 12:
        raise ValueError(f"no month {month}")
    names = {
        (True, False): THAI_MONTHS,
        (True, True): THAI_MONTHS_SHORT,
        (False, False): ENGLISH_MONTHS,
        (False, True): ENGLISH_MONTHS_SHORT,
    }[_is_thai(lang), style == "short"]
    return f"{names[month - 1]}{NBSP}{format_year(year, lang)}"


def format_month_name(month: int, lang: str) -> str:
    """พฤษภาคม or May. Raises ValueError for no such month."""
    if not 1 <= month <= 12:
        raise ValueError(f"no month {month}")
    return (THAI_MONTHS if _is_thai(lang) else ENGLISH_MONTHS)[month - 1]


def format_year(year: Year | int, lang: str, *, era: bool = False) -> str:
    """2561 in Thai, 2018 in English; with the era: พ.ศ. 2561, 2018 CE.

    A plain number is a year of the Common era, as `date.year` is; 2561 raises ValueError.
    """
    if isinstance(year, int):
        year = CommonYear(year)
    if _is_thai(lang):
        number = year.to_buddhist().number
        return f"พ.ศ.{NBSP}{number}" if era else str(number)
    number = year.to_common().number
    return f"{number}{NBSP}CE" if era else str(number)


def _is_thai(lang: str) -> bool:
    if lang not in {"th", "en"}:
        raise ValueError(f"no dates in {lang!r}")
    return lang == "th"
