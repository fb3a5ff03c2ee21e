"""Which bytes of a file a `Range` header asks for."""

import pytest

from news.parts import part_in


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, 9),
        ("bytes=0-0", 0, 0),
        ("bytes=9-", 9, 9),
        ("bytes=9-9", 9, 9),
        ("bytes=3-6", 3, 6),
        ("bytes=3-99", 3, 9),
        (f"bytes=3-{2**63 - 1}", 3, 9),
    ],
)
def test_a_part_from_a_byte_of_the_file_on_is_there(asked, first, last):
    assert part_in(10, asked) == range(first, last + 1)


@pytest.mark.parametrize(
    ("asked", "first"),
    [("bytes=-1", 9), ("bytes=-10", 0), ("bytes=-11", 0), ("bytes=-007", 3)],
)
def test_so_is_the_end_of_a_file_that_has_one(asked, first):
    """Of a shorter file it is all of it (RFC 9110, section 14.1.2)."""
    assert part_in(10, asked) == range(first, 10)
    assert part_in(1, asked) == range(1)
    assert part_in(0, asked) is None


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=10-",
        "bytes=10-12",
        "bytes=3-2",
        "bytes=-",
        "bytes=-0",
        "bytes=-00",
        f"bytes=-{'9' * 20}",
        "bytes=-1,-0",
        "bytes=0-0,10-",
        f"bytes={'0' * 16}-",
        f"bytes=0-{'9' * 20}",
        "bytes=๑-",
        "bytes=a",
        "Bytes=0-",
        "0-",
    ],
)
def test_of_any_other_there_is_none(asked):
    assert part_in(10, asked) is None
