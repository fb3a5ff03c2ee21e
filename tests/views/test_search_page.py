"""What the search page says of the results, and of what narrows them."""

import re
from datetime import date

import pytest

from tests.factories import published
from tests.views.pages import page

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


class TestCounts:
    @pytest.fixture(autouse=True)
    def _three_releases(self):
        for year in (2016, 2017, 2017):
            published(title_th="ประชุมร่วม", title_en="A meeting", dated=date(year, 5, 19))

    @pytest.mark.parametrize(("lang", "about"), [("th", "ประมาณ"), ("en", "about")])
    def test_an_estimate_says_so_however_small_it_is(self, client, monkeypatch, lang, about):
        monkeypatch.setattr("news.search.searching.MANY", 1)
        found = page(client, f"/{lang}/search/?q=ประชุม")
        counts = len(found.all("span", **{"class": "facet-count"}))
        assert counts >= 5
        assert len(re.findall(rf"~\s*{about} \d", found.text)) == counts

    @pytest.mark.parametrize(("lang", "about"), [("th", "ประมาณ"), ("en", "about")])
    def test_what_was_counted_is_told_as_it_is(self, client, lang, about):
        found = page(client, f"/{lang}/search/?q=ประชุม")
        assert found.all("span", **{"class": "facet-count"})
        assert "~" not in found.text
        assert not re.search(rf"{about} \d", found.text)
