"""What commands that were killed left in a folder, each with much that nobody looks at again."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

_AFTER_SECONDS = 24 * 3600
"""No command runs for a day."""


def clear(folder: Path, *patterns: str) -> None:
    """Remove files and folders of these names that are older than a day."""
    before = time.time() - _AFTER_SECONDS
    for path in (path for pattern in patterns for path in folder.glob(pattern)):
        # Gone meanwhile, or another user's: neither is a reason to do nothing else.
        with suppress(OSError):
            if path.stat().st_mtime > before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
