"""The photos that an imported text shows, found among files that lie here: nothing is fetched."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html as lxml_html
from lxml.etree import LxmlError

from news.importing.incoming import IncomingPhoto

_SMALL = 100
"""Pixels: a smaller picture is an ornament of the page."""


@dataclass
class Folder:
    """Files among which photos are looked for, by the end of their address."""

    root: Path | None = None
    _by_name: dict[str, list[Path]] | None = field(default=None, repr=False)

    def find(self, address: str, beside: Path | None = None) -> Path | None:
        """The file of an address: relative to the page that it stands in, else the one whose place
        ends most like it; None where another folder is named or two would do.

        Never a file outside the folder.
        """
        path = _path_in(address)
        if not path or self.root is None:
            return None
        root = self.root.resolve()
        if beside is not None:
            near = beside / path.lstrip("/")
            with suppress(OSError, ValueError):  # a name that no file can have
                near = near.resolve()
                if near.is_relative_to(root) and near.is_file():
                    return near
        parts = path.strip("/").split("/")
        places = {
            found: _agreeing(found.relative_to(root).parts, parts)
            for found in self._named(parts[-1])
        }
        most = max(places.values(), default=0)
        # Programs number what they save: another page's image001.jpg is not this one's.
        best = [found for found, agreeing in places.items() if agreeing == most > 0]
        return best[0] if len(best) == 1 else None

    def _named(self, name: str) -> list[Path]:
        if self._by_name is None:
            self._by_name = {}
            for path in sorted(self.root.resolve().rglob("*")):
                if path.is_file() and not path.is_symlink():
                    self._by_name.setdefault(path.name, []).append(path)
        return self._by_name.get(name, [])


def _agreeing(place: Sequence[str], address: Sequence[str]) -> int:
    """How many parts of a file's place and an address are the same, from the end; 0 where both name
    a folder and it is another one.
    """
    pairs = zip(reversed(place), reversed(address), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return same if same > 1 or len(place) == 1 or len(address) == 1 else 0


def images_in(
    content: str, folder: Folder, beside: Path | None = None
) -> tuple[tuple[IncomingPhoto, ...], tuple[str, ...]]:
    """(the photos of some HTML that are here, a warning for each that isn't)."""
    photos: dict[str, IncomingPhoto] = {}
    missing = []
    for source, alt in _sources(content):
        found = folder.find(source, beside)
        if found is not None:
            name = _path_in(source).rpartition("/")[2]
            photos.setdefault(str(found), IncomingPhoto(str(found), name, alt))
        elif not source.startswith("data:"):
            missing.append(f"photo not found: {source[:200]}")
    return tuple(photos.values()), tuple(dict.fromkeys(missing))


def _path_in(address: str) -> str:
    """The path of an address, decoded; empty where it is none."""
    try:
        return unquote(urlsplit(address).path).replace("\\", "/")
    except ValueError:
        return ""


def _sources(content: str) -> Iterator[tuple[str, str]]:
    if "<img" not in content.lower():
        return
    try:
        root = lxml_html.fragment_fromstring(content, create_parent="div")
    except (LxmlError, ValueError):
        return
    for image in root.iter("img"):
        width = image.get("width", "")
        if image.get("src") and not (width.isdigit() and int(width) < _SMALL):
            yield image.get("src"), (image.get("alt") or "").strip()
