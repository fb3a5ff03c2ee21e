"""What a page costs the server: CPU per request of every way to answer it, in one interleaved run.

    python benchmarks/pages.py [rounds]

Starts the site with its samples, nginx and gunicorn on loopback, and Wagtail with the same content
(which is installed under var/benchmarks at the first time), and drives each with wrk
(Debian: apt-get install nginx-light wrk). CPU is that of the server's processes alone, from the
kernel's scheduler, so neither the load generator nor a busy neighbour counts. Writes
benchmarks/results/pages.{md,json,svg}.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import reports, wagtail_peer  # noqa: E402
from benchmarks.reports import Bar, Target  # noqa: E402
from benchmarks.seeded import sampled  # noqa: E402
from deploy.lab.processes import Nginx, Process, Web, find_nginx, free_port  # noqa: E402

KEPT = ROOT / "var/benchmarks/pages"
"""Both sites, so that a second run begins at once."""

ROUNDS = 9
SECONDS = 2
CONNECTIONS = 8
ENCODING = "br"
# As Chrome says it, and by the same name whatever the port: a page's validator depends on it.
PLAIN = ("Host: localhost", "Accept-Encoding: gzip, deflate, br, zstd")

PROGRAMS = {"nginx": [find_nginx() or "nginx", "-v"], "wrk": ["wrk", "-v"]}

FILE_SERVER = """
server {{
    listen 127.0.0.1:{port};
    root {root};
    access_log {log} ocsc buffer=32k flush=1s;
    location / {{
        default_type "text/html; charset=utf-8";
        add_header Content-Encoding br;
        add_header Cache-Control "public, max-age=0, s-maxage=5";
    }}
    location /as-the-page/ {{
        alias {root}/;
        default_type "text/html; charset=utf-8";
{headers}
    }}
}}
"""
"""The same file twice: with the least of headers, and with those that the page has."""


@dataclass(frozen=True)
class Way:
    """One way to answer. `process` is whose CPU counts; `status` what every answer must have."""

    name: str
    process: Process
    url: str
    headers: tuple[str, ...] = PLAIN
    status: int = 200


def load(way: Way, seconds: int) -> int:
    """Ask as fast as it answers for so long; returns the number of answers, all of them right."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    for header in way.headers:
        command += ["-H", header]
    said = subprocess.run([*command, way.url], check=True, capture_output=True, text=True).stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", said)
    if wrong:
        raise RuntimeError(f"{way.name}: {wrong[0]}")
    return int(re.search(r"(\d+) requests in", said)[1])


def ask(url: str, headers: tuple[str, ...]):
    """One answer, as a context manager."""
    named = dict(header.split(": ", 1) for header in headers)
    return urllib.request.urlopen(urllib.request.Request(url, headers=named), timeout=20)


def check(way: Way) -> bytes:
    """The body of one answer. Raises where it isn't what the way is named for."""
    try:
        with ask(way.url, way.headers) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, b""
    if status != way.status:
        raise RuntimeError(f"{way.name}: {status}")
    return body


def measure(ways: list[Way], rounds: int, seconds: int) -> dict[str, list[float]]:
    """Microseconds of CPU per request, by way and round; the ways take turns within a round."""
    found: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(rounds):
        for way in ways if number % 2 else reversed(ways):
            before = way.process.cpu_seconds()
            answers = load(way, seconds)
            found[way.name].append((way.process.cpu_seconds() - before) / answers * 1e6)
        print(f"round {number + 1} of {rounds}", flush=True)
    return found


def ratio(found: dict[str, list[float]], reference: str, way: str) -> float:
    """The median over rounds of how many requests `way` answers in the CPU of one of
    `reference`'s.
    """
    pairs = zip(found[reference], found[way], strict=True)
    return statistics.median(theirs / ours for theirs, ours in pairs)


class Site:
    """The site with its samples, and every server that answers for it."""

    def __init__(self, folder: Path, stop: list[Callable]) -> None:
        self.data = sampled(KEPT / "data")
        one = {"WEB_CONCURRENCY": "1"}

        def started(process: Process) -> Process:
            stop.append(process.stop)
            return process

        self.kept = started(Web(self.data, name="kept", **one))
        alone = one | {"OCSC_PAGE_STORE_MB": "0"}
        self.filled = started(Web(self.data, name="filled", **alone))
        self.made = started(Web(self.data, name="made", OCSC_STENCILS_MB="0", **alone))
        self.renewed = started(
            Web(self.data, name="renewed", application="benchmarks.renewing:application", **alone)
        )
        self.hello = started(
            Web(self.data, name="hello", application="benchmarks.hello:application", **one)
        )
        with ask(self.url(self.kept, "/th/"), ()) as answer:
            self.path = re.search(r'href="(/th/news/[^"]+)"', answer.read().decode())[1]
        with ask(self.url(self.kept, self.path), PLAIN) as answer:
            self.etag, self.body = answer.headers["ETag"], answer.read()
            of_gunicorn = {"connection", "date", "server"}
            headers = [each for each in answer.getheaders() if each[0].lower() not in of_gunicorn]
        code = self.path.split("/")[3]
        with ask(self.url(self.kept, self.path), PLAIN[:1]) as answer:
            page = answer.read().decode()
        self.wagtail = started(wagtail_peer.Wagtail(KEPT / "wagtail", self.kept.port, code, page))
        with ask(self.url(self.wagtail, self.wagtail.path), PLAIN) as answer:
            wagtail_peer.check_alike(page, answer.read().decode())
        same = folder / "same"
        same.write_bytes(json.dumps(headers).encode() + b"\n" + self.body)
        self.same = started(
            Web(
                self.data,
                name="same",
                application="benchmarks.hello:application",
                OCSC_HELLO=str(same),
                **one,
            )
        )
        files = folder / "files"
        (files / self.path.lstrip("/")).parent.mkdir(parents=True)
        self.file = self.path.rstrip("/") + ".html"
        (files / self.file.lstrip("/")).write_bytes(self.body)
        self.file_port = free_port()
        # These nginx gives a file by itself.
        by_itself = {"content-length", "content-type", "etag"}
        added = [f"        add_header {name} {_quoted(value)};" for name, value in headers
                 if name.lower() not in by_itself]  # fmt: skip
        extra = FILE_SERVER.format(
            port=self.file_port, root=files, log=folder / "files.log", headers="\n".join(added)
        )
        self.nginx = started(Nginx(folder, web=[self.kept.port], extra=extra))

    @staticmethod
    def url(process: Process, path: str) -> str:
        return f"http://127.0.0.1:{process.port}{path}"

    def ways(self) -> list[Way]:
        known = (*PLAIN, f"If-None-Match: {self.etag}")
        page = self.path
        return [
            Way("nginx, file", self.nginx, f"http://127.0.0.1:{self.file_port}{self.file}"),
            Way(
                "nginx, file with the page's headers",
                self.nginx,
                f"http://127.0.0.1:{self.file_port}/as-the-page{self.file}",
            ),
            Way("nginx, kept page", self.nginx, self.url(self.nginx, page)),
            Way("gunicorn, hello", self.hello, self.url(self.hello, "/")),
            Way("gunicorn, hello as large as the page", self.same, self.url(self.same, "/")),
            Way("gunicorn, kept page", self.kept, self.url(self.kept, page)),
            Way("gunicorn, kept page, 304", self.kept, self.url(self.kept, page), known, 304),
            Way("gunicorn, page after a publication", self.renewed, self.url(self.renewed, page)),
            Way("Django, release", self.made, self.url(self.made, page)),
            Way("Django, release, from its stencil", self.filled, self.url(self.filled, page)),
            Way("Django, release, 304", self.made, self.url(self.made, page), known, 304),
            Way("Wagtail, release", self.wagtail, self.url(self.wagtail, self.wagtail.path)),
            Way("Django, home", self.made, self.url(self.made, "/th/")),
        ]


def _quoted(value: str) -> str:
    """As nginx reads it; it knows no way to write a dollar sign."""
    if "$" in value:
        raise ValueError(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def main(rounds: int) -> int:
    stop: list[Callable] = []
    with tempfile.TemporaryDirectory(prefix="ocsc-pages-") as folder:
        try:
            site = Site(Path(folder), stop)
            ways = site.ways()
            for way in ways:
                check(way)
            if len({check(way) for way in ways[:3]}) != 1:
                raise RuntimeError("nginx's file and its kept page differ")
            measure(ways, 1, 1)  # warm
            found = measure(ways, rounds, SECONDS)
        finally:
            for each in reversed(stop):
                each()
    report(found, len(site.body))
    return 0


def report(found: dict[str, list[float]], size: int) -> None:
    medians = {name: statistics.median(values) for name, values in found.items()}
    targets = [
        Target("through nginx, kept: of the same bytes as a file", 0.85,
               ratio(found, "nginx, file", "nginx, kept page")),
        Target("the same, of a file with the page's headers", 0.85,
               ratio(found, "nginx, file with the page's headers", "nginx, kept page")),
        Target("gunicorn alone, kept: of bare WSGI", 0.85,
               ratio(found, "gunicorn, hello", "gunicorn, kept page")),
        Target("the same, of bare WSGI with the page's headers and bytes", 0.85,
               ratio(found, "gunicorn, hello as large as the page", "gunicorn, kept page")),
        Target("release page after a publication: times cheaper than tuned Wagtail", 4,
               ratio(found, "Wagtail, release", "gunicorn, page after a publication")),
        Target("the same, where the publication changed what it leads on to: from its stencil", 4,
               ratio(found, "Wagtail, release", "Django, release, from its stencil")),
        Target("the same, rendered whole", 4,
               ratio(found, "Wagtail, release", "Django, release")),
        Target("after a publication: times cheaper than rendered whole", 5,
               ratio(found, "Django, release", "gunicorn, page after a publication")),
        Target("the same, from its stencil", 5,
               ratio(found, "Django, release", "Django, release, from its stencil")),
        Target("304 by validator: times cheaper than the page", 4,
               ratio(found, "Django, release", "Django, release, 304")),
    ]  # fmt: skip
    rows = [
        f"| {name} | {medians[name]:,.0f} | {min(values):,.0f}-{max(values):,.0f} | "
        f"{medians[name] / medians['gunicorn, hello']:.2f} |"
        for name, values in found.items()
    ]
    rounds = len(found["nginx, file"])
    markdown = f"""\
# A release page, anonymous: CPU of the server per request

Medians of {rounds} interleaved rounds of {SECONDS} s, {CONNECTIONS} connections, {size:,} bytes in
{ENCODING} (hello is short; what Django and Wagtail make is not compressed). A ratio is the median
of the rounds' own ratios.

| way | µs | least-most | times hello |
|---|---|---|---|
{chr(10).join(rows)}

{reports.targets_table(targets)}

![the same as a plot](pages.svg)

{reports.machine("django", "gunicorn", programs=PROGRAMS)}
Wagtail {wagtail_peer.version("wagtail")} on Django {wagtail_peer.version("django")}.
"""
    figures = {"microseconds": found, "targets": {each.what: each.found for each in targets}}
    reports.write("pages", markdown, figures)
    bars = [Bar(name, value) for name, value in medians.items()]
    reports.plot("pages", "CPU per request, one release page", "µs", bars)
    print(markdown)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS))
