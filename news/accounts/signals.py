"""What Django says about signing in and out, joined to the session's clocks and to the events."""

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from news.accounts import sessions
from news.accounts.events import Event, tell


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs) -> None:
    sessions.begin(request)
    tell(Event.SIGNED_IN, user)


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs) -> None:
    if user is not None:
        tell(Event.SIGNED_OUT, user)
