"""The site's Django in a process of its own, asked through a pipe: CPU of each answer, no server.

    python benchmarks/asking.py          reads lines of JSON from its standard input

`{"path": "/th/", "count": 20}` is answered with `{"ms": CPU a request, "wall_ms": ..., "status":
200, ...}`. With `"anew": true` the epoch is forgotten before each request, as after a publication;
with `"body": true` the page itself is in the answer. Which site it is the environment says.
"""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WARM = 3


class Asked:
    """A process as above over the site in `folder`, or in PostgreSQL at `database`, with the static
    files that were collected in `static`.
    """

    def __init__(self, folder: Path, static: Path, database: str = "") -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "OCSC_ENV": "local",
            "OCSC_SECRET_KEY": "x" * 50,
            "OCSC_DATA_DIR": str(folder),
            "OCSC_STATIC_ROOT": str(static),
            "OCSC_BUILD_ID": "benchmark",
            "OCSC_LOG_LEVEL": "ERROR",
        }
        if database:
            environment["DATABASE_URL"] = database
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=ROOT, env=environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, path: str, count: int = 1, *, anew: bool = False, body: bool = False) -> dict:
        """The answer's `ms` and `status`. Raises RuntimeError where the process has ended."""
        question = {"path": path, "count": count, "anew": anew, "body": body}
        self._process.stdin.write(json.dumps(question) + "\n")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the asked process ended; what it said is above")
        return json.loads(line)

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(20)


def _answer(application, path: str) -> tuple[int, bytes]:
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    started = []
    response = application(environ, lambda status, headers, error=None: started.append(status))
    body = b"".join(response)
    response.close()
    return int(started[0].split()[0]), body


def serve() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "ocsc_site.settings"
    from django.conf import settings  # noqa: PLC0415

    from ocsc_site.wsgi import django_application, reader  # noqa: PLC0415  (needs the settings)

    settings.RATE_LIMITS = {}  # who measures asks faster than any reader
    for line in sys.stdin:
        asked = json.loads(line)
        # A page that is asked for its text alone is not measured.
        for _ in range(0 if asked["body"] else WARM):
            _answer(django_application, asked["path"])
        used, started = 0.0, time.perf_counter()
        for _ in range(asked["count"]):
            if asked["anew"]:
                reader.forget()
            before = time.thread_time()
            status, body = _answer(django_application, asked["path"])
            used += time.thread_time() - before
        wall = time.perf_counter() - started
        answer = {
            "ms": used / asked["count"] * 1000,
            "wall_ms": wall / asked["count"] * 1000,
            "status": status,
            "bytes": len(body),
        }
        if asked["body"]:
            answer["body"] = body.decode()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
