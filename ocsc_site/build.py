"""Which build of the code this is."""

from hashlib import sha256
from pathlib import Path

_MADE_OF = ("locale", "news", "static", "templates", "requirements.txt")
"""What pages depend on besides the record."""


def build_id(root: Path) -> str:
    """The same on every machine that has the same code below `root`, whenever it was put there."""
    digest = sha256()
    for path in sorted(each for name in _MADE_OF for each in _files(root / name)):
        content = sha256(path.read_bytes()).digest()
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + content)
    return digest.hexdigest()[:16]


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc"]
