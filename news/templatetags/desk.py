"""Dates and bodies on the desk's own pages."""

from datetime import date

from django import template
from django.utils.translation import get_language

from news.shown import moment
from news.thai.dates import format_date

register = template.Library()
register.filter(moment)


@register.filter
def day(value: date | None) -> str:
    """A day in the reader's era, in full."""
    return format_date(value, get_language()) if value else ""
