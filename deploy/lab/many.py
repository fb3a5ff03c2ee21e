"""The site on many machines, all of them this one: two web nodes behind nginx, a primary with its
streaming replica, Redis. Every part is the real program with production's configuration.

    python -m deploy.lab.many

starts all of it with the samples and an editor, says where, and ends it with Ctrl-C.
"""

import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from deploy.lab.processes import Data, Nginx, Web
from deploy.lab.services import Postgres, Redis, own_folder


class ManyMachines:
    """As a context it has `primary`, `replica`, `redis`, `nodes`, `nginx` and `data`;
    `archive` is the folder of the primary's archived write-ahead log.
    """

    def __init__(self, *, nodes: int = 2, **environment: str) -> None:
        self._nodes = nodes
        self._environment = environment
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            # Not below a folder of the caller's: PostgreSQL's user must be able to get there.
            self.folder = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="ocsc-")))
            self.folder.chmod(0o755)
            databases = own_folder(self.folder / "databases")
            self.archive = own_folder(self.folder / "databases" / "wal")
            self.primary = opening.enter_context(
                Postgres.made(
                    databases / "primary",
                    archive_mode="on",
                    archive_command=f"cp %p {self.archive}/%f",
                )
            )
            self.replica = opening.enter_context(self.primary.replica(databases / "replica"))
            self.redis = opening.enter_context(Redis(self.folder))
            self.data = Data(
                self.folder / "data",
                DATABASE_URL=self.primary.url,
                OCSC_DATABASE_HOSTS=f"127.0.0.1:{self.primary.port},127.0.0.1:{self.replica.port}",
                OCSC_REPLICA_URL=self.replica.url,
                REDIS_URL=self.redis.url,
                OCSC_BEHIND_PROXY="1",
                **self._environment,
            )
            self.data.fill()
            self.nodes = [
                opening.enter_context(Web(self.data, name=f"web{number}"))
                for number in range(1, self._nodes + 1)
            ]
            ports = [node.port for node in self.nodes]
            self.nginx = opening.enter_context(Nginx(self.folder / "front", web=ports))
            self._open = opening.pop_all()
        return self

    def restart_primary(self) -> None:
        """Start a primary that was killed; its write-ahead log is archived no more."""
        folder, port = self.primary.folder, self.primary.port
        self.primary = self._open.enter_context(Postgres(folder, port=port))

    def __exit__(self, *error) -> None:
        self._open.__exit__(*error)


if __name__ == "__main__":
    with ManyMachines() as site:
        # A password, as for `make run`: a link would name the port of another site.
        editor = site.data.manage("create_account", "editor", "--password")
        sys.stdout.write(
            f"\nThe site:   http://localhost:{site.nginx.port}/\n"
            f"Nodes:      {', '.join(f'http://localhost:{node.port}/' for node in site.nodes)}\n"
            f"Primary:    {site.primary.url}\nReplica:    {site.replica.url}\n"
            f"Redis:      {site.redis.url}\n{editor}\nEnd: Ctrl-C\n"
        )
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
