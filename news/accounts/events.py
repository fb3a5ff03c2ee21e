"""What happens to accounts, told in one place: to the log, and to whoever joins in later.

A name that was typed wrong is never told: people type passwords into the wrong input. Addresses are
not told either; see `news.request_log`.
"""

import logging
from enum import StrEnum

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


WARNINGS = {Event.LOGIN_FAILED, Event.LOCKED, Event.SECOND_STEP_FAILED}


def tell(event: Event, account=None, *, by=None, said: str = "") -> None:
    """Tell that `event` happened to `account`, a user, or None where there is none of that name.

    `by` is who did it, where that is somebody else; `said` is a detail from this code's own words.
    """
    whose = account.get_username() if account is not None else ""
    actor = by.get_username() if by is not None and by != account else ""
    logger.log(
        logging.WARNING if event in WARNINGS else logging.INFO,
        "account: %s",
        event.value + (f" ({said})" if said else ""),
        extra={"event": event.value, "account": whose, "by": actor},
    )
