"""Descriptions of the API as its page shows them: OpenAPI has them in CommonMark."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def code_spans(text: str) -> SafeString:
    """`text` with what stands between backticks as code; a backtick without a partner stays."""
    words = text.split("`")
    if len(words) % 2 == 0:
        last = words.pop()
        words[-1] += f"`{last}"
    pieces = [
        format_html("<code>{}</code>", piece) if number % 2 else conditional_escape(piece)
        for number, piece in enumerate(words)
    ]
    return mark_safe("".join(pieces))  # noqa: S308 -- each piece is escaped
