"""The results of one page with their words: in which language, what to mark, what to show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from types import MappingProxyType

from django.db.models import QuerySet

from news.html import plain_frozen
from news.models import Topic, Version
from news.prepared import Prepared
from news.search.documents import texts_beside
from news.search.entries import Entry
from news.search.matching import Match, Matcher
from news.search.parsing import Question
from news.search.snippets import Segment, marked, snippet

_BETWEEN = " · "
"""Stands between captions in a snippet, for most of them have no full stop."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: a version, the language in which it was found, its title and a part of its text."""

    version: Version
    lang: str
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]


def hits(
    entries: Sequence[Entry],
    question: Question,
    language: str,
    corrected: Question | None = None,
    topics: Mapping[int, Topic] = MappingProxyType({}),
) -> list[Hit]:
    """The results of a page in `language`, by one query; those that hold nothing of the question
    are shown by the words of the `corrected` one. Those of `topics` are given to their versions.
    """
    versions = _versions([entry.version_id for entry in entries])
    for version in versions.values():
        if version.topic_id in topics:
            version.topic = topics[version.topic_id]
    questions = [question, corrected] if corrected else [question]
    matchers = [(Matcher(each), len(each.terms)) for each in questions]
    return [
        _hit(versions[entry.version_id], matchers, language)
        for entry in entries
        if entry.version_id in versions
    ]


def _versions(keys: Sequence[int]) -> dict[int, Version]:
    found: dict[int, Version] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        # A page with fewer asks for its last one more than once.
        values = dict(zip(_PLACES, [*some, *[some[-1]] * (_AT_ONCE - len(some))], strict=True))
        found |= {version.pk: version for version in _PREPARED.ask(values)}
    return found


def _asked(values: Mapping[str, object]) -> QuerySet[Version]:
    return Version.objects.for_hits().filter(pk__in=[values[place] for place in _PLACES])


_AT_ONCE = 20
_PLACES = {f"version {number}": -1000 - number for number in range(_AT_ONCE)}
_PREPARED = Prepared(Version, _asked, samples=_PLACES)


def _hit(version: Version, matchers: Sequence[tuple[Matcher, int]], language: str) -> Hit:
    """In the page's language, unless the other one holds more of the terms."""
    languages = sorted(version.languages, key=lambda each: each != language)
    for matcher, terms in matchers:
        best = _best(version, languages, matcher, terms)
        if best.held < terms:
            thorough = _best(version, languages, matcher, terms, thoroughly=True)
            best = max(best, thorough, key=_held)
        if best.held:
            break
    return best.hit()


def _best(
    version: Version,
    languages: Sequence[str],
    matcher: Matcher,
    terms: int,
    *,
    thoroughly: bool = False,
) -> "_Reading":
    """The reading that holds the most of the terms; of equal ones that of the first language."""
    readings = []
    for lang in languages:
        reading = _Reading(version, lang, matcher, thoroughly=thoroughly)
        readings.append(reading)
        if reading.held == terms:
            break
    return max(readings, key=_held)


class _Reading:
    """One language of a version, and where the terms stand in it; `thoroughly` also in what is said
    beside its text, of photos and files, and in texts of before they were cleaned.
    """

    def __init__(self, version: Version, lang: str, matcher: Matcher, *, thoroughly: bool = False):
        self.version, self.lang = version, lang
        self.title = getattr(version, f"title_{lang}")
        summary, body = getattr(version, f"summary_{lang}"), getattr(version, f"body_{lang}")
        text = f"{summary}\n{plain_frozen(body)}" if summary else plain_frozen(body)
        self.texts = [text]
        if thoroughly:
            self.texts.append(_BETWEEN.join(filter(None, texts_beside(version, lang))))
        look = matcher.in_any_form if thoroughly else matcher.as_written
        self.in_title, *self.in_texts = look(self.title, *self.texts)
        self.held = _terms(chain(self.in_title, *self.in_texts))
        """How many of the terms it holds."""

    def hit(self) -> Hit:
        """With the text that holds the most of the terms."""
        title = tuple(marked(self.title, self.in_title))
        text, found = max(
            zip(self.texts, self.in_texts, strict=True), key=lambda each: _terms(each[1])
        )
        return Hit(self.version, self.lang, title, tuple(snippet(text, found)))


def _terms(found: Iterable[Match]) -> int:
    return len({match.term for match in found})


_held = attrgetter("held")
