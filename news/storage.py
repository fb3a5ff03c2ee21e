"""The private storage on this machine's disk, whose files are whole or not there."""

import os
import uuid
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

UNFINISHED = "incoming"
"""The folder of files that are still being written, by name within the storage. What a crash leaves
there is swept out with broken uploads (`news.receiving`).
"""
UNFINISHED_SUFFIX = ".unfinished"
HAND_OUT = "ocsc.hand_out"
"""In the environment of a request that no web server stands before: the bytes of a file themselves
are wanted, not leave for nginx to send them. No reader can say it, for what a reader says has a
name that begins with HTTP_.
"""


class WholeFileSystemStorage(FileSystemStorage):
    """A file has its name once all of it is on the disk, and not before.

    Django writes under the final name, so a process that is killed meanwhile leaves a part there,
    which whoever looks for a file by its hash takes for the file.
    """

    def _save(self, name: str, content: File) -> str:
        unfinished = f"{UNFINISHED}/{uuid.uuid4().hex}{UNFINISHED_SUFFIX}"
        source, target = Path(self.path(unfinished)), Path(self.path(name))
        try:
            super()._save(unfinished, content)
            _sync(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            # In the place of one that another process has just given the same name: names here are
            # hashes, so it is the same file.
            source.replace(target)
        finally:
            source.unlink(missing_ok=True)
        _sync(target.parent)
        return name


def stored_size(name: str) -> int:
    """Bytes of a file of the private storage, wherever that is; 0 where it is lost."""
    try:
        return default_storage.size(name)
    except OSError:
        return 0


def _sync(path: Path) -> None:
    """Have a file's content, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
