"""Loading a corpus of another site."""

import gzip
import io
import json
import lzma
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from news.importing import releases as importing
from news.importing.incoming import BadRecord
from news.importing.json_lines import read
from news.management.commands.import_releases import REFUSED
from news.models import Epoch, Job, LegacyPath, PressRelease, ShortLink, Topic, Version
from news.search.analysis import analyse
from news.search.documents import document_of
from news.search.parsing import parse
from news.search.searching import Filters, search
from tests.factories import published

pytestmark = pytest.mark.django_db


def line(number=1, **fields):
    given = {
        "source_id": f"id-{number}",
        "source_url": f"https://example.org/{number}",
        "category": "ด้านเศรษฐกิจ",
        "title": f"ประชุมครั้งที่ {number}",
        "date": "2018-05-19",
        "paragraphs": ["เนื้อหา\u200bย่อหน้าแรก", "A < B & C"],
    }
    return json.dumps(given | fields, ensure_ascii=False)


def load(path):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_releases", path, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def load_in_part(path, **options):
    """Of a file with records that can't be read: (standard output, error output)."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_releases", path, stdout=out, stderr=err, **options)
    assert refused.value.returncode == REFUSED
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "releases.jsonl"
    path.write_text("\n".join(line(number) for number in range(1, 6)) + "\n", "utf-8")
    return path


def test_an_imported_release_keeps_its_day_and_says_where_it_is_from(file):
    load(file)
    version = Version.objects.get(title_th="ประชุมครั้งที่ 1")
    assert (version.origin, version.dated.isoformat()) == ("imported", "2018-05-19")
    assert (version.dated_precision, version.dated_source) == ("day", "2018-05-19")
    assert version.source_url == "https://example.org/1"
    assert version.body_th == "<p>เนื้อหาย่อหน้าแรก</p><p>A &lt; B &amp; C</p>"
    assert version.topic.name_en == "Economy"
    assert version.first_published.date() == timezone.now().date()
    assert version.checksum == version.compute_checksum()
    assert ShortLink.objects.filter(key=version.code, release=version.release).exists()


def test_an_imported_release_is_found_at_once_as_if_published_alone(file):
    load(file)
    assert search(parse("ย่อหน้าแรก"), Filters(), at=timezone.now()).total == 5
    version = Version.objects.get(title_th="ประชุมครั้งที่ 1")
    alone = published(
        title_th=version.title_th, body_th=version.body_th, thai_only=True, summary_th=""
    )
    assert document_of(version) == document_of(alone)


def test_imported_releases_alert_nobody(file):
    load(file)
    assert not Job.objects.exists()


def test_an_english_release_is_english(tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text(line(title="Cabinet meeting", paragraphs=["The Cabinet met."]))
    load(path)
    version = Version.objects.get()
    assert (version.languages, version.original_language) == (("en",), "en")


@pytest.mark.parametrize(("name", "opener"), [("r.jsonl.gz", gzip.open), ("r.jsonl.xz", lzma.open)])
def test_compressed_files_are_read(tmp_path, name, opener):
    with opener(tmp_path / name, "wt", encoding="utf-8") as stream:
        stream.write(line())
    assert "1 imported" in load(tmp_path / name)[0]


def test_a_second_run_imports_nothing_twice(file):
    load(file)
    out, _ = load(file)
    assert "0 imported, 5 known already" in out
    assert PressRelease.objects.count() == Version.objects.count() == 5


def test_a_stopped_import_leaves_whole_batches_and_goes_on(file, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    original = importing.publishing.publish_many
    calls = []

    def dies(**options):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(**options)

    monkeypatch.setattr(importing.publishing, "publish_many", dies)
    with pytest.raises(KeyboardInterrupt):
        load(file)
    assert Version.objects.count() == 2
    out, _ = load(file)
    assert "3 imported, 2 known already" in out
    assert search(parse("ประชุม"), Filters(), at=timezone.now()).total == 5


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        (line(title=" \u200b "), "title is empty"),
        (line(date="19/5/61"), "date is no day"),
        (line(date="2561-05-19"), "of the year 2561"),
        (line(paragraphs=[]), "paragraphs are empty"),
        (line(paragraphs="ข้อความ"), "not a list"),
        (line(source_id=None), "source_id is missing"),
        (line(title="ก" * 1001), "more than 1000"),
    ],
)
def test_a_bad_line_is_reported_by_its_number_and_skipped(tmp_path, bad, reason):
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join([line(1), "", bad, line(2)]), "utf-8")
    out, err = load_in_part(path)
    assert "2 imported" in out
    assert "line 3" in err
    assert reason in err


def test_bytes_that_are_no_utf8_are_a_bad_line():
    with pytest.raises(BadRecord):
        read(b'{"title": "\xff"}')


def test_an_unknown_category_gives_no_topic_and_is_told(tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text(line(category="ข่าวแปลก"))
    out, _ = load(path)
    assert "no topic for 'ข่าวแปลก' (1)" in out
    assert Version.objects.get().topic is None
    assert not Topic.objects.filter(slug="economy").exists()


def test_a_file_that_is_not_there_or_ends_in_the_middle_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        load(tmp_path / "none.jsonl")
    whole = lzma.compress("\n".join(line(number) for number in range(3000)).encode())
    (tmp_path / "cut.jsonl.xz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match="can't be read to its end"):
        load(tmp_path / "cut.jsonl.xz")


def test_a_batch_is_one_publication(file):
    before = Epoch.objects.get(pk=1).counter
    load(file)
    assert Epoch.objects.get(pk=1).counter == before + 1


def test_the_markup_of_a_text_is_no_markup(tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text(line(paragraphs=["<script>alert(1)</script> ข่าว"]))
    load(path)
    assert Version.objects.get().body_th == "<p>&lt;script&gt;alert(1)&lt;/script&gt; ข่าว</p>"
    assert analyse([], ["script"]).grams & document_of(Version.objects.get()).grams


def test_the_exit_code_tells_of_refused_records_until_they_are_mended(file):
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(line(3), "{no json"), "utf-8")
    out, _err = load_in_part(file, dry_run=True)
    assert "4 would be imported" in out
    assert not Version.objects.exists()
    out, _err = load_in_part(file)
    assert "4 imported, 0 known already, 1 refused" in out
    file.write_text(whole, "utf-8")
    out, _err = load(file)
    assert "1 imported, 4 known already, 0 refused" in out


@pytest.mark.parametrize(
    ("stated", "asked"),
    [
        ("/news/old/strange-form.html", "/news/old/Strange-Form.html/"),
        ("https://www.example.go.th/news/old/strange-form.html", "/news/old/strange-form.html"),
        ("/blog/2018/no-month", "/blog/2018/no-month"),
        ("/blog/2561/ข่าวประชาสัมพันธ์", quote("/blog/2561/ข่าวประชาสัมพันธ์")),
        ("/ข่าว/เก่า.php", quote("/ข่าว/เก่า.php".encode("cp874"))),
        (quote("/ข่าว/เก่า.php"), quote(quote("/ข่าว/เก่า.php"))),
        ("/index.php?q=content/เก่า", f"/?q={quote('content/เก่า')}"),
    ],
)
@pytest.mark.parametrize("where", ["former", "source_url"])
def test_an_address_that_is_stated_leads_to_the_release_whatever_its_form(
    tmp_path, client, where, stated, asked
):
    path = tmp_path / "a.jsonl"
    path.write_text(line(1, **{where: [stated] if where == "former" else stated}), "utf-8")
    _out, err = load(path)
    assert err == ""
    release = PressRelease.objects.get()
    if where == "source_url" and stated.startswith("https:"):
        # Of another site nobody says that it was here.
        assert not release.legacy_paths.exists()
        return
    response = client.get(asked)
    assert response.status_code == 301
    assert f"/news/{release.code}/" in response["Location"]


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ("/th/archive/2018", "of this site itself"),
        ("/admin/news/", "of this site itself"),
        ("/static/site.css", "of this site itself"),
        ("/view.php?id=12", "its query alone"),
        ("https://www.example.go.th/view.php?id=5&q=news", "its query alone"),
        ("สำนักงาน ก.พ.", "no address of a page"),
        ("https://www.example.go.th/", "no address of a page"),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_stated_address_that_can_lead_nowhere_is_told_in_the_report(
    tmp_path, stated, why, dry_run
):
    path, told = tmp_path / "a.jsonl", tmp_path / "told.jsonl"
    path.write_text(line(1, former=[stated]), "utf-8")
    call_command(
        "import_releases", path, report=told, dry_run=dry_run, stdout=io.StringIO(),
        stderr=io.StringIO(),
    )  # fmt: skip
    (entry,) = [json.loads(each) for each in told.read_text("utf-8").splitlines()]
    (warning,) = entry["warnings"]
    assert stated in warning
    assert why in warning
    assert not LegacyPath.objects.exists()
