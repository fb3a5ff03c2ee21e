"""What a reader may have meant who typed one letter wrong, or left out a tone mark.

A slip spoils the clusters around it and leaves those before and after as they were. So for each
place where it can have happened, the titles are asked for that have the units before it and those
after it; of what stands there in them, the words nearest to those typed are taken for meant. Only
where no title has any, texts are asked.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate, pairwise, product

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from news.html import plain_frozen
from news.models import Version
from news.search.engine import Engine
from news.search.engines import engine
from news.search.entries import Entry, Scope
from news.search.expressions import Expression, Phrase, all_of, any_of
from news.search.grams import IN_TITLE, MIN_PART, code
from news.search.parsing import Question
from news.search.terms import Term
from news.thai.characters import LEADING_VOWEL, MARK
from news.thai.text import fold

RARE = 3
"""A word that fewer releases hold may be misspelt, even where some writer made the same slip."""

_LIKENESS = 70
"""Per cent of a title's part that must agree before its distance is looked at (rapidfuzz)."""
_SHORT = 8
"""Characters of a word up to which one slip is forgiven; longer ones may have two."""
_LONGEST = 16
"""Units of a term that are tried; a longer one is tried by its beginning."""
_FEWEST_KEPT = 2
_CANDIDATES = 200
"""Releases, the newest that may hold what was meant, that are looked at."""
_TEXTS = 12
"""Of those whose titles don't hold it, how many have their texts compared."""
_GAP = b"(?:[\x80-\xff][\x00-\x7f]){0,4}?"
_SLACK = (-2, -1, 0, 1, 2)
_SPACES = re.compile(r"\s+")
_REST = re.compile(f"[{MARK}ะาำๅ]")
_LEADS = re.compile(f"[{LEADING_VOWEL}]")


def corrected(question: Question, at: datetime) -> str | None:
    """The query with each word that next to nothing holds as releases write it.

    None where nothing has to be corrected, or something can't be.
    """
    index, anywhere = engine(), Scope(at)
    text = question.text
    # Beside others a word may be rare without being wrong.
    enough = RARE if len(question.terms) == 1 else 1
    for term in question.terms:
        if term.date or _holding(term, index, anywhere) >= enough:
            continue
        meant = _meant(term, index, anywhere)
        if meant is None:
            return None
        text = text.replace(term.source, meant, 1)
    return text if text != question.text else None


def _holding(term: Term, index: Engine, scope: Scope) -> int:
    """How many of the newest releases with the grams of a term hold it."""
    keys = [entry.key for entry in index.newest(term.strict, scope, 10 * RARE)]
    return len(index.checked(keys, term.strict))


def _meant(term: Term, index: Engine, scope: Scope) -> str | None:
    """The words nearest to a term in titles, or else in texts; of equally near ones the usual."""
    typed = _SPACES.sub("", fold(term.source))
    of_thai = all(unit.is_cluster for unit in term.units)
    guesses = list(_guesses([unit.text for unit in term.units[:_LONGEST]])) if of_thai else []
    expression = any_of(map(_asked, guesses)) if guesses else _begun_alike(term)
    if expression is None:
        return None
    titles = index.newest(expression, scope, _CANDIDATES, mask=IN_TITLE)
    found = _nearest(typed, index.texts([entry.key for entry in titles], "title").values())
    if found is None and guesses:
        entries = index.newest(expression, scope, _CANDIDATES)
        codes = index.texts([entry.key for entry in entries], "code")
        pattern = re.compile(b"|".join(map(_pattern, guesses)), re.DOTALL)
        holding = [entry for entry in entries if pattern.search(codes[entry.key])]
        found = _nearest(typed, _texts(holding[:_TEXTS]))
    return found


def _texts(entries: list[Entry]) -> Iterator[str]:
    versions = Version.objects.filter(pk__in=[entry.version_id for entry in entries])
    for bodies in versions.values_list("body_th", "body_en"):
        yield fold("\n".join(map(plain_frozen, bodies)))


def _begun_alike(term: Term) -> Expression | None:
    """What a title has that holds Latin words begun like those of a term."""
    words = [unit.text for unit in term.units if not unit.is_cluster and not unit.is_number]
    beginnings = [
        Phrase((word[:MIN_PART],), goes_on=True) for word in words if len(word) > MIN_PART
    ]
    return all_of(beginnings) if beginnings else None


def _guesses(units: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """What is left of some units before and after each slip; none of too few to tell."""
    spoilt = [
        (first, last)
        for first, last in _spoilt(units)
        if len(units) - (last - first) >= _FEWEST_KEPT
    ]
    for first, last in spoilt:
        # What lies inside another asks for more and finds nothing besides.
        if not any((a, b) != (first, last) and a <= first and last <= b for a, b in spoilt):
            yield units[:first], units[last:]


def _asked(guess: tuple[list[str], list[str]]) -> Expression:
    return all_of(Phrase(tuple(part)) for part in guess if part)


def _pattern(guess: tuple[list[str], list[str]]) -> bytes:
    """The two parts in a document's code, with a few units between them."""
    before, after = (re.escape(code(part)) for part in guess)
    return before + _GAP + after if before and after else before + after


def _spoilt(units: list[str]) -> list[tuple[int, int]]:
    """For each place of a slip the first unit that it can have spoilt, and the one after the last.

    The letters around it may have been in other clusters: two on either side, or of a short word,
    which would have nothing left, one.
    """
    edges = list(accumulate(map(len, units), initial=0))
    spans = {}
    for reach, place in product((2, 1), range(1, edges[-1] + 1)):
        touched = [
            number
            for number, (start, end) in enumerate(pairwise(edges))
            if start < place + reach and end > place - reach
        ]
        spans[touched[0], touched[-1] + 1] = None
    return list(spans)


def _nearest(typed: str, texts: Iterable[str]) -> str | None:
    votes: Counter[tuple[int, str]] = Counter()
    for text in texts:
        if part := _nearest_part(typed, _SPACES.sub("", text)):
            votes[part] += 1
    if not votes:
        return None
    (_, words), _count = min(votes.items(), key=lambda vote: (vote[0][0], -vote[1]))
    return words


def _nearest_part(typed: str, text: str) -> tuple[int, str] | None:
    """(slips, part of `text`) of the part most like `typed`; None where none is like enough."""
    place = fuzz.partial_ratio_alignment(typed, text, score_cutoff=_LIKENESS)
    if place is None:
        return None
    allowed = 1 if len(typed) <= _SHORT else 2
    best = None
    for before, after in product(_SLACK, _SLACK):
        part = _whole_clusters(text, max(0, place.dest_start + before), place.dest_end + after)
        slips = OSA.distance(typed, part, score_cutoff=allowed)
        if part and 0 < slips <= allowed and (best is None or slips < best[0]):
            best = slips, part
    return best


def _whole_clusters(text: str, start: int, end: int) -> str:
    """`text[start:end]` with the vowels and marks that belong to its first and last letter."""
    while start > 0 and (_REST.match(text, start) or _LEADS.match(text, start - 1)):
        start -= 1
    while end < len(text) and _REST.match(text, end):
        end += 1
    return text[start:end]
