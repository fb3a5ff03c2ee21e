"""Headlines and other plain text as pages show it; what readers copy stays as it is."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from news.html import TOGETHER
from news.thai.breaks import in_pieces

register = template.Library()


@register.filter("together")
@register.filter
def headline(text: str) -> SafeString:
    """`text` with what no line may end in kept together: 19 พ.ค. 61, ต่าง ๆ."""
    pieces = ((format_html(TOGETHER, piece) if kept else piece,) for piece, kept in in_pieces(text))
    return format_html_join("", "{}", pieces)
