"""No word of the other language on a screen of the desk, as far as the desk itself says it."""

import pytest
from django.contrib.auth.models import Group

from news.models import ReaderReport, Series, ShortLink
from tests.admin.conftest import signed_in
from tests.factories import TopicFactory, person, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def thai_desk():
    """An administrator and publisher who has chosen no language: the desk speaks Thai."""
    user = person("administrator")
    user.groups.add(Group.objects.get(name="publisher"))
    return signed_in(user)


@pytest.fixture
def report() -> ReaderReport:
    return ReaderReport.objects.create(
        release=published().release, version_number=1, language="en", message="ชื่อสะกดผิด"
    )


def test_accounts_are_narrowed_to_a_role_in_the_words_of_the_form(thai_desk):
    page = thai_desk.get("/admin/auth/user/").content.decode()
    assert "ผู้เผยแพร่: เผยแพร่" in page
    assert ">publisher<" not in page
    publishers = Group.objects.get(name="publisher").pk
    person("writer", "only-writes")
    listed = thai_desk.get("/admin/auth/user/", {"groups__id__exact": publishers})
    assert [user.username for user in listed.context["cl"].result_list] == ["administrator-0"]


def test_a_report_says_the_name_of_its_language(thai_desk, report):
    for address in ("", f"{report.pk}/change/"):
        page = thai_desk.get(f"/admin/news/readerreport/{address}").content.decode()
        assert "อังกฤษ" in page
        assert ">en<" not in page


@pytest.mark.parametrize(("asked", "found"), [("en", 1), ("th", 0), ("xx", 1)])
def test_reports_are_narrowed_to_a_language(thai_desk, report, asked, found):
    page = thai_desk.get("/admin/news/readerreport/", {"language": asked})
    assert page.context["cl"].result_count == found


@pytest.mark.parametrize("kind", ["topic", "series"])
def test_names_in_a_list_are_headed_as_in_the_form(thai_desk, boss, kind):
    TopicFactory()
    Series.objects.create(slug="skills", name_th="ชุดข่าวทักษะดิจิทัล", name_en="The skills series")
    page = thai_desk.get(f"/admin/news/{kind}/").content.decode()
    assert "ชื่อ (ไทย)" in page
    assert "ชื่อ (อังกฤษ)" in page
    assert "[th]" not in page
    english = boss.get(f"/admin/news/{kind}/", {"o": "2"}).content.decode()
    assert "Name (English)" in english
    assert "?o=-2" in english


def test_thai_does_not_run_into_the_latin_word_for_an_address(thai_desk):
    published()
    link = ShortLink.objects.get()
    page = thai_desk.get(f"/admin/news/shortlink/{link.pk}/change/").content.decode()
    assert "<h1>URL แบบสั้น</h1>" in page
    assert "ดูURL" not in page
