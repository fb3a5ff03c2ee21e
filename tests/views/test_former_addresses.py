"""What a reader finds behind a link to the former site."""

import unicodedata
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.db import OperationalError

from news import publishing
from news.admin import former_misses
from news.caching import reader
from news.importing import misses
from news.importing.paths import canonical
from news.models import FormerMiss, LegacyPath
from news.querysets import MissQuerySet
from news.search.desk import matching
from news.search.engine import SearchTooSlow
from tests.factories import PressReleaseFactory, published
from tests.views.pages import page

pytestmark = pytest.mark.django_db
PATH = "/blog/2018/05/สำนักงาน-กพ-ประชุมผู้นำ"


@pytest.fixture
def version():
    found = published(slug="skills")
    LegacyPath.objects.create(path=PATH, release=found.release)
    return found


def target(version):
    return f"/th/news/{version.code}/skills/"


@pytest.mark.parametrize(
    "address",
    [quote(PATH), f"{quote(PATH)}/", quote(quote(PATH)), quote(PATH.encode("cp874")),
     f"{quote(PATH)}).", quote(PATH)[:-4], quote(PATH)[:-1], f"/?q={quote(PATH[1:])}",
     PATH, quote(PATH).lower(), quote(unicodedata.normalize("NFD", PATH)),
     quote(unicodedata.normalize("NFKD", PATH)), f"{quote(PATH)}%E2%80%9D", f"{quote(PATH)}ฯ",
     f"{quote(PATH)}?fbclid=abc", f"/index.php?q={quote(PATH[1:])}"],
)  # fmt: skip
def test_it_leads_to_the_release_with_one_redirect(address, client, version):
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, target(version))
    assert client.get(response["Location"]).status_code == 200
    assert "max-age=300" in response["Cache-Control"]


def test_a_node_of_the_former_site_leads_to_its_release_in_every_form(client, version):
    LegacyPath.objects.create(path="?q=node/123", release=version.release)
    for address in ("/?q=node/123", "/?q=node%2F123", "/node/123", "/index.php?q=node/123",
                    "/th/node/123", "/?q=/node/123/", "/th/?q=node/123", "/en/?q=node%2F123",
                    "/th/?q=th/node/123", f"/th/?q={quote(PATH[1:])}",
                    "/th?q=node/123", "/en?fbclid=1&q=node/123"):  # fmt: skip
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (301, target(version)), address


@pytest.mark.parametrize("asked", ["/?q=", "/index.php?q=", "/th/?q=", "/th?q="])
def test_in_a_query_too_it_may_be_in_windows_874_encoded_or_not_or_be_longer_than_any(
    asked, client, version
):
    former = PATH[1:].encode("cp874")
    for spelling in (quote(former), former.decode("latin-1")):
        query = f"{asked}{spelling}".partition("?")[2]
        response = client.get(asked.partition("?")[0], QUERY_STRING=query)
        assert (response.status_code, response["Location"]) == (301, target(version))
    long = "blog/2018/05/" + "a" * 2_000
    LegacyPath.objects.create(path=canonical(f"?q={long}"), release=version.release)
    assert client.get(f"{asked}{long}")["Location"] == target(version)


def test_a_node_that_leads_nowhere_is_missed_on_the_home_page_as_well(client):
    for address in ("/th/", "/en/", "/th", "/en"):
        found = page(client, f"{address}?q=node/9", status=404)
        assert not found.all("input", name="q")[0].get("value")
    assert FormerMiss.objects.get().path == "?q=node/9"
    assert FormerMiss.objects.get().count == 4


def test_a_missed_address_in_a_query_offers_its_words(client):
    found = page(client, f"/th/?q={quote('blog/2018/05/ประชุม-ผู้นำ')}", status=404)
    assert found.all("input", name="q", value="ประชุม ผู้นำ")


@pytest.mark.parametrize(
    "question",
    ["", "%E0%B8%81", "content/9", "%BB%C3%D0%AA%D8%C1", "%00", "%E0%B8", "a" * 1_001,
     "%E0%B8%81" * 700],
)  # fmt: skip
def test_a_question_that_is_no_former_address_is_not_for_the_home_page(client, question):
    plain = client.get("/en/")
    asked = client.get(f"/en/?q={question}")
    assert (asked.status_code, asked.content) == (200, plain.content)
    slashless = client.get(f"/en?q={question}")
    assert (slashless.status_code, slashless["Location"]) == (301, "/en/")


def test_a_cut_address_that_two_releases_share_leads_nowhere(client, version):
    LegacyPath.objects.create(path=f"{PATH}-ครั้งที่-2", release=published().release)
    assert client.get(quote(PATH)).status_code == 301
    assert client.get(quote(PATH[:-3])).status_code == 404


def test_a_draft_is_not_betrayed_by_its_former_address(client):
    LegacyPath.objects.create(path=PATH, release=PressReleaseFactory())
    assert client.get(quote(PATH)).status_code == 404


def test_a_merged_release_leads_straight_to_what_it_became(client, version):
    other = published(slug="other")
    publishing.merge(release=version.release, into=other.release)
    assert client.get(quote(PATH))["Location"] == f"/th/news/{other.code}/other/"


def test_an_unknown_address_offers_a_search_for_its_words(client):
    found = page(client, quote("/blog/2018/05/ประชุม-ผู้นำ"), status=404)
    assert found.all("input", name="q", value="ประชุม ผู้นำ")


class TestAnUnknownAddress:
    def test_it_is_counted_by_its_one_form_a_day(self, client):
        for spelling in (quote(PATH), f"{quote(PATH)}/", quote(quote(PATH))):
            assert client.get(spelling).status_code == 404
        client.get("/?q=node/99")
        counted = dict(FormerMiss.objects.values_list("path", "count"))
        assert counted == {PATH: 3, "?q=node/99": 1}

    def test_guesses_are_not_counted_and_the_table_is_bounded(self, client, monkeypatch):
        for guess in ("/wp-login.php", "/.env", "/th/nothing/", "/en/news/zzzzzz/"):
            client.get(guess)
        assert not FormerMiss.objects.exists()
        monkeypatch.setattr(FormerMiss, "MOST_A_DAY", 2)
        for number in range(4):
            client.get(f"/blog/2018/05/{number}")
        assert FormerMiss.objects.count() == 2

    def test_what_is_old_is_forgotten(self):
        day = date(2026, 5, 1)
        misses.count_miss(PATH, day)
        misses.count_miss(PATH, day + FormerMiss.KEPT + timedelta(days=1))
        assert FormerMiss.objects.get().day > day

    def test_a_database_that_only_reads_is_no_reason_to_fail(self, client, monkeypatch):
        def refuse(*_arguments, **_named):
            raise OperationalError("attempt to write a readonly database")

        monkeypatch.setattr(MissQuerySet, "add", refuse)
        assert client.get(quote(PATH)).status_code == 404

    def test_the_desk_sees_the_frequent_ones_first_and_leads_them_with_one_click(
        self, client, admin_client
    ):
        release = published(title_th="ประชุมผู้นำเรื่องทักษะ", slug="skills").release
        misses.count_miss(PATH, date(2026, 5, 1))
        misses.count_miss(PATH, date(2026, 5, 2))
        misses.count_miss("?q=node/7", date(2026, 5, 2))
        page = admin_client.get("/admin/news/formermiss/").content.decode()
        assert page.index(PATH) < page.index("?q=node/7")
        missed = FormerMiss.objects.filter(path=PATH).latest("day")
        lead = f"/admin/news/formermiss/{missed.pk}/lead/"
        assert "ประชุมผู้นำเรื่องทักษะ" in admin_client.get(f"{lead}?words=ประชุมผู้นำ").content.decode()
        admin_client.post(lead, {"code": "nosuch"})
        assert not LegacyPath.objects.exists()
        admin_client.post(lead, {"code": release.code})
        reader.forget()
        assert client.get(quote(PATH))["Location"] == f"/th/news/{release.code}/skills/"
        assert list(misses.missed().values_list("path", flat=True)) == ["?q=node/7"]

    @pytest.mark.parametrize(
        "slug",
        [
            "ประชุมผู้นำเรื่องทักษะ",
            "ประชุมผู้นำเรื่องทักษะ-ครั้งที่-๙-ณ-เชียงใหม่",
            "เลขาธิการ-กพ-ร่วม-ประชุมผู้นำเรื่องทักษะ",
            "2018-งาน-เรื่องทักษะ-ขอนแก่น",
            "ประชุมผู้นำเรื่องทักษะแห่งอนาคตของภูมิภาคเอเชีย",
        ],
    )
    def test_the_desk_is_offered_the_release_by_as_many_words_as_find_it(self, admin_client, slug):
        release = published(title_th="ประชุมผู้นำเรื่องทักษะ").release
        published(title_th="ประกาศผลสอบ")
        misses.count_miss(f"/blog/2018/05/{slug}", date(2026, 5, 1))
        missed = FormerMiss.objects.get()
        response = admin_client.get(f"/admin/news/formermiss/{missed.pk}/lead/")
        assert release in response.context["offered"]
        assert response.context["words"] in slug.replace("-", " ")

    def test_the_desk_is_shown_all_words_where_none_of_them_find_anything(self, admin_client):
        published(title_th="ประกาศผลสอบ")
        misses.count_miss("/blog/2018/05/ปลูกต้นไม้-ริมคลอง", date(2026, 5, 1))
        missed = FormerMiss.objects.get()
        response = admin_client.get(f"/admin/news/formermiss/{missed.pk}/lead/")
        assert response.context["words"] == "ปลูกต้นไม้ ริมคลอง"
        assert not response.context["offered"]

    @pytest.mark.parametrize("asked", ["", "?words=ข่าว+สำนักงาน"])
    def test_a_search_that_takes_too_long_is_told_and_the_code_can_be_given(
        self, admin_client, monkeypatch, asked
    ):
        def slow(releases, words):
            raise SearchTooSlow

        release = published(title_th="ประกาศผลสอบ").release
        misses.count_miss("/blog/2018/05/ประกาศ-ผลสอบ", date(2026, 5, 1))
        address = f"/admin/news/formermiss/{FormerMiss.objects.get().pk}/lead/"
        monkeypatch.setattr(former_misses, "matching", slow)
        response = admin_client.get(f"{address}{asked}")
        assert not response.context["offered"]
        assert "ใช้เวลานานเกินไป" in response.content.decode()
        assert "ไม่พบข่าวที่มีคำเหล่านี้" not in response.content.decode()
        admin_client.post(address, {"code": release.code})
        assert LegacyPath.objects.get().release == release

    def test_fewer_words_are_looked_for_where_all_of_them_take_too_long(
        self, admin_client, monkeypatch
    ):
        def slow_at_first(releases, words):
            if words == "ประกาศ ผลสอบ ขอนแก่น":
                raise SearchTooSlow
            return matching(releases, words)

        release = published(title_th="ประกาศผลสอบ").release
        misses.count_miss("/blog/2018/05/ประกาศ-ผลสอบ-ขอนแก่น", date(2026, 5, 1))
        monkeypatch.setattr(former_misses, "matching", slow_at_first)
        response = admin_client.get(f"/admin/news/formermiss/{FormerMiss.objects.get().pk}/lead/")
        assert release in response.context["offered"]
        assert response.context["words"] == "ประกาศ ผลสอบ"
        assert "ใช้เวลานานเกินไป" not in response.content.decode()
