"""Links by mail, through the outbox: the request that asks for one takes equally long for every
name, and says the same.

No secret lies in the outbox: the link is made when the mail is sent. A mail that is sent twice has
two links, of which the later is good.
"""

import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from news.accounts import links
from news.accounts.events import Event, tell
from news.models import AccessLink, DeskPreference, Job

LINK = "account_link"
ONCE_IN_MINUTES = 10


def ask(name_or_email: str) -> None:
    """Have a link mailed to the account of that name or address, if there is one.

    At most one in ten minutes for one account: nobody's mailbox can be filled from outside.
    """
    user = _find(name_or_email)
    window = int(timezone.now().timestamp()) // (ONCE_IN_MINUTES * 60)
    if user is not None:
        tell(Event.LINK_ASKED, user)
    # A row for nobody as well: it takes as long. One for all of them: none can fill the outbox.
    whose = user.pk if user is not None else None
    Job.objects.enqueue(LINK, f"{whose}:{window}", {"user": whose})


def invite(user) -> None:
    """Have a link mailed to `user`, whose account was made or is to be opened again."""
    Job.objects.enqueue(LINK, uuid.uuid4().hex, {"user": user.pk})


def send(payload: dict) -> None:
    """The outbox's part: make the link and mail it."""
    user = (
        get_user_model()
        .objects.filter(pk=payload["user"], is_active=True)
        .exclude(email="")
        .first()
    )
    if user is None:
        return
    address = links.make(user)
    language = DeskPreference.objects.language_of(user)
    with translation.override(language):
        context = {
            "user": user,
            "address": address,
            "expires_at": AccessLink.objects.get(user=user).expires_at,
            "is_invitation": not user.has_usable_password(),
        }
        subject = _("Your link to the OCSC news desk")
        body = render_to_string("accounts/link_mail.txt", context)
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])


def _find(name_or_email: str):
    found = list(
        get_user_model()
        .objects.filter(Q(username=name_or_email) | Q(email__iexact=name_or_email), is_active=True)
        .exclude(email="")[:2]
    )
    # An address that two accounts share names neither.
    return found[0] if len(found) == 1 else None
