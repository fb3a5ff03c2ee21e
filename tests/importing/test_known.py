"""Two sources that number their releases alike, and one source that is read again."""

import io
import json

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news import erasing
from news.importing import releases
from news.management.commands import import_releases
from news.management.commands.import_releases import REFUSED
from news.models import PressRelease, Version

pytestmark = pytest.mark.django_db
MEETING = "สำนักงาน ก.พ. ประชุมหารือเรื่องทักษะดิจิทัล"
EXAM = "ผลการสอบแข่งขันเพื่อบรรจุบุคคลเข้ารับราชการ"


def record(source_id="12", title=MEETING, date="2018-05-19", **fields) -> str:
    given = {"source_id": source_id, "title": title, "date": date, "paragraphs": ["ข้อความ"]}
    return json.dumps(given | fields, ensure_ascii=False)


@pytest.fixture
def load(tmp_path):
    """load(records...) gives (exit code, standard output, error output, lines of the report)."""

    def load(*records: str, **options) -> tuple[int, str, str, list[dict]]:
        path, report = tmp_path / "in.jsonl", tmp_path / "report.jsonl"
        path.write_text("\n".join(records), "utf-8")
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("import_releases", path, stdout=out, stderr=err, report=report, **options)
        except CommandError as error:
            if error.returncode != REFUSED:
                raise
            code = error.returncode
        told = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
        return code, out.getvalue(), err.getvalue(), told

    return load


def test_the_same_records_again_are_known_and_nothing_is_said_of_them(load):
    load(record("1"), record("2", EXAM, "2019-01-02"))
    code, out, err, told = load(record("1"), record("2", EXAM, "2019-01-02"))
    assert (code, err) == (0, "")
    assert "0 imported, 2 known already, 0 refused" in out
    assert "another release" not in out
    assert [line["warnings"] for line in told] == [[], []]


def test_a_source_id_of_another_release_is_refused_by_its_line_and_counted(load):
    load(record())
    code, out, err, told = load(record("13"), "", record(title=EXAM, date="2019-01-02"))
    first = Version.objects.get(title_th=MEETING, release__source_id="12")
    assert code == REFUSED
    assert "1 imported, 0 known already, 1 refused" in out
    assert "1 of those refused have the source_id of another release" in out
    assert f"line 3: its source_id 12 is that of {first.code}" in err
    assert MEETING in err
    assert "--source" in err
    assert told[0]["record"] == 3
    assert told[0]["outcome"] == "refused"
    assert not Version.objects.filter(title_th=EXAM).exists()


def test_the_name_of_a_source_keeps_its_numbers_apart(load):
    load(record())
    other = record(title=EXAM, date="2019-01-02")
    code, out, _err, told = load(other, source="exams")
    assert (code, told[0]["source_id"]) == (0, "exams:12")
    assert "1 imported" in out
    code, out, _err, _told = load(other, source="exams")
    assert (code, PressRelease.objects.count()) == (0, 2)
    assert "0 imported, 1 known already" in out


@pytest.mark.parametrize("name", ["two words", "ข่าว", "x" * 41, "a:b"])
def test_the_name_of_a_source_is_a_short_word(load, name):
    with pytest.raises(CommandError, match="--source"):
        load(record(), source=name)
    assert not PressRelease.objects.exists()


AT_12 = "https://www.old.example/news/12"


@pytest.mark.parametrize(
    ("again", "differs"),
    [
        ({"title": f"{MEETING} (ฉบับแก้ไข)"}, "headline"),
        ({"date": "2018-05-20"}, "day"),
        ({"source_url": "https://archive.example/12"}, "address"),
    ],
)
def test_a_release_that_its_source_has_changed_is_known_and_told(load, again, differs):
    """Two of headline, day and address hold it for the same."""
    load(record(source_url=AT_12))
    code, out, err, told = load(record(**{"source_url": AT_12} | again))
    assert (code, err) == (0, "")
    assert "0 imported, 1 known already, 0 refused" in out
    assert "1 of those known say something else than when they came" in out
    assert told[0]["outcome"] == "known"
    assert told[0]["warnings"] == [f"another {differs} than when it came"]


def test_an_address_is_the_same_with_another_scheme_and_without_www(load):
    load(record(source_url=AT_12))
    _code, _out, _err, told = load(record(source_url="http://old.example/news/12/"))
    assert told[0]["warnings"] == []


def test_what_the_desk_has_changed_since_is_not_held_against_the_source(load):
    load(record())
    PressRelease.objects.update(title_th=EXAM, dated="2001-01-01")
    code, _out, _err, told = load(record())
    assert (code, told[0]["warnings"]) == (0, [])


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("batch", [1, 75])
def test_a_file_with_one_source_id_twice_says_so_wherever_the_two_lie(
    load, monkeypatch, dry_run, batch
):
    monkeypatch.setattr(releases, "BATCH", batch)
    code, out, err, _told = load(
        record(), record(), record(title=EXAM, date="2019-01-02"), dry_run=dry_run
    )
    assert code == REFUSED
    assert "1 known already, 1 refused" in out
    assert "line 3: its source_id 12 is that of " in err


def test_a_file_that_a_second_process_reads_is_compared_as_well(load, monkeypatch):
    load(record())
    monkeypatch.setattr(import_releases, "_WORTH_A_PROCESS", 0)
    code, _out, err, _told = load(record(title=EXAM, date="2019-01-02"))
    assert code == REFUSED
    assert "line 1: its source_id 12 is that of " in err


def test_an_erased_release_stays_away_and_nothing_is_told_of_its_words(load):
    load(record())
    one, other = (get_user_model().objects.create_superuser(name) for name in ("ann", "bo"))
    asked = erasing.request(release=PressRelease.objects.get(), reason="privacy", by=one)
    erasing.approve(erasure=asked, by=other)
    code, out, err, told = load(record())
    assert (code, err, told[0]["warnings"]) == (0, "", [])
    assert "0 imported, 1 known already" in out


def test_a_batch_of_known_releases_costs_one_query(load):
    lines = [record(str(number)) for number in range(40)]
    load(*lines)
    with CaptureQueriesContext(connection) as asked:
        load(*lines)
    reading = [each["sql"] for each in asked if "source_id" in each["sql"]]
    assert len(reading) == 2  # which are there at all, and what these were when they came
