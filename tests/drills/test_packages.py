"""Packages between real databases, at a size where a second matters, and through the worst moments.

`OCSC_DRILL_RELEASES=90000 make drills` is the whole; PostgreSQL is drilled where DATABASE_URL names
one (its databases `drill_packages_*` are made and dropped).
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from deploy.lab.processes import ROOT, Data

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600)]

RELEASES = int(os.environ.get("OCSC_DRILL_RELEASES", "3000"))
POSTGRESQL = os.environ.get("DATABASE_URL", "")
MANIFEST = "manifest-sha256.txt"


def empty_site(folder: Path, **environment) -> Data:
    data = Data(folder, **environment)
    data.manage("migrate", "--noinput", "-v0")
    return data


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A site with many releases and some with photos."""
    folder = tmp_path_factory.mktemp("packages")
    data = empty_site(folder / "site")
    corpus = folder / "corpus.jsonl"
    with corpus.open("w", encoding="utf-8") as file:
        for number in range(RELEASES):
            paragraphs = [
                f"ย่อหน้าที่ {part} ของข่าวที่ {number} " + "ทักษะดิจิทัลของข้าราชการ " * 30
                for part in range(5)
            ]
            line = {
                "source_id": f"drill:{number}",
                "title": f"ข่าวที่ {number} สำนักงาน ก.พ. ประชุม",
                "date": f"{2010 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}",
                "paragraphs": paragraphs,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    data.manage("load_samples")
    data.manage("import_releases", str(corpus))
    data.manage("work", "--once")
    return data


@pytest.fixture(scope="module")
def exported(filled, tmp_path_factory):
    """The package of the filled site, and what making it took."""
    return export(filled, tmp_path_factory.mktemp("exported"))


def export(data: Data, folder: Path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    path = Path(data.manage("export_archive", str(folder)).strip())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return path, time.monotonic() - started, cpu


def killed(data: Data, *arguments: str, when) -> None:
    """Start a command of manage.py and end it by force as soon as `when()` is true."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=data.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not when():
        assert process.poll() is None, "it was done before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


def counted(data: Data) -> str:
    code = (
        "from news.models import *; "
        "print(Version.objects.count(), PressRelease.objects.count(), ShortLink.objects.count(), "
        "ArchiveImport.objects.count())"
    )
    return data.manage("shell", "-v0", "-c", code).strip()


def postgresql(name: str) -> str:
    """The address of a new, empty database on the server that DATABASE_URL names."""
    server = POSTGRESQL.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def test_an_export_takes_little_time_and_memory(exported, evidence):
    _path, seconds, cpu = exported
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    evidence(f"{RELEASES:,} releases exported in {seconds:.0f} s ({cpu:.0f} s of CPU)")
    evidence(f"largest process of the whole run, imports included: {peak:.0f} MB")
    assert cpu <= max(10, 60 * RELEASES / 90_000)


@pytest.mark.skipif(
    "postgres" not in POSTGRESQL and not os.environ.get("CI"),
    reason="DATABASE_URL names no PostgreSQL",
)
def test_from_sqlite_to_postgresql_and_back_it_is_equal(exported, tmp_path, evidence):
    path = exported[0]
    url = postgresql("drill_packages_there")
    there = empty_site(tmp_path / "there", DATABASE_URL=url)
    started = time.monotonic()
    there.manage("import_archive", str(path))
    evidence(f"imported into PostgreSQL and indexed in {time.monotonic() - started:.0f} s")
    second, *_ = export(there, tmp_path / "second")
    back = empty_site(tmp_path / "back")
    started = time.monotonic()
    back.manage("import_archive", str(second))
    evidence(f"imported into SQLite and indexed in {time.monotonic() - started:.0f} s")
    third, *_ = export(back, tmp_path / "third")
    assert (second / MANIFEST).read_bytes() == (path / MANIFEST).read_bytes()
    assert (third / MANIFEST).read_bytes() == (path / MANIFEST).read_bytes()
    back.manage("work", "--once")
    assert "sound" in back.manage("verify")


def test_killed_in_mid_export_it_leaves_no_package(filled, tmp_path):
    folder = tmp_path / "out"
    killed(
        filled,
        "export_archive",
        str(folder),
        when=lambda: list(folder.glob("*/data/versions.jsonl")),
    )
    (left,) = folder.iterdir()
    assert left.name.endswith(".unfinished")
    path, *_ = export(filled, folder)
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_killed_in_mid_import_it_leaves_an_empty_site(backend, exported, tmp_path):
    environment = {}
    if backend == "postgresql":
        if "postgres" not in POSTGRESQL and not os.environ.get("CI"):
            pytest.skip("DATABASE_URL names no PostgreSQL")
        environment["DATABASE_URL"] = postgresql("drill_packages_killed")
    site = empty_site(tmp_path / "site", **environment)
    for _ in range(2):
        begun = tmp_path / "site/media/originals"
        until = time.monotonic() + 1.5  # well into the transaction that follows the originals
        killed(
            site,
            "import_archive",
            str(exported[0]),
            when=lambda until=until, begun=begun: begun.exists() and time.monotonic() > until,
        )
        assert counted(site) == "0 0 0 0"
    site.manage("import_archive", str(exported[0]))
    assert counted(site).split()[3] == "1"
    site.manage("verify")


def test_a_real_disk_that_is_full_stops_export_and_import(filled, exported, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)], check=False
    )
    if mounted.returncode != 0 and not os.environ.get("CI"):
        pytest.skip("a small disk can't be mounted here")
    try:
        with pytest.raises(subprocess.CalledProcessError) as failed:
            filled.manage("export_archive", str(small / "out"))
        assert "No space left" in failed.value.stderr
        assert not list((small / "out").iterdir())
        site = empty_site(tmp_path / "site")
        shutil.rmtree(tmp_path / "site/media", ignore_errors=True)
        (tmp_path / "site/media").symlink_to(small)
        (small / "filler").write_bytes(b"x" * (3 * 1024**2))
        with pytest.raises(subprocess.CalledProcessError) as failed:
            site.manage("import_archive", str(exported[0]))
        assert "nothing was imported" in failed.value.stderr
        assert counted(site) == "0 0 0 0"
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_an_erasure_reaches_the_database_file_and_its_log(tmp_path):
    """On a real file: free pages, write-ahead log, data files and media."""
    site = empty_site(tmp_path / "site")
    marker = "มนัสนันท์กาญจนาภา"
    code = f"""
from django.contrib.auth import get_user_model
from news import erasing, jobs, publishing
from news.models import PressRelease, Topic
topic = Topic.objects.create(slug="t", name_th="ห", name_en="T")
for number in range(200):
    release = PressRelease(topic=topic, title_th=f"ข่าว {{number}}", body_th="<p>ข้อความ</p>")
    if number == 100:
        release.title_th, release.body_th = "{marker}", "<p>{marker}</p>" * 500
        marked = release
    release.save()
    publishing.publish(release=release)
ann, bo = (get_user_model().objects.create_superuser(name) for name in ("ann", "bo"))
jobs.run_waiting()
from news.exporting import open_data
open_data.refresh()
import pathlib
from django.conf import settings
def found():
    return sorted(
        path.name for path in pathlib.Path(settings.DATA_DIR).rglob("*")
        if path.is_file() and "{marker}".encode() in path.read_bytes()
    )
before = found()
asked = erasing.request(release=marked, reason="privacy", by=ann)
erasing.approve(erasure=asked, by=bo)
jobs.run_waiting()
print(before, found())
"""
    said = site.manage("shell", "-v0", "-c", code).strip()
    before, after = said.rsplit(" [", 1)
    assert "db.sqlite3" in before
    assert ".jsonl" in before
    assert after == "]", f"{timezone.now()}: {said}"
