"""The site on one machine: PostgreSQL, Redis, the web server and nginx, as production has them."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Self

from deploy.lab.processes import Data, Nginx, Web
from deploy.lab.services import Postgres, Redis, own_folder


class OneMachine:
    """As a context it has `postgres`, `redis`, `data`, `web` and `nginx`, with the samples.

    `settings` are those of postgresql.conf, `environment` those of the site. PostgreSQL's own files
    lie in `databases`, below `folder`: its user must be able to get there.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settings: Mapping[str, str] = MappingProxyType({}),
        real_ip: str = "",
        **environment: str,
    ) -> None:
        self.folder = folder
        self._settings = settings
        self._real_ip = real_ip
        self._environment = environment
        self._open = ExitStack()

    @property
    def databases(self) -> Path:
        """Where the cluster lies."""
        return self.folder / "databases" / "primary"

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            own_folder(self.databases.parent)
            self.postgres = opening.enter_context(
                Postgres.made(own_folder(self.databases), **self._settings)
            )
            self.redis = opening.enter_context(Redis(self.folder))
            self.data = Data(
                self.folder / "data",
                DATABASE_URL=self.postgres.url,
                REDIS_URL=self.redis.url,
                OCSC_BEHIND_PROXY="1",
                **self._environment,
            )
            self.data.fill()
            self.web = opening.enter_context(Web(self.data))
            self.nginx = opening.enter_context(
                Nginx(self.folder / "front", web=[self.web.port], OCSC_REAL_IP=self._real_ip)
            )
            self._open = opening.pop_all()
        return self

    def restart_postgres(self) -> None:
        """Start a PostgreSQL that ended."""
        self.postgres = self._open.enter_context(
            Postgres(self.databases, port=self.postgres.port, **self._settings)
        )

    def restart_redis(self) -> None:
        """Start a Redis that ended."""
        self.redis = self._open.enter_context(Redis(self.folder, port=self.redis.port))

    def __exit__(self, *error) -> None:
        self._open.__exit__(*error)
