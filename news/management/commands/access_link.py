"""A one-time link for an account whose owner can't sign in, and nobody is there to make one."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from news.accounts import links, second_step
from news.accounts.events import Event, tell
from news.models import DeskSession


class Command(BaseCommand):
    help = "Print a link, good once, with which the account's owner chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--without-second-step",
            action="store_true",
            help="also forget telephone and recovery codes, and end all sessions",
        )

    def handle(self, *, username: str, without_second_step: bool, **options: object) -> None:
        account = get_user_model().objects.filter(username=username, is_active=True).first()
        if account is None:
            raise CommandError(f"there is no active account {username}")
        if without_second_step:
            second_step.remove(account)
            DeskSession.objects.end_all(account)
            tell(Event.SECOND_STEP_REMOVED, account, on_the_machine=True)
        tell(Event.LINK_MADE, account, on_the_machine=True)
        self.stdout.write(links.make(account))
