"""The smallest index that the pure half of the search can be tried on: sets in a dictionary."""

from collections import defaultdict
from collections.abc import Iterable

from news.search.analysis import Document, analyse
from news.search.cascade import FEW, asked
from news.search.expressions import All, Any, Expression, Marker, Phrase
from news.search.grams import Kind, checker, kinds, marker_gram, phrase_grams
from news.search.parsing import parse


class Index:
    """Documents by their numbers, given as (title, body). Follows the rule of both databases."""

    def __init__(self, documents: Iterable[tuple[str, str]] = ()):
        self.documents: dict[int, Document] = {}
        self.numbers: dict[int, set[int]] = defaultdict(set)
        for number, (title, body) in enumerate(documents):
            self.add(number, title, body)

    def add(self, number: int, title: str, body: str = "") -> None:
        document = self.documents[number] = analyse([title], [body])
        for gram in document.grams:
            self.numbers[gram].add(number)

    def find(self, query: str) -> list[int]:
        """The numbers of what is found, titles first, and in each words together first."""
        asking = asked(parse(query))
        if asking is None:
            return []
        found: dict[int, None] = {}
        for title in (True, False):
            for expression in filter(None, (asking.together, asking.strict)):
                holding = self.holding(expression, title=title)
                # Together are the letters, not what they mean.
                holding &= self.holding(asking.strict, title=title)
                found |= dict.fromkeys(sorted(holding))
        if len(found) < FEW and asking.loose:
            found |= dict.fromkeys(sorted(self.holding(asking.loose)))
        return list(found)

    def holding(self, expression: Expression, *, title: bool = False) -> set[int]:
        """The numbers of the documents that have what is asked for."""
        if isinstance(expression, All | Any):
            parts = [self.holding(part, title=title) for part in expression.parts]
            return set.intersection(*parts) if isinstance(expression, All) else set.union(*parts)
        numbers = set().union(
            *(self._with_grams(expression, kind) for kind in kinds(in_title=title))
        )
        holds = checker(expression)
        return {number for number in numbers if holds(self._code(number, title))}

    def _with_grams(self, leaf: Phrase | Marker, kind: Kind) -> set[int]:
        if isinstance(leaf, Marker):
            wanted = [[marker_gram(leaf, kind)]]
        else:
            wanted = phrase_grams(leaf, kind)
        return set.intersection(
            *(set().union(*(self.numbers.get(gram, ()) for gram in choice)) for choice in wanted)
        )

    def _code(self, number: int, title: bool) -> bytes:  # noqa: FBT001 - passed on
        document = self.documents[number]
        return document.title_code if title else document.code
