"""Archive and topics: by the release's own day, paged by place."""

from datetime import date, timedelta

import pytest

from tests.factories import TopicFactory, published
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
        assert month.headings[0][1] == "May\xa02018"
        assert codes(month) == [may.code]
        assert day.headings[0][1] == "19\xa0พฤษภาคม\xa02561"
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


class TestPaging:
    def test_older_and_newer_walk_the_list_without_gap_or_repetition(self, client):
        topic = TopicFactory(slug="many")
        expected = [
            published(topic=topic, dated=date(2020, 1, 1) + timedelta(days=number // 3)).code
            for number in range(45)
        ][::-1]
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
        for _ in range(21):
            published(topic=topic)

        first = page(client, "/th/topics/many/")
        second = page(client, "/th/topics/many/" + first.all("a", rel="next")[0]["href"])

        assert first.meta("robots") is None
        assert second.meta("robots") == "noindex"

    def test_what_is_published_meanwhile_moves_nothing(self, client):
        topic = TopicFactory(slug="many")
        for _ in range(25):
            published(topic=topic, dated=date(2020, 1, 1))
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
