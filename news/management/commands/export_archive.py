import sys
from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from news.exporting import package
from news.management.migrated import MigratedCommand


class Command(MigratedCommand):
    help = (
        "Write all that was ever public into one BagIt package (RFC 8493) in FOLDER: versions, "
        "originals, redirects, short links, chain. No drafts, no schedules, no names of staff."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--zip", action="store_true", help="as one ZIP file")

    def handle(self, *, folder: Path, zip: bool, **options) -> None:  # noqa: A002
        try:
            path = package.write(folder, timezone.now(), self._tell)
            if zip:
                path = package.zipped(path)
        except package.ExportRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"the package could not be written: {error}") from error
        finally:
            self._clear()
        self.stdout.write(str(path))

    def _tell(self, count: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{count} versions", ending="")
            self.stderr.flush()

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
