"""One finished answer as it is kept: its headers, and its body in every encoding."""

import gzip
import re
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import brotli
from django.http import HttpResponse

from news.caching.epoch import Frame, Moment
from news.caching.headers import KEPT_BY_NGINX, until_boundary

KEPT_STATUSES = frozenset({200, 301, 404})
MAX_BODY = 4 * 1024**2
# Of one request or one connection, not of the page.
_NOT_KEPT = frozenset({"connection", "content-length", "date", "server", "x-request-id"})
_PROMISES = frozenset({"Cache-Control", KEPT_BY_NGINX})
_COMPRESSIBLE = re.compile(
    r"(text/|application/(json|feed\+json|[a-z]+\+xml|[a-z]+\+json)|image/svg\+xml)"
)
_MIN_COMPRESSED = 200
# Most pages are made anew in every epoch: above these, a hundredth of size costs a render.
_GZIP_LEVEL = 6
_BROTLI_QUALITY = 5

Headers = list[tuple[str, str]]


class Basis(NamedTuple):
    """What a page rests on besides its address, the settings and this process's code.

    `found` is all of it, equal where the page is the same to the byte and so are its headers, but
    for those that its epoch decides. `find(moment, at)` finds it anew for `moment`, which holds at
    `at`: by queries alone, for no request and no language is there. `site` is that of the moment
    that it was found with: where it is another one, nothing needs to be asked.
    """

    found: Hashable
    find: Callable[[Moment, datetime], Hashable]
    site: tuple[int, Frame]


def rests_on(response: HttpResponse, basis: Basis) -> HttpResponse:
    """Say what `response` was made of, so that it may outlast its epoch where it is kept."""
    response.basis = basis
    return response


@dataclass(frozen=True, slots=True)
class Form:
    """The answer in one encoding, ready to send."""

    body: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished answer of one epoch. `forms` maps `br`, `gzip` and `""` (as it is) to a form.

    An entry without forms says that this address had, in this epoch, an answer that may not be
    kept. `removals` is that of its moment. Without `basis` it holds in its epoch alone.
    """

    epoch: str
    status: str
    etag: str
    forms: Mapping[str, Form]
    size: int
    removals: int = 0
    basis: Basis | None = None
    made_at: float = field(default_factory=time.monotonic)

    def form(self, accepted: str) -> Form:
        """The smallest form that a reader with this `Accept-Encoding` understands."""
        for encoding in _understood(accepted):
            if encoding in self.forms:
                return self.forms[encoding]
        return self.forms[""]


@lru_cache(maxsize=256)
def _understood(header: str) -> tuple[str, ...]:
    """Those of our encodings that an `Accept-Encoding` allows, the smallest first."""
    return tuple(encoding for encoding in ("br", "gzip") if _accepts(header, encoding))


def _accepts(header: str, encoding: str) -> bool:
    for part in header.replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if name.lower() == encoding:
            return not weight or weight.strip("0.") != ""
    return False


def may_be_kept(response: HttpResponse) -> bool:
    """Whether `response` is the same for everybody who asks, and may be shared."""
    if response.status_code not in KEPT_STATUSES or getattr(response, "streaming", True):
        return False
    # No bytes, but leave to hand a file out: it is asked for each time, for it may end at any.
    if "X-Accel-Redirect" in response.headers or len(response.content) > MAX_BODY:
        return False
    if response.cookies or "Set-Cookie" in response.headers:
        return False
    if response.headers.get("Vary", "").lower() not in {"", "accept-encoding"}:
        return False
    return response.headers.get("Cache-Control", "").startswith("public")


def entry_of(response: HttpResponse, moment: Moment, before: Entry | None = None) -> Entry:
    """`response` as it is kept for `moment`, compressed once in each encoding. `before` is what was
    kept for its address in another epoch.
    """
    headers = [(name, value) for name, value in response.items() if name.lower() not in _NOT_KEPT]
    body = response.content
    bodies = {"": body}
    content_type = response.headers.get("Content-Type", "")
    if len(body) >= _MIN_COMPRESSED and _COMPRESSIBLE.match(content_type):
        if "Vary" not in response.headers:
            headers.append(("Vary", "Accept-Encoding"))
        bodies |= _compressed(body, before.forms if before is not None else {})
    forms = {
        name: Form(content, _headers(headers, name, content)) for name, content in bodies.items()
    }
    basis = getattr(response, "basis", None)
    size = sum(len(form.body) for form in forms.values()) + 200 * len(headers)
    size += len(str(basis.found)) if basis is not None else 0
    status = f"{response.status_code} {response.reason_phrase}"
    etag = response.headers.get("ETag", "")
    return Entry(moment.key, status, etag, forms, size, moment.removals, basis)


def _compressed(body: bytes, before: Mapping[str, Form]) -> dict[str, bytes]:
    """As it was compressed `before` where it is the same: a publication changes few pages, and
    compressing one costs more than making it from its stencil.
    """
    if "br" in before and before[""].body == body:
        return {name: before[name].body for name in ("gzip", "br")}
    return {
        "gzip": gzip.compress(body, _GZIP_LEVEL, mtime=0),
        "br": brotli.compress(body, quality=_BROTLI_QUALITY),
    }


def not_kept(moment: Moment) -> Entry:
    """Says that this address has nothing to keep in this epoch, so that nobody waits for it."""
    return Entry(moment.key, "", "", {}, 0)


def _headers(common: Iterable[tuple[str, str]], encoding: str, body: bytes) -> Headers:
    own = [("Content-Length", str(len(body)))]
    if encoding:
        own.append(("Content-Encoding", encoding))
    return [*common, *own]


def cut_headers(headers: Headers, seconds_left: float) -> Headers:
    """`headers` that promise nothing past a boundary `seconds_left` away."""
    return [
        (name, until_boundary(value, seconds_left) if name in _PROMISES else value)
        for name, value in headers
    ]
