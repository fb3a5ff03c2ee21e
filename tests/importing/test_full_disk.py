"""A disk that is full while releases come in is told for what it is, and costs nothing else."""

import errno
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from news import media
from news.importing import releases
from news.management.commands import import_releases
from news.models import PressRelease, Version
from tests.factories import photo_file

pytestmark = pytest.mark.django_db
PAGE = """<html><body><h1>สำนักงาน ก.พ. ประชุมหารือเรื่องทักษะ 19 พ.ค. 61</h1>
<p>ข้อความที่ยาวพอจะเป็นข่าวได้ และยาวกว่าคำในกรอบของหน้าเว็บเดิมอยู่มาก เพื่อให้เลือกถูก</p>
<img src="a.jpg"></body></html>"""


def full(*_arguments, **_named):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "in.jsonl"
    lines = (
        {"source_id": str(n), "title": f"ข่าวที่ {n}", "date": "2018-05-19", "paragraphs": ["ก"]}
        for n in range(4)
    )
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def load(path, **options):
    call_command("import_releases", path, stdout=io.StringIO(), stderr=io.StringIO(), **options)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OperationalError("database or disk is full"),
    ],
)
def test_it_says_how_many_are_there_and_goes_on_when_there_is_room(file, monkeypatch, error):
    monkeypatch.setattr(releases, "BATCH", 2)
    publish_many, calls = releases.publishing.publish_many, []

    def second_fails(**options):
        calls.append(1)
        if len(calls) == 2:
            raise error
        return publish_many(**options)

    with monkeypatch.context() as patched:
        patched.setattr(releases.publishing, "publish_many", second_fails)
        with pytest.raises(CommandError) as refused:
            load(file)
    assert "no room is left on a disk" in str(refused.value)
    assert "2 releases were imported" in str(refused.value)
    assert "can't be read" not in str(refused.value)
    assert Version.objects.count() == 2
    load(file)
    assert Version.objects.count() == 4


def test_a_report_that_cant_be_written_is_no_fault_of_the_file(file, tmp_path, monkeypatch):
    monkeypatch.setattr(import_releases, "_tell", full)
    with pytest.raises(CommandError, match="no room is left on a disk"):
        load(file, report=tmp_path / "report")


def test_a_photo_that_finds_no_room_is_not_left_out(tmp_path, monkeypatch):
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "a.jpg").write_bytes(photo_file().read())
    with monkeypatch.context() as patched:
        patched.setattr(media, "receive_photo", full)
        with pytest.raises(CommandError, match="no room is left on a disk"):
            load(tmp_path / "page.html")
    assert not PressRelease.objects.exists()
    load(tmp_path / "page.html")
    assert len(Version.objects.get().photos) == 1


def test_another_error_of_the_database_is_not_taken_for_a_full_disk(file, monkeypatch):
    def locked(**_options):
        raise OperationalError("database is locked")

    monkeypatch.setattr(releases.publishing, "publish_many", locked)
    with pytest.raises(OperationalError, match="locked"):
        load(file)
