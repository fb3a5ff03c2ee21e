"""How `/s/...` is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.sharing.short_links import ShortRequest, forwarded, parse


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("k7m4q2", ShortRequest("k7m4q2")),
        ("K7M4Q2", ShortRequest("k7m4q2")),
        ("k7m4q2/", ShortRequest("k7m4q2")),
        ("k7m4q2/en", ShortRequest("k7m4q2", language="en")),
        ("k7m4q2/EN/", ShortRequest("k7m4q2", language="en")),
        ("k7m4q2@12", ShortRequest("k7m4q2", version=12)),
        ("k7m4q2/v/12", ShortRequest("k7m4q2", version=12)),
        ("k7m4q2@3/th", ShortRequest("k7m4q2", version=3, language="th")),
        ("k7m4q2.svg", ShortRequest("k7m4q2", image="svg")),
        ("k7m4q2/en.png", ShortRequest("k7m4q2", language="en", image="png")),
        ("digital-skills", ShortRequest("digital-skills")),
        ("k7m4q2+", ShortRequest("k7m4q2", info=True)),
        ("k7m4q2%2B", ShortRequest("k7m4q2", info=True)),
        ("k7m4q2/info", ShortRequest("k7m4q2", info=True)),
        ("K7M4Q2/EN/info/", ShortRequest("k7m4q2", language="en", info=True)),
        ("k7m4q2/en+", ShortRequest("k7m4q2", language="en", info=True)),
        ("k7m4q2@2+", ShortRequest("k7m4q2", version=2, info=True)),
        ("k7m4q2+).", ShortRequest("k7m4q2", info=True)),
        ("k7m4q2ฯ", ShortRequest("k7m4q2")),
        ('k7m4q2").', ShortRequest("k7m4q2")),
    ],
)
def test_each_form_means_one_thing(written, meant):
    assert parse(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "/",
        "k7m4q2@0",
        "k7m4q2@",
        "k7m4q2/fr",
        "k7m4q2.gif",
        "k7m4q2@1.svg",
        "k7m4q2++",
        "k7m4q2/info/en",
        "k7m4q2.svg+",
        "a--b",
        "-ab",
        "ก",
    ],
)
def test_anything_else_means_nothing(written):
    assert parse(written) is None


@given(st.text())
def test_no_text_makes_it_fail(written):
    found = parse(written)
    assert found is None or found.key.isascii()


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({}, ""),
        ({"utm_source": "line", "utm_medium": "post-2"}, "?utm_source=line&utm_medium=post-2"),
        ({"utm_campaign": "b", "utm_source": "a"}, "?utm_source=a&utm_campaign=b"),
        ({"next": "https://evil.example", "fbclid": "x", "via": "qr"}, ""),
        ({"utm_source": "//evil.example"}, ""),
        ({"utm_source": "a&next=b"}, ""),
        ({"utm_source": "a\r\nLocation: x"}, ""),
        ({"utm_source": "x" * 65, "utm_medium": "ไลน์"}, ""),
    ],
)  # fmt: skip
def test_a_campaigns_parameters_go_along_and_nothing_else(query, kept):
    assert forwarded(query) == kept
