"""Asks other sites whether a page is still there. Run by the worker, never in a request.

Editors' links say where this server connects to, so an address is visited only if every address of
its host is on the public internet, and the connection goes to just the address that was looked at:
a name that answers differently a moment later gains nothing. No body is read, no cookie kept, and
a redirect is an address like any other.
"""

import hashlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from news.models import Job, LinkVisit

VISIT = "link-visit"

SECONDS = 5.0
"""For each wait: name, connection, answer."""
SECONDS_IN_ALL = 15.0
REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
FRESH = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)
"""A site that doesn't answer is asked once more before anybody is told."""

_GONE = {404, 410}
_NO_HEAD = {400, 403, 405, 501}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(ValueError):
    """The address names something that isn't on the public internet."""


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: LinkVisit.Outcome
    status: int | None = None


def queue(urls: list[str]) -> None:
    """Ask the worker to visit what it hasn't visited lately."""
    if not settings.CHECK_LINKS or not urls:
        return
    since = timezone.now() - FRESH
    fresh = set(
        LinkVisit.objects.filter(url__in=urls, visited_at__gte=since).values_list("url", flat=True)
    )
    for url in urls:
        if url not in fresh and len(url) <= 2000:
            Job.objects.enqueue_again(VISIT, _key(url), {"url": url})


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def visit(payload: dict) -> None:
    """Look at `payload["url"]` and write down what came of it; the handler of the job."""
    url = payload["url"]
    answer = look(url)
    failed = answer.outcome == LinkVisit.Outcome.UNREACHABLE
    now = timezone.now()
    LinkVisit.objects.update_or_create(
        url=url,
        defaults={
            "outcome": answer.outcome,
            "status": answer.status,
            "visited_at": now,
            "failures": F("failures") + 1 if failed else 0,
        },
        create_defaults={
            "outcome": answer.outcome,
            "status": answer.status,
            "visited_at": now,
            "failures": int(failed),
        },
    )
    if failed and not payload.get("again"):
        again = payload | {"again": True}
        Job.objects.enqueue(VISIT, f"{_key(url)}:{now:%Y%m%d}", again, now + AGAIN_AFTER)


def look(url: str) -> Answer:
    """What a reader who follows `url` would find. Takes `SECONDS_IN_ALL` at most; raises nothing
    for what other machines do.
    """
    until = time.monotonic() + SECONDS_IN_ALL
    try:
        for _step in range(REDIRECTS + 1):
            status, location = _ask(url, until)
            if not (300 <= status < 400 and location):
                gone = status in _GONE
                return Answer(
                    LinkVisit.Outcome.GONE if gone else LinkVisit.Outcome.ANSWERED, status
                )
            url = urljoin(url, location)
    except NotPublic:
        return Answer(LinkVisit.Outcome.REFUSED)
    except (OSError, http.client.HTTPException, UnicodeError, ValueError):
        return Answer(LinkVisit.Outcome.UNREACHABLE)
    return Answer(LinkVisit.Outcome.UNREACHABLE)  # round and round


def _ask(url: str, until: float) -> tuple[int, str]:
    """(status, Location) of `url`; by GET where a site doesn't answer HEAD as it should."""
    parts = urlsplit(url)
    address = public_address(parts)
    status, location = _request("HEAD", parts, address, until)
    if status in _NO_HEAD | _GONE:
        status, location = _request("GET", parts, address, until)
    return status, location


def public_address(parts: SplitResult) -> str:
    """The address to connect to. Raises NotPublic, and OSError where the name has none."""
    if parts.scheme not in PORTS or parts.username or parts.password or not parts.hostname:
        raise NotPublic(parts.geturl())
    if parts.port not in {None, PORTS[parts.scheme]}:
        raise NotPublic(parts.geturl())
    found = socket.getaddrinfo(
        parts.hostname.encode("idna").decode(), PORTS[parts.scheme], type=socket.SOCK_STREAM
    )
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(is_public, addresses)):
        raise NotPublic(parts.hostname)
    return addresses[0]


def is_public(written: str) -> bool:
    """Whether an IP address, also one wrapped in IPv6, is on the public internet."""
    address = ipaddress.ip_address(written.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(address.packed[-4:])))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


def _request(method: str, parts: SplitResult, address: str, until: float) -> tuple[int, str]:
    left = min(SECONDS, until - time.monotonic())
    if left <= 0:
        raise TimeoutError(parts.geturl())
    connection = _Connection(parts, address, left)
    # Each wait is bounded, but a site can send a byte at a time: this ends all of them together.
    end = threading.Timer(until - time.monotonic(), connection.cut)
    end.daemon = True
    end.start()
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    try:
        connection.request(method, path, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
        answer = connection.getresponse()
        # What a site sends is not read: its status is all that is asked for.
        return answer.status, answer.headers.get("Location", "")
    finally:
        end.cancel()
        connection.close()


USER_AGENT = "OCSC-press-archive link check"


class _Connection(http.client.HTTPConnection):
    """A connection to one address that was looked at, whatever its name resolves to by now."""

    def __init__(self, parts: SplitResult, address: str, timeout: float) -> None:
        super().__init__(parts.hostname, PORTS[parts.scheme], timeout=timeout)
        self._address = address
        self._tls = parts.scheme == "https"

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread; whoever waits for it gets an error."""
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
