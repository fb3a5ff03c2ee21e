"""Which query parameters mean something, by address. All others split no cache and reach no page.

What isn't in a key must not reach the page that is kept under it: then no stranger can have one
kept that others didn't ask for.
"""

import re
from urllib.parse import parse_qsl, urlencode

LIST = frozenset({"after", "before", "page"})
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

_TABLE = (
    (re.compile(r"/(th|en)/search/?"), SEARCH),
    (re.compile(r"/(th|en)/search/suggest/?"), SUGGEST),
    (re.compile(r"/(th|en)/"), LIST),
    (re.compile(r"/(th|en)/archive/"), ARCHIVE),
    (re.compile(r"/(th|en)/(archive|topics|series|corrections)/.*"), LIST),
    (re.compile(r"/api/.*"), API),
    (re.compile(r"/opensearch\.xml"), frozenset({"lang"})),
    (re.compile(r"/(index\.php)?"), frozenset({"q"})),
)


def meaning(path: str, query: str) -> str:
    """The part of `query` that the page at `path` knows, in one spelling and order.

    Of a parameter given twice the last counts, as in Django. `query` is as WSGI has it: bytes as
    Latin-1; what isn't UTF-8 becomes U+FFFD, which no page accepts.
    """
    if not query:
        return ""
    known = next((names for pattern, names in _TABLE if pattern.fullmatch(path)), None)
    if not known:
        return ""
    text = query.encode("latin-1", "replace").decode("utf-8", "replace")
    found = dict(parse_qsl(text, keep_blank_values=True))
    return urlencode({name: found[name] for name in sorted(known & found.keys())})
