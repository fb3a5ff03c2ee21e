"""What the fixtures promise: honest samples in two languages, and files that are there."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from news.html import plain, sanitise
from news.images.validation import inspect
from news.models import Attachment, LegacyPath, Photo, PressRelease, Topic
from news.models.short_link import CODE_PATTERN, is_rude
from news.thai.dates import find_dates

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
ROWS = json.loads((FIXTURES / "samples.json").read_text(encoding="utf-8"))
MODELS = {
    "news.topic": Topic,
    "news.pressrelease": PressRelease,
    "news.photo": Photo,
    "news.attachment": Attachment,
    "news.legacypath": LegacyPath,
}
TRANSLATED = {
    "title",
    "summary",
    "body",
    "gallery_description",
    "contact",
    "caption",
    "alt",
    "name",
    "description",
}


def rows(label: str) -> list[dict]:
    return [row["fields"] for row in ROWS if row["model"] == label]


RELEASES = rows("news.pressrelease")
SAMPLES = [fields for fields in RELEASES if fields["origin"] == "sample"]
by_code = pytest.mark.parametrize("release", RELEASES, ids=lambda fields: fields["code"])
by_sample = pytest.mark.parametrize("release", SAMPLES, ids=lambda fields: fields["code"])
in_both = pytest.mark.parametrize("language", ["th", "en"])


def test_there_are_ten_samples_beside_the_first_release():
    assert len(SAMPLES) == 10
    assert [fields["code"] for fields in RELEASES if fields not in SAMPLES] == ["k7m4q2"]


@pytest.mark.parametrize("label", MODELS)
def test_rows_name_no_bare_translated_field_and_no_unknown_one(label):
    names = {name for fields in rows(label) for name in fields}

    # `title` of an attachment and `name` of a topic are translated too: there is no exception.
    assert not names & TRANSLATED
    assert names <= {field.name for field in MODELS[label]._meta.get_fields()}


def test_rows_have_no_primary_keys_that_could_meet_an_editors_rows():
    assert not any("pk" in row for row in ROWS)


def test_codes_are_such_as_the_desk_gives_out():
    codes = [fields["code"] for fields in RELEASES]

    assert all(CODE_PATTERN.fullmatch(code) and not is_rude(code) for code in codes)
    assert len(set(codes)) == len(codes)


@by_code
def test_every_value_fits_its_field(release):
    for name, value in release.items():
        field = PressRelease._meta.get_field(name)
        if name != "topic" and value not in ("", None):
            field.clean(value, None)


@by_code
@in_both
def test_a_text_is_whole_or_absent(release, language):
    headline, body = release[f"title_{language}"], plain(release[f"body_{language}"])

    assert bool(headline) == bool(body)
    if not headline:
        assert not release[f"summary_{language}"]


@by_code
@in_both
def test_bodies_are_published_just_as_they_are_written_here(release, language):
    body = release[f"body_{language}"]

    assert sanitise(body) == body


@by_sample
@in_both
def test_a_sample_says_that_it_is_one_in_its_headline_and_at_its_end(release, language):
    mark, note = {
        "th": ("(ตัวอย่าง) ", "หมายเหตุ ข่าวนี้เขียนขึ้นเป็นตัวอย่าง"),
        "en": ("(Sample) ", "Note. This release was written as a sample"),
    }[language]
    if release[f"title_{language}"]:
        assert release[f"title_{language}"].startswith(mark)
        assert plain(release[f"body_{language}"]).splitlines()[-1].startswith(note)


@by_sample
def test_a_samples_contact_leads_nowhere(release):
    assert release["contact_email"].endswith("@sample.example")
    assert re.match(r"(0 2|\+66 2 )0*", release["contact_phone"])
    assert "000 0000" in release["contact_phone"]


def test_one_sample_is_thai_only_and_one_is_english_only():
    assert [fields["code"] for fields in SAMPLES if not fields["title_en"]] == ["a55rw2"]
    assert [fields["code"] for fields in SAMPLES if not fields["title_th"]] == ["gt4tqc"]


def test_the_samples_spread_over_ten_years_and_all_topics():
    years = Counter(fields["dated"][:4] for fields in SAMPLES)

    assert {"2016", "2026"} <= set(years)
    assert len(years) >= 8
    assert {tuple(fields["topic"]) for fields in RELEASES} == {
        (fields["slug"],) for fields in rows("news.topic")
    }


@pytest.mark.parametrize("label", ["news.photo", "news.attachment"])
def test_every_file_is_there_and_belongs_to_a_release(label):
    codes = {fields["code"] for fields in RELEASES}

    assert rows(label)
    for fields in rows(label):
        assert (FIXTURES / "media" / fields["file"]).is_file()
        assert fields["release"][0] in codes


@pytest.mark.parametrize("name", [fields["file"] for fields in rows("news.photo")])
def test_every_picture_is_one_that_the_desk_would_take(name):
    with (FIXTURES / "media" / name).open("rb") as file:
        facts = inspect(file)

    assert facts.width >= 1200
    assert not facts.has_gps


def test_every_picture_is_described_in_both_languages_and_said_to_be_drawn():
    for photo in rows("news.photo"):
        assert photo["is_sample"] is True
        assert "ตัวอย่าง" in photo["alt_th"] + photo["caption_th"]
        assert "sample" in (photo["alt_en"] + photo["caption_en"]).lower()
        assert all(photo[name] for name in ("alt_th", "alt_en", "caption_th", "caption_en"))


@by_code
@in_both
def test_every_written_weekday_is_that_of_its_date(release, language):
    text = plain("".join(release[f"{name}_{language}"] for name in ("title", "summary", "body")))
    written = list(find_dates(text))

    assert not [found for found in written if found.problem]
    assert not [
        found
        for found in written
        if found.weekday is not None and found.first and found.first.weekday() != found.weekday
    ]
