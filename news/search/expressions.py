"""What a query asks for, as data: a Phrase, a Marker, All of some expressions, or Any of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Phrase:
    """Units that follow each other; with `goes_on` the last may be a longer one's beginning, of a
    Latin word any part, and with `cut_off` the first may have a leading vowel before it.
    """

    units: tuple[str, ...]
    goes_on: bool = False
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """One token of `markers`: what a text means, not what it says."""

    token: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part, anywhere in a document."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part."""

    parts: tuple["Expression", ...]


Expression = Union[Phrase, Marker, All, Any]  # noqa: UP007 - the classes name each other


def all_of(parts: Iterable[Expression]) -> Expression:
    """All of `parts`, each asked for once; a single part is itself."""
    return _joined(All, parts)


def any_of(parts: Iterable[Expression]) -> Expression:
    """Any of `parts`, each asked for once; a single part is itself."""
    return _joined(Any, parts)


def leaves(expression: Expression) -> Iterator[Phrase | Marker]:
    """The phrases and markers of an expression."""
    if isinstance(expression, All | Any):
        for part in expression.parts:
            yield from leaves(part)
    else:
        yield expression


def _joined(kind: type[All] | type[Any], parts: Iterable[Expression]) -> Expression:
    seen = tuple(dict.fromkeys(parts))
    return seen[0] if len(seen) == 1 else kind(seen)
