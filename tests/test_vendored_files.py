"""Vendored files are those that static/vendor/README.md records, and no others."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "static/vendor/README.md"


def recorded() -> dict[str, str]:
    """Path relative to the project -> SHA-256 in hex, as the README's tables say."""
    rows = re.findall(
        r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", RECORD.read_text(), flags=re.MULTILINE
    )
    return dict(rows)


def vendored() -> list[Path]:
    """Every file that somebody else wrote."""
    return [
        *(ROOT / "static/vendor").glob("*/**/*.*"),
        *(ROOT / "static/vendor").glob("*/LICENSE"),
        *(ROOT / "static/fonts").glob("*.woff2"),
        ROOT / "static/fonts/OFL.txt",
        *(ROOT / "news/images/fonts").iterdir(),
    ]


def test_every_vendored_file_is_recorded_with_its_hash():
    found = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendored()
        if path.is_file()
    }
    assert found == recorded()
