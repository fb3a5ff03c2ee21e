from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from news import backups, erasing


def _unfinished(error: Exception) -> CommandError:
    return CommandError(
        f"{type(error).__name__}: {error}\n"
        "This stopped after the database was replaced: texts that were erased since the backup are "
        "back and not erased again. Don't start the site. Mend what is named above, then run the "
        "same command with --replace: it begins anew, and erases what the backup's neighbour "
        f"{erasing.LEDGER} names."
    )


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
        self._write_down(path.parent)
        try:
            manifest = backups.restore(path, replace=replace)
        except backups.BackupRefused as error:
            raise CommandError(str(error)) from error
        except backups.HalfRestored as error:
            raise _unfinished(error) from error
        try:
            # A backup of an older version of the site is brought up to this one.
            call_command("migrate", interactive=False, verbosity=0)
            erased_again = erasing.apply_again([*erased, *erasing.ordered()])
        except Exception as error:
            raise _unfinished(error) from error
        self.stdout.write(f"restored the site of {manifest['made_at']}")
        for code in erased_again:
            self.stdout.write(f"erased again: {code}")
        self.stdout.write(
            "The keys it signed with are in the backup, as keys.json: put them into the settings, "
            "or everybody signs in anew."
        )
        call_command("verify", stdout=self.stdout, stderr=self.stderr)

    @staticmethod
    def _write_down(folder: Path) -> None:
        """What was erased since the last backup is known to this database alone, which is about to
        go: whatever stops the command half-way, the next try has to know.
        """
        written = {entry.code for entry in erasing.read_ledger(folder)}
        if written >= {entry.code for entry in erasing.ordered()}:
            return
        try:
            erasing.write_ledger(folder)
        except OSError as error:
            raise CommandError(
                f"this site's erasures can't be written down beside the backup: {error}. Copy "
                "it into a folder that can be written to; nothing was touched."
            ) from error
