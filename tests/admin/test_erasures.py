"""The desk's screens of an erasure: asked for by one, approved by another."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from news.models import Erasure, Version
from tests.admin.conftest import change_url
from tests.factories import published

pytestmark = pytest.mark.django_db
ADD = "/admin/news/erasure/add/"


@pytest.fixture
def asked(desk):
    version = published(title_th="ข่าวของบุคคล")
    desk.post(ADD, {"code": version.code.upper(), "reason": "privacy"})
    return Erasure.objects.get()


def screen(erasure):
    return f"/admin/news/erasure/{erasure.pk}/change/"


def test_it_is_asked_for_from_the_release_and_nothing_is_erased(desk):
    version = published()
    page = desk.get(change_url(version.release)).content.decode()
    assert f"{ADD}?code={version.code}" in page
    form = desk.get(f"{ADD}?code={version.code}").content.decode()
    assert f'value="{version.code}"' in form
    answer = desk.post(ADD, {"code": version.code, "reason": "legal"}, follow=True)
    assert "until somebody else approves" in answer.content.decode()
    version.refresh_from_db()
    assert not version.erased


def test_who_asked_is_not_offered_to_approve_and_cannot(desk, asked):
    page = desk.get(screen(asked)).content.decode()
    assert "Somebody else has to approve" in page
    assert "_approve" not in page
    desk.post(screen(asked), {"_approve": "1", "code": asked.release.code})
    asked.refresh_from_db()
    assert asked.approved_at is None


def test_another_approves_by_typing_the_code(boss, asked):
    assert "ข่าวของบุคคล" not in boss.get("/admin/news/erasure/").content.decode()
    wrong = boss.post(screen(asked), {"_approve": "1", "code": "other"}, follow=True)
    assert "Nothing was erased" in wrong.content.decode()
    done = boss.post(
        screen(asked), {"_approve": "1", "code": asked.release.code}, follow=True
    ).content.decode()
    assert "Erased." in done
    assert "Take the request back" not in done
    assert Version.objects.get(number=1).erased
    assert "ข่าวของบุคคล" not in boss.get(change_url(asked.release)).content.decode()


def test_a_request_can_be_taken_back_until_it_is_approved(desk, boss, asked):
    delete = f"/admin/news/erasure/{asked.pk}/delete/"
    desk.post(delete, {"post": "yes"})
    assert not Erasure.objects.exists()


def test_wrong_codes_are_told(desk, asked):
    for code, message in (("nosuch", "no release"), (asked.release.code, "already")):
        page = desk.post(ADD, {"code": code, "reason": "legal"}).content.decode()
        assert message in page


def test_who_only_reads_can_do_nothing_of_it(client, asked):
    reader = get_user_model().objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    assert client.get(ADD).status_code == 403
    client.post(screen(asked), {"_approve": "1", "code": asked.release.code})
    assert not Version.objects.filter(erased=True).exists()
