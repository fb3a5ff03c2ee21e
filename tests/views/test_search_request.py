"""What a search page's address says of the place at which a page begins."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.core.exceptions import BadRequest
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from news.search.entries import key_of
from news.search.searching import UNSCORED, Place
from news.views.search_request import Asked, read

LAST = key_of(date.max)


@given(st.floats(0, 200), st.integers(0, LAST))
@example(0.016646132785763178, 3_000_000_000)
@example(1.6646132785763178e-05, LAST)
@example(5e-324, 1)
@example(UNSCORED, 1)
def test_the_next_page_begins_where_this_one_ends_whatever_its_score(score, key):
    asked = Asked(words="ประชุม", number=2, after=Place(score, key))
    request = RequestFactory().get("/th/search/" + asked.address(number=2, after=asked.after))
    assert read(request).after == Place(score, key)


@pytest.mark.parametrize("place", ["nan~1", "1~1", "1.5", "1.5e5~1", "1e-5555~1", "1.5~-1", "~"])
def test_what_no_page_leads_to_is_no_place(place):
    with pytest.raises(BadRequest):
        read(RequestFactory().get("/th/search/?" + urlencode({"after": place})))
