"""Pasted text made fit to keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.admin.pasted import tidy


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("", ""),
        ("<p></p>", ""),
        ("<p>&nbsp;</p><p><br></p>", ""),
        ("<p>ก</p><p>&nbsp;</p><p>ข</p>", "<p>ก</p><p>ข</p>"),
        ("<p>·&nbsp;&nbsp;ก</p>", "<ul><li><p>ก</p></li></ul>"),
        ("<p>• ก</p>\n<p>• ข</p>", "<ul><li><p>ก</p></li><li><p>ข</p></li></ul>"),
        ("<p>o&nbsp;&nbsp; ก</p>", "<ul><li><p>ก</p></li></ul>"),
        ("<p>o clock</p>", "<p>o clock</p>"),
        ("<p>ก · ข</p>", "<p>ก · ข</p>"),
        ("<p>\uf0b7\tก</p>", "<ul><li><p>ก</p></li></ul>"),
        ("<p>· <strong>ก</strong> ข</p>", "<ul><li><p><strong>ก</strong> ข</p></li></ul>"),
        ("<p>1. ก</p>", "<p>1. ก</p>"),
        ("<p onclick='x()'>ก<img src=x onerror=y()></p>", "<p>ก</p>"),
        ('<p><a href="javascript:x()">ก</a></p>', '<p><a rel="noopener">ก</a></p>'),
        ("<p>นํ้า\u200bใจ</p>", "<p>น้ำใจ</p>"),
        ("<p>ก&nbsp;ข</p>", "<p>ก ข</p>"),
    ],
)
def test_what_is_kept(pasted, kept):
    assert tidy(pasted).html == kept


def test_an_address_is_never_mended():
    link = '<p><a href="https://example.com/\u0e19\u0e4d\u0e32" rel="noopener">นํา</a></p>'
    kept = tidy(link).html
    assert "\u0e19\u0e4d\u0e32" in kept or "%E0%B8%99%E0%B9%8D%E0%B8%B2" in kept
    assert ">นำ</a>" in kept


def test_it_says_what_it_did():
    counts = tidy("<p>· ก\u200b</p><p>· ข</p>").counts
    assert counts["bullets"] == 2
    assert counts["invisible"] == 1


PIECES = [
    "<p>",
    "</p>",
    "·",
    "•",
    "o",
    "&nbsp;",
    " ",
    "ก",
    "น้ำ",
    "\u200b",
    "<ul><li>",
    "</li></ul>",
    "<strong>",
    "</strong>",
    "<br>",
    "<table><tr><td>",
    "</td></tr></table>",
    "&lt;",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_doing_it_again_changes_nothing(html):
    once = tidy(html).html
    assert tidy(once).html == once
