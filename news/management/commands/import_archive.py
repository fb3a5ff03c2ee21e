import sys
from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from news.importing import package
from news.importing.ahead import OtherProcessEnded, worked_ahead
from news.management.commands.reindex import GONE, IN_USE
from news.management.migrated import MigratedCommand
from news.search import index
from news.search.engine import IndexInUse


class Command(MigratedCommand):
    help = (
        "Bring an archive package (a folder, ZIP or TAR file of `export_archive`) into this empty "
        "site, on either database: all of it or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="package")

    def handle(self, *, path: Path, **options) -> None:
        imported = self._imported(path)
        self.stdout.write(
            f"{imported.releases} releases, {imported.versions} versions, "
            f"{imported.originals} originals of the package {imported.manifest}"
        )
        # The record is whole; stopped from here on, `manage.py reindex` goes on.
        try:
            entries = index.rebuild(
                lambda done, total: self._tell(f"{done} of {total} indexed"), worked=worked_ahead
            )
        except OtherProcessEnded as error:
            raise CommandError(f"the package was imported, but {GONE}") from error
        except IndexInUse as error:
            raise CommandError(f"the package was imported, but {IN_USE}") from error
        except index.IndexMismatch as error:
            raise CommandError(f"the package was imported, but {error}") from error
        finally:
            self._clear()
        self.stdout.write(
            f"{entries} indexed. `manage.py work` prepares the photos; "
            "`manage.py verify` checks it all once more."
        )

    def _imported(self, path: Path) -> package.Imported:
        try:
            return package.read(path, lambda count: self._tell(f"{count} versions"))
        except package.PackageRefused as error:
            raise CommandError(f"{path}: {error}. Nothing was imported.") from error
        except OSError as error:
            raise CommandError(f"nothing was imported: {error}") from error
        finally:
            self._clear()

    def _tell(self, text: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\033[K{text}", ending="")
            self.stderr.flush()

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
