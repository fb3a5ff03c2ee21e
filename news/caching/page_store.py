"""The page store: Django's WSGI handler wrapped in a memory of finished answers.

Round the handler and not in its middleware, because the handler itself is most of what a kept page
costs. An entry belongs to an address (scheme, host, path, the query's meaning; the language is the
path's first part), and holds in this process's build and in one epoch, or for longer where it says
what it rests on.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import parse_etags

from news.caching.entries import Entry, Headers, cut_headers, entry_of, may_be_kept, not_kept
from news.caching.epoch import EpochReader, EpochUnreadable, Moment
from news.caching.handler import ANSWERED
from news.caching.headers import is_of_this_reader
from news.caching.query import is_for_the_view, meaning
from news.caching.renewal import renewed
from news.caching.stencils import stencils
from news.caching.store import Shelves, Turns
from news.metrics import PAGE_STORE_BYTES, PAGES

NEVER = (
    "/admin",
    "/preview/",
    "/s/",
    "/S/",
    "/media/",
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
)
"""Prefixes of what is private, counted, made of files, or different for each who asks."""

STALE_SECONDS = 86_400
"""How old an answer may be that stands in while the site can't make one."""

PATIENCE_SECONDS = 10
"""How long a thread waits for another one to make the page that it wants as well."""

MAX_ADDRESS = 2_000
"""Characters of path and query: what is longer is answered and not kept."""

# No lifetime that the site gives is longer, so this far from a boundary none needs to be cut.
_LONGEST_LIFETIME = 300
# Who asks, and a body where none belongs. Nor a server's own way of sending files: Django would
# hand the file over in place of its answer, which then couldn't be asked whether it may be kept.
_NOT_OF_THE_PAGE = frozenset(
    {
        "CONTENT_LENGTH",
        "CONTENT_TYPE",
        "HTTP_AUTHORIZATION",
        "HTTP_COOKIE",
        "wsgi.file_wrapper",
    }
)
_OF_THE_BODY = frozenset({"Content-Encoding", "Content-Length", "Content-Type"})

ANSWERS = ("hit", "renewed", "miss", "stale", "passed")

StartResponse = Callable
Body = Iterable[bytes]


class Address(NamedTuple):
    """What an answer is kept under, within an epoch."""

    secure: bool
    host: str
    path: str
    query: str


class Answer(NamedTuple):
    """What Django answered: `started` is what it called `start_response` with, `body` what goes to
    the server and is closed, the response itself or what a tracer put round it.
    """

    response: HttpResponse
    started: tuple
    body: Body

    @property
    def is_final(self) -> bool:
        """Whether the same question has the same kind of answer for the rest of the epoch."""
        status = self.response.status_code
        of_this_time = {HTTPStatus.NOT_MODIFIED, HTTPStatus.TOO_MANY_REQUESTS}
        return (
            status < HTTPStatus.INTERNAL_SERVER_ERROR
            and status not in of_this_time
            and not is_of_this_reader(self.response)
        )


class PageStore:
    """A WSGI application that answers from memory what `application` answered in this epoch.

    `counts` tells how many requests were a `hit`, `renewed` (an answer of an earlier epoch that was
    still right), a `miss`, `stale` (the site could make no answer) or `passed` on. All are where
    `max_bytes` is 0; what is made during a removal is promised to no cache then either.
    """

    def __init__(self, application: Callable, reader: EpochReader, max_bytes: int) -> None:
        self._application = application
        self._reader = reader
        self._has_room = max_bytes > 0
        self._shelves = Shelves(max_bytes)
        reader.when_removed(self._forget)
        self._turns = Turns(PATIENCE_SECONDS)
        self._proxy_header, self._proxy_says = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        self.counts: Counter[str] = Counter()
        # Found once: looking a label up costs as much as counting.
        self._figures = {answer: PAGES.labels(answer) for answer in ANSWERS}

    @property
    def bytes_kept(self) -> int:
        return self._shelves.bytes_kept

    def __call__(self, environ: dict, start_response: StartResponse) -> Body:
        address = self._address(environ)
        if address is None:
            return self._pass(environ, start_response)
        at = timezone.now()
        entry = self._shelves.get(address)
        try:
            moment = self._reader.current(at)
        except EpochUnreadable:
            if self._can_stand_in(entry):
                return self._send_stale(environ, start_response, entry)
            return self._pass(environ, start_response)
        if entry is None or entry.epoch != moment.key:
            return self._make(environ, start_response, address, moment)
        if not entry.forms:
            return self._pass(environ, start_response)
        self._note("hit")
        return _send(environ, start_response, entry, moment.seconds_left(at))

    def _address(self, environ: dict) -> Address | None:
        """The address that an answer would be kept under; None where none may be."""
        path = environ.get("PATH_INFO", "")
        query = environ.get("QUERY_STRING", "")
        if (
            not self._has_room
            or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
            or path == "/"  # leads to the reader's own language
            or path.startswith(NEVER)
            or len(path) + len(query) > MAX_ADDRESS
            or is_for_the_view(path, query)
        ):
            return None
        return Address(self._is_secure(environ), _host(environ), path, meaning(path, query))

    def _is_secure(self, environ: dict) -> bool:
        """As Django finds it: by the proxy's header where settings name one."""
        if self._proxy_header in environ:
            said = environ[self._proxy_header].split(",", 1)[0].strip()
            return said == self._proxy_says
        return environ.get("wsgi.url_scheme") == "https"

    def _note(self, answer: str) -> None:
        self.counts[answer] += 1
        self._figures[answer].inc()

    def _pass(self, environ: dict, start_response: StartResponse) -> Body:
        self._note("passed")
        removals = self._reader.removals
        # Held back until the answer is there: only then is it known what may be promised of it.
        started: list[tuple] = []
        response = self._application(environ, lambda *arguments: started.append(arguments))
        heard = self._heard_of_another(removals)  # no page is kept of it, but perhaps a stencil
        _start(start_response, started[0], promising=not heard)
        return _body(environ, response)

    def _make(
        self, environ: dict, start_response: StartResponse, address: Address, moment: Moment
    ) -> Body:
        """Renew what is kept, or ask Django; unless another thread does so already: then take what
        it was given.
        """
        asked = _asked(environ, address)
        with self._turns.of(address):
            known = self._shelves.get(address)
            if known is not None and known.epoch == moment.key and known.forms:
                self._note("hit")
                return _send(environ, start_response, known, moment.seconds_left(timezone.now()))
            made = self._renewed(known, asked, moment)
            self._note("miss" if made is None else "renewed")
            if made is None:
                answer = self._ask(asked)
                if not may_be_kept(answer.response):
                    if answer.is_final:
                        self._shelves.put(address, not_kept(moment), is_page=False)
                    heard = self._heard_of_another(moment.removals)
                    return self._send_unkept(environ, start_response, address, answer, heard=heard)
                made = entry_of(answer.response, moment, before=known)
                answer.body.close()
            seconds_left = self._keep(address, made, moment)
        return _send(environ, start_response, made, seconds_left)

    def _renewed(self, known: Entry | None, asked: dict, moment: Moment) -> Entry | None:
        """`known` as an entry of `moment`, where that is still now: a thread may have waited long
        for its turn.
        """
        if known is None or known.basis is None:
            return None
        at = timezone.now()
        try:
            now = self._reader.current(at)
        except EpochUnreadable:
            return None
        return renewed(known, asked, now, at) if now.key == moment.key else None

    def _keep(self, address: Address, made: Entry, moment: Moment) -> float:
        """Keep `made`, unless it must not be; how many seconds may be promised of it."""
        if self._came_from_behind(moment):
            return 0 if self._heard_of_another(moment.removals) else 1
        # Of what leads to a page, or finds none, strangers can think up any number.
        is_page = not address.query and made.status.startswith("200")
        self._shelves.put(address, made, is_page=is_page)
        if self._heard_of_another(moment.removals):
            return 0
        PAGE_STORE_BYTES.set(self._shelves.bytes_kept)
        return moment.seconds_left(timezone.now())

    def _heard_of_another(self, removals: int) -> bool:
        """Whether this process has heard of a removal since it knew of `removals`: what it has kept
        meanwhile, a page or its stencil, may be made of what was being removed, and is forgotten.

        To be asked once that is kept: what is heard of later is forgotten by whoever hears it. So
        it stays at no moment, and in between nobody is given it: a page stands in only with the
        removals that it was made with, and a stencil is that of a version asked for each time.
        Whoever waited for this page gets it all the same, asked for before; no cache may keep it.
        """
        if self._reader.removals == removals:
            return False
        self._forget()
        return True

    def _came_from_behind(self, moment: Moment) -> bool:
        """Whether the database that knew `moment` was lost meanwhile and a replica that has less
        stands in: what it gave must not be kept under `moment`.
        """
        try:
            return self._reader.current(timezone.now()).is_behind(moment)
        except EpochUnreadable:
            return False

    def _ask(self, asked: dict) -> Answer:
        started: list[tuple] = []
        body = self._application(asked, lambda *arguments: started.append(arguments))
        return Answer(asked.pop(ANSWERED, body), started[0], body)

    def _send_unkept(
        self,
        environ: dict,
        start_response: StartResponse,
        address: Address,
        answer: Answer,
        *,
        heard: bool,
    ) -> Body:
        """`heard`: whether this process has heard of a removal while the answer was made."""
        known = self._shelves.get(address)
        if answer.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and self._can_stand_in(
            known
        ):
            answer.body.close()
            return self._send_stale(environ, start_response, known)
        _start(start_response, answer.started, promising=not heard)
        return _body(environ, answer.body)

    def _send_stale(self, environ: dict, start_response: StartResponse, entry: Entry) -> Body:
        """An old answer, which no cache may keep long: the site may be back in a second."""
        self._note("stale")
        return _send(environ, start_response, entry, seconds_left=1)

    def _can_stand_in(self, entry: Entry | None) -> bool:
        """Not what was made before something was removed or erased: any page may show it."""
        return (
            entry is not None
            and bool(entry.forms)
            and time.monotonic() - entry.made_at < STALE_SECONDS
            and entry.removals == self._reader.removals
        )

    def _forget(self) -> None:
        """Nothing of what was removed stays in memory, nor of a time that never was, where the
        database was restored to before a removal.
        """
        self._shelves.clear()
        stencils.clear()


def _host(environ: dict) -> str:
    """The host without its port: Django allows any, and no page says it, nor does the way to https.
    What is neither a name nor a name and a port stays as it is, to be refused.
    """
    said = environ.get("HTTP_HOST", "").lower()
    name, _, port = said.rpartition(":")
    is_name = name != "" and (":" not in name or name.endswith("]"))
    return name if is_name and port.isdecimal() else said


def _asked(environ: dict, address: Address) -> dict:
    """What Django is asked: with GET and without what isn't in the address. Neither a cookie, a
    body, a port nor a parameter that means nothing can change a page that others will be given.
    """
    asked = {name: value for name, value in environ.items() if name not in _NOT_OF_THE_PAGE}
    if "HTTP_HOST" in asked:
        asked["HTTP_HOST"] = address.host
    if environ["REQUEST_METHOD"] == "HEAD":  # parts are GET's alone (RFC 9110, section 14.2)
        asked.pop("HTTP_RANGE", None)
    return asked | {"REQUEST_METHOD": "GET", "QUERY_STRING": address.query}


def _start(start_response: StartResponse, started: tuple, *, promising: bool) -> None:
    """Start an answer as Django did, `promising` caches what it says to them, or nothing."""
    status, headers, *rest = started
    start_response(status, headers if promising else cut_headers(headers, 0), *rest)


def _body(environ: dict, body: Body) -> Body:
    """`body`, or nothing where only the headers are asked for: gunicorn drops it and says so in its
    log.
    """
    if environ["REQUEST_METHOD"] != "HEAD":
        return body
    body.close()
    return []


def _send(environ: dict, start_response: StartResponse, entry: Entry, seconds_left: float) -> Body:
    form = entry.form(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers = form.headers
    if seconds_left < _LONGEST_LIFETIME:
        headers = cut_headers(headers, seconds_left)
    if "HTTP_IF_NONE_MATCH" in environ and _has_it(environ["HTTP_IF_NONE_MATCH"], entry.etag):
        start_response("304 Not Modified", _without_body(headers))
        return []
    start_response(entry.status, list(headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [form.body]


def _has_it(if_none_match: str, etag: str) -> bool:
    """Weakly compared, after RFC 9110, section 13.1.2."""
    known = parse_etags(if_none_match)
    return bool(etag) and (
        known == ["*"] or etag.removeprefix("W/") in {each.removeprefix("W/") for each in known}
    )


def _without_body(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name not in _OF_THE_BODY]
