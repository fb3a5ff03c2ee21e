"""Every screen of the desk answers, to those who may see it and in their language."""

import pytest
from django.test import Client
from django.urls import reverse

from news.models import DeskPreference
from tests.admin.conftest import ADD_URL, action_url, change_url
from tests.factories import PressReleaseFactory, add_photo, published, scheduled

LISTS = ["pressrelease", "topic", "shortlink", "legacypath"]


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("screen", ["changelist", "add"])
def test_an_editor_opens_lists_and_empty_forms(desk, model, screen):
    assert desk.get(reverse(f"admin:news_{model}_{screen}")).status_code == 200


def test_an_editor_opens_a_release_and_everything_round_it(desk):
    version = published()
    add_photo(version.release)
    pk = version.release_id
    for url in (
        change_url(version.release),
        action_url(version.release, "publish"),
        action_url(version.release, "withdraw"),
        reverse("admin:news_pressrelease_versions", args=(pk,)),
        reverse("admin:news_pressrelease_history", args=(pk,)),
        reverse("desk_preview", args=(pk, "th")),
    ):
        assert desk.get(url).status_code == 200, url


def test_the_front_page_names_drafts_and_what_goes_out_next(desk):
    draft, coming = PressReleaseFactory(), scheduled()
    page = desk.get("/admin/").content.decode()
    assert draft.title_th in page
    assert coming.title_th in page


@pytest.mark.parametrize(
    "url", ["/admin/", ADD_URL, "/admin/news/pressrelease/", "/admin/preview/1/th/"]
)
def test_who_is_not_signed_in_is_asked_to(client, url, db):
    response = client.get(url)
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


def test_a_user_of_the_desk_without_rights_sees_no_release(django_user_model, db):
    release = PressReleaseFactory()
    user = django_user_model.objects.create_user("nobody", is_staff=True)
    client = Client()
    client.force_login(user)
    assert release.title_th not in client.get("/admin/").content.decode()
    for url in (
        "/admin/news/pressrelease/",
        change_url(release),
        action_url(release, "publish"),
        reverse("desk_preview", args=(release.pk, "th")),
        reverse("admin:news_pressrelease_versions", args=(release.pk,)),
    ):
        assert client.get(url).status_code == 403, url


def test_the_desk_speaks_thai_until_told_otherwise_and_remembers(editor):
    client = Client()
    client.force_login(editor)
    response = client.get("/admin/")
    assert response.headers["Content-Language"] == "th"
    client.post("/admin/language/", {"language": "en", "next": ADD_URL})
    assert DeskPreference.objects.get(user=editor).language == "en"
    again = Client()
    again.force_login(editor)
    assert again.get("/admin/").headers["Content-Language"] == "en"


def test_the_language_switch_goes_back_and_nowhere_else(desk):
    back = desk.post("/admin/language/", {"language": "th", "next": ADD_URL})
    assert back.url == ADD_URL
    away = desk.post("/admin/language/", {"language": "th", "next": "https://example.com/"})
    assert away.url == "/admin/"
    assert desk.get("/admin/language/").status_code == 405


def test_the_page_for_signing_in_offers_both_languages(client, db):
    assert client.get("/admin/login/").headers["Content-Language"] == "th"
    english = client.get("/admin/login/?language=en")
    assert english.headers["Content-Language"] == "en"
    assert client.get("/admin/login/?language=xx").headers["Content-Language"] == "th"


def test_the_desk_is_kept_by_no_cache_and_runs_no_script_but_its_own(desk):
    for url in ("/admin/", ADD_URL, "/admin/jsi18n/"):
        response = desk.get(url)
        assert response.headers["Cache-Control"] == "no-store", url
        policy = response.headers["Content-Security-Policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in scripts
    assert "unsafe-inline" not in desk.get("/healthz").headers["Content-Security-Policy"]


def test_the_address_without_its_slash_leads_to_the_desk(client, db):
    assert client.get("/admin").url == "/admin/"


def test_what_is_not_there_and_what_is_not_permitted_are_screens_of_the_desk(desk):
    accounts = reverse("admin:auth_user_changelist")
    for url, status in ((accounts, 403), ("/admin/no-such-screen/", 404)):
        response = desk.get(url)
        assert response.status_code == status
        page = response.content.decode()
        assert "<main" in page
        assert reverse("admin:news_pressrelease_changelist") in page
        assert "no-store" in response["Cache-Control"]


def test_roles_are_given_at_an_account_and_have_no_screens_of_their_own(admin_client):
    assert admin_client.get("/admin/auth/group/").status_code == 404
