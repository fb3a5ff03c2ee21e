"""What an error says when no room is left on a disk: this program's or the database's."""

import errno

from django.db import OperationalError

_POSTGRESQL_SAYS = "53100"


def is_full(error: BaseException | None) -> bool:
    """Whether that is what `error` says."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    if not isinstance(error, OperationalError):
        return False
    return (
        "disk is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == _POSTGRESQL_SAYS
    )
