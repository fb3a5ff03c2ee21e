"""gunicorn's worker: it takes bare Thai in addresses, refuses in both languages, and says of itself
nothing.

What it can't parse never reaches Django: an address of more than 8,190 characters, broken headers.
gunicorn answers those in English alone, repeats what was sent, and logs the reader's address.

gunicorn's master reads this file, and every worker begins with all that the master has loaded: so
Django is none of it, or a reload would go on with the former Django beside new code.
"""

import re
from functools import lru_cache
from http import HTTPStatus
from socket import socket

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

PAGE = (
    '<!doctype html><html lang="th"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{thai}</title><h1>{thai}</h1>'
    '<p><a href="/th/">ข่าวประชาสัมพันธ์ สำนักงาน ก.พ.</a></p>'
    '<p lang="en">{english} <a href="/en/">OCSC press releases</a></p></html>'
)
UNREADABLE = ("ที่อยู่นี้ไม่ถูกต้อง", "The address is not right.")
BROKEN = ("ระบบขัดข้องชั่วคราว", "Something went wrong here.")


def _of_the_settings() -> str:
    """As Django's answers have it: browsers are kept on TLS, and pages may do less."""
    from django.conf import settings  # noqa: PLC0415 - in a worker, never in the master

    if not settings.configured:
        return ""
    policy = ", ".join(f"{name}=()" for name in settings.PERMISSIONS_POLICY)
    headers = f"Permissions-Policy: {policy}\r\n"
    if settings.SECURE_HSTS_SECONDS:
        parts = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
        parts += ["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []
        parts += ["preload"] if settings.SECURE_HSTS_PRELOAD else []
        headers += f"Strict-Transport-Security: {'; '.join(parts)}\r\n"
    return headers


def refuse(sock: socket, status: int, reason: str, _message: str) -> None:
    """Answer with a page in both languages, and with nothing that the reader sent."""
    thai, english = BROKEN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else UNREADABLE
    body = PAGE.format(thai=thai, english=english).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        "Content-Type: text/html; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
        "X-Frame-Options: DENY\r\nReferrer-Policy: strict-origin-when-cross-origin\r\n"
        "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
        "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'\r\n"
        f"{_of_the_settings()}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode("latin-1") + body)


_BARE = re.compile(rb"[\x80-\xff]")


class TolerantRequest(Request):
    """A request whose address may hold bare Thai, as old mails, chat programs and scripts send it.

    RFC 3986 wants it percent-encoded, and gunicorn insists. Nothing else is forgiven: spaces and
    control characters are where requests get smuggled.
    """

    def parse_request_line(self, line_bytes: bytes) -> None:
        encoded = _BARE.sub(lambda byte: b"%%%02X" % byte[0][0], line_bytes)
        super().parse_request_line(encoded)


# gunicorn's own: a worker puts another in its place.
Response = wsgi.Response


@lru_cache(maxsize=512)
def _checked(headers: tuple[tuple[str, str], ...]) -> Response:
    """An answer for which gunicorn has checked `headers`; raises what it raises, each time."""
    answer = Response(req=None, sock=None, cfg=None)
    answer.process_headers(headers)
    return answer


class TerseResponse(Response):
    """An answer without what goes without saying.

    Which software gives it is nobody's business, and HTTP/1.1 keeps a connection anyway. nginx
    would store both with every page that it keeps, and read them each time.
    """

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """A kept page has the same headers each time, and to check a dozen costs more than to find
        the page. What is not for everybody may hold somebody's cookie, and comes once anyway.
        """
        if not dict(headers).get("Cache-Control", "").startswith("public"):
            super().process_headers(headers)
            return
        checked = _checked(tuple(headers))
        self.headers.extend(checked.headers)
        self.response_length, self.upgrade = checked.response_length, checked.upgrade

    def default_headers(self) -> list[str]:
        unsaid = ("Server:", "Connection: keep-alive") if self.req.version > (1, 0) else "Server:"
        return [line for line in super().default_headers() if not line.startswith(unsaid)]


def _unsaid(error: BaseException) -> BaseException:
    """A refusal of gunicorn's without what it quotes of the request: it is logged by its text, and
    answered by its class.
    """
    kind = type(error)
    if not kind.__module__.startswith("gunicorn."):
        return error
    told = type(kind.__name__, (kind,), {"__str__": lambda self: kind.__name__})
    return told.__new__(told)


class _Unnamed:
    """A request by its method alone: gunicorn logs the address of one outside of which the site
    broke, and says of none that it could not be read. The rest is for its access log.
    """

    uri = "(address not logged)"
    query = ""

    def __init__(self, request: Request) -> None:
        self.method = request.method
        self.version = request.version
        self.headers = []
        self.body = None


class Worker(ThreadWorker):
    """Threads, as `gthread`."""

    def init_process(self) -> None:
        # gunicorn has a setting for none of them: this is the one place where it writes answers of
        # its own, this the one where it says what a request is (`http_parser` in gunicorn.conf.py
        # sees to that), and this where it takes what it answers with. In the worker alone: in the
        # master each reload would wrap what the last one left.
        util.write_error = refuse
        RequestParser.mesg_class = TolerantRequest
        wsgi.Response = TerseResponse
        super().init_process()

    def handle_error(self, req, client, addr, exc) -> None:
        # Without the reader's address and what was asked for, which gunicorn would log.
        super().handle_error(req and _Unnamed(req), client, ("", -1), _unsaid(exc))
