"""gunicorn's settings, for `make run`, the container and systemd alike; each value has its reason.

Environment: PORT (8000), OCSC_BIND (host and port, overrides it), WEB_CONCURRENCY (processes, 2),
OCSC_THREADS (of each process, 4), OCSC_GUNICORN_LOG_LEVEL (info).
"""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

from deploy import counted

wsgi_app = "ocsc_site.wsgi:application"
# The folder of this file as it was named, through a link where it is one: a reload follows that.
chdir = str(Path(__file__).absolute().parents[1])

# Local by default; a container or a second machine says OCSC_BIND=0.0.0.0:8000 itself.
bind = os.environ.get("OCSC_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")

# Two processes use two cores; each keeps its own connection and its own pages in memory, so more
# than there are cores only costs memory.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads keep a process answering while one of its requests waits for the disk or the database.
worker_class = "deploy.worker.Worker"
# A reload reads this file again, and would have the worker that the master knows already.
sys.modules.pop("deploy.worker", None)
sys.modules.pop("deploy", None)
# The parser that the worker teaches bare Thai; the one in C, where it is installed, knows none.
http_parser = "python"
threads = int(os.environ.get("OCSC_THREADS", "4"))

# The heartbeat file must not sit on a disk that can stall (or be read-only).
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Every worker counts into files of its own there, and whichever is asked at /metrics adds them up.
# Made by the first reading of this file: a reload reads it again, and goes on counting.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(
        counted.make(Path(worker_tmp_dir or tempfile.gettempdir()))
    )


def post_fork(server, worker):
    """To its end a worker takes modules and packages from the folders that it began with, wherever
    a link to them leads by then: what it loads late is of its own version.
    """
    sys.path[:] = dict.fromkeys(map(os.path.realpath, sys.path))


def post_worker_init(worker):
    """What is loaded by now stays to the end. Python's collector of garbage would look at all of it
    each time it runs in full, some hundred thousand objects, while whichever reader asks just then
    waits.
    """
    gc.collect()
    gc.freeze()


def child_exit(server, worker):
    """A dead worker's memory is no longer counted; what it answered is."""
    # Not above: this library looks for the folder when it is loaded, and would find none.
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

    mark_process_dead(worker.pid)


def on_exit(server):
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


# Nobody controls the server through a socket in $HOME, and a read-only root has no place for one.
control_socket_disable = True

# A percent-encoded Thai title takes nine characters a letter, and old links come encoded twice:
# the longest real ones pass 4,094, gunicorn's default. Past this a request gets 400.
limit_request_line = 8190

# Of what nginx says of a request, that alone: it writes no other anew, so a reader could say it.
# Where the site lies nobody says at all.
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""

# Longer than nginx keeps an idle connection would waste threads; shorter than a page's burst of
# requests would reopen connections.
keepalive = 5
# A worker that is silent this long is stuck: uploads of twelve photos arrive well within it.
timeout = 60
# On TERM, running requests have this long to end.
graceful_timeout = 20

# What a request cost is logged by the application, as one structured line; addresses of readers
# are not to be kept, and the access log would.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("OCSC_GUNICORN_LOG_LEVEL", "info")
