"""What stands on every page of a language alike: rendered once in each process."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def standing(template_name: str) -> SafeString:
    """Includes a template that depends on the language alone. It is given nothing, so that nothing
    of one page or of its reader can get into another.
    """
    return _rendered(template_name, get_language())


@cache
def _rendered(template_name: str, language: str) -> SafeString:
    return render_to_string(template_name)
