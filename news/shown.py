"""Moments as the desk's screens, lists and messages show them."""

from datetime import datetime

from django.utils.translation import get_language

from news.thai.dates import format_datetime


def moment(value: datetime | None) -> str:
    """An aware moment in Thai time, in the reader's era: 19 พ.ค. 2561 เวลา 14.00 น. Empty for
    None.
    """
    return format_datetime(value, get_language(), "short") if value else ""
