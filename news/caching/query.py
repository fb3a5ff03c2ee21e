"""Which query parameters mean something, by address. All others split no cache and reach no page.

What isn't in a key must not reach the page that is kept under it: then no stranger can have one
kept that others didn't ask for.
"""

import re
from urllib.parse import parse_qsl, urlencode

LIST = frozenset({"after", "before", "page"})
HOME = frozenset({"page", "q"})
"""`q` for addresses of the former site, as at `/`."""
ARCHIVE = LIST | {"fiscal"}
SEARCH = LIST | {
    "fiscal",
    "files",
    "from",
    "lang",
    "month",
    "photos",
    "q",
    "sort",
    "to",
    "topic",
    "year",
}
SUGGEST = frozenset({"q"})
API = frozenset(
    {
        "cursor",
        "fields",
        "files",
        "fiscal",
        "from",
        "lang",
        "limit",
        "month",
        "photos",
        "q",
        "to",
        "topic",
        "updated_since",
        "year",
    }
)

_ASKED_OF_THE_FORMER_SITE = re.compile(r"/(th/?|en/?|index\.php)?")

TRACKING = re.compile(
    r"utm_[a-z_]+|_ga|_gl|dclid|fbclid|gbraid|gclid|gclsrc|igsh|igshid|li_fat_id|mc_cid|mc_eid"
    r"|msclkid|ttclid|twclid|wbraid|yclid"
)
"""Names that sharing and advertising hang on addresses: nobody typed them, so nobody is told."""

_TABLE = (
    (re.compile(r"/(th|en)/search/?"), SEARCH),
    (re.compile(r"/(th|en)/search/suggest/?"), SUGGEST),
    (re.compile(r"/(th|en)/?"), HOME),
    (re.compile(r"/(th|en)/archive/?"), ARCHIVE),
    (re.compile(r"/(th|en)/(archive|topics|series|corrections)/.*"), LIST),
    (re.compile(r"/api/v1/.*"), API),
    (re.compile(r"/opensearch\.xml"), frozenset({"lang"})),
    (re.compile(r"/(index\.php)?"), frozenset({"q"})),
)


def meaning(path: str, query: str) -> str:
    """The part of `query` that the page at `path` knows, in one spelling and order.

    Of a parameter given twice the first counts, as in nginx. `query` is as WSGI has it: bytes as
    Latin-1; what isn't UTF-8 becomes U+FFFD, which no page accepts. Only where `q` is an address of
    the former site it stays: those were in Windows-874 too, and news/importing/paths.py reads it.
    """
    if not query:
        return ""
    known = next((names for pattern, names in _TABLE if pattern.fullmatch(path)), None)
    if not known:
        return ""
    errors = "surrogateescape" if _ASKED_OF_THE_FORMER_SITE.fullmatch(path) else "replace"
    text = query.encode("latin-1", "replace").decode("utf-8", errors)
    pairs = parse_qsl(text, keep_blank_values=True, errors=errors)
    found = dict(reversed(pairs))
    meant = {name: found[name] for name in sorted(known & found.keys())}
    return urlencode(meant, errors=errors)


def is_for_the_view(path: str, query: str) -> bool:
    """Whether the interface is asked with a parameter that it doesn't know, or with one twice.

    Its view refuses that by name, so it has to see it; the refusal is kept nowhere, so whatever
    strangers think up splits no cache. To pages the same parameters mean nothing, as ever.
    """
    if not query or not path.startswith("/api/v1/"):
        return False
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _value in pairs if not means_nothing(name)]
    return not API.issuperset(names) or len(names) != len(set(names))


def means_nothing(name: str) -> bool:
    """Whether nobody typed it: a tracker's parameter, or a stray `=`."""
    return not name or TRACKING.fullmatch(name) is not None
