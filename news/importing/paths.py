"""Addresses of the former site, brought to the one form in which they are kept.

A link that was copied, mailed, cut and pasted for ten years still has to lead to its release. All
of these are one address: raw Thai, percent-encoded, encoded twice, in Windows-874, NFC or NFD, with
other hex case, with a chat program's bracket behind it, with or without host.
"""

import re
import unicodedata
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import override

from news.thai.text import normalise

MOST_CHARACTERS = 1_000
"""Of a kept address; a longer one is cut, and then found as a cut one is."""

_ROUNDS = 4
_STEPS = 12
_HOST = re.compile(r"(?:https?://[^/?#]*|//[^/?#]*\.[^/?#]*)", re.IGNORECASE)
_QUESTION = re.compile(r"(?:^|.*&)q=([^&]*)", re.DOTALL)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_CUT_ESCAPE = re.compile(r"%[0-9A-Fa-f]?$")
_FRONT = re.compile(r"^/(?:index\.php/)?(?:(?:th|en)/)?(?=(?:blog|node)/)")
_NODE = re.compile(r"/node/([0-9]{1,12})")
_TRAILING = "/ \t)]}>\"'”’.,;:!ฯ"
_FORMER = re.compile(r"/blog/[0-9]{4}/[0-9]{2}/.|\?q=node/[0-9]")
_MARKS_AT_END = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+$")
_CAN_BE_CUT = re.compile(r"/blog/[0-9]{4}/[0-9]{2}/.{6,}", re.DOTALL)


WITH_QUERY = {"/", "/index.php", "/th", "/en", "/th/", "/en/"}
"""Where the former site had some of its addresses in the query."""


def canonical(address: str) -> str:
    """The kept form of an address: `/blog/2017/05/<slug>` or `?q=node/123`, folded in case.

    Empty where nothing is left of it. The form of a form is itself.
    """
    # What one step takes away may uncover what another would have: "%/" ends in a cut escape.
    for _ in range(_STEPS):
        key = _step(address)
        if key == address:
            break
        address = key
    return address


def _step(address: str) -> str:
    own = address.strip()[: 4 * MOST_CHARACTERS]
    if host := _HOST.match(own):
        own = own[host.end() :]
    path, _, query = own.partition("?")
    if asked := _QUESTION.match(query):
        path = asked[1]
    text = _tidy(_decoded(path))
    front = _FRONT.sub("/", text)
    if node := _NODE.fullmatch(front):
        return f"?q=node/{node[1]}"
    return front if front != "/" else ""


def is_former(key: str) -> bool:
    """Whether a key is an address of the former site, and not of any other."""
    return _FORMER.match(key) is not None


def why_not_kept(address: str) -> str:
    """Why an address that somebody states to be a former one can't lead anywhere; empty where it
    can: as any path that no page of this site answers, and as a known form.
    """
    key = canonical(address)
    if is_former(key):
        return ""
    own = address.strip()
    if not key or not (own.startswith("/") or _HOST.match(own)):
        return "is no address of a page"
    # Of a query only the `q` of the first page is looked at; all others would be one address.
    path, question, query = _HOST.sub("", own, count=1).partition("?")
    if question and not (_QUESTION.match(query) and (path or "/") in WITH_QUERY):
        return "differs from others in its query alone, which is not looked at"
    if _is_answered(key):
        return "is an address of this site itself"
    return ""


def _is_answered(path: str) -> bool:
    if path.startswith(settings.STATIC_URL):
        return True
    first = path.split("/", 2)[1]
    with override("en" if first == "en" else "th"):  # the pages of a language are found in it alone
        for written in (path, f"{path}/"):  # a missing last slash is forgiven
            try:
                resolve(written)
            except Resolver404:
                continue
            return True
    return False


def cut_short(key: str) -> str:
    """What an address that `key` may be the beginning of begins with; empty where `key` is too
    short to tell.

    Marks at the end are left off: what they would have joined to is what was cut.
    """
    beginning = _MARKS_AT_END.sub("", key)
    return beginning if _CAN_BE_CUT.fullmatch(beginning) else ""


def words(address: str) -> str:
    """The words in the last part of an address, for a search. A number is none."""
    key = canonical(address)
    last = "" if key.startswith("?") else key.rpartition("/")[2]
    return " ".join(re.split(r"[-_+\s]+", last)).strip()[:200]


def _decoded(text: str) -> str:
    for _ in range(_ROUNDS):
        text = _CUT_ESCAPE.sub("", text)
        if not _ESCAPE.search(text) and text.isprintable():
            break
        text = _as_text(unquote_to_bytes(text.encode("utf-8", "surrogateescape")))
    while _ESCAPE.search(text):  # encoded more often than any program does
        text = _ESCAPE.sub("", text)
    return text


def _as_text(data: bytes) -> str:
    """UTF-8, with a character that was cut at the end left off; else Windows-874."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return data[: error.start].decode()
    return data.decode("cp874", "ignore")


def _tidy(text: str) -> str:
    text = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    text = re.sub(r"[?#]", "", text)
    text = normalise(normalise(text).casefold())[:MOST_CHARACTERS]
    text = re.sub(r"\s*/[\s/]*", "/", f"/{text.strip()}")
    return normalise(text.rstrip(_TRAILING)) or "/"
