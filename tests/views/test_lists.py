"""Archive and topics: by the release's own day, paged by place."""

import re
from datetime import date, timedelta

import pytest

from tests.factories import TopicFactory, part_of_series, published, published_many
from tests.views.pages import page

pytestmark = pytest.mark.django_db


def codes(found) -> list[str]:
    """The releases that a page lists, in order, each once."""
    return list(dict.fromkeys(link.split("/")[3] for link in found.links if "/news/" in link))


class TestArchive:
    def test_a_buddhist_year_leads_to_its_common_one(self, client):
        for path, right in (
            ("2561/", "2018/"),
            ("2561/5/", "2018/05/"),
            ("2561/05/19/", "2018/05/19/"),
        ):
            response = client.get(f"/th/archive/{path}")
            assert (response.status_code, response["Location"]) == (301, f"/th/archive/{right}")

    def test_each_period_lists_its_own_in_words_of_the_pages_era(self, client):
        may = published(dated=date(2018, 5, 19))
        june = published(dated=date(2018, 6, 1))

        year = page(client, "/th/archive/2018/")
        month = page(client, "/en/archive/2018/05/")
        day = page(client, "/th/archive/2018/05/19/")

        assert year.headings[0][1] == "พ.ศ.\xa02561"
        assert codes(year) == [june.code, may.code]
        # A line may end before the year, for who reads large letters.
        assert month.headings[0][1] == "May 2018"
        assert codes(month) == [may.code]
        assert day.headings[0][1] == "19\xa0พฤษภาคม 2561"
        assert codes(day) == [may.code]
        assert {"/th/archive/2018/05/", "/th/archive/2018/06/"} <= set(year.links)
        assert "/th/archive/2018/" in page(client, "/th/archive/").links

    def test_the_month_of_the_other_reading_refers_to_a_doubtful_release(self, client):
        version = published(
            dated=date(2018, 5, 19), dated_precision="doubt", dated_other=date(2017, 5, 19)
        )

        for period in ("2017/", "2017/05/", "2017/05/19/"):
            response = client.get(f"/en/archive/{period}")
            assert response.status_code == 200
            assert "Possibly from this time" in response.content.decode()
            assert version.code in response.content.decode()
        own = client.get("/en/archive/2018/05/").content.decode()
        assert version.code in own
        assert "Possibly" not in own

    def test_a_day_does_not_claim_what_only_its_month_is_known_to_have(self, client):
        published(dated=date(2017, 3, 1), dated_precision="month")

        assert client.get("/th/archive/2017/03/").status_code == 200
        assert client.get("/th/archive/2017/03/01/").status_code == 404

    def test_the_index_counts_each_month_in_the_pages_own_language(self, client):
        for _ in range(3):
            published(dated=date(2018, 5, 19), thai_only=True)
        published(dated=date(2018, 6, 1))
        published(dated=date(2016, 2, 29))

        thai = page(client, "/th/archive/").text
        english = page(client, "/en/archive/").text

        assert re.sub(r"\s+", " ", thai).count("พฤษภาคม 3") == 1
        assert "พ.ศ. 2561 4" in re.sub(r"\s+", " ", thai)
        assert "May" not in english
        assert "February 1" in re.sub(r"\s+", " ", english)

    def test_a_month_counts_its_days_and_a_year_its_months(self, client):
        published(dated=date(2018, 5, 19))
        published(dated=date(2018, 5, 19))
        published(dated=date(2018, 5, 1), dated_precision="month")

        month = page(client, "/en/archive/2018/05/")
        year = page(client, "/en/archive/2018/")

        assert "19 May 2018 2" in re.sub(r"\s+", " ", month.text)
        assert "/en/archive/2018/05/01/" not in month.links
        # Of which year it says above them.
        assert " May 3 " in re.sub(r"\s+", " ", year.text)

    def test_an_impossible_day_is_unknown(self, client):
        published(dated=date(2018, 2, 28))
        assert client.get("/th/archive/2018/02/29/").status_code == 404
        assert client.get("/th/archive/2561/02/29/").status_code == 301


class TestLanguages:
    """A period of which only one language has releases says so in the other, and claims nothing."""

    @pytest.mark.parametrize(
        "path", ["2018/", "2018/05/", "2018/05/19/", "?fiscal=2018"], ids=lambda path: path
    )
    def test_it_is_said_and_not_claimed(self, client, path):
        version = published(dated=date(2018, 5, 19), thai_only=True)

        thai = page(client, f"/th/archive/{path}")
        english = page(client, f"/en/archive/{path}")

        assert version.code in codes(thai)
        assert thai.alternates == {}
        assert thai.meta("robots") is None
        assert "Thai only" in thai.text
        assert codes(english) == []
        assert english.meta("robots") == "noindex"
        assert english.canonical is None
        assert english.alternates == {}
        assert "have not been published in English" in english.text
        assert f"/th/archive/{path}" in english.links

        published(dated=date(2018, 5, 19), english_only=True)
        assert set(page(client, f"/th/archive/{path}").alternates) == {"th", "en", "x-default"}

    def test_beyond_the_last_release_is_nothing(self, client):
        version = published(dated=date(2018, 5, 19))
        place = f"2018-05-19.{version.pk}"
        assert client.get(f"/th/archive/2018/?before={place}").status_code == 404
        assert client.get(f"/th/archive/?fiscal=2018&before={place}").status_code == 404

    def test_nor_is_there_anything_of_a_doubtful_date(self, client):
        doubtful = published(
            dated=date(2017, 5, 19), dated_precision="doubt", dated_other=date(2018, 5, 19)
        )
        version = published(dated=date(2018, 5, 19))
        assert doubtful.code in codes(page(client, "/th/archive/2018/05/"))
        place = f"2018-05-19.{version.pk}"
        assert client.get(f"/th/archive/2018/05/?before={place}").status_code == 404

    def test_nor_of_a_topic_or_a_series(self, client):
        version = published(dated=date(2018, 5, 19))
        part_of_series(version.release)
        topic = version.topic.slug
        for path in (f"/th/topics/{topic}/", "/th/series/skills/"):
            assert client.get(path).status_code == 200
            for place in ("before=2001-01-01.1", "after=2030-01-01.1"):
                assert client.get(f"{path}?{place}").status_code == 404, (path, place)


class TestFiscalYear:
    """1 October to 30 September, named after the year in which it ends."""

    def test_it_begins_in_october_and_ends_in_september(self, client):
        before = published(dated=date(2017, 9, 30))
        first = published(dated=date(2017, 10, 1))
        last = published(dated=date(2018, 9, 30))
        after = published(dated=date(2018, 10, 1))

        thai = page(client, "/th/archive/?fiscal=2018")
        english = page(client, "/en/archive/?fiscal=2018")

        assert codes(thai) == [last.code, first.code]
        assert not {before.code, after.code} & set(codes(english))
        assert thai.headings[0][1] == "ปีงบประมาณ พ.ศ.\xa02561"
        assert english.headings[0][1] == "Fiscal year 2018"
        assert "1\xa0ตุลาคม\xa02560 – 30\xa0กันยายน\xa02561" in thai.text
        assert {"/th/archive/2017/10/", "/th/archive/2018/09/"} <= set(thai.links)
        assert thai.canonical == "http://testserver/th/archive/?fiscal=2018"
        assert "/en/archive/?fiscal=2018" in thai.links
        assert {f"/th/archive/?fiscal={year}" for year in (2017, 2018, 2019)} <= set(
            page(client, "/th/archive/").links
        )

    def test_a_buddhist_year_leads_to_its_common_one(self, client):
        response = client.get("/th/archive/?fiscal=2561")
        assert (response.status_code, response["Location"]) == (301, "/th/archive/?fiscal=2018")

    @pytest.mark.parametrize("asked", ["abcd", "61", "20181", "1500", "\0", "๒๕๖๑"])
    def test_nonsense_is_no_year(self, client, asked):
        assert client.get("/th/archive/", {"fiscal": asked}).status_code in {301, 400}

    def test_one_without_releases_is_unknown(self, client):
        assert client.get("/th/archive/?fiscal=2018").status_code == 404

    def test_its_pages_stay_in_it(self, client):
        days = [date(2017, 10, 1) + timedelta(days=number) for number in range(25)]
        expected = [version.code for version in published_many({"dated": day} for day in days)][
            ::-1
        ]
        published(dated=date(2017, 9, 30))

        first = page(client, "/th/archive/?fiscal=2018")
        older = first.all("a", rel="next")[0]["href"]
        second = page(client, f"/th/archive/{older}")

        assert codes(first) + codes(second) == expected
        assert not second.all("a", rel="next")
        assert second.all("a", rel="prev")[0]["href"].startswith("?fiscal=2018&after=")


class TestPaging:
    def test_a_place_outside_of_a_period_is_refused(self, client):
        published(dated=date(2018, 5, 19))
        for place in ("before=2019-01-01.1", "before=2017-12-31.1", "after=2019-01-01.1"):
            assert client.get(f"/th/archive/2018/?{place}").status_code == 400, place

    def test_a_year_is_paged_to_its_ends_and_no_further(self, client):
        published(dated=date(2017, 12, 31))
        days = [date(2018, 1, 1) + timedelta(days=number // 2) for number in range(41)]
        expected = [version.code for version in published_many({"dated": day} for day in days)][
            ::-1
        ]
        published(dated=date(2019, 1, 1))

        seen, query = [], ""
        while True:
            found = page(client, f"/th/archive/2018/{query}")
            seen += codes(found)
            if not (older := found.all("a", rel="next")):
                break
            query = older[0]["href"]
        assert seen == expected
        newer = found.all("a", rel="prev")[0]["href"]
        assert codes(page(client, f"/th/archive/2018/{newer}")) == expected[20:40]

    def test_older_and_newer_walk_the_list_without_gap_or_repetition(self, client):
        topic = TopicFactory(slug="many")
        days = [date(2020, 1, 1) + timedelta(days=number // 3) for number in range(45)]
        versions = published_many({"topic": topic, "dated": day} for day in days)
        expected = [version.code for version in versions][::-1]
        # Within a day the later row comes first, and days run backwards.
        path = "/th/topics/many/"

        seen, query = [], ""
        while True:
            found = page(client, path + query)
            seen += codes(found)
            older = found.all("a", rel="next")
            if not older:
                break
            query = older[0]["href"]
        assert seen == expected

        newer = found.all("a", rel="prev")[0]["href"]
        assert codes(page(client, path + newer)) == expected[20:40]

    def test_pages_after_the_first_stay_out_of_the_index(self, client):
        topic = TopicFactory(slug="many")
        published_many([{"topic": topic}] * 21)

        first = page(client, "/th/topics/many/")
        second = page(client, "/th/topics/many/" + first.all("a", rel="next")[0]["href"])

        assert first.meta("robots") is None
        assert second.meta("robots") == "noindex"

    def test_what_is_published_meanwhile_moves_nothing(self, client):
        topic = TopicFactory(slug="many")
        published_many([{"topic": topic, "dated": date(2020, 1, 1)}] * 25)
        first = page(client, "/th/topics/many/")
        before = codes(page(client, "/th/topics/many/" + first.all("a", rel="next")[0]["href"]))

        published(topic=topic, dated=date(2026, 1, 1))

        after = codes(page(client, "/th/topics/many/" + first.all("a", rel="next")[0]["href"]))
        assert after == before


def test_topics_are_shown_in_the_language_of_the_page_with_their_name_as_it_is_now(client):
    version = published()
    topic = version.topic
    assert "Digital government" in client.get("/en/topics/").content.decode()

    topic.name_en = "Digital state"
    topic.save()

    assert "Digital state" in client.get(f"/en/news/{version.code}/").content.decode()
    assert "รัฐบาลดิจิทัล" in client.get("/th/topics/").content.decode()


def test_what_was_found_comes_before_the_ways_to_narrow_it(client):
    """On a phone one stands below the other."""
    release = published()
    html = client.get("/th/search/", {"q": release.title_th.split()[0]}).content.decode()
    places = [html.index(part) for part in ('"#facets"', f"/news/{release.code}/", 'id="facets"')]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "asked",
    ["from=2561-10-01", "from=2018-10-01", "year=2561&to=2561-12-31&from=2561-10-01",
     "fiscal=2562", "fiscal=2019", "month=2561-10", "month=2018-10"],
)  # fmt: skip
def test_a_search_takes_years_of_either_era(client, asked):
    published(title_th="ก่อนหน้านั้น", dated=date(2018, 9, 30))
    published(title_th="เดือนตุลาคม", dated=date(2018, 10, 1))
    found = page(client, f"/th/search/?{asked}")
    assert "เดือนตุลาคม" in found.text
    assert "ก่อนหน้านั้น" not in found.text
