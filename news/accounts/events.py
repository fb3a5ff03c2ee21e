"""What happens to accounts, told in one place: all of it to the log, what somebody did to the audit
trail as well.

A name that was typed wrong is never told: people type passwords into the wrong input. Addresses are
not told either; see `news.request_log`.
"""

import logging
from enum import StrEnum

from news import audit
from news.audit import Action

logger = logging.getLogger(__name__)


class Event(StrEnum):
    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    LOGIN_FAILED = "login failed"
    LOCKED = "locked after failed logins"
    SESSION_ENDED = "session ended"
    SESSIONS_ENDED = "signed out everywhere"
    SECOND_STEP_DONE = "second step done"
    SECOND_STEP_FAILED = "second step failed"
    SECOND_STEP_SET_UP = "second step set up"
    SECOND_STEP_REMOVED = "second step removed"
    RECOVERY_CODE_USED = "recovery code used"
    RECOVERY_CODES_MADE = "recovery codes made"
    PASSWORD_CHANGED = "password changed"  # noqa: S105
    ACCOUNT_MADE = "account made"
    LINK_MADE = "one-time link made"
    LINK_ASKED = "one-time link asked for by mail"
    LINK_USED = "one-time link used"


AUDITED = {
    Event.SIGNED_IN: Action.SIGNED_IN,
    Event.LOCKED: Action.LOCKED,
    Event.SECOND_STEP_SET_UP: Action.SECOND_SET_UP,
    Event.SECOND_STEP_REMOVED: Action.SECOND_REMOVED,
    Event.RECOVERY_CODE_USED: Action.RECOVERY_USED,
    Event.RECOVERY_CODES_MADE: Action.RECOVERY_MADE,
    Event.PASSWORD_CHANGED: Action.PASSWORD,
    Event.ACCOUNT_MADE: Action.ACCOUNT_MADE,
    Event.LINK_MADE: Action.LINK_MADE,
    Event.LINK_USED: Action.LINK_USED,
    Event.SESSIONS_ENDED: Action.SIGNED_OUT,
}
"""What is written down for good. Single failures are not: strangers could fill the trail."""

BY_NOBODY = {Event.LOCKED}
"""What is not known to be the account's owner's doing."""

WARNINGS = {Event.LOGIN_FAILED, Event.LOCKED, Event.SECOND_STEP_FAILED}


def tell(
    event: Event, account=None, *, by=None, on_the_machine: bool = False, said: str = ""
) -> None:
    """Tell that `event` happened to `account`, a user, or None where there is none of that name.

    `by` is who did it, where that is not the account's owner; `on_the_machine` says that a command
    did. `said` is a detail from this code's own words.
    """
    whose = account.get_username() if account is not None else ""
    actor = by.get_username() if by is not None and by != account else ""
    if account is not None and event in AUDITED:
        unknown = on_the_machine or event in BY_NOBODY
        doer = None if unknown else (by or account)
        audit.note(AUDITED[event], by=doer, said="" if doer == account else whose)
    logger.log(
        logging.WARNING if event in WARNINGS else logging.INFO,
        "account: %s",
        event.value + (f" ({said})" if said else ""),
        extra={"event": event.value, "account": whose, "by": actor},
    )
