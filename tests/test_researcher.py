"""A researcher's weeks with the archive, with curl and plain Python, against a real server."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from news import publishing
from news.caching import reader
from news.exporting import chain, open_data
from news.models import LegacyPath, Version
from tests.factories import NOTES, PressReleaseFactory, TopicFactory, add_photo, published

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]
HARVEST = Path("docs/examples/harvest.py")


@pytest.fixture
def site(live_server, settings):
    """Twelve releases of two months, one of each fate."""
    settings.BASE_URL = live_server.url
    topic = TopicFactory()
    for number in range(8):
        release = PressReleaseFactory(
            topic=topic, dated=date(2018, 5 + number % 2, 1 + number), thai_only=True
        )
        publishing.publish(release=release)
    first = published(
        slug="skills",
        dated=date(2018, 5, 19),
        dated_precision="doubt",
        dated_source="19 พ.ค. 61 / 19 พฤษภาคม 2560",
        dated_other=date(2017, 5, 19),
    )
    release = first.release
    add_photo(release, caption_th="ภาพการประชุม")
    LegacyPath.objects.create(path="/blog/2018/05/ข่าว", release=release)
    publishing.publish(release=release, kind="correction", notes=NOTES)
    publishing.withdraw(release=published(dated=date(2018, 6, 2)).release, reason="error")
    publishing.remove(release=published(dated=date(2018, 6, 3)).release, reason="privacy")
    publishing.merge(release=published(dated=date(2018, 6, 4)).release, into=release)
    open_data.refresh()
    reader.forget()
    return release


def publish_head() -> None:
    tomorrow = chain.end_of(timezone.localdate()) + chain.SETTLED * 2
    with time_machine.travel(tomorrow, tick=False):
        chain.publish_head({"day": chain.last_day(tomorrow).isoformat()})
    reader.forget()


@pytest.fixture
def curl(live_server, tmp_path):
    """`curl(path, *options)` -> (status, headers by lower-case name, text)."""

    def ask(address: str, *options: str):
        url = address if address.startswith("http") else f"{live_server.url}{address}"
        head = tmp_path / "head.txt"
        command = ["curl", "--silent", "--show-error", "--dump-header", str(head), *options, url]
        said = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
        lines = head.read_text("utf-8").replace("\r", "").strip().split("\n\n")[-1].split("\n")
        pairs = (line.partition(":") for line in lines[1:])
        headers = {name.lower(): value.strip() for name, _colon, value in pairs}
        return int(lines[0].split()[1]), headers, said.decode("utf-8-sig")

    return ask


def test_a_researcher_takes_the_archive_home_and_keeps_it(  # noqa: PLR0915 - one walk
    site, curl, live_server, tmp_path
):
    """Find the data, download, check, read, cite, refresh."""
    # 0:00 The page: licence, counts, known gaps, how to cite.
    status, headers, page = curl("/data/", "--location", "--header", "Accept-Language: en")
    assert status == 200
    for words in ("Creative Commons", "Known gaps", "The original gives more than one date", "@1"):
        assert words in page

    # 2:00 The files and their checksums; the CSV opens in a spreadsheet with its Thai whole.
    folder = tmp_path / "files"
    folder.mkdir()
    sums = curl("/data/SHA256SUMS")[2]
    (folder / "SHA256SUMS").write_text(sums)
    for line in sums.splitlines():
        name = line.split()[1]
        curl(f"/data/{name}", "--output", str(folder / name))
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK") == len(sums.splitlines()) == 4
    table = (folder / "releases-2018-05.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    (doubted,) = [row for row in rows if row["id"] == site.code]
    assert doubted["dated_other_reading"] == "2017-05-19"
    assert "พ.ค." in doubted["dated_as_printed"]

    # 15:00 The totals reconcile: every code that was ever public is there once, tombstones too.
    manifest = json.loads(curl("/data/manifest.json")[2])
    counts = manifest["counts"]
    assert counts == {
        "live": 9, "withdrawn": 1, "gone": 1, "merged": 1, "in_files": 12, "ever_public": 12,
    }  # fmt: skip
    assert manifest["known_gaps"]["date_in_doubt"] == 1
    lines = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").split("\n")
        if line
    ]
    assert len({line["id"] for line in lines}) == len(lines) == 12

    # 6:00 Or the interface, page by page, by its Link headers.
    address, seen = f"{live_server.url}/api/v1/releases/?from=2018-01-01&limit=4", []
    while address:
        status, headers, text = curl(address)
        seen += [release["id"] for release in json.loads(text)["items"]]
        more = [part for part in headers.get("link", "").split(",") if 'rel="next"' in part]
        address = more[0].split(";")[0].strip(" <>") if more else ""
    assert len(seen) == len(set(seen)) == 9

    # 10:00 Each record says what is known, and what is not.
    status, headers, text = curl(f"/api/v1/releases/{site.code}/")
    record = json.loads(text)
    assert headers["access-control-allow-origin"] == "*"
    assert record["dated"] == {
        "date": "2018-05-19", "precision": "doubt", "in_doubt": True,
        "other_reading": "2017-05-19", "as_printed": "19 พ.ค. 61 / 19 พฤษภาคม 2560",
    }  # fmt: skip
    assert record["legacy_paths"] == ["/blog/2018/05/ข่าว"]
    assert record["photos"][0]["caption"] == {"th": "ภาพการประชุม"}
    assert record["fiscal_year_be"] == 2561
    again = curl(f"/api/v1/releases/{site.code}/", "--header", f"If-None-Match: {headers['etag']}")
    assert (again[0], again[2]) == (304, "")

    # A version's checksum can be computed by anyone.
    content = json.loads(curl(f"/api/v1/releases/{site.code}/versions/2/")[2])["content"]
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == record["checksum"]

    # 20:00 A citation leads to the version that was read, whatever is corrected later.
    cited = curl(record["cite_as"], "--location")[2]
    publishing.publish(release=site, kind="correction", notes=NOTES)
    reader.forget()
    assert record["cite_as"].endswith(f"/s/{site.code}@2")
    title = record["title"]["th"]
    later = curl(record["cite_as"], "--location")[2]
    assert title in cited
    assert title in later
    moment = {"Accept-Datetime": "Thu, 31 May 2007 20:35:00 GMT"}
    option = f"Accept-Datetime: {moment['Accept-Datetime']}"
    status, headers, _ = curl(f"/th/news/{site.code}/memento/timegate/", "--header", option)
    assert (status, headers["location"]) == (302, f"/th/news/{site.code}/v/1/")

    # 30:00 The weekly refresh, by the program of the documentation.
    copy = tmp_path / "copy"
    assert "4 files, 12 changes, 12 releases" in harvest(live_server.url, copy)
    news = Version.objects.listed(timezone.now()).exclude(release=site).first()
    publishing.remove(release=news.release, reason="legal")
    open_data.refresh()
    publish_head()
    second = harvest(live_server.url, copy)
    assert "12 releases" in second
    assert "18 versions lead to the head of" in second
    kept = json.loads((copy / "releases.json").read_text("utf-8"))
    assert kept[news.code]["state"] == "gone"
    assert "title" not in kept[news.code]


def harvest(base: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(HARVEST), base, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("words", "code"), [(["--help"], 0), (["-h"], 0), ([], 2), (["https://x.example"], 2)]
)
def test_the_program_of_the_documentation_says_how_it_is_called(words, code):
    command = [sys.executable, str(HARVEST), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == code
    assert "python3 harvest.py https://" in done.stdout
    assert done.stderr == ""


def test_the_limit_is_stated_and_kept_and_says_when_to_come_again(
    site, curl, settings, within_one_minute
):
    settings.RATE_LIMITS = {"api": 3}
    answers = [curl(f"/api/v1/releases/?limit={number}") for number in range(1, 6)]
    assert [status for status, _headers, _text in answers] == [200, 200, 200, 429, 429]
    assert answers[0][1]["ratelimit-policy"] == '"uncached";q=3;w=60'
    assert 0 < int(answers[-1][1]["retry-after"]) <= 60
    assert "/data/" in answers[-1][2]
    within_one_minute.shift(60)
    assert curl("/api/v1/releases/?limit=6")[0] == 200
