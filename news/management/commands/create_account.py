"""Make an account at the desk: the first administrator's, or an editor's.

Its owner chooses the password, behind a link that is printed once. On a machine of one's own
`--password` prints a random one instead, which exists nowhere else.
"""

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser

from news.accounts import links
from news.accounts.events import Event, tell
from news.models.short_link import ALPHABET

GROUPS, GROUP_LENGTH = 4, 5


def random_password() -> str:
    """Four groups of five letters and digits, 99 bits: `k7m4q-...`."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


class Command(BaseCommand):
    help = (
        "Make an account and print a one-time link for it; leave an existing one alone. It is an "
        "administrator's with --administrator; without it: a publisher's. Writers and editors are "
        "made at the desk, under Users."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="", help="where links may be mailed to")
        parser.add_argument(
            "--administrator",
            action="store_true",
            help="may do everything, accounts included; without it: a publisher, who may write, "
            "review and publish",
        )
        parser.add_argument(
            "--password", action="store_true", help="print a random password instead of a link"
        )

    def handle(
        self, *, username: str, email: str, administrator: bool, password: bool, **options: object
    ) -> None:
        users = get_user_model()
        if users.objects.filter(username=username).exists():
            self.stdout.write(
                f"Account:       {username}, as made before; for another password:"
                f" .venv/bin/python manage.py access_link {username}"
            )
            return
        chosen = random_password() if password else None
        account = users.objects.create_user(
            username=username,
            email=email,
            password=chosen,
            is_staff=True,
            is_superuser=administrator,
        )
        if not administrator:
            # Writes, reviews and publishes; accounts, and what can't be undone, are not theirs.
            account.groups.add(Group.objects.get(name="publisher"))
        tell(Event.ACCOUNT_MADE, account, on_the_machine=True)
        self.stdout.write(f"Account:       {username}")
        self.stdout.write(f"Role:          {'administrator' if administrator else 'publisher'}")
        if chosen:
            self.stdout.write(f"Password:      {chosen}  (shown this once; only its hash is kept)")
        else:
            self.stdout.write(f"Link:          {links.make(account)}  (good once, for a week)")
