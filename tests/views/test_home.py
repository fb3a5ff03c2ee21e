"""The home pages, and `/`."""

from datetime import date, timedelta

import pytest

from news.models import LegacyPath
from tests.factories import published, published_many
from tests.views.pages import page

pytestmark = pytest.mark.django_db


class TestHome:
    def test_the_newest_by_its_own_day_leads(self, client):
        published(title_th="ข่าวเก่า", dated=date(2016, 1, 1))
        published(title_th="ข่าวใหม่", dated=date(2026, 1, 1))
        published(title_th="ข่าวกลาง", dated=date(2020, 1, 1))

        html = client.get("/th/").content.decode()

        assert html.index("ข่าวใหม่") < html.index("ข่าวกลาง") < html.index("ข่าวเก่า")

    def test_each_language_lists_only_what_it_has(self, client):
        both = published()
        thai, english = published(thai_only=True), published(english_only=True)

        thai_home = client.get("/th/").content.decode()
        english_home = client.get("/en/").content.decode()

        assert both.code in thai_home
        assert both.code in english_home
        assert thai.code in thai_home
        assert thai.code not in english_home
        assert english.code in english_home
        assert english.code not in thai_home

    def test_an_empty_archive_says_so(self, client):
        assert "ยังไม่มีข่าว" in client.get("/th/").content.decode()

    def test_it_shows_twelve_and_leads_to_the_rest(self, client):
        published_many({"dated": date(2020, 1, 1) + timedelta(days=day)} for day in range(14))

        found = page(client, "/th/")

        assert len({link for link in found.links if "/news/" in link}) == 12
        assert "/th/archive/" in found.links

    def test_a_doubtful_date_is_marked_in_lists(self, client):
        published(dated=date(2018, 5, 19), dated_precision="doubt", dated_other=date(2017, 5, 19))

        assert "Date in doubt" in client.get("/en/").content.decode()


class TestRoot:
    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("", "th"),
            ("en", "en"),
            ("en-GB,en;q=0.9", "en"),
            ("th-TH,th;q=0.9,en;q=0.8", "th"),
            ("fr,en;q=0.5,th;q=0.4", "en"),
            ("fr,de", "th"),
            ("*", "th"),
            ("th;q=0.1,en;q=0.9", "en"),
            (",,,;q=,en;;q", "th"),
        ],
    )
    def test_it_leads_to_the_language_that_the_browser_prefers(self, client, header, language):
        response = client.get("/", headers={"Accept-Language": header})

        assert (response.status_code, response["Location"]) == (302, f"/{language}/")
        assert response["Vary"] == "Accept-Language"
        assert not response.cookies

    def test_an_address_of_the_former_site_leads_to_its_release(self, client):
        version = published(slug="skills")
        LegacyPath.objects.create(path="?q=node/3527", release=version.release)

        for spelling in ("/?q=node/3527", "/?q=node%2F3527", "/?q=/node/3527/"):
            response = client.get(spelling)
            assert response.status_code == 301, spelling
            assert response["Location"] == f"/th/news/{version.code}/skills/"

    def test_it_leads_to_the_english_text_where_there_is_no_other(self, client):
        version = published(english_only=True)
        LegacyPath.objects.create(path="?q=node/1", release=version.release)

        assert client.get("/?q=node/1")["Location"] == f"/en/news/{version.code}/"
