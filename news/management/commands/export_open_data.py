from news.exporting import open_data
from news.management.migrated import MigratedCommand


class Command(MigratedCommand):
    help = "Make the monthly files of open data: those of months in which something changed."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--all", action="store_true", help="make every month anew")

    def handle(self, **options) -> None:
        months = open_data.refresh({"all": options["all"]})
        self.stdout.write(f"{months} months made")
