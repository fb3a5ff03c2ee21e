"""The folder that the workers of one gunicorn count into, and those that killed ones left.

Nothing of the site is loaded here: gunicorn's master reads it.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

# Not the name of former versions, which hold no lock on theirs: one may be running still.
PREFIX = "ocsc-counted-"
_BEING_MADE = 60
"""Seconds in which a folder may have no lock yet."""


def make(parent: Path) -> Path:
    """A new folder in `parent`, locked for as long as this process, or a worker of it, lives.

    What nobody holds any more is removed first.
    """
    clear(parent)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    descriptor = os.open(made, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    # Never closed here, and taken along where gunicorn is started anew in its place (USR2).
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - by position alone
    return made


def clear(parent: Path) -> None:
    """Remove folders of dead masters from `parent`: this user's alone, and none that is a link."""
    for path in parent.glob(f"{PREFIX}*"):
        # Gone meanwhile, or held: no reason not to start.
        with suppress(OSError):
            _remove_unless_held(path)


def _remove_unless_held(path: Path) -> None:
    found = path.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not is_ours or found.st_mtime > time.time() - _BEING_MADE:
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path)
    finally:
        os.close(descriptor)
