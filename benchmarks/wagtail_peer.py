"""Wagtail with the same content, in an environment and a folder of its own.

Its pages get the frame of ours as plain text: head, masthead and footer cost it nothing. The
article is made by its own templates of its own models; see `wagtail_site`.
"""

import hashlib
import html
import json
import re
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

from deploy.lab.processes import Process, accepts, free_port

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "benchmarks/requirements-wagtail.txt"
ENVIRONMENT = ROOT / "var/benchmarks/wagtail"
PARTS = {
    "headline": r'<h1 class="headline">(.*?)</h1>',
    "standfirst": r'<p class="standfirst">(.*?)</p>',
    "text": r'<div class="prose">(.*?)</div>',
    "descriptions of photos": r'<figure.*?<img [^>]*alt="([^"]*)"',
    "files of photos": r"(image/(?:avif|webp)|\d+w)[, \"]",
    "related releases": r'<li><a href="[^"]*">([^<]*)</a> <small>',
    "neighbours": r'<a rel="(prev|next)"',
}
"""What an article has, and where both pages have it."""


def installed() -> Path:
    """The Python of Wagtail's environment, which is made at the first time."""
    python = ENVIRONMENT / "bin/python"
    done = ENVIRONMENT / "done"
    if not done.exists() or done.read_text() != LOCK.read_text():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        command = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run([*command, "-r", LOCK], check=True)
        done.write_text(LOCK.read_text())
    return python


def version(package: str) -> str:
    say = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run(
        [installed(), "-c", say], check=True, capture_output=True, text=True
    ).stdout.strip()


class Wagtail(Process):
    """gunicorn with the same settings as ours, filled from the API and a page of the site at
    `port`. `path` is that of the release `code` there. What was filled stays in `kept`, and is
    taken again where releases and models are still those.
    """

    def __init__(self, kept: Path, port: int, code: str, page: str) -> None:
        python = installed()
        releases = _releases(port)
        text = json.dumps(releases, ensure_ascii=False)
        folder = kept / _fingerprint(text)
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "PATH": str(ENVIRONMENT / "bin"),
            "HOME": str(folder),
            "WAGTAIL_FOLDER": str(folder),
            "DJANGO_SETTINGS_MODULE": "benchmarks.wagtail_site.settings",
            "PYTHONPATH": f"{ROOT}:{folder}",
        }
        paths = folder / "paths"
        if not paths.exists():
            (folder / "releases.json").write_text(text)
            _fetch_photos(releases, folder / "photos", port)
            paths.write_text(self._filled(python, folder))
        before, _, rest = page.partition("<article>")
        (folder / "templates").mkdir(exist_ok=True)
        (folder / "templates/before.html").write_text(_literal(before))
        (folder / "templates/after.html").write_text(_literal(rest.rpartition("</article>")[2]))
        self.path = next(line for line in paths.read_text().splitlines() if f"/{code}/" in line)
        self.port = free_port()
        super().__init__(
            [str(python), "-m", "gunicorn", "--no-control-socket", "--workers", "1",
             "--worker-class", "gthread", "--threads", "4", "--keep-alive", "5",
             "--bind", f"127.0.0.1:{self.port}", "benchmarks.wagtail_site.wsgi:application"],
            folder / "wagtail.log",
            ready=lambda: accepts(self.port),
            environment=self.environment,
        )  # fmt: skip

    def _filled(self, python: Path, folder: Path) -> str:
        """The addresses of its releases, one a line, after they were made."""
        (folder / "press_migrations").mkdir(exist_ok=True)
        (folder / "press_migrations/__init__.py").touch()
        self._manage(python, "makemigrations", "press", "--verbosity", "0")
        self._manage(python, "migrate", "--verbosity", "0")
        return self._manage(python, "fill", str(folder / "releases.json"), str(folder / "photos"))

    def _manage(self, python: Path, *arguments: str) -> str:
        done = subprocess.run(
            [python, "-m", "django", *arguments],
            cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"{arguments[0]} failed:\n{done.stderr[-3000:]}")
        return done.stdout


def check_alike(ours: str, theirs: str) -> None:
    """Raises RuntimeError where the two articles differ in one of `PARTS`."""
    for what, pattern in PARTS.items():
        found = [
            [html.unescape(re.sub(r"<[^>]+>", "", each)) for each in _found(pattern, page)]
            for page in (ours, theirs)
        ]
        if found[0] != found[1]:
            raise RuntimeError(f"{what}: {found[0]} here, {found[1]} in Wagtail")


def _found(pattern: str, page: str) -> list[str]:
    article = page.partition("<article>")[2].rpartition("</article>")[0]
    sources = " ".join(re.findall(r"<source [^>]*>", article))
    return re.findall(pattern, sources if "image/" in pattern else article, re.DOTALL)


def _literal(text: str) -> str:
    return f"{{% verbatim %}}{text}{{% endverbatim %}}"


def _releases(port: int) -> list[dict]:
    """Those that are live and have a Thai text, as the API has them."""
    url = f"http://127.0.0.1:{port}/api/v1/releases/?limit=50"
    with urllib.request.urlopen(url, timeout=20) as answer:
        releases = json.load(answer)["items"]
    return [each for each in releases if "th" in each["languages"] and each["state"] == "live"]


def _fetch_photos(releases: list[dict], folder: Path, port: int) -> None:
    """The largest file of each photo."""
    folder.mkdir(exist_ok=True)
    for photo in (photo for release in releases for photo in release["photos"]):
        path = photo["files"][-1]["url"].partition("/media/")[2]
        url = f"http://127.0.0.1:{port}/media/{path}"
        with urllib.request.urlopen(url, timeout=20) as answer:
            (folder / path.rpartition("/")[2]).write_bytes(answer.read())


def _fingerprint(releases: str) -> str:
    """Of all that a filled site depends on."""
    press = ROOT / "benchmarks/wagtail_site/press"
    code = [press / "models.py", press / "management/commands/fill.py", LOCK]
    whole = releases.encode() + b"".join(path.read_bytes() for path in code)
    return hashlib.sha256(whole).hexdigest()[:12]


if __name__ == "__main__":
    sys.stdout.write(f"{installed()}\n")
