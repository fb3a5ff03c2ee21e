"""Old addresses: every spelling of one is one, and nothing that is sent breaks the reading."""

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.importing.paths import MOST_CHARACTERS, canonical, cut_short, words

SLUG = "สำนักงาน-กพ-ประชุมผู้นำ-2561"
PATH = f"/blog/2018/05/{SLUG}"
ENCODED = quote(PATH)


@pytest.mark.parametrize(
    "spelling",
    [
        PATH,
        ENCODED,
        ENCODED.lower(),
        quote(ENCODED),
        quote(quote(ENCODED)),
        unicodedata.normalize("NFD", PATH),
        quote(unicodedata.normalize("NFKD", PATH)),
        quote(PATH.encode("cp874")),
        f"http://www.ocsc.go.th{ENCODED}",
        f"//www.ocsc.go.th{PATH}",
        f"{PATH}/",
        f"{PATH}).",
        f"{PATH}ฯ",
        f"{ENCODED}%E2%80%9D",
        f"/{PATH}",
        f"/th{PATH}",
        f"/index.php?q={PATH[1:]}",
        f"?q={ENCODED[1:]}",
        f"?q={quote(PATH[1:], safe='')}&page=2",
        f"{PATH}?fbclid=abc",
        f"{PATH}\u200b",
        f"{PATH}%",
    ],
)
def test_every_spelling_of_an_address_is_one(spelling):
    assert canonical(spelling) == PATH


@pytest.mark.parametrize(
    "spelling",
    ["?q=node/123", "/?q=node/123", "?q=node%2F123", "?q=/node/123/", "/node/123", "/th/node/123",
     "/index.php?q=node/123", "http://x.go.th/?q=node/123)."],
)  # fmt: skip
def test_every_spelling_of_a_node_is_one(spelling):
    assert canonical(spelling) == "?q=node/123"


@pytest.mark.parametrize("nothing", ["", "/", "//", "?", "?q=", "%", "%00", "http://x.go.th"])
def test_nothing_is_nothing(nothing):
    assert canonical(nothing) == ""


def test_an_address_cut_anywhere_in_its_slug_begins_the_whole_one():
    whole = canonical(ENCODED)
    checked = 0
    for length in range(len(quote("/blog/2018/05/")) + 60, len(ENCODED)):
        beginning = cut_short(canonical(ENCODED[:length]))
        assert beginning
        assert whole.startswith(beginning), ENCODED[:length]
        checked += 1
    assert checked > 100


def test_a_beginning_that_says_too_little_is_none():
    assert cut_short("/blog/2018/05/สำ") == ""
    assert cut_short("/about") == ""


@given(st.text())
def test_the_form_of_a_form_is_itself(address):
    key = canonical(address)
    assert canonical(key) == key
    assert len(key) <= MOST_CHARACTERS + 1
    assert "\0" not in key


@given(st.text(alphabet="%25aAeE0bB8/?q=&กำา่ ํ\u200b", max_size=60))
def test_the_same_of_what_is_encoded_in_odd_ways(address):
    assert canonical(canonical(address)) == canonical(address)


def test_the_words_of_an_address_can_be_searched_for():
    assert words(ENCODED) == "สำนักงาน กพ ประชุมผู้นำ 2561"
    assert words("/") == ""
