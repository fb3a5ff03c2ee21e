"""What a reader finds behind a link to the former site."""

from urllib.parse import quote

import pytest

from news import publishing
from news.models import LegacyPath
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
     f"{quote(PATH)}).", quote(PATH)[:-4], quote(PATH)[:-1], f"/?q={quote(PATH[1:])}"],
)  # fmt: skip
def test_it_leads_to_the_release_with_one_redirect(address, client, version):
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, target(version))
    assert client.get(response["Location"]).status_code == 200
    assert "max-age=300" in response["Cache-Control"]


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
