"""The privacy notice says exactly what is stored; the accessibility statement whom to tell."""

import json
import re
from logging.config import DictConfigurator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext

from news.models import FormerMiss, SiteSettings
from news.views.statements import kept

ROOT = Path(__file__).parent.parent.parent

ABOUT_READERS = {
    "FormerMiss",
    "KeyMiss",
    "LoginFailures",
    "ReaderReport",
    "SearchMiss",
    "SharedPreview",
    "Visit",
}
NOT_ABOUT_READERS = {
    # The desk and those who work there.
    "AccessLink",
    "Attachment",
    "AuditEntry",
    "Autosave",
    "DeskPresence",
    "DeskSession",
    "DeskPreference",
    "Erasure",
    "GlossaryTerm",
    "LinkVisit",
    "Photo",
    "PressRelease",
    "Series",
    "SeriesPart",
    "SiteSettings",
    "SourceDocument",
    "TextBand",
    "UnsavedText",
    "Upload",
    "Topic",
    # The record and what is made of it.
    "ArchiveCount",
    "ArchiveImport",
    "Card",
    "ChainHead",
    "DataFile",
    "Derivative",
    "Epoch",
    "Job",
    "LastBackup",
    "LegacyPath",
    "SearchState",
    "ShortLink",
    "Version",
    "VersionMedia",
}


def named(source: str) -> set[str]:
    (entry,) = [entry for entry in kept() if entry.source == source]
    return {name for name, _meaning in entry.fields}


def test_every_model_is_in_the_privacy_notice_or_is_not_about_readers():
    models = {model.__name__ for model in apps.get_app_config("news").get_models()}
    undecided = models - ABOUT_READERS - NOT_ABOUT_READERS
    assert undecided == set(), "about readers? then news/views/statements.py must name its fields"


@pytest.mark.parametrize("name", sorted(ABOUT_READERS))
def test_the_privacy_notice_names_every_field_about_readers(name):
    model = apps.get_model("news", name)
    assert named(name) == {field.name for field in model._meta.concrete_fields} - {"id"}


def test_the_privacy_notice_says_when_misses_of_the_former_site_are_forgotten():
    (entry,) = [entry for entry in kept() if entry.source == "FormerMiss"]
    assert (entry.until, FormerMiss.KEPT.days) == (gettext("As numbers, for half a year."), 180)


SAME_IN_EVERY_LINE = {"event", "level", "logger"}


@pytest.mark.django_db
def test_the_privacy_notice_names_every_field_of_the_applications_log(client, caplog, monkeypatch):
    """As it is written in production, of a real request."""
    formatter = DictConfigurator(settings.LOGGING).configure_formatter(
        dict(settings.LOGGING["formatters"]["json"])
    )
    written = []

    def write(record):
        written.append(json.loads(formatter.format(record)))

    monkeypatch.setattr(caplog.handler, "emit", write)  # which is one for all tests
    with caplog.at_level("INFO", logger="news.request_log"):
        client.get("/th/search/?q=secret", headers={"User-Agent": "secret"})
    (line,) = [line for line in written if line["event"] == "request"]
    assert named("request log") == set(line) - SAME_IN_EVERY_LINE
    assert "secret" not in str(line)


def test_the_privacy_notice_names_every_field_of_the_web_servers_log():
    template = (ROOT / "deploy/nginx/ocsc.conf.template").read_text()
    log_format = re.search(r"log_format ocsc[^;]*;", template)[0]
    assert named("nginx log") == set(re.findall(r'"([a-z_]+)":', log_format))


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["th", "en"])
def test_both_statements_name_the_offices_contact_and_are_found_from_every_page(client, lang):
    SiteSettings.objects.create(
        pk=1,
        contact_th="กลุ่มงานประชาสัมพันธ์ โทร. 0 2547 1000",
        contact_en="Public relations, telephone 0 2547 1000",
        contact_email="takedown@example.org",
    )
    home = client.get(f"/{lang}/").content.decode()
    for name in ("privacy", "accessibility"):
        assert f'href="/{lang}/{name}/"' in home
        page = client.get(f"/{lang}/{name}/").content.decode()
        assert "mailto:takedown@example.org" in page
        assert ("กลุ่มงานประชาสัมพันธ์" if lang == "th" else "Public relations") in page
    notice = client.get(f"/{lang}/privacy/").content.decode()
    for entry in kept():
        for field, _meaning in entry.fields:
            assert f">{field}</code>" in notice


@pytest.mark.django_db
def test_until_the_office_gives_a_contact_there_is_the_one_of_the_site(client, settings):
    settings.SECURITY_CONTACT = "mailto:responsible@example.org"
    assert "mailto:responsible@example.org" in client.get("/th/privacy/").content.decode()
