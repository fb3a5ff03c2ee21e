from datetime import date
from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from news.exporting import wacz, web_archive
from news.management.migrated import MigratedCommand

FORMS = {"wacz": (wacz.write, ".wacz"), "warc": (web_archive.write, ".warc.gz")}


class Command(MigratedCommand):
    help = (
        "Write the pages of the releases of a month, as readers see them now, with their photos "
        "and their former versions, into one file for readers of web archives."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", help="YYYY-MM, Common Era")
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--form",
            choices=FORMS,
            default="wacz",
            help="wacz: with an index and a list of pages, opens as it is (default); "
            "warc: the records alone",
        )

    def handle(self, *, month: str, folder: Path, form: str, **options) -> None:
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError as error:
            raise CommandError(f"{month} is no month: YYYY-MM") from error
        write, ending = FORMS[form]
        path = folder / f"ocsc-{first:%Y-%m}{ending}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            count = write(first, path, timezone.now())
        except web_archive.NothingThen as error:
            raise CommandError(f"no release is dated in {month}") from error
        except web_archive.PageFailed as error:
            raise CommandError(f"a page could not be made, so nothing is kept: {error}") from error
        except OSError as error:
            raise CommandError(f"the archive could not be written: {error}") from error
        self.stdout.write(f"{path}: {count} answers")
