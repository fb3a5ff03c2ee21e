"""Dates and bodies on the desk's own pages."""

from datetime import date, datetime

from django import template
from django.utils.translation import get_language

from news.thai.dates import format_date, format_datetime

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """An aware moment in Thai time, in the reader's era: 19 พ.ค. 2561 เวลา 14.00 น."""
    return format_datetime(value, get_language(), "short") if value else ""


@register.filter
def day(value: date | None) -> str:
    """A day in the reader's era, in full."""
    return format_date(value, get_language()) if value else ""
