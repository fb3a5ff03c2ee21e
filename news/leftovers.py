"""What commands that were killed left in a folder, each with much that nobody looks at again."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_AFTER_SECONDS = 24 * 3600
"""Hardly a command runs for a day; one that does has its folder by `scratch`, its file `held`."""


def clear(folder: Path, *patterns: str) -> None:
    """Remove files and folders of these names that are older than a day and that nobody holds."""
    before = time.time() - _AFTER_SECONDS
    for path in (path for pattern in patterns for path in folder.glob(pattern)):
        # Gone meanwhile, held, or another user's: none is a reason to do nothing else.
        with suppress(OSError):
            if path.stat().st_mtime > before:
                continue
            # A folder is as old as its last entry, and an import reads it for hours after; nothing
            # is written to a backup while its database is dumped.
            with _locked(path, fcntl.LOCK_EX):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()


@contextmanager
def scratch(folder: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `folder`, gone at the end, which is `held` for as long as this process has
    it.
    """
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder) as made:
        path = Path(made)
        with held(path):
            yield path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Let `clear` leave `path` alone. The lock ends with the process, however that ends."""
    with _locked(path, fcntl.LOCK_SH):
        yield


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[None]:
    """Raises OSError where another process holds it, and where the file system has no locks."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
