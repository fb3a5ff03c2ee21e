"""What the search page says of the results, and of what narrows them."""

import re
from datetime import date
from functools import partial
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest

from news import publishing
from news.models import Version
from news.search.engine import SearchTooSlow
from news.search.searching import search as find
from tests.factories import PressReleaseFactory, TopicFactory, published, published_many
from tests.views.pages import page

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def search(client, lang: str, asked: dict):
    return page(client, f"/{lang}/search/?{urlencode(asked)}")


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


@pytest.mark.parametrize(
    ("lang", "told"), [("th", "หมายถึง “ต้อนรับ” ใช่หรือไม่"), ("en", "Did you mean “ต้อนรับ”?")]
)
def test_who_leaves_out_a_mark_as_some_writers_do_is_led_to_the_usual_spelling(client, lang, told):
    published_many(
        {"title_th": title, "body_th": "<p>เนื้อหา</p>", "thai_only": True}
        for title in ["ตอนรับคณะ"] * 3 + ["ต้อนรับคณะ"] * 30
    )
    found = page(client, f"/{lang}/search/?q=ตอนรับ")
    assert told in found.text
    assert found.all("a", href="?q=" + quote("ต้อนรับ"))
    assert told not in page(client, f"/{lang}/search/?q=ตอนรับ&lang=th").text


class TestKeyboard:
    @pytest.mark.parametrize(
        ("typed", "meant"), [("-jk;", "ข่าว"), ("gmrl5b9", "เทพสถิต"), ("แนอรก", "covid")]
    )
    def test_what_the_same_keys_write_in_the_other_language_is_offered(self, client, typed, meant):
        published(title_th="ข่าวจากเทพสถิต", title_en="On covid")
        for lang, told in (("th", f"หมายถึง “{meant}” ใช่หรือไม่"), ("en", f"Did you mean “{meant}”?")):
            found = search(client, lang, {"q": typed})
            assert told in found.text
            assert found.all("a", href="?q=" + quote(meant))
            assert f"“{typed}”" in found.text  # nothing is put in its place

    @pytest.mark.parametrize("typed", ["-jk;", "ข่าว", "covid", "l;", "ข่าว news"])
    def test_it_is_not_where_no_release_holds_it_or_what_was_typed_is_found(self, client, typed):
        published(title_th="ประชุม", title_en="On covid and ข่าว news")
        offered = "Did you mean" in search(client, "en", {"q": typed}).text
        assert offered == (typed == "-jk;")


class TestCodes:
    @pytest.mark.parametrize("form", ["{}", "/s/{}", "https://x.example/s/{}", "{}@1", "{}/en"])
    def test_a_short_link_typed_from_paper_leads_to_its_release(self, client, form):
        version = published(title_th="ทักษะดิจิทัล", slug="skills")
        typed = form.format(version.code.upper() if form == "{}" else version.code)
        found = search(client, "th", {"q": typed})
        assert "ทักษะดิจิทัล" in found.text
        assert f"/th/news/{version.code}/skills/" in found.links

    def test_one_that_is_not_public_is_told_by_nothing(self, client):
        release = PressReleaseFactory()
        code, unknown = release.code, "zzzzzz"
        answers = [plain(search(client, "th", {"q": each}).text) for each in (code, unknown)]
        assert answers[0].replace(code, "") == answers[1].replace(unknown, "")

    def test_one_that_was_removed_leads_to_what_is_said_of_it_without_its_words(self, client):
        version = published(title_th="ชื่อลับ")
        publishing.remove(release=version.release, reason=Version.Reason.PRIVACY)
        found = search(client, "th", {"q": version.code})
        assert "ชื่อลับ" not in found.text
        assert f"/th/news/{version.code}/" in found.links


def test_what_there_was_no_time_for_is_kept_nowhere(client, monkeypatch):
    def too_slow(*given, **options):
        raise SearchTooSlow

    published(title_th="ต้อนรับคณะ")
    assert "public" in client.get("/th/search/?q=ต้อนรับ")["Cache-Control"]
    monkeypatch.setattr("news.views.search_advice.usual", too_slow)
    assert client.get("/th/search/?q=ต้อนรับ")["Cache-Control"] == "no-store"
    monkeypatch.undo()
    monkeypatch.setattr("news.search.searching._Found.cut_short", True)
    monkeypatch.setattr("news.search.searching._Search._all", lambda self, found, sought: found)
    assert client.get("/th/search/?q=ต้อนรับ")["Cache-Control"] == "no-store"


ALL_FILTERS = {
    "topic": "digital",
    "from": "2018-01-01",
    "to": "2018-12-31",
    "year": "2018",
    "fiscal": "2561",
    "month": "2018-05",
    "lang": "th",
    "photos": "1",
    "files": "1",
}


class TestFilters:
    @pytest.fixture(autouse=True)
    def topic(self):
        topic = TopicFactory(slug="digital", name_th="รัฐบาลดิจิทัล", name_en="Digital government")
        published(title_th="ประชุมร่วม", dated=date(2018, 5, 19), topic=topic)
        return topic

    @staticmethod
    def removals(found) -> list[dict[str, str]]:
        """What is still asked behind each link that removes one filter."""
        links = found.all("a", **{"class": "active-filter"})
        return [dict(parse_qsl(urlsplit(link["href"]).query)) for link in links]

    def test_each_has_a_link_that_removes_it_alone_and_begins_at_the_first_page(self, client):
        asked = {"q": "ประชุม", **ALL_FILTERS, "sort": "date"}
        removals = self.removals(search(client, "th", asked | {"page": 2}))
        removed = [asked.keys() - left.keys() for left in removals]
        assert sorted(map(list, removed)) == sorted([name] for name in ALL_FILTERS)
        assert all(left.items() <= asked.items() for left in removals)

    @pytest.mark.parametrize(
        ("lang", "names"),
        [
            pytest.param(
                "th",
                ["ตั้งแต่ 1 มกราคม 2561", "ถึง 31 ธันวาคม 2561", "ปี 2561", "พฤษภาคม 2561",
                 "ปีงบประมาณ 2561", "หมวดข่าว: รัฐบาลดิจิทัล", "มีภาษาไทย", "มีภาพ", "มีไฟล์แนบ"],
                id="th",
            ),
            pytest.param(
                "en",
                ["From 1 January 2018", "Up to 31 December 2018", "Year 2018", "May 2018",
                 "Fiscal year 2018", "Topic: Digital government", "In Thai", "With photographs",
                 "With attachments"],
                id="en",
            ),
        ],
    )  # fmt: skip
    def test_they_are_named_in_the_pages_language_though_nothing_was_found(
        self, client, lang, names
    ):
        found = search(client, lang, {"q": "qwxz", **ALL_FILTERS})
        remove = {"th": "ยกเลิกตัวกรอง:", "en": "Remove the filter:"}[lang]
        named = [each.split("×")[0].strip() for each in plain(found.text).split(remove)[1:]]
        assert named == names

    def test_they_stand_above_the_results(self, client):
        html = client.get("/th/search/?q=ประชุม&topic=digital").content.decode()
        assert html.index('class="active-filter"') < html.index('id="results-title"')

    def test_all_go_at_once_where_there_are_several(self, client):
        everything = "/en/search/?q=ประชุม&topic=digital&year=2018&sort=date"
        assert f"?{urlencode({'q': 'ประชุม', 'sort': 'date'})}" in page(client, everything).links
        assert "Remove all" in page(client, everything).text
        assert "Remove all" not in search(client, "en", {"q": "ประชุม", "topic": "digital"}).text

    def test_none_is_named_where_there_is_none(self, client):
        found = search(client, "en", {"q": "ประชุม"})
        assert "Filters in use" not in found.text

    @pytest.mark.parametrize("asked", [{"topic": "digital"}, {"lang": "th"}, {"fiscal": "2018"}])
    def test_the_group_of_one_in_use_stands_open(self, client, asked):
        """Of those that are closed otherwise."""
        html = client.get("/th/search/", {"q": "ประชุม", **asked}).content.decode()
        groups = re.findall(r"<details([^>]*)>(.*?)</details>", html, re.DOTALL)
        with_chosen = [opened for opened, choices in groups if "aria-current" in choices]
        assert [opened.split()[-1] for opened in with_chosen] == ["open"]
        other = client.get("/th/search/", {"q": "ประชุม"}).content.decode()
        assert other.count(" open>") == 2

    def test_other_words_keep_them_and_the_order_but_no_page(self, client):
        asked = {"q": "ประชุม", **ALL_FILTERS, "sort": "date"}
        form = search(client, "th", asked | {"page": 2, "after": "-1.0~1"})
        kept = {each["name"]: each["value"] for each in form.all("input", type="hidden")}
        # The topic has a field that everybody sees.
        assert kept == {name: asked[name] for name in asked.keys() - {"q", "topic"}}
        assert [each["value"] for each in form.all("option", selected="")] == ["digital"]

    def test_a_search_without_any_keeps_nothing(self, client):
        assert search(client, "th", {"q": "ประชุม"}).all("input", type="hidden") == []


class TestLanguageOfAResult:
    @pytest.mark.parametrize("year", ["2561", "2018"])
    @pytest.mark.parametrize("written", ["วันที่ 19 พ.ค. 61", "วันที่ 19 พฤษภาคม ๒๕๖๑", "ปี พ.ศ. 2561"])
    def test_a_year_is_held_in_thai_however_it_is_written_there(self, client, year, written):
        published(
            title_th="ประชุมร่วม",
            title_en="A meeting in 2018",
            body_th=f"<p>ประชุมร่วมเมื่อ{written}</p>",
            body_en="<p>A meeting in 2018</p>",
            dated=date(2018, 5, 19),
        )
        found = search(client, "th", {"q": year})
        assert "A meeting" not in found.text
        assert not [link for link in found.links if link.startswith("/en/news/")]


class TestPager:
    @pytest.fixture(autouse=True)
    def _five_releases(self, monkeypatch):
        for year in range(2014, 2019):
            published(title_th="ประชุมร่วม", dated=date(year, 5, 19))
        monkeypatch.setattr("news.views.search.find", partial(find, size=2))
        monkeypatch.setattr("news.views.search.PAGE_SIZE", 2)

    @pytest.mark.parametrize(
        ("lang", "asked", "names"),
        [
            ("th", {"q": "ประชุม"}, ["ผลก่อนหน้า", "ผลถัดไป"]),
            ("en", {"q": "ประชุม"}, ["Previous results", "Next results"]),
            ("th", {"q": "ประชุม", "sort": "date"}, ["ใหม่กว่า", "เก่ากว่า"]),
            ("en", {"q": "ประชุม", "sort": "date"}, ["Newer", "Older"]),
            # In an order by date whatever is asked for: nothing matches better than another.
            ("en", {"from": "2000-01-01"}, ["Newer", "Older"]),
            ("en", {"q": "from:2000"}, ["Newer", "Older"]),
        ],
    )
    def test_it_says_older_only_of_what_is_older(self, client, lang, asked, names):
        html = client.get(f"/{lang}/search/", asked | {"page": 2}).content.decode()
        assert re.findall(r'rel="(?:prev|next)" href="[^"]*">([^<]*)<', html) == names


class TestNothingToSearchFor:
    @pytest.mark.parametrize("typed", ['"', "“”", "?!", "\u200b", "😀"])
    @pytest.mark.parametrize(
        ("lang", "said"), [("th", "จึงไม่มีอะไรให้ค้นหา"), ("en", "There is nothing to search for")]
    )
    def test_it_is_said_where_what_was_typed_holds_no_word(self, client, typed, lang, said):
        assert said in search(client, lang, {"q": typed}).text

    @pytest.mark.parametrize("asked", [{}, {"q": " "}, {"q": "from:2018"}, {"q": "๑"}])
    def test_it_is_not_said_where_nothing_was_typed_or_something_is_asked(self, client, asked):
        assert "nothing to search for" not in search(client, "en", asked).text

    def test_what_filters_leave_is_not_shown_as_found_for_it(self, client):
        published(dated=date(2018, 5, 19))
        text = search(client, "en", {"q": '"', "year": "2018"}).text
        assert "There is nothing to search for" in text
        assert "1 press release" in text
        assert "Results for" not in text
