"""The site's servers as real processes on loopback, for drills, benchmarks and the laboratory.

Everything lies in one folder given by the caller, listens on a free port, and ends with its `with`
block.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.nginx.render import render

ROOT = Path(__file__).resolve().parents[2]
NGINX = ROOT / "deploy/nginx"
START_SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Process:
    """A server in a process group of its own, started in `folder`. `log` is where it writes.

    Raises RuntimeError with what it wrote where it ends or doesn't answer in `START_SECONDS`.
    """

    def __init__(
        self,
        command: list[str],
        log: Path,
        *,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        folder: Path = ROOT,
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environment) if environment is not None else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.05)

    def send(self, number: int) -> None:
        """To the process itself, not to its children."""
        os.kill(self.process.pid, number)

    def cpu_seconds(self) -> float:
        """CPU of it and its children so far, to the nanosecond: the kernel's scheduler tells."""
        group = str(self.process.pid)
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                if stat.read_text().rpartition(")")[2].split()[2] != group:
                    continue
                for task in stat.parent.glob("task/*/schedstat"):
                    total += int(task.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue
        return total / 1e9

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it and its children; by force where ten seconds are not enough."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_error) -> None:
        self.stop()


def find_nginx() -> str | None:
    """The nginx program; Debian keeps it where an ordinary user's PATH doesn't look."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


class Nginx(Process):
    """nginx with the configuration that production has, but for addresses and folders.

    `variables` are those of `deploy/nginx/render.py`; `web` are the ports of the application;
    `extra` is configuration of the caller's own beside it. With one of `workers` a page is kept
    before the next request is looked at; another one may be asked before that.
    """

    def __init__(
        self,
        folder: Path,
        *,
        web: list[int],
        extra: str = "",
        workers: str = "auto",
        **variables: str,
    ) -> None:
        self.port = free_port()
        self.folder = folder
        conf = folder / "nginx"
        (conf / "conf.d").mkdir(parents=True)
        servers = "\n".join(f"server 127.0.0.1:{port} max_fails=0;" for port in web)
        values = {
            "OCSC_ACCESS_LOG": str(folder / "access.log"),
            "OCSC_CACHE_DIR": str(folder / "cache"),
            "OCSC_CACHE_FREE": "1m",
            "OCSC_CACHE_SIZE": "100m",
            "OCSC_ERROR_LOG": str(folder / "error.log"),
            "OCSC_LISTEN": f"127.0.0.1:{self.port}",
            # In place of the second address: not every machine of ours has IPv6.
            "OCSC_LISTEN_ALSO": f"127.0.0.1:{free_port()}",
            "OCSC_MEDIA_ROOT": str(folder / "media"),
            "OCSC_SERVER_NAME": "127.0.0.1 localhost",
            "OCSC_WEB_SERVERS": servers,
        }
        template = (NGINX / "ocsc.conf.template").read_text(encoding="utf-8")
        (conf / "conf.d/ocsc.conf").write_text(render(template, values | variables))
        (conf / "conf.d/own.conf").write_text(extra)
        main = (NGINX / "nginx.conf").read_text(encoding="utf-8")
        (conf / "nginx.conf").write_text(
            main.replace("worker_processes auto;", f"worker_processes {workers};")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        super().__init__(
            [
                find_nginx() or "nginx",
                "-e",
                str(folder / "error.log"),
                "-p",
                str(folder),
                "-c",
                str(conf / "nginx.conf"),
                "-g",
                f"daemon off; pid {folder}/nginx.pid; {user}",
            ],
            folder / "nginx.out",
            ready=lambda: accepts(self.port),
        )


class Data:
    """A site's own data and settings: an empty database, made by migrations, in `folder`."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "OCSC_ENV": "local",
            "OCSC_SECRET_KEY": secrets.token_urlsafe(50),
            "OCSC_DATA_DIR": str(folder),
            "OCSC_BUILD_ID": "laboratory",
            **environment,
        }

    def manage(self, *arguments: str, code: Path = ROOT) -> str:
        """Run a command of the manage.py in `code`; returns what it printed. Raises
        CalledProcessError, which says what was wrong.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=code,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        try:
            done.check_returncode()
        except subprocess.CalledProcessError as error:
            error.add_note(done.stderr)
            raise
        return done.stdout

    def fill(self) -> None:
        """Make the database with the samples in it, and collect the static files."""
        for command in ("migrate --noinput -v0", "collectstatic --noinput -v0", "load_samples"):
            self.manage(*command.split())


class Web(Process):
    """gunicorn as production starts it, by default with the site; `code` is the folder it is of,
    or a link to that, which a reload follows.
    """

    def __init__(
        self,
        data: Data,
        *,
        name: str = "web",
        port: int = 0,
        application: str = "ocsc_site.wsgi:application",
        code: Path = ROOT,
        **environment: str,
    ) -> None:
        self.port = port or free_port()
        super().__init__(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--config",
                str(code / "deploy/gunicorn.conf.py"),
                application,
            ],
            data.folder / f"{name}.log",
            ready=lambda: accepts(self.port),
            environment=data.environment | {"PORT": str(self.port)} | environment,
            folder=code,
        )
