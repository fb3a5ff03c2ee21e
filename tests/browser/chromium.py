"""Which browser is driven: Debian's Chromium, never a downloaded one.

The headless shell where it is there, which is the same engine without windows and needs a third of
the time to start and to open pages. OCSC_CHROMIUM names another.
"""

import os
import shutil


def chromium(*, whole: bool = False) -> str | None:
    """Path of the browser to drive, or None; `whole`: the one that readers have, if it is there."""
    names = ["chromium", "chromium-browser", "google-chrome"]
    names.insert(len(names) if whole else 0, "chromium-headless-shell")
    names.insert(0, os.environ.get("OCSC_CHROMIUM", ""))
    return next((path for name in names if name and (path := shutil.which(name))), None)
