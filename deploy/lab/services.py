"""PostgreSQL and Redis as processes of one's own, on free ports of loopback, in a folder.

PostgreSQL refuses to run as root; started by root it runs as the system's user `postgres`, to whom
the folder is given.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

from deploy.lab.processes import Process, accepts, free_port

USER = "ocsc"
DATABASE = "ocsc"
DEBIAN = Path("/usr/lib/postgresql")


def find_postgresql(program: str) -> str | None:
    """One of PostgreSQL's programs; Debian keeps them where PATH doesn't look."""
    newest = sorted(DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name))
    return shutil.which(program, path=":".join([os.environ["PATH"], *map(str, newest[::-1])]))


def _as_postgres(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


def _run(*command: str) -> None:
    program = find_postgresql(command[0])
    if program is None:
        raise RuntimeError(f"{command[0]} is missing: apt-get install postgresql")
    done = subprocess.run(
        _as_postgres([program, *command[1:]]), cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def own_folder(path: Path) -> Path:
    """`path`, made for the user that PostgreSQL runs as. Every folder above it must let them in."""
    path.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")
    path.chmod(0o700)
    return path


class Postgres(Process):
    """A server over the cluster in `folder`; `settings` are those of postgresql.conf."""

    def __init__(self, folder: Path, *, port: int = 0, **settings: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        given = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "shared_buffers": "64MB",
            "max_connections": "100",
            "max_slot_wal_keep_size": "4GB",
            "hot_standby": "on",
            **settings,
        }
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        super().__init__(
            _as_postgres([find_postgresql("postgres") or "postgres", "-D", str(folder), *options]),
            folder.parent / f"{folder.name}.log",
            ready=lambda: accepts(self.port),
        )

    @property
    def url(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    def ask(self, statement: str) -> str:
        """The first column of the first row, as text."""
        done = subprocess.run(
            [find_postgresql("psql") or "psql", "-XAtq", self.url, "-c", statement],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def takes_writes(self) -> bool:
        """Whether it is up and is no replica; False as well while it starts."""
        try:
            return self.ask("SELECT pg_is_in_recovery()") == "f"
        except subprocess.CalledProcessError:
            return False

    def promote(self) -> None:
        """Let a replica take writes."""
        _run("pg_ctl", "promote", "--wait", "--pgdata", str(self.folder))

    @classmethod
    def made(cls, folder: Path, **settings: str) -> "Postgres":
        """A new primary with an empty database."""
        _run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8",
             f"--pgdata={folder}")  # fmt: skip
        server = cls(folder, **settings)
        for _ in range(100):
            try:
                _run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", USER, DATABASE)
            except RuntimeError as error:
                if "starting up" not in str(error):
                    raise
                time.sleep(0.1)
            else:
                break
        return server

    def replica(self, folder: Path, **settings: str) -> "Postgres":
        """A streaming replica of this server, in `folder`, for which the log is kept."""
        _run("pg_basebackup", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER,
             "--write-recovery-conf", "--create-slot", "--slot=replica", "-X", "stream",
             "--checkpoint=fast", "-D", str(folder))  # fmt: skip
        return type(self)(folder, **settings)


class Redis(Process):
    """A Redis that keeps nothing."""

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        self.port = port or free_port()
        super().__init__(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
             "--appendonly", "no", "--dir", str(folder)],
            folder / "redis.log",
            ready=lambda: accepts(self.port),
        )  # fmt: skip

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"
