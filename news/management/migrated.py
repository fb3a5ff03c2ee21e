"""What every command that reads or writes the record asks of the database first."""

from django.core.management.base import BaseCommand, CommandError

from news import schema


class MigratedCommand(BaseCommand):
    """Refuses a database that is not migrated, before anything is read or written.

    Django looks at this point as well, but only tells of it and goes on, into a traceback.
    """

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        if not schema.is_current():
            raise CommandError(
                "the database lacks tables or columns that this version of the site needs. "
                "Run `manage.py migrate` first; nothing was done."
            )
