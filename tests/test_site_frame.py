"""Theme and banner: switched at the desk, on every public page at once, gone on their minute."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from news.caching import Frame, read_moment, reader
from news.models import AuditEntry, Epoch, SiteSettings
from news.thai.dates import BANGKOK
from tests.admin.conftest import administrator, boss, desk, editor, form_values  # noqa: F401
from tests.factories import published

pytestmark = pytest.mark.django_db

CHANGE = "/admin/news/sitesettings/1/change/"
TH, EN = "ปิดทำการ <b>วันนี้</b> & พรุ่งนี้", "Closed <b>today</b> & tomorrow"


def look(client, path: str) -> str:
    reader.forget()
    return client.get(path).content.decode()


def set_up(**fields) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults=fields)
    Epoch.objects.raise_site_revision()


def test_nothing_is_shown_until_somebody_sets_something(client):
    assert read_moment(timezone.now()).frame == Frame()
    page = look(client, "/th/")
    assert "data-theme" not in page
    assert "site-notice" not in page


@pytest.mark.parametrize(("lang", "text"), [("th", TH), ("en", EN)])
def test_the_banner_stands_escaped_above_every_kind_of_page(client, lang, text):
    version = published(slug="a-release")
    set_up(banner_shown=True, banner_th=TH, banner_en=EN, banner_level="urgent", in_mourning=True)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for path in ("", f"news/{version.code}/a-release/", "archive/", "search/", "nothing/", "data/"):
        page = look(client, f"/{lang}/{path}")
        assert escaped in page, path
        assert "site-notice-urgent" in page
        assert '<html lang="' + lang + '" data-theme="mourning">' in page
        assert page.index("site-notice") < page.index('<header class="masthead"')


def test_the_end_of_a_banner_is_a_boundary_with_nothing_running(client):
    until = timezone.now() + timedelta(hours=1)
    set_up(banner_shown=True, banner_th=TH, banner_en=EN, banner_until=until)
    before, after = read_moment(until - timedelta(seconds=1)), read_moment(until)
    assert before.next_boundary == until
    assert before.key != after.key
    assert after.last_boundary == until
    assert after.frame == Frame()
    with time_machine.travel(until - timedelta(seconds=3), tick=False):
        reader.forget()
        response = client.get("/th/")
        assert b"site-notice" in response.content
        assert "s-maxage=3," in response["Cache-Control"]
    with time_machine.travel(until, tick=False):
        assert b"site-notice" not in client.get("/th/").content


def test_a_switch_at_the_desk_is_logged_and_renews_every_page(client, desk, editor):  # noqa: F811
    assert desk.get("/admin/news/sitesettings/").url == CHANGE
    known = client.get("/th/")["ETag"]
    values = form_values(desk.get(CHANGE)) | {
        "in_mourning": "on",
        "banner_shown": "on",
        "banner_th": TH,
        "banner_en": EN,
        "banner_level": "info",
    }
    response = desk.post(CHANGE, values)
    assert response.status_code == 302, response.context["errors"]
    reader.forget()
    page = client.get("/th/", headers={"If-None-Match": known})
    assert page.status_code == 200
    assert 'data-theme="mourning"' in page.content.decode()
    entry = AuditEntry.objects.get(action="site_set")
    assert entry.actor_name == "editor"
    assert "in_mourning: True; banner_shown: True" in entry.note
    assert "editor" in desk.get(CHANGE).content.decode().split("last_change")[-1]


def test_the_desk_refuses_half_a_banner_and_one_that_is_over(desk):  # noqa: F811
    values = form_values(desk.get(CHANGE)) | {"banner_shown": "on", "banner_th": TH}
    page = desk.post(CHANGE, values)
    assert "A notice that is shown needs its text in both languages." in page.content.decode()
    yesterday = timezone.now().astimezone(BANGKOK) - timedelta(days=1)
    over = {
        "banner_en": EN,
        "banner_until_day": yesterday.day,
        "banner_until_month": yesterday.month,
        "banner_until_ce": yesterday.year,
        "banner_until_time": "10.00",
    }
    page = desk.post(CHANGE, values | over)
    assert "This moment has passed already." in page.content.decode()
    assert not SiteSettings.objects.filter(banner_shown=True).exists()


def test_who_may_not_change_the_site_is_refused(client, editor, django_user_model):  # noqa: F811
    editor.groups.set([Group.objects.get(name="writer")])
    client.force_login(editor)
    assert client.get(CHANGE).status_code == 403
    assert "sitesettings" not in client.get("/admin/").content.decode()


def test_a_page_about_an_unreachable_database_needs_no_banner(client, monkeypatch):
    def away(at, alias):
        raise DatabaseError("away")

    monkeypatch.setattr("news.caching.epoch.read_moment", away)
    reader.forget()
    request = RequestFactory().get("/th/")
    assert "site-notice" not in render_to_string("pages/400.html", {}, request)


def test_their_name_begins_with_a_capital_where_it_stands_alone():
    with translation.override("en"):
        assert str(SiteSettings()) == "Site settings"
