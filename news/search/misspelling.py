"""What a reader may have meant who typed one letter wrong, or left out a tone mark.

A slip spoils the clusters around it and leaves those before and after as they were. So for each
place where it can have happened, the titles are asked for that have the units before it and those
after it; of what stands there in them, the words nearest to those typed are taken for meant. Only
where no title has any, texts are asked.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, product
from typing import AnyStr, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from news.html import plain_frozen
from news.models import Version
from news.search.engine import Engine
from news.search.engines import engine
from news.search.entries import Scope
from news.search.expressions import Expression, Phrase, all_of, any_of
from news.search.grams import MIN_PART, code
from news.search.parsing import Question
from news.search.terms import Term
from news.thai.breaks import break_positions
from news.thai.characters import LEADING_VOWEL, MARK
from news.thai.text import fold

RARE = 3
"""A word that fewer releases hold may be misspelt, even where some writer made the same slip."""
_TELLING = 10
"""Units from which on a word that any release holds is not misspelt: nobody slips the same way."""

_LIKENESS = 70
"""Per cent of a Latin word's surroundings that must agree before its distance is looked at."""
_SHORT = 8
"""Characters of a word up to which one slip is forgiven; longer ones may have two."""
_LONGEST = 16
"""Units of a term that are tried; a longer one is tried by its beginning."""
_MOST_ASKED = 6
"""Guesses that the index is asked for at once; of more, those of neighbouring places are one."""
_MOST_SPOILT = 3
"""Units: of a mark that parted from its letter too, as in ตวะันออก."""
_FEWEST_KEPT = 2
_NEAR = 3
"""Units at either end of what a slip has left that the index is asked for."""
_CANDIDATES = 200
"""Releases, the newest that may hold what was meant, that are looked at."""
_TEXTS = 12
"""Of those whose titles don't hold it, how many have their texts compared."""
_PLACES = 12
"""Places of a guess in one text that are compared."""
_MOST_WRONG = 2
"""Words of a query that are corrected; of more, too much would be guessed."""
_USUAL = 6
_AROUND = 30
"""Characters on either side of a part from which its words are told."""
_GAP = 8
"""Bytes of a code, two for each unit, that may stand in a slip's place."""
_SLACK = (-2, -1, 0, 1, 2)
_UNLIKELY = 0.5
"""What counts besides, in slips, where another letter was typed or something was added at an end:
leaving out, doubling or swapping letters is likelier, and so is mistaking a mark."""
_SPACES = re.compile(r"\s+")
_REST = re.compile(f"[{MARK}ะาำๅ]")
_MARKS = re.compile(f"[{MARK}ะาำๅ]+")
_LEADS = re.compile(f"[{LEADING_VOWEL}]")


@dataclass(frozen=True, slots=True)
class _Guess:
    """What is left of some units before and after a slip. Letters can be added there, too: up to
    `gap` stand between the two.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    gap: int


class _Meant(NamedTuple):
    slips: float
    words: str


def corrected(question: Question, at: datetime, held: int, *, of_all: bool) -> str | None:
    """The query with each word that next to nothing holds as releases write it, where fewer than
    RARE releases, `held`, hold all of them: `of_all` releases or of those that filters left.

    None where nothing has to be corrected, or something can't be.
    """
    index, anywhere = engine(), Scope(at)
    is_one = len(question.terms) == 1
    wrong = []
    for term in question.terms:
        # Beside others a word may be rare without being wrong.
        if term.date or (held and (not is_one or len(term.units) >= _TELLING)):
            continue
        is_asked = is_one and of_all
        if is_asked or not _is_held(term, index, anywhere, RARE if is_one else 1):
            wrong.append(term)
    text = question.text
    for term in wrong:
        meant = _meant(term, index, anywhere) if len(wrong) <= _MOST_WRONG else None
        if meant is None:
            return None
        text = text.replace(term.source, meant, 1)
    return text if text != question.text else None


def _is_held(term: Term, index: Engine, scope: Scope, enough: int) -> bool:
    """Whether enough of the newest releases with the grams of a term hold it."""
    keys = [entry.key for entry in index.newest(term.loose, scope, 10 * RARE)]
    return len(index.checked(keys, term.loose)) >= enough


def _meant(term: Term, index: Engine, scope: Scope) -> str | None:
    """The words nearest to a term in titles, or else in texts; of equally near ones the usual."""
    typed = _SPACES.sub("", fold(term.source))
    if not all(unit.is_cluster for unit in term.units):
        begun_alike = _begun_alike(term)
        if begun_alike is None:
            return None
        titles = index.newest(begun_alike, scope, _CANDIDATES, in_title=True)
        texts = index.texts([entry.key for entry in titles], "title").values()
        found = _nearest(typed, (_likeliest(typed, _SPACES.sub("", text)) for text in texts))
        return found.words if found else None
    units = [unit.text for unit in term.units[:_LONGEST]]
    whole = typed if len(term.units) <= _LONGEST else None
    best = None
    guessed = list(_guesses(units))
    # A text holds some of every few letters somewhere.
    for look, made in ((_titles, guessed), (_texts, guessed[:-1])):
        for guesses in made:
            texts = look(guesses, index, scope)
            found = _nearest(typed, (_alike(typed, whole, guesses, text) for text in texts))
            best = min((each for each in (best, found) if each), default=None)
            if best and best.slips <= 1:
                return best.words
    return best.words if best else None


def _titles(guesses: list[_Guess], index: Engine, scope: Scope) -> Iterable[str]:
    """The newest titles that a guess may be right of."""
    titles = index.newest(_asked(guesses), scope, _CANDIDATES, in_title=True)
    return index.texts([entry.key for entry in titles], "title").values()


def _texts(guesses: list[_Guess], index: Engine, scope: Scope) -> Iterator[str]:
    """Some of the newest texts that a guess is right of."""
    entries = index.newest(_asked(guesses), scope, _CANDIDATES)
    codes = index.texts([entry.key for entry in entries], "code")
    parts = [(code(guess.before), code(guess.after)) for guess in guesses]
    holding = [
        entry.version_id
        for entry in entries
        if any(_stand_near(*each, codes[entry.key]) for each in parts)
    ]
    versions = Version.objects.filter(pk__in=holding[:_TEXTS])
    # As they are written: to fold them takes ten times as long, and next to all are stored clean.
    for bodies in versions.values_list("body_th", "body_en"):
        yield "\n".join(map(plain_frozen, bodies)).lower()


def _begun_alike(term: Term) -> Expression | None:
    """What a title has that holds Latin words begun like those of a term."""
    words = [unit.text for unit in term.units if not unit.is_cluster and not unit.is_number]
    beginnings = [
        Phrase((word[:MIN_PART],), goes_on=True) for word in words if len(word) > MIN_PART
    ]
    return all_of(beginnings) if beginnings else None


def _guesses(units: list[str]) -> Iterator[list[_Guess]]:
    """What a slip can have left of some units, for each place of it: all of them, with another one
    left out between two, or all but one, or two, or three. Guesses of too few units tell nothing.
    """
    for spoilt in range(_MOST_SPOILT + 1):
        made = []
        for first in range(spoilt == 0, len(units) - spoilt + (spoilt > 0)):
            last = first + spoilt
            if len(units) - spoilt >= _FEWEST_KEPT:
                gap = len("".join(units[first:last])) + 2
                made.append(_Guess(tuple(units[:first]), tuple(units[last:]), gap))
        if made:
            yield made


def _asked(guesses: list[_Guess]) -> Expression:
    """What the index is asked for: a document that it finds may hold one of the guesses."""
    size = -(-len(guesses) // _MOST_ASKED)
    groups = (guesses[start : start + size] for start in range(0, len(guesses), size))
    return any_of(_in_common(group[0].before, group[-1].after) for group in groups)


def _in_common(*parts: tuple[str, ...]) -> Expression:
    # Both ends of both parts: of more, the index would have to look through more lists.
    ends = {each for part in parts if part for each in (part[:_NEAR], part[-_NEAR:])}
    return all_of(map(Phrase, sorted(ends)))


def _stand_near(before: bytes, after: bytes, document: bytes) -> bool:
    """Whether a document's code has the one part, a few units, and then the other."""
    # The longer one is rarer, and sooner looked for.
    if len(before) < len(after):
        return any(
            before in document[max(0, start - _GAP - len(before)) : start]
            for start in _places(after, document)
        )
    ends = (start + len(before) for start in _places(before, document))
    return any(after in document[end : end + _GAP + len(after)] for end in ends)


def _nearest(typed: str, found: Iterable[dict[str, str]]) -> _Meant | None:
    """Of the parts of several texts the one with the fewest slips that begins and ends with a word,
    the most usual of those.
    """
    votes: Counter[str] = Counter()
    stands_in: dict[str, str] = {}
    for parts in found:
        votes.update(parts.keys())
        stands_in |= parts
    allowed = 1 if len(typed) <= _SHORT else 2
    readings = [typed, *_before_order(typed)]
    slips = {part: min(_distance(each, part, allowed) for each in readings) for part in votes}
    fewest = min((each for each in slips.values() if 0 < each < allowed + 1), default=None)
    if fewest is None:
        return None
    nearest = [part for part, _ in votes.most_common() if slips[part] == fewest]
    # Words take a while to find: of the usual parts only.
    usual = nearest[:_USUAL] if len(nearest) > 1 else []
    whole = (part for part in usual if _is_of_whole_words(part, stands_in[part]))
    return _Meant(fewest, next(whole, nearest[0]))


def _is_of_whole_words(part: str, text: str) -> bool:
    start = text.find(part)
    around = max(0, start - _AROUND)
    breaks = {0, *break_positions(text[around : start + len(part) + _AROUND])}
    return {start - around, start - around + len(part)} <= breaks


def _before_order(typed: str) -> Iterator[str]:
    """What can have been typed before its marks were put in order, where a letter between them was
    left out: บำบัด without its second บ is บำัด, and in order บัำด.
    """
    for run in _MARKS.finditer(typed):
        if len(run[0]) > 1:
            yield typed[: run.start()] + run[0][::-1] + typed[run.end() :]


def _distance(typed: str, part: str, most: int) -> float:
    """Slips between the two: letters left out, added, swapped or taken for others."""
    slips = OSA.distance(typed, part, score_cutoff=most)
    different = [one + other for one, other in zip(typed, part, strict=False) if one != other]
    is_another = len(typed) == len(part) and len(different) == slips
    if is_another and not all(_MARKS.fullmatch(pair) for pair in different):
        return slips + _UNLIKELY
    return slips + _UNLIKELY * (part in typed)


def _alike(typed: str, whole: str | None, guesses: list[_Guess], text: str) -> dict[str, str]:
    """The parts of a text that stand where a guess has its words, about as long as those typed, and
    what they stand in. `whole` is None where the guesses are of the beginning of what was typed.
    """
    text = "".join(text.split())
    parts: set[str] = set()
    if typed in text:
        return {}  # with the same slip
    for guess in guesses:
        before, after = "".join(guess.before), "".join(guess.after)
        for start in islice(_places(before or after, text), _PLACES):
            end = start + len(before or after)
            if not before:
                starts = (max(0, end - len(typed) + slack) for slack in _SLACK)
                parts |= {_whole_clusters(text, each, end) for each in starts}
                continue
            ends = [start + len(typed) + slack for slack in _SLACK]
            if after:
                between = text[end : end + guess.gap + len(after)]
                found = [end + place + len(after) for place in _places(after, between)]
                if whole or not found:
                    ends = found
            parts |= {_whole_clusters(text, start, each) for each in ends}
    return dict.fromkeys(parts, text)


def _places(words: AnyStr, text: AnyStr) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)


def _likeliest(typed: str, text: str) -> dict[str, str]:
    """The part of a text that is most like a Latin word, with a little more and a little less."""
    place = fuzz.partial_ratio_alignment(typed, text, score_cutoff=_LIKENESS)
    if place is None:
        return {}
    return {
        _whole_clusters(text, max(0, place.dest_start + before), place.dest_end + after): text
        for before, after in product(_SLACK, _SLACK)
    }


def _whole_clusters(text: str, start: int, end: int) -> str:
    """`text[start:end]` with the vowels and marks that belong to its first and last letter."""
    while start > 0 and (_REST.match(text, start) or _LEADS.match(text, start - 1)):
        start -= 1
    while end < len(text) and _REST.match(text, end):
        end += 1
    return text[start:end]
