"""Headlines as pages show them; the text itself, which readers copy, stays as it is."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from news.thai.breaks import short_dates

register = template.Library()


@register.filter
def headline(text: str) -> SafeString:
    """`text` with each short Thai date kept on one line: 19 พ.ค. 61."""
    pieces, done = [], 0
    for start, end in short_dates(text):
        before, date = text[done:start], text[start:end]
        pieces.append(format_html('{}<span class="together">{}</span>', before, date))
        done = end
    pieces.append(conditional_escape(text[done:]))
    return mark_safe("".join(pieces))  # noqa: S308 -- each piece is escaped
