from django.core.management.base import CommandError

from news.exporting.verification import CHECKS, erased
from news.management.migrated import MigratedCommand
from news.search import index


class Command(MigratedCommand):
    help = (
        "Recompute every checksum of the record, its files and its hash chain; "
        "exits 1 and names each fault when anything drifted. It also tells when the search index, "
        "which is made from the record and is no part of it, has to be built anew."
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
        self._tell_of_index()
        for told in erased():
            self.stdout.write(told)
        if faults:
            raise CommandError(f"{faults} faults: the archive is not what it was sealed as.")

    def _tell_of_index(self) -> None:
        """No fault: nothing that was sealed drifted, and a site just upgraded is as it should be.
        Yet whoever asks whether all is well must not hear that it is.
        """
        found = list(index.differences())
        for told in found:
            self.stderr.write(f"search index: {told}")
        self.stdout.write(
            f"search index: {'not as the record; run manage.py reindex' if found else 'sound'}"
        )
