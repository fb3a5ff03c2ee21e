"""What a rule found, and how it is told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import get_language

from news.thai.dates import format_date

if TYPE_CHECKING:
    from news.checking.drafts import Draft

NOTHING: Mapping[str, object] = MappingProxyType({})


class Level(StrEnum):
    BLOCKING = "blocking"
    """Publishing waits until it is mended."""
    WARNING = "warning"
    """Publishing waits until somebody has looked at it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a rule found.

    `field` is the form's name of what it is about, with its language ("body_th"); `quote` is what
    stands there, word for word. The message is made when it is read, in the language of its reader:
    days among `values` are written in that language's era.
    """

    field: str
    text: Promise
    values: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    quote: str = ""
    target: str = ""
    """The id of the place to go to, where it isn't the field itself."""

    @property
    def message(self) -> str:
        lang = get_language() or "th"
        return str(self.text) % {name: _told(value, lang) for name, value in self.values.items()}


def _told(value: object, lang: str) -> str:
    if isinstance(value, date):
        return format_date(value, lang)
    if isinstance(value, tuple):
        return ", ".join(_told(part, lang) for part in value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Rule:
    """`id` is stable: it names the rule in tests, in measurements and in addresses."""

    id: str
    level: Level
    title: Promise
    find: Callable[["Draft"], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Finding:
    rule: Rule
    problem: Problem

    @property
    def blocks(self) -> bool:
        return self.rule.level is Level.BLOCKING

    @property
    def key(self) -> str:
        """The same for the same problem, whatever the language in which it is told."""
        values = sorted((name, repr(value)) for name, value in self.problem.values.items())
        return repr((self.rule.id, self.problem.field, self.problem.quote, values))
