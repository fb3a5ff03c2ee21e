"""How long after "publish" a release is seen everywhere, through nginx with all its caches warm.

    python benchmarks/publish.py [rounds]

Starts the site with its samples, two workers and nginx. In each round every surface is asked twice
a second, so that all caches hold it; a release is published in another process, and for each
surface the seconds from the commit to the first answer that has it are taken. The slowest answer
says whether a reader waited for something to be made anew. Writes
benchmarks/results/publish.{md,json,svg}.
"""

import shutil
import statistics
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import reports  # noqa: E402
from benchmarks.reports import Bar, Target  # noqa: E402
from benchmarks.seeded import sampled  # noqa: E402
from deploy.lab.processes import Data, Nginx, Web  # noqa: E402

KEPT = ROOT / "var/benchmarks/pages/data"
ROUNDS = 7
WARM_SECONDS = 3
PATIENCE_SECONDS = 30
EVERY_SECONDS = 0.5
WANTED_SECONDS = 10

OWN, MONTH = "its own page", "month"
"""What may be a 404 beforehand, and kept as that: the page always, the month in the first round."""

SURFACES = {
    "home, Thai": "/th/",
    "home, English": "/en/",
    "topic": "/th/topics/digital-government/",
    MONTH: "/th/archive/{month}/",
    "Atom": "/th/feeds/atom.xml",
    "RSS": "/en/feeds/rss.xml",
    "JSON Feed": "/th/feeds/feed.json",
    "search": "/th/search/?q={word}",
    "sitemap": "/sitemap-releases-0.xml",
    "news sitemap": "/news-sitemap.xml",
    "API": "/api/v1/releases/",
    OWN: "/th/news/{code}/",
}
"""What a publication changes."""


PREPARE = """
from news.models import PressRelease, Topic
topic, _made = Topic.objects.get_or_create(
    slug="digital-government", defaults={{"name_th": "รัฐบาลดิจิทัล", "name_en": "Digital government"}})
release = PressRelease.objects.create(
    topic=topic, title_th="สำนักงาน ก.พ. ประกาศ {word}", title_en="OCSC announces {word}",
    body_th="<p>เนื้อข่าวของประกาศ</p>", body_en="<p>The text of the announcement.</p>")
print(release.pk, release.code)
"""
PUBLISH = """
import time
from news import publishing
from news.models import PressRelease
version = publishing.publish(release=PressRelease.objects.get(pk={pk}))
print(time.time(), version.dated.strftime("%Y/%m"))
"""


class Watch(threading.Thread):
    """Asks one surface again and again. `seen_at` is when it first had `sign`; None until then.
    Ends at an error, but for a 404 where it is `missing` beforehand.
    """

    def __init__(self, url: str, sign: bytes, *, missing: bool) -> None:
        super().__init__(daemon=True)
        self._url, self._sign, self._missing = url, sign, missing
        self._over = threading.Event()
        self.seen_at: float | None = None
        self.slowest = 0.0
        self.start()

    def run(self) -> None:
        while self.seen_at is None and not self._over.is_set():
            began = time.time()
            try:
                with urllib.request.urlopen(self._url, timeout=20) as answer:
                    found = self._sign in answer.read()
            except urllib.error.HTTPError as error:
                if error.code != 404 or not self._missing:
                    raise
                found = False
            now = time.time()
            self.slowest = max(self.slowest, now - began)
            if found:
                self.seen_at = now
            self._over.wait(EVERY_SECONDS)

    def end(self) -> None:
        self._over.set()
        self.join()


def one_round(data: Data, port: int, number: int) -> tuple[dict[str, float], float]:
    """Surface -> seconds from the commit until it was seen there; and the slowest answer."""
    word = f"w{number}x{int(time.time())}"
    said = data.manage("shell", "-v0", "-c", PREPARE.format(word=word))
    pk, code = said.split()
    month = time.strftime("%Y/%m", time.gmtime(time.time() + 7 * 3600))
    watches = {}
    for name, path in SURFACES.items():
        url = path.format(month=month, word=word, code=code)
        # A search's own page repeats what was asked; only a result leads to the release.
        watches[name] = Watch(
            f"http://127.0.0.1:{port}{url}", code.encode(), missing=name in (OWN, MONTH)
        )
    time.sleep(WARM_SECONDS)
    committed, dated = data.manage("shell", "-v0", "-c", PUBLISH.format(pk=pk)).split()
    committed = float(committed)
    if dated != month:
        raise RuntimeError(f"published in {dated}, watched for in {month}")
    deadline = time.time() + PATIENCE_SECONDS
    while time.time() < deadline and any(watch.is_alive() for watch in watches.values()):
        time.sleep(0.1)
    for watch in watches.values():
        watch.end()
    missing = [name for name, watch in watches.items() if watch.seen_at is None]
    if missing:
        raise RuntimeError(f"not seen within {PATIENCE_SECONDS} s: {', '.join(missing)}")
    seconds = {name: max(0.0, watch.seen_at - committed) for name, watch in watches.items()}
    return seconds, max(watch.slowest for watch in watches.values())


def main(rounds: int) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ocsc-publish-")))
        # A copy: it is published into.
        shutil.copytree(sampled(KEPT).folder, folder / "data")
        data = Data(folder / "data")
        web = stack.enter_context(Web(data))
        nginx = stack.enter_context(Nginx(folder, web=[web.port]))
        found: dict[str, list[float]] = {name: [] for name in SURFACES}
        slowest = []
        for number in range(rounds):
            seconds, waited = one_round(data, nginx.port, number)
            slowest.append(waited)
            for name, value in seconds.items():
                found[name].append(value)
            print(f"round {number + 1} of {rounds}: {max(seconds.values()):.1f} s", flush=True)
    report(found, slowest)
    return 0


def report(found: dict[str, list[float]], slowest: list[float]) -> None:
    rounds = len(slowest)
    everywhere = [max(values[number] for values in found.values()) for number in range(rounds)]
    targets = [
        Target("publish to visible everywhere, s, the worst round", WANTED_SECONDS,
               max(everywhere), at_least=False),
        Target("the same, the median of the rounds", WANTED_SECONDS,
               statistics.median(everywhere), at_least=False),
    ]  # fmt: skip
    rows = [
        f"| {name} | {statistics.median(values):.1f} | {max(values):.1f} |"
        for name, values in found.items()
    ]
    markdown = f"""\
# From "publish" to visible, in seconds

{rounds} rounds through nginx and two workers, every surface asked twice a second beforehand and
meanwhile (so each figure is up to {EVERY_SECONDS} s too high). The slowest of all answers took
{max(slowest):.2f} s, the median of the rounds' slowest {statistics.median(slowest):.2f} s.

| surface | median | worst |
|---|---|---|
{chr(10).join(rows)}

{reports.targets_table(targets)}

![the same as a plot](publish.svg)

{reports.machine("django", "gunicorn")}
"""
    reports.write("publish", markdown, {"seconds": found, "slowest answers": slowest})
    bars = [Bar(name, statistics.median(values)) for name, values in found.items()]
    reports.plot("publish", "Seconds from publish to visible, median", "s", bars)
    print(markdown)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS))
