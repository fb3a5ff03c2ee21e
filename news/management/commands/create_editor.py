"""Make the first account at the desk, with a password that exists nowhere else."""

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser

# The alphabet of short codes: nothing in it is mistaken for something else when copied by hand.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP_LENGTH = 4, 5


def random_password() -> str:
    """Four groups of five letters and digits, 99 bits: `k7m4q-...`."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


class Command(BaseCommand):
    help = "Make an editor's account and print its password once; leave an existing one alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="editor")

    def handle(self, *, username: str, **options: object) -> None:
        users = get_user_model()
        if users.objects.filter(username=username).exists():
            self.stdout.write(
                f"Account:       {username}, as made before; for another password:"
                f" .venv/bin/python manage.py changepassword {username}"
            )
            return
        password = random_password()
        editor = users.objects.create_user(username=username, password=password, is_staff=True)
        # Writes, reviews and publishes; accounts and what can't be undone are for administrators.
        editor.groups.add(Group.objects.get(name="publisher"))
        self.stdout.write(
            f"Account:       {username}\n"
            f"Password:      {password}  (shown this once; only its hash is kept)"
        )
