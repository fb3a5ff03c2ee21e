"""What a reader may have meant who typed one letter wrong, or left out a tone mark.

For each kind of slip the titles are asked for that hold what it can have left of the words; of what
stands there in them, the words nearest to those typed are taken for meant. Only where no title has
any, texts are asked.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product
from typing import NamedTuple

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
from news.search.slips import SLACK, Slip, Undone, are_marks, gaps, readings, undone, whole_clusters
from news.search.spellings import respelt
from news.search.stream import unit_texts
from news.search.terms import Term
from news.thai.breaks import break_positions
from news.thai.characters import TONE
from news.thai.text import fold

RARE = 3
"""A word that fewer releases hold may be misspelt, even where some writer made the same slip."""
_TELLING = 10
"""Units from which on a word that any release holds is not misspelt: nobody slips the same way."""

_LIKENESS = 70
"""Per cent of a Latin word's surroundings that must agree before its distance is looked at."""
_SHORT = 8
"""Characters of a word up to which one slip is forgiven; longer ones may have two."""
_CANDIDATES = 200
"""Releases, the newest that may hold what was meant, that are looked at."""
_CANDIDATE_TEXTS = 60
"""The same of texts, which take several times as long to look at."""
_TEXTS = 12
"""Of those whose titles don't hold it, how many have their texts compared."""
_MOST_WRONG = 2
"""Words of a query that are corrected; of more, too much would be guessed."""
_USUAL = 6
_AROUND = 30
"""Characters on either side of a part from which its words are told."""
_UNLIKELY = 0.5
"""What counts besides, in slips, where another letter was typed or something was added at an end:
leaving out, doubling or swapping letters is likelier, and so is mistaking a mark."""
_UNUSUAL = 50
"""Releases with a word as it was typed, from which on that is not called unusual."""
_TIMES = 10
"""Times as many releases have a word in its usual spelling."""
_FEWEST = 3
"""Units of a word that tell which one it is though one of them is wrong."""
_SHARE_OF_TIME = 0.25
"""Of a search's, in which a usual spelling is looked for, after the search itself."""
_SPACES = re.compile(r"\s+")
_EASILY_LEFT_OUT = re.compile(f"[{TONE}็์]")


class _Meant(NamedTuple):
    """The better come first."""

    slips: float
    is_cut: bool
    """Whether it begins or ends within a word."""
    shorter: int
    """Less the longer the words: of two equals one lacks what the other has."""
    words: str


def corrected(question: Question, at: datetime, held: int, *, of_all: bool) -> str | None:
    """The query with each word that next to nothing holds as releases write it, where fewer than
    RARE releases, `held`, hold all of them: `of_all` releases or of those that filters left.

    None where nothing has to be corrected, or something can't be.
    """
    index, anywhere = engine(), Scope(at)
    is_one = len(question.terms) == 1
    words, wrong = {}, []
    for term in question.terms:
        if spelling := _respelt(term, index, anywhere, RARE if held else 1):
            words[term] = spelling
            continue
        # Beside others a word may be rare without being wrong.
        if term.date or (held and (not is_one or len(term.units) >= _TELLING)):
            continue
        is_asked = is_one and of_all
        if is_asked or not _is_held(term.loose, index, anywhere, RARE if is_one else 1):
            wrong.append(term)
    for term in wrong:
        if len(wrong) > _MOST_WRONG:
            return None
        # What a release has as one word was typed right.
        meant = (None if held else _parted(term, index, anywhere)) or _meant(term, index, anywhere)
        if meant is None:
            return None
        words[term] = meant
    text = question.rewritten(words)
    return text if text != question.text else None


def usual(question: Question, at: datetime, held: int) -> str | None:
    """The query with its one word as more releases write it, where that is known; or as ten times
    as many do, where `held` releases have it without one of its tone marks, ็ or ์, or with another:
    what writers leave out too is no rare word, and hides the right one. Raises SearchTooSlow.
    """
    is_one_of_all = len(question.terms) == 1 and not (question.since or question.until)
    term = question.terms[0] if is_one_of_all and held >= RARE else None
    if term is None or term.date or term.letters:
        return None
    if respelt(fold(term.source)):
        index = engine()
        with index.limited(index.until(_SHARE_OF_TIME)):
            spelling = _respelt(term, index, Scope(at), held + 1)
        return question.rewritten({term: spelling}) if spelling else None
    if held >= _UNUSUAL or not _FEWEST <= len(term.units) < _TELLING:
        return None
    if not all(unit.is_cluster for unit in term.units):
        return None
    index = engine()
    with index.limited(index.until(_SHARE_OF_TIME)):
        word = _with_other_marks(term, index, Scope(at), _TIMES * held)
    return question.rewritten({term: word}) if word else None


def _with_other_marks(term: Term, index: Engine, scope: Scope, enough: int) -> str | None:
    """What differs from a term in such marks alone, and so many releases hold."""
    typed = _SPACES.sub("", fold(term.source))
    letters = _EASILY_LEFT_OUT.sub("", typed)
    spoiling_one = list(gaps(typed, [unit.text for unit in term.units]))[1]
    votes = Counter(
        part
        for text in _titles(spoiling_one, index, scope)
        for part in _parts(spoiling_one, text, index)
        if part != typed and _EASILY_LEFT_OUT.sub("", part) == letters
    )
    for word, _ in votes.most_common(1):
        phrase = Phrase(tuple(unit_texts(word)))
        if _is_held(phrase, index, scope, enough, among=5 * enough // 4):
            return word
    return None


def _respelt(term: Term, index: Engine, scope: Scope, enough: int) -> str | None:
    """A word that is often misspelt as it is right, where enough releases hold that."""
    word = None if term.date else respelt(fold(term.source))
    if word is None:
        return None
    phrase = Phrase(tuple(unit_texts(word)))
    return word if _is_held(phrase, index, scope, enough, among=2 * enough + RARE) else None


def _is_held(
    words: Expression, index: Engine, scope: Scope, enough: int, among: int = 10 * RARE
) -> bool:
    """Whether enough `among` the newest releases with the grams of some words hold them."""
    keys = [entry.key for entry in index.newest(words, scope, among)]
    return len(index.checked(keys, words)) >= enough


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
    tried = [*filter(None, [undone(typed)]), *gaps(typed, [unit.text for unit in term.units])]
    best = None
    # A text holds some of every few letters somewhere.
    for look, slips in ((_titles, tried), (_texts, tried[:-1])):
        for slip in slips:
            texts = look(slip, index, scope)
            found = _nearest(typed, (_parts(slip, text, index) for text in texts))
            best = min(filter(None, (best, found)), default=None)
            # Where the end of a word is missing, so may be the letter that seems to be swapped.
            is_sure = found and not (found.is_cut and isinstance(slip, Undone))
            if is_sure and found.slips <= 1:
                return best.words
        if best and best.slips <= 1:
            return best.words
    return best.words if best else None


def _parts(slip: Slip, text: str, index: Engine) -> dict[str, str]:
    """The parts of a text that may have been meant, and what they stand in."""
    index.require_time()  # hundreds of long texts take longer than the statements between them
    text = "".join(text.split())
    return dict.fromkeys(slip.parts(text), text)


def _titles(slip: Slip, index: Engine, scope: Scope) -> Iterable[str]:
    """The newest titles that may hold what was meant."""
    titles = index.newest(slip.expression, scope, _CANDIDATES, in_title=True)
    return index.texts([entry.key for entry in titles], "title").values()


def _texts(slip: Slip, index: Engine, scope: Scope) -> Iterator[str]:
    """Some of the newest texts that hold what may have been meant."""
    entries = index.newest(slip.expression, scope, _CANDIDATE_TEXTS)
    codes = index.texts([entry.key for entry in entries], "code")
    holding = [
        entry.version_id
        for entry in entries
        if entry.key in codes and slip.stands_in(codes[entry.key])  # else erased a moment ago
    ]
    versions = Version.objects.filter(pk__in=holding[:_TEXTS])
    # As they are written: to fold them takes ten times as long, and next to all are stored clean.
    for bodies in versions.values_list("body_th", "body_en"):
        yield "\n".join(map(plain_frozen, bodies)).lower()


def _parted(term: Term, index: Engine, scope: Scope) -> str | None:
    """A Latin word as the two that releases write it as: soft power, Soft-Power."""
    (word, *others) = [unit.text for unit in term.units]
    if others or not (word.isalpha() and word.isascii()) or len(word) <= MIN_PART:
        return None
    # One letter may begin it, as in e-commerce; behind a word it is mostly the s of a name's.
    pairs = [(word[:end], word[end:]) for end in range(1, len(word) - 1)]
    entries = index.newest(any_of(map(Phrase, pairs)), scope, _CANDIDATE_TEXTS)
    codes = index.texts([entry.key for entry in entries], "code").values()
    held = Counter(pair for each in codes for pair in pairs if code(pair) in each)
    for (one, other), _ in held.most_common(1):
        # One letter is everywhere.
        return f"{one} {other}" if len(one) > 1 else f'"{one} {other}"'
    return None


def _begun_alike(term: Term) -> Expression | None:
    """What a title has that holds Latin words begun like those of a term."""
    words = [unit.text for unit in term.units if not unit.is_cluster and not unit.is_number]
    beginnings = [
        Phrase((word[:MIN_PART],), goes_on=True) for word in words if len(word) > MIN_PART
    ]
    return all_of(beginnings) if beginnings else None


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
    read = list(readings(typed))
    slips = {part: min(_distance(each, part, allowed) for each in read) for part in votes}
    fewest = min((each for each in slips.values() if 0 < each < allowed + 1), default=None)
    if fewest is None:
        return None
    nearest = [part for part in votes if slips[part] == fewest]
    nearest.sort(key=lambda part: (-votes[part], -len(part), part))
    # Words take a while to find: of the usual parts only.
    usual = nearest[:_USUAL]
    whole = next((part for part in usual if _is_of_whole_words(part, stands_in[part])), None)
    words = whole or nearest[0]
    return _Meant(fewest, whole is None, -len(words), words)


def _is_of_whole_words(part: str, text: str) -> bool:
    start = text.find(part)
    around = max(0, start - _AROUND)
    breaks = {0, *break_positions(text[around : start + len(part) + _AROUND])}
    return {start - around, start - around + len(part)} <= breaks


def _distance(typed: str, part: str, most: int) -> float:
    """Slips between the two: letters left out, added, swapped or taken for others."""
    slips = OSA.distance(typed, part, score_cutoff=most)
    different = [one + other for one, other in zip(typed, part, strict=False) if one != other]
    is_another = len(typed) == len(part) and len(different) == slips
    if is_another and not all(map(are_marks, different)):
        return slips + _UNLIKELY
    has_more = part in typed and not are_marks(typed.replace(part, "", 1))
    return slips + _UNLIKELY * has_more


def _likeliest(typed: str, text: str) -> dict[str, str]:
    """The part of a text that is most like a Latin word, with a little more and a little less."""
    place = fuzz.partial_ratio_alignment(typed, text, score_cutoff=_LIKENESS)
    if place is None:
        return {}
    return {
        whole_clusters(text, max(0, place.dest_start + before), place.dest_end + after): text
        for before, after in product(SLACK, SLACK)
    }
