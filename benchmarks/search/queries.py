"""Queries as Thai readers type them, made from the documents, and what answers them.

Relevance is mechanical: a document is relevant that holds every needle of a query, as the reader's
eye compares them (folded, without the spaces that Thai may have or not, whole clusters, an acronym
not as a part of a longer one). That measures whether things are found, not whether the best comes
first.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from news.importing.incoming import Incoming
from news.thai.text import clusters, fold
from news.thai.words import words

_SPACES = re.compile(r"\s+")
# A space between Latin letters parts words, as none does in Thai: "the economy" holds no "EEC".
_NO_SPACES = re.compile(r"(?<![a-z]) | (?![a-z])")
_THAI_RUN = re.compile("[ก-ฮะ-ฺเ-๎]{12,}")
_PERSON = re.compile(
    r"(?:นาย|นางสาว|นาง|พลเอก|พลตำรวจเอก|ดร\.|ศ\.)\s?([ก-ฮเ-ไ][ก-๎]{2,14}) ([ก-ฮเ-ไ][ก-๎]{2,18})(?= )"
)
_ORGANISATION = re.compile(
    "(?:กระทรวง|สำนักงาน|มหาวิทยาลัย|กรม|คณะกรรมการ|ธนาคาร|สถาบัน|การไฟฟ้า|องค์การ)[ก-ฮะ-ฺเ-๎]{3,24}"
)
_ACRONYM = re.compile(r"(?<![ก-๎.])(?:[ก-ฮ]{1,5}\.){1,4}(?![ก-๎])")
_ENGLISH = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{2,14}(?: [A-Z][A-Za-z]{2,14})?(?![A-Za-z])")
_TONES = "่้๊๋"
_LEADING_VOWELS = frozenset("เแโใไ")
_RESTS = frozenset("ัิีึืฺุู็่้๊๋์ํ๎ะาำๅ")
"""What follows the consonant of a cluster."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, and what a document has to hold to answer it."""

    kind: str
    text: str
    needles: tuple[str, ...]


class Text:
    """A document's text, or a needle, as needles are looked for in it."""

    def __init__(self, text: str):
        self.folded = fold(text)
        self.plain = _NO_SPACES.sub("", _SPACES.sub(" ", self.folded))

    def holds(self, needle: "Text") -> bool:
        """Whether a reader sees the needle here: whole clusters of it, and of an acronym all."""
        if _ACRONYM.fullmatch(needle.folded):
            alone = f"(?<![ก-ฮ]\\.){re.escape(needle.folded)}(?![ก-ฮ]+\\.)"
            return needle.folded in self.folded and bool(re.search(alone, self.folded))
        start = self.plain.find(needle.plain)
        while start >= 0:
            end = start + len(needle.plain)
            before, after = self.plain[max(0, start - 1) : start], self.plain[end : end + 1]
            if before not in _LEADING_VOWELS and after not in _RESTS:
                return True
            start = self.plain.find(needle.plain, start + 1)
        return False


def query_set(documents: list[Incoming], count: int, seed: int) -> list[Query]:
    """`count` queries of every kind in turn. Another seed gives other queries."""
    chance = random.Random(seed)
    made: dict[str, Query] = {}
    makers = list(KINDS.items())
    attempts = 0
    while len(made) < count and attempts < 200 * count:
        kind, maker = makers[attempts % len(makers)]
        attempts += 1
        document = chance.choice(documents)
        query = maker(kind, document, chance)
        if query is not None and query.text not in made:
            made[query.text] = query
    return list(made.values())


def relevant(queries: list[Query], documents: Iterator[tuple[int, str]]) -> list[set[int]]:
    """For each query the numbers of the documents that answer it."""
    found: list[set[int]] = [set() for _ in queries]
    needles = [tuple(map(Text, query.needles)) for query in queries]
    for number, text in documents:
        held = Text(text)
        for index, wanted in enumerate(needles):
            if all(map(held.holds, wanted)):
                found[index].add(number)
    return found


def _title_words(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    """Two to four words of a title, typed together as Thai is."""
    return _of_words(kind, document.title, chance, 2, 4)


def _fragment(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    """Part of a long run in the text that begins and ends anywhere between clusters."""
    runs = _THAI_RUN.findall(chance.choice(document.paragraphs))
    if not runs:
        return None
    pieces = clusters(chance.choice(runs))
    length = chance.randint(4, 10)
    first = chance.randrange(max(1, len(pieces) - length))
    text = "".join(pieces[first : first + length])
    return Query(kind, text, (text,))


def _person(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    found = _PERSON.findall("\n".join(document.paragraphs))
    if not found:
        return None
    first, last = chance.choice(found)
    return Query(kind, f"{first} {last}", (f"{first} {last}",))


def _organisation(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    return _one_of(kind, _ORGANISATION.findall("\n".join(document.paragraphs)), chance)


def _acronym(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    found = [each for each in _ACRONYM.findall("\n".join(document.paragraphs)) if len(each) > 3]
    return _one_of(kind, found, chance)


def _english(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    return _one_of(kind, _ENGLISH.findall("\n".join(document.paragraphs)), chance)


def _misspelt(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    """Words of a title with one slip: a tone mark or a letter left out, doubled, or two swapped."""
    right = _of_words(kind, document.title, chance, 2, 4)
    if right is None or len(clusters(right.text)) < 5:
        return None
    text = right.text
    tones = [place for place, letter in enumerate(text) if letter in _TONES]
    place = chance.randrange(1, len(text) - 1)
    slip = chance.choice(["tone", "left out", "doubled", "swapped"])
    if slip == "tone" and tones:
        place = chance.choice(tones)
        wrong = text[:place] + text[place + 1 :]
    elif slip == "doubled":
        wrong = text[:place] + text[place] + text[place:]
    elif slip == "swapped":
        wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    else:
        wrong = text[:place] + text[place + 1 :]
    return Query(kind, wrong, right.needles) if fold(wrong) != fold(text) else None


def _terms(kind: str, document: Incoming, chance: random.Random) -> Query | None:
    """Words from a title and words from the text, apart."""
    apart = [chance.choice(document.paragraphs) for _ in range(chance.randint(1, 2))]
    parts = [_of_words(kind, text, chance, 1, 2) for text in (document.title, *apart)]
    texts = tuple(part.text for part in parts if part)
    return Query(kind, " ".join(texts), texts) if len(texts) > 1 else None


def _of_words(kind: str, text: str, chance: random.Random, fewest: int, most: int) -> Query | None:
    pieces = words(text)
    count = chance.randint(fewest, most)
    starts = [
        start
        for start in range(len(pieces) - count + 1)
        if all(_THAI_WORD.fullmatch(piece) for piece in pieces[start : start + count])
    ]
    if not starts:
        return None
    start = chance.choice(starts)
    found = "".join(pieces[start : start + count])
    return Query(kind, found, (found,)) if len(clusters(found)) > 2 else None


def _one_of(kind: str, found: list[str], chance: random.Random) -> Query | None:
    if not found:
        return None
    text = chance.choice(found)
    return Query(kind, text, (text,))


_THAI_WORD = re.compile("[ก-ฮะ-ฺเ-๎]+")
KINDS: dict[str, Callable[[str, Incoming, random.Random], Query | None]] = {
    "title words": _title_words,
    "fragment": _fragment,
    "person": _person,
    "organisation": _organisation,
    "acronym": _acronym,
    "English": _english,
    "misspelt": _misspelt,
    "several terms": _terms,
}
