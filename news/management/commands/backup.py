from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from news import backups, erasing


class Command(BaseCommand):
    help = "Copy database, files and keys into one file, while the site goes on."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, help="remove all but so many of the newest")
        parser.add_argument(
            "--encrypt-to",
            type=Path,
            metavar="FILE",
            default=settings.BACKUP_KEY,
            help="an OpenPGP public key; needs gpg (default: OCSC_BACKUP_KEY)",
        )

    def handle(self, *, folder: Path, keep: int | None, encrypt_to: Path | None, **options) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep must be 1 or more")
        try:
            at = timezone.now()
            path = backups.make(folder, at)
            erasing.write_ledger(folder)
            if encrypt_to is not None:
                path = backups.encrypt(path, encrypt_to)
        except backups.BackupRefused as error:
            raise CommandError(str(error)) from error
        try:
            backups.note(path, at)
        except DatabaseError as error:
            # The backup is there and whole; what watches over it will say that it is too old.
            self.stderr.write(f"the site could not be told of it: {error}")
        self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
        for old in backups.prune(folder, keep) if keep else ():
            self.stdout.write(f"removed {old}")
