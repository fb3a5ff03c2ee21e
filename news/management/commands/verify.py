from django.core.management.base import CommandError

from news.exporting.verification import CHECKS, erased
from news.management.migrated import MigratedCommand


class Command(MigratedCommand):
    help = (
        "Recompute every checksum of the record, its files and its hash chain; "
        "exits 1 and names each fault when anything drifted."
    )
    requires_system_checks = []  # it looks for itself, and must run on a broken archive

    def handle(self, **options) -> None:
        faults = 0
        for name, check in CHECKS.items():
            found = 0
            for fault in check():
                self.stderr.write(fault)
                found += 1
            self.stdout.write(f"{name}: {f'{found} faults' if found else 'sound'}")
            faults += found
        for told in erased():
            self.stdout.write(told)
        if faults:
            raise CommandError(f"{faults} faults: the archive is not what it was sealed as.")
