from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from news import backups, erasing


class Command(BaseCommand):
    help = (
        "Bring back database and files from a backup, and verify them. Stop web and worker first."
    )

    # The database may be empty or older: it is about to be replaced.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="lose what this site has published"
        )

    def handle(self, *, path: Path, replace: bool, **options) -> None:
        # What was erased since the backup must not come back with it.
        erased = [*erasing.ordered(), *erasing.read_ledger(path.parent)]
        try:
            manifest = backups.restore(path, replace=replace)
        except backups.BackupRefused as error:
            raise CommandError(str(error)) from error
        # A backup of an older version of the site is brought up to this one.
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"restored the site of {manifest['made_at']}")
        for code in erasing.apply_again([*erased, *erasing.ordered()]):
            self.stdout.write(f"erased again: {code}")
        call_command("verify", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(
            "The keys it signed with are in the backup, as keys.json: put them into the settings, "
            "or everybody signs in anew."
        )
