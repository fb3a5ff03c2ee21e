"""Parts of a file, as a `Range` header asks for one (RFC 9110, section 14)."""

import re

_PART = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,19})")
_LAST = 2**63 - 1
"""The last byte that nginx can count; beyond it, it takes a part for none."""


def part_in(size: int, asked: str) -> range | None:
    """The bytes of a file of so many that a header of one part asks for: from a first byte on, or
    so many at the end. None where it surely has none of them, or the form is another one.
    """
    part = _PART.fullmatch(asked)
    if part is None or int(part[2] or 0) > _LAST:
        return None
    if part[1]:
        first, end = int(part[1]), int(part[2]) + 1 if part[2] else size
    else:  # of a file that has fewer it is the whole
        first, end = max(size - int(part[2] or 0), 0), size
    return range(first, min(end, size)) or None
