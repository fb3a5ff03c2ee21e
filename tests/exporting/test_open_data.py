"""The monthly files: whole, countable, safe in a spreadsheet, and never behind a withdrawal."""

import csv
import hashlib
import io
import json
import re
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from news import jobs, publishing
from news.caching import epoch, reader
from news.exporting import open_data, tables
from news.models import DataFile, Derivative, Job, LegacyPath, Version
from news.thai.dates import format_year
from news.views import data
from tests.factories import NOTES, PressReleaseFactory, add_photo, published, scheduled

pytestmark = pytest.mark.django_db
MAY = date(2018, 5, 19)
JSONL, CSV = "/data/releases-2018-05.jsonl", "/data/releases-2018-05.csv"


def fetch(client, path) -> bytes:
    response = client.get(path)
    assert response.status_code == 200
    return b"".join(response)


def lines(client, path=JSONL) -> list[dict]:
    return [json.loads(line) for line in fetch(client, path).decode().splitlines()]


def rows(client) -> list[dict]:
    return list(csv.DictReader(io.StringIO(fetch(client, CSV).decode("utf-8-sig"), newline="")))


def in_every_state() -> dict[str, str]:
    """State -> code, all dated in May 2018; a draft and a schedule besides."""
    releases = {state: published(dated=MAY, thai_only=True).release for state in open_data.STATES}
    publishing.withdraw(release=releases["withdrawn"], reason=Version.Reason.ERROR, notes=NOTES)
    publishing.remove(release=releases["gone"], reason=Version.Reason.PRIVACY)
    publishing.merge(release=releases["merged"], into=releases["live"])
    PressReleaseFactory(dated=MAY)
    scheduled(dated=MAY)
    return {state: release.code for state, release in releases.items()}


def test_every_code_ever_public_is_in_the_files_once_in_its_state(client):
    expected = in_every_state()
    published(dated=date(2017, 1, 1))
    open_data.refresh()
    assert {item["state"]: item["id"] for item in lines(client)} == expected
    assert {row["state"]: row["id"] for row in rows(client)} == expected
    for item in lines(client):
        assert ("title" in item) == (item["state"] == "live")
    counts = client.get("/data/manifest.json").json()["counts"]
    assert counts == {
        "live": 2, "withdrawn": 1, "gone": 1, "merged": 1, "in_files": 5, "ever_public": 5,
    }  # fmt: skip


def test_the_figures_are_of_the_moment_of_the_files_whatever_was_published_since(client):
    published(dated=MAY)
    open_data.refresh()
    of_the_files = client.get("/data/manifest.json").json()

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        for _ in range(2):
            published(dated=MAY, thai_only=True)
        published(dated=date(2016, 3, 1))
        now = client.get("/data/manifest.json").json()
        page = client.get("/en/data/").content.decode()
        counts = now["counts"]
        assert sum(counts[state] for state in open_data.STATES) == counts["ever_public"] == 1
        assert (now["counts"], now["as_of"]) == (of_the_files["counts"], of_the_files["as_of"])
        assert now["known_gaps"]["no_english"] == 0
        figures = [int(found) for found in re.findall(r"<dd>([0-9]+)</dd>", page)]
        assert figures[:5] == [1, 0, 0, 0, 1]
        assert f'<time datetime="{local_minute(of_the_files["as_of"])}"' in page

        open_data.refresh()
        again = client.get("/data/manifest.json").json()
    assert again["counts"]["live"] == again["counts"]["ever_public"] == 4
    assert again["known_gaps"]["no_english"] == 2
    assert again["as_of"] > now["as_of"]


def local_minute(moment: str) -> str:
    return timezone.localtime(datetime.fromisoformat(moment)).isoformat(timespec="minutes")


def test_before_the_first_files_nothing_is_counted(client):
    published(dated=MAY)
    manifest = client.get("/data/manifest.json").json()
    assert manifest["as_of"] is None
    assert set(manifest["counts"].values()) == {0}
    assert set(manifest["known_gaps"].values()) == {0}


def test_a_refreshing_that_is_cut_short_leaves_the_figures_of_one_moment(monkeypatch):
    release = published(dated=MAY).release
    open_data.refresh()
    release.dated = date(2017, 5, 19)
    release.save()
    publishing.publish(release=release, kind="correction", notes=NOTES)

    write, written = open_data._write, []

    def killed_at_the_second(*args):
        if written:
            raise KeyboardInterrupt
        written.append(args)
        return write(*args)

    monkeypatch.setattr(open_data, "_write", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        open_data.refresh()
    # Not asked of the manifest: that one is kept until the refreshing is done.
    assert sum(DataFile.objects.filter(form="jsonl").values_list("live", flat=True)) == 1


def test_the_manifest_and_the_list_of_checksums_agree_with_the_bytes(client):
    in_every_state()
    open_data.refresh()
    files = client.get("/data/manifest.json").json()["files"]
    sums = client.get("/data/SHA256SUMS").content.decode()
    assert {file["name"] for file in files} == {JSONL.rpartition("/")[2], CSV.rpartition("/")[2]}
    for file in files:
        content = fetch(client, file["url"].removeprefix("http://testserver"))
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["byte_size"]
        assert f"{file['sha256']}  {file['name']}\n" in sums


def test_a_table_opens_in_a_spreadsheet_with_its_thai_whole_and_runs_no_formula(client):
    release = PressReleaseFactory(
        dated=MAY, title_th='=HYPERLINK("http://x")', title_en="+1", body_th="<p>น้ำใจ, ผู้ใหญ่\n</p>"
    )
    LegacyPath.objects.create(path="/blog/2018/05/ข่าว", release=release)
    publishing.publish(release=release)
    open_data.refresh()
    assert fetch(client, CSV).startswith(b"\xef\xbb\xbf")
    (row,) = rows(client)
    assert row["title_th"] == '\'=HYPERLINK("http://x")'
    assert row["title_en"] == "'+1"
    assert row["text_th"] == "น้ำใจ, ผู้ใหญ่"
    assert row["legacy_paths"] == "/blog/2018/05/ข่าว"
    assert list(row) == list(tables.COLUMNS)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1"])
def test_what_would_begin_a_formula_does_not(cell):
    assert tables.harmless(cell) == f"'{cell}"
    assert tables.harmless(f"a{cell}") == f"a{cell}"


def test_a_text_that_was_taken_back_is_in_no_file_from_that_moment_on(client):
    kept, taken = published(dated=MAY), published(dated=MAY, title_th="หัวข่าวที่ถอน")
    open_data.refresh()
    assert "หัวข่าวที่ถอน" in fetch(client, JSONL).decode()
    old = set(DataFile.objects.values_list("path", flat=True))

    publishing.withdraw(release=taken.release, reason=Version.Reason.ERROR)
    for path in (JSONL, CSV):
        response = client.get(path)
        assert (response.status_code, response["Retry-After"]) == (503, "60")
        assert response["Cache-Control"] == "no-store"
        assert response["Content-Language"] == "th"
    jobs.run_waiting()
    for path in (JSONL, CSV):
        text = fetch(client, path).decode()
        assert "หัวข่าวที่ถอน" not in text
        assert kept.title_th in text
    assert not any(default_storage.exists(path) for path in old)


def test_a_withdrawn_text_stays_where_it_is_asked_for_by_its_code_and_the_page_says_so(client):
    release = published(dated=MAY, title_th="หัวข่าวที่ถอน", thai_only=True).release
    publishing.withdraw(release=release, reason=Version.Reason.ERROR)
    open_data.refresh()
    (in_file,) = lines(client)
    changes = client.get("/api/v1/releases/?updated_since=2018-01-01").json()["items"]
    for tombstone in (in_file, *changes):
        assert (tombstone["state"], tombstone["languages"]) == ("withdrawn", [])
        assert "title" not in tombstone
    asked = client.get(f"/api/v1/releases/{release.code}/").json()
    assert (asked["state"], asked["languages"]) == ("withdrawn", ["th"])
    assert asked["title"]["th"] == "หัวข่าวที่ถอน"
    page = client.get(f"/th/news/{release.code}/", follow=True).content.decode()
    assert "หัวข่าวที่ถอน" in page
    for lang, words in (
        ("en", "The page of a withdrawn release keeps its text"),
        ("th", "หน้าของข่าวที่ถอนยังแสดงเนื้อหา"),
    ):
        assert words in client.get(f"/{lang}/data/").content.decode()


def test_a_release_that_moves_to_another_month_leaves_the_first(client):
    release = published(dated=MAY).release
    open_data.refresh()
    release.dated = date(2017, 5, 19)
    release.save()
    publishing.publish(release=release, kind="correction", notes=NOTES)
    assert open_data.refresh() == 2
    assert lines(client) == []
    assert lines(client, "/data/releases-2017-05.jsonl")[0]["version"] == 2


def test_only_months_with_a_change_are_made_again():
    published(dated=MAY)
    published(dated=date(2016, 1, 1))
    assert open_data.refresh() == 2
    later = timezone.now() + timedelta(hours=1)
    DataFile.objects.update(checked_at=later)
    assert open_data.refresh() == 0
    assert open_data.refresh({"all": True}) == 2


def test_a_long_refreshing_is_not_lost_to_a_short_one_that_read_other_months(monkeypatch):
    published()
    open_data.refresh()
    old = DataFile.objects.first().path
    make = open_data._make

    def made_meanwhile(month, at):
        DataFile.objects.update(checked_at=timezone.now())  # as of months that nobody read
        return [replace(file, path=f"{file.path}.new") for file in make(month, at)]

    monkeypatch.setattr(open_data, "_make", made_meanwhile)
    open_data.refresh({"all": True})
    assert {path.removesuffix(".new") for path in paths()} != paths()
    assert old not in paths()


def test_what_a_killed_refreshing_left_is_gone_after_a_day():
    published()
    open_data.refresh()
    left = default_storage.save("opendata/left.jsonl", ContentFile(b"{}"))
    open_data.refresh()
    assert default_storage.exists(left)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        open_data.refresh()
    assert not default_storage.exists(left)
    assert all(map(default_storage.exists, paths()))


def paths():
    return set(DataFile.objects.values_list("path", flat=True))


def test_a_file_that_came_out_the_same_keeps_the_moment_it_was_made(client):
    release = published(dated=MAY).release
    open_data.refresh()
    first = client.get("/data/manifest.json").json()["files"]
    open_data.refresh({"all": True})
    assert client.get("/data/manifest.json").json()["files"] == first

    release.title_th = "หัวข่าวใหม่"
    release.save()
    publishing.publish(release=release, kind="correction", notes=NOTES)
    open_data.refresh()
    now = client.get("/data/manifest.json").json()["files"]
    for before, after in zip(first, now, strict=True):
        assert after["sha256"] != before["sha256"]
        assert after["made_at"] > before["made_at"]


def test_a_photo_that_is_still_being_prepared_gets_its_hash_into_the_file_later(client):
    """As after an archive package came in: the record is there at once, its photos follow."""
    release = PressReleaseFactory(dated=MAY)
    add_photo(release)
    publishing.publish(release=release)
    jobs.run_waiting()
    made = list(Derivative.objects.all())
    Derivative.objects.all().delete()
    open_data.refresh({"all": True})
    assert {file["sha256"] for file in lines(client)[0]["photos"][0]["files"]} == {None}

    published(dated=date(2016, 1, 1))
    Derivative.objects.bulk_create(made)
    jobs.run_waiting()
    assert lines(client)[0]["photos"][0]["files"][0]["sha256"] is None
    with time_machine.travel(timezone.now() + open_data.AGAIN_AFTER, tick=False):
        jobs.run_waiting()
        hashes = {file["sha256"] for file in lines(client)[0]["photos"][0]["files"]}
        assert hashes <= {file.sha256 for file in made}
        assert None not in hashes
        assert lines(client, "/data/releases-2016-01.jsonl")
    assert not Job.objects.filter(kind=open_data.OPEN_DATA, done_at=None).exists()


def test_a_month_that_a_withdrawn_release_had_left_is_not_held_back_for_ever(client):
    """Its file comes out the same: the record was read again for it all the same."""
    published(dated=MAY)
    release = published(dated=MAY).release
    release.dated = date(2017, 5, 19)
    release.save()
    publishing.publish(release=release, kind="correction", notes=NOTES)
    open_data.refresh()
    made = DataFile.objects.get(month="2018-05-01", form="jsonl").made_at
    publishing.withdraw(release=release, reason=Version.Reason.ERROR)
    jobs.run_waiting()
    assert len(lines(client)) == 1
    assert DataFile.objects.get(month="2018-05-01", form="jsonl").made_at == made


def test_a_known_file_costs_a_304_and_a_month_without_releases_is_unknown(client):
    published(dated=MAY)
    open_data.refresh()
    response = client.get(JSONL)
    assert b"".join(response)
    known = client.get(JSONL, headers={"If-None-Match": response["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    for month in ("2018-06", "2018-13", "0000-00"):
        assert client.get(f"/data/releases-{month}.jsonl").status_code == 404


def test_the_page_counts_and_leads_to_every_file_in_both_languages(client):
    release = published(dated=MAY, dated_precision="doubt").release
    add_photo(release)
    open_data.refresh()
    for lang in ("th", "en"):
        text = client.get(f"/{lang}/data/").content.decode()
        for path in (JSONL, CSV, "/data/manifest.json", "/data/SHA256SUMS", "/api/docs"):
            assert f'href="{path}"' in text
    response = client.get("/data/", headers={"Accept-Language": "en"})
    assert (response.status_code, response["Location"]) == (302, "/en/data/")
    assert client.get("/data/")["Location"] == "/th/data/"


def test_the_page_counts_by_year_and_names_what_is_no_news_any_more_with_its_grounds(client):
    codes = in_every_state()
    published(dated=date(2017, 1, 1))
    back = published(dated=MAY).release
    publishing.withdraw(release=back, reason=Version.Reason.ERROR)
    publishing.restore(release=back)
    open_data.refresh()
    by_year = client.get("/data/manifest.json").json()["counts_by_year"]
    assert by_year == {
        "2018": {"live": 2, "withdrawn": 1, "gone": 1, "merged": 1},
        "2017": {"live": 1, "withdrawn": 0, "gone": 0, "merged": 0},
    }
    told = {
        "en": {"withdrawn": "it contained errors", "gone": "personal data", "merged": ""},
        "th": {"withdrawn": "มีข้อผิดพลาด", "gone": "ข้อมูลส่วนบุคคล", "merged": ""},
    }
    for lang, grounds in told.items():
        text = client.get(f"/{lang}/data/").content.decode()
        for state, words in grounds.items():
            (entry,) = [line for line in text.splitlines() if f">{codes[state]}</code>" in line]
            assert words in entry
            assert f'href="/{lang}/news/{codes[state]}/"' in entry
        assert f">{codes['live']}<" not in text
        assert f">{back.code}<" not in text
        year = format_year(2018, lang)
        assert f"<dt>{year}</dt><dd>5</dd>" in re.sub(r">\s+<", "><", text)


@pytest.mark.parametrize(("lang", "words"), [("th", "พฤษภาคม 2561"), ("en", "May 2018")])
def test_the_page_names_months_in_the_era_of_its_language(client, lang, words):
    published(dated=date(2018, 5, 19))
    call_command("export_open_data", verbosity=0)
    assert words in client.get(f"/{lang}/data/").content.decode().replace("\xa0", " ")


class TestWhileTheDatabaseIsAway:
    @pytest.fixture
    def gone(self, client, monkeypatch):
        def refused(at, alias):
            raise OperationalError("connection refused")

        def let_go():
            client.raise_request_exception = False
            reader.forget()
            monkeypatch.setattr(epoch, "read_moment", refused)

        monkeypatch.setattr(data, "_HANDED_OUT", {})
        return let_go

    @pytest.fixture
    def release(self):
        release = published(dated=MAY).release
        open_data.refresh()
        reader.forget()
        return release

    def test_a_file_that_somebody_got_is_handed_out_on_and_no_cache_keeps_it_long(
        self, client, release, gone
    ):
        whole = client.get(JSONL)
        content = b"".join(whole)
        gone()
        answer = client.get(JSONL)
        assert b"".join(answer) == content
        assert answer["ETag"] == whole["ETag"]
        assert answer["Content-Type"] == whole["Content-Type"]
        assert "s-maxage=1," in answer["Cache-Control"]
        known = client.get(JSONL, headers={"If-None-Match": whole["ETag"]})
        assert known.status_code == 304
        another = client.get(JSONL, headers={"If-Match": '"another"'})
        assert (another.status_code, another["Cache-Control"]) == (412, "no-store")
        assert client.get(CSV).status_code == 503  # nobody asked this process for it
        assert client.get("/data/releases-2018-06.jsonl").status_code == 503

    @pytest.mark.parametrize("error", [OperationalError, InterfaceError])
    def test_it_is_while_this_process_still_knows_the_epoch_and_from_then_on(
        self, client, release, gone, error
    ):
        """For a second nobody asks the database for that: the first to find it gone is a query."""

        def lost(*_arguments):
            raise error("server closed the connection unexpectedly")

        content = fetch(client, JSONL)
        with connection.execute_wrapper(lost):
            client.raise_request_exception = False
            answer = client.get(JSONL)
            assert (answer.status_code, b"".join(answer)) == (200, content)
            assert "s-maxage=1," in answer["Cache-Control"]
            assert client.get(CSV).status_code == 503
        gone()
        assert fetch(client, JSONL) == content

    @pytest.mark.parametrize("taken_back", ["withdrawn", "merged"])
    def test_none_is_whose_text_was_taken_back_since_as_this_process_knows(
        self, client, release, gone, taken_back
    ):
        other = published(dated=date(2016, 1, 1)).release
        fetch(client, JSONL)
        if taken_back == "withdrawn":
            publishing.withdraw(release=release, reason=Version.Reason.ERROR, notes=NOTES)
        else:
            publishing.merge(release=release, into=other)
        reader.forget()
        assert client.get("/en/").status_code == 200  # and so this process hears of it
        gone()
        assert client.get(JSONL).status_code == 503

    def test_none_is_that_may_have_what_was_removed_since(self, client, release, gone):
        other = published(dated=date(2016, 1, 1)).release
        fetch(client, JSONL)
        publishing.remove(release=other, reason=Version.Reason.PRIVACY)
        reader.forget()
        assert client.get("/en/").status_code == 200  # and so this process hears of it
        gone()
        assert client.get(JSONL).status_code == 503

    def test_nor_one_that_was_held_back_or_is_not_there_any_more(
        self, client, release, gone, monkeypatch
    ):
        fetch(client, JSONL)
        fetch(client, CSV)
        publishing.withdraw(release=release, reason=Version.Reason.ERROR, notes=NOTES)
        reader.forget()
        assert client.get(JSONL).status_code == 503
        default_storage.delete(DataFile.objects.get(form="csv").path)
        gone()
        assert client.get(JSONL).status_code == 503
        assert client.get(CSV).status_code == 503

    def test_nor_one_of_a_day_ago(self, client, release, gone, monkeypatch):
        fetch(client, JSONL)
        gone()
        now = time.monotonic()
        monkeypatch.setattr(data.time, "monotonic", lambda: now + 86_401)
        assert client.get(JSONL).status_code == 503
