"""What this project relies on in django-modeltranslation, so that a new release can't change it
quietly.

Each test names the trap that it holds shut.
"""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import translation

from news.models import PressRelease, Topic
from tests.factories import PressReleaseFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent


def test_saving_in_one_language_never_writes_the_other():
    """With fallbacks on, `save(update_fields=["title"])` copied Thai into the English column."""
    release = PressReleaseFactory(thai_only=True)
    with translation.override("en"):
        same = PressRelease.objects.get(pk=release.pk)
        same.title_th = "แก้ไขแล้ว"
        same.save()
        same.save(update_fields=["title_th"])
    same.refresh_from_db()
    assert (same.title_th, same.title_en or "") == ("แก้ไขแล้ว", "")


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_bare_name_reads_the_active_language_and_nothing_else(language):
    release = PressReleaseFactory(thai_only=True)
    with translation.override(language):
        assert PressRelease.objects.get(pk=release.pk).title == (
            release.title_th if language == "th" else ""
        )


@pytest.mark.parametrize("language", ["th", "en"])
def test_suffixed_names_mean_the_same_whatever_language_is_active(language):
    release = PressReleaseFactory(title_th="ก", title_en="A")
    with translation.override(language):
        assert PressRelease.objects.get(title_th="ก") == release
        assert PressRelease.objects.values_list("title_th", "title_en").get() == ("ก", "A")
        PressRelease.objects.filter(pk=release.pk).update(title_en="B")
        assert PressRelease.objects.get(pk=release.pk).title_th == "ก"
        PressRelease.objects.bulk_update(
            [PressRelease(pk=release.pk, title_th="ข", title_en="C")], ["title_th", "title_en"]
        )
        assert PressRelease.objects.values_list("title_th", "title_en").get() == ("ข", "C")


def test_bulk_create_keeps_both_languages():
    Topic.objects.bulk_create([Topic(slug="a", name_th="ก", name_en="A")])
    assert Topic.objects.values_list("name_th", "name_en").get() == ("ก", "A")


@pytest.mark.parametrize("language", ["th", "en"])
def test_fixtures_with_suffixed_names_load_the_same_in_any_language(language, tmp_path):
    topic = Topic.objects.create(slug="a", name_th="ก", name_en="A")
    out = StringIO()
    call_command("dumpdata", "news.topic", stdout=out)
    text = re.sub(r'"(name|description)": [^,]*?, ', "", out.getvalue())
    assert '"name":' not in text
    topic.delete()
    path = tmp_path / "topics.json"
    path.write_text(text)
    with translation.override(language):
        call_command("loaddata", path, verbosity=0)
    assert Topic.objects.values_list("name_th", "name_en").get() == ("ก", "A")


@pytest.mark.parametrize("nothing", ["", None])
def test_a_row_without_its_words_is_refused_by_the_database(nothing):
    """`NULL > ''` is not false, and a check that isn't false passes."""
    with pytest.raises(IntegrityError), transaction.atomic():
        PressReleaseFactory(title_th=nothing, title_en=nothing)
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.create(slug="half", name_th="ครึ่ง", name_en=nothing)


def test_only_the_database_says_that_a_headline_is_needed():
    """Every translated column is nullable, whatever the model says; the constraint is what
    holds.
    """
    for name in ("title_th", "title_en", "body_th"):
        assert PressRelease._meta.get_field(name).null


def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_settings_that_would_drop_columns_are_errors(settings):
    settings.LANGUAGES = [("th", "Thai")]
    assert "news.E001" in {error.id for error in run_checks(tags=["translation"])}
    settings.MODELTRANSLATION_ENABLE_FALLBACKS = True
    assert "news.E002" in {error.id for error in run_checks(tags=["translation"])}


TRANSLATED = "title|summary|body|gallery_description|caption|alt|name|description"


def test_no_query_at_the_desk_names_a_bare_translated_field():
    """Filters, orders and expressions on bare names freeze a language or hit the undetermined
    column.
    """
    pattern = re.compile(
        rf"""(?:filter|exclude|order_by|values|values_list|only|defer|annotate|F|Q)\(
             [^()]*?["'(, -](?:{TRANSLATED})(?:__[a-z]+)?(?:["'],?|=)""",
        re.VERBOSE,
    )
    unregistered = {"models/version.py", "querysets.py"}
    for path in (ROOT / "news").rglob("*.py"):
        if "migrations" in path.parts or str(path.relative_to(ROOT / "news")) in unregistered:
            continue
        for match in pattern.finditer(path.read_text()):
            # `name=` of attachments, short links and urls is a plain field.
            assert "name=" in match.group(), f"{path}: {match.group()}"


def test_no_model_orders_by_a_translated_field_and_no_query_waits_at_module_level():
    for model in (PressRelease, Topic):
        assert not [name for name in model._meta.ordering if re.fullmatch(TRANSLATED, name)]
    for path in (ROOT / "news").rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for line in path.read_text().splitlines():
            assert not re.match(r"[A-Za-z_]+ = (?:models\.)?(?:Q|F)\(", line), f"{path}: {line}"
