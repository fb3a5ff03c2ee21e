"""The archive as one package: whole for any archive's tools, equal after coming back, and nothing
of it in the record when anything is wrong with it.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import bagit
import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from news import erasing, jobs, media, publishing, record_guards
from news.caching import reader
from news.exporting import chain, package
from news.exporting.bags import MANIFEST
from news.importing import package as packages
from news.importing import unpacking
from news.models import (
    ArchiveImport,
    Erasure,
    LegacyPath,
    PressRelease,
    SearchState,
    Series,
    SeriesPart,
    ShortLink,
    SourceDocument,
    Topic,
    Version,
)
from news.search import index
from tests import tables
from tests.factories import NOTES, PressReleaseFactory, add_photo, published, scheduled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture(scope="module")
def _made(django_db_setup, django_db_blocker, tmp_path_factory) -> tuple[int, tables.Rows, Path]:
    """The site's rows and files, made once: erasing alone rewrites a dozen tables."""
    folder = tmp_path_factory.mktemp("site") / "media"
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder):
        release = _publish_everything()
        rows = tables.noted()
        tables.leave_what_the_migrations_left()
    return release.pk, rows, folder


@pytest.fixture
def site(_made, transactional_db, settings) -> PressRelease:
    """A site with everything that a package holds, and some things that it must not hold."""
    key, rows, files = _made
    tables.leave(rows)
    index.rebuild()
    shutil.copytree(files, settings.MEDIA_ROOT)
    return PressRelease.objects.get(pk=key)


def _publish_everything() -> PressRelease:
    first = published(slug="skills", source_id="old:1", event_date="2018-05-19")
    release = first.release
    add_photo(release, caption_th="ภาพการประชุม")
    media.add_attachment(release=release, file=SimpleUploadedFile("a.csv", "ก,ข\n".encode()))
    publishing.publish(release=release, kind="correction", notes=NOTES)
    LegacyPath.objects.create(path="/blog/2018/05/ข่าว", release=release)
    ShortLink.objects.create(key="skills-2018", release=release)
    SourceDocument.of("<p>ต้นฉบับ</p>".encode("cp874"), form="html", release=release).save()
    series = Series.objects.create(slug="skills", name_th="ทักษะ", name_en="Skills")
    SeriesPart.objects.create(series=series, release=release)
    withdrawn = published(thai_only=True).release
    publishing.withdraw(release=withdrawn, reason="error", notes=NOTES)
    publishing.merge(release=published().release, into=release)
    publishing.remove(release=published().release, reason="privacy")
    scheduled(hours=72, title_th="ความลับ", title_en="Secret")
    PressReleaseFactory(title_th="ฉบับร่าง", title_en="Draft only")
    erased = published(title_th="ต้องลบ").release
    people = [get_user_model().objects.create_user(name) for name in ("ann", "bo")]
    erasing.approve(
        erasure=erasing.request(release=erased, reason="legal", by=people[0]), by=people[1]
    )
    jobs.run_waiting()
    with time_machine.travel(tomorrow(), tick=False):
        chain.publish_head({"day": chain.last_day(timezone.now()).isoformat()})
    return release


def tomorrow() -> datetime:
    """When the head of this day can be published. The record goes by the database's own clock."""
    return chain.end_of(timezone.localdate()) + chain.SETTLED * 2


def export(folder: Path) -> Path:
    """A package of when the day was over, so that its head is in it."""
    said = io.StringIO()
    with time_machine.travel(tomorrow()):
        call_command("export_archive", folder, stdout=said)
    return Path(said.getvalue().strip())


def empty(settings) -> None:
    """A site as `migrate` leaves it, without media."""
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    tables.leave_what_the_migrations_left()
    SearchState.objects.update(token_stream_version=0)
    reader.forget()


def bring(path: Path) -> str:
    said = io.StringIO()
    call_command("import_archive", path, stdout=said)
    return said.getvalue()


def lines(folder: Path, name: str) -> list[dict]:
    text = (folder / f"data/{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


class TestThePackage:
    def test_it_is_a_bag_for_the_tools_of_any_archive(self, site, out):
        path = export(out)
        assert bagit.Bag(str(path)).validate()
        assert [entry.name for entry in out.iterdir()] == [path.name]

    def test_it_has_all_that_was_public_and_nothing_else(self, site, out):
        path = export(out)
        everything = b"".join(
            file.read_bytes() for file in path.rglob("*") if file.is_file()
        ).decode("utf-8", "ignore")
        for hidden in ("ความลับ", "Secret", "ฉบับร่าง", "Draft only", "ต้องลบ", "ann"):
            assert f'"{hidden}' not in everything, hidden
        versions = lines(path, "versions")
        assert len(versions) == Version.objects.shown(timezone.now()).count()
        for line in versions:
            text = json.dumps(
                line["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
            )
            fits = hashlib.sha256(text.encode()).hexdigest() == line["checksum"]
            assert fits != line["erased"]
        assert {"key": "skills-2018", "kind": "alias", "code": site.code} in lines(
            path, "short-links"
        )
        unused = [row for row in lines(path, "short-links") if row["code"] is None]
        assert len(unused) == 2  # the draft's and the schedule's: taken, without saying for what
        assert lines(path, "redirects") == [{"path": "/blog/2018/05/ข่าว", "code": site.code}]

    def test_the_chain_can_be_checked_from_it_alone(self, site, out):
        path = export(out)
        (head,) = lines(path, "chain-heads")
        found = "0" * 64
        rows = lines(path, "versions")
        rows.sort(key=lambda row: (row["content"]["visible_from"], row["content"]["code"]))
        for row in rows:
            content = row["content"]
            moment = content["visible_from"].replace("+00:00", "Z")
            text = f"{moment}\t{content['code']}@{content['number']}\t{row['checksum']}\n"
            found = hashlib.sha256((found + text).encode()).hexdigest()
        assert found == head["head"]

    def test_a_version_that_drifted_or_a_lost_original_stops_it_and_leaves_nothing(self, site, out):
        original = next(path for _sha256, path in media.originals())
        moved = media.default_storage.path(original)
        Path(moved).rename(f"{moved}.away")
        with pytest.raises(CommandError, match="missing"):
            export(out)
        Path(f"{moved}.away").rename(moved)
        record_guards.remove(connection)
        Version.objects.filter(number=1, release=site).update(title_th="อื่น")
        record_guards.install(connection)
        with pytest.raises(CommandError, match="not what it was sealed as"):
            export(out)
        assert list(out.iterdir()) == []

    def test_a_full_disk_stops_it_with_a_sentence_and_leaves_nothing(self, site, out, monkeypatch):
        def full(*_arguments):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(CommandError, match="No space left"):
            export(out)
        assert list(out.iterdir()) == []

    def test_what_a_killed_export_left_is_cleared_by_the_next(self, site, out):
        left = out / "ocsc-archive-20200101T000000Z.unfinished"
        left.mkdir(parents=True)
        path = export(out)
        assert list(out.iterdir()) == [path]


class TestComingBack:
    def test_the_site_is_equal_and_so_is_its_package(self, site, tmp_path, settings, client):
        path = export(tmp_path)
        at = timezone.now()
        page = client.get(f"/th/news/{site.code}/skills/").content
        api = client.get(f"/api/v1/releases/{site.code}/versions/").json()
        shown = list(Version.objects.shown(at).order_by("pk").values_list("code", "number"))
        empty(settings)
        assert f"{len(shown)} versions" in bring(path)
        jobs.run_waiting()
        reader.forget()

        again = export(tmp_path / "again")
        assert (again / MANIFEST).read_bytes() == (path / MANIFEST).read_bytes()
        assert client.get(f"/th/news/{site.code}/skills/").content == page
        assert client.get(f"/api/v1/releases/{site.code}/versions/").json() == api
        assert client.get("/s/skills-2018").status_code == 302
        assert client.get("/blog/2018/05/ข่าว").status_code == 301
        assert ArchiveImport.objects.get().finished_at is not None
        said = io.StringIO()
        call_command("verify", stdout=said)
        assert "erased (legal" in said.getvalue()
        assert index.is_current()
        assert site.code in client.get("/th/search/?q=ทักษะดิจิทัล").content.decode()

    def test_the_desk_goes_on_where_the_package_ended(self, site, tmp_path, settings):
        path = export(tmp_path)
        empty(settings)
        bring(path)
        jobs.run_waiting()
        release = PressRelease.objects.get(code=site.code)
        assert release.source_id == "old:1"
        assert (release.photos.count(), release.attachments.count()) == (1, 1)
        release.title_th = "หัวข่าวใหม่"
        release.save()
        third = publishing.publish(release=release, kind="correction", notes=NOTES)
        assert third.number == 3
        assert Topic.objects.create(slug="new", name_th="ใหม่", name_en="New").pk
        assert Erasure.objects.get().imported
        assert release.series_part.series.slug == "skills"

    @pytest.mark.parametrize("at_once", [1, 500])
    def test_the_desk_has_the_last_text_of_what_was_removed_or_merged_too(
        self, site, tmp_path, settings, monkeypatch, at_once
    ):
        ended = PressRelease.objects.filter(versions__kind__in=Version.WITHOUT_TEXT)
        texts = {release.code: (release.title_th, release.body_th) for release in ended}
        erased = Version.objects.filter(erased=True).values("code")
        path = export(tmp_path)
        codes = set(texts) - set(erased.values_list("code", flat=True))
        assert len(codes) == 2
        empty(settings)
        monkeypatch.setattr(packages, "_BATCH", at_once)
        bring(path)
        for release in PressRelease.objects.filter(code__in=codes):
            assert (release.title_th, release.body_th) == texts[release.code]

    def test_afterwards_the_database_takes_no_version_from_the_past(self, site, tmp_path, settings):
        path = export(tmp_path)
        empty(settings)
        bring(path)
        with pytest.raises(DatabaseError, match="recorded once"), transaction.atomic():
            ArchiveImport.objects.create(pk=1, manifest="x", started_at=timezone.now())
        with pytest.raises(DatabaseError, match="recorded once"), transaction.atomic():
            ArchiveImport.objects.update(finished_at=None)
        old = Version.objects.order_by("pk").first()
        old.pk, old.number, old.release = None, 9, PressReleaseFactory()
        old.recorded_at -= timedelta(hours=1)
        with pytest.raises(DatabaseError, match="must be now"), transaction.atomic():
            old.save(force_insert=True)

    def test_an_import_cannot_begin_in_a_record_that_has_begun(self, tmp_path):
        published()
        with pytest.raises(DatabaseError, match="empty record"), transaction.atomic():
            ArchiveImport.objects.create(pk=1, manifest="x", started_at=timezone.now())
        # Commands speak English, whatever the desk speaks.
        with pytest.raises(CommandError, match=r"not empty: it has versions\."):
            bring(tmp_path)

    def test_a_site_whose_import_was_stopped_before_its_index_is_told_how_to_go_on(self, tmp_path):
        published()
        SearchState.objects.update(token_stream_version=0)
        with pytest.raises(CommandError, match=r"not empty.*manage.py reindex --if-stale"):
            bring(tmp_path)
        call_command("reindex", if_stale=True, verbosity=0, stdout=io.StringIO())
        with pytest.raises(CommandError, match=r"not empty: it has versions\.") as refused:
            bring(tmp_path)
        assert "reindex" not in str(refused.value)

    def test_what_a_killed_import_unpacked_goes_a_day_later(self, tmp_path, settings):
        beside = Path(settings.MEDIA_ROOT).parent
        old, new = beside / "ocsc-package-old", beside / "ocsc-package-new"
        for folder in (old, new):
            (folder / "data").mkdir(parents=True)
        yesterday = (timezone.now() - timedelta(days=1, hours=1)).timestamp()
        os.utime(old, (yesterday, yesterday))
        packed = tmp_path / "no-package.zip"
        packed.write_bytes(b"x")
        with pytest.raises(CommandError):
            bring(packed)
        assert [path.name for path in beside.glob("ocsc-package-*")] == ["ocsc-package-new"]
        new.joinpath("data").rmdir()
        new.rmdir()

    def test_what_a_running_import_unpacked_stays_however_long_it_runs(
        self, site, tmp_path, settings, monkeypatch
    ):
        call_command("export_archive", tmp_path, zip=True, stdout=io.StringIO())
        packed = next(tmp_path.glob("*.zip"))
        empty(settings)
        checked = packages.bags.checked

        def as_another_begins_two_days_later(folder):
            (unpacked,) = Path(settings.MEDIA_ROOT).parent.glob("ocsc-package-*")
            before = (timezone.now() - timedelta(days=2)).timestamp()
            os.utime(unpacked, (before, before))
            of_another = tmp_path / "no-package.zip"
            of_another.write_bytes(b"x")
            with pytest.raises(CommandError, match="neither a folder nor a ZIP"):
                bring(of_another)
            return checked(folder)

        monkeypatch.setattr(packages.bags, "checked", as_another_begins_two_days_later)
        bring(packed)
        assert PressRelease.objects.filter(code=site.code).exists()
        assert not list(Path(settings.MEDIA_ROOT).parent.glob("ocsc-package-*"))

    @pytest.mark.parametrize("form", ["zip", "tar.gz"])
    def test_it_may_be_packed(self, site, tmp_path, settings, form):
        if form == "zip":
            said = io.StringIO()
            call_command("export_archive", tmp_path, zip=True, stdout=said)
            packed = Path(said.getvalue().strip())
        else:
            path = export(tmp_path)
            packed = tmp_path / "package.tar.gz"
            with tarfile.open(packed, "w:gz") as archive:
                archive.add(path, path.name)
        empty(settings)
        bring(packed)
        assert PressRelease.objects.filter(code=site.code).exists()
        assert not list(Path(settings.MEDIA_ROOT).parent.glob("ocsc-package-*"))


# -- packages that somebody broke ------------------------------------------------------------------


def flip_a_bit(path: Path) -> None:
    file = path / "data/versions.jsonl"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(path: Path) -> None:
    file = path / "data/versions.jsonl"
    file.write_bytes(file.read_bytes()[:-100])


def lose_a_file(path: Path) -> None:
    next((path / "data/media").rglob("*.jpg")).unlink()


def slip_a_file_in(path: Path) -> None:
    (path / "data/more.txt").write_text("x")


def link_outside(path: Path) -> None:
    (path / "data/README.txt").unlink()
    (path / "data/README.txt").symlink_to("/etc/passwd")


def point_outside(path: Path) -> None:
    sealed(path, (MANIFEST, lambda text: f"{'0' * 64}  data/../../evil.txt\n{text}"))


def change_a_text(path: Path) -> None:
    sealed(path, ("data/versions.jsonl", lambda text: text.replace("ทักษะดิจิทัล", "ทักษะอื่น")))


def change_a_text_and_its_checksum(path: Path) -> None:
    """By somebody who knows our form; the chain's published head betrays it."""

    def change(text):
        changed = []
        for line in map(json.loads, text.splitlines()):
            if not line["erased"]:
                line["content"]["title_th"] = line["content"]["title_th"].replace("ข่าว", "เรื่อง")
                line["content"]["note_en"] += "!"
                content = packages.Version.from_content(line["content"]).content()
                dumped = json.dumps(
                    content | {"merged_into": line["content"]["merged_into"]},
                    ensure_ascii=False,
                    sort_keys=True,
                    separators=(",", ":"),
                )
                line["checksum"] = hashlib.sha256(dumped.encode()).hexdigest()
            changed.append(json.dumps(line, ensure_ascii=False, sort_keys=True))
        return "\n".join(changed) + "\n"

    sealed(path, ("data/versions.jsonl", change))


def drop_a_version(path: Path) -> None:
    sealed(path, ("data/versions.jsonl", lambda text: "\n".join(text.splitlines()[:-1]) + "\n"))


def claim_an_erasure(path: Path) -> None:
    sealed(
        path, ("data/versions.jsonl", lambda text: text.replace('"erased":false', '"erased":true'))
    )


def forge_what_was_erased(path: Path) -> None:
    """Its checksum is of a text that nobody has any more, so that it proves nothing."""

    def change(text):
        rows = [json.loads(line) for line in text.splitlines()]
        for row in rows:
            if row["erased"]:
                row["content"] |= {"title_th": "ข้อความปลอม", "body_th": "<p>ข้อความปลอม</p>"}
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)

    sealed(path, ("data/versions.jsonl", change))


def nonsense(path: Path) -> None:
    sealed(path, ("data/topics.jsonl", lambda text: "[" * 100_000))


def _with_heads(path: Path, **changes) -> None:
    def change(text):
        return "".join(f"{json.dumps(json.loads(line) | changes)}\n" for line in text.splitlines())

    sealed(path, ("data/chain-heads.jsonl", change))


def head_on_no_day(path: Path) -> None:
    _with_heads(path, day="2018-02-30")


def head_on_a_number(path: Path) -> None:
    _with_heads(path, day=7)


def head_at_no_moment(path: Path) -> None:
    _with_heads(path, until="yesterday")


def head_without_a_zone(path: Path) -> None:
    _with_heads(path, until="2026-11-23T00:00:00")


def head_computed_at_no_moment(path: Path) -> None:
    _with_heads(path, computed_at=None)


def head_of_some(path: Path) -> None:
    _with_heads(path, count="some")


def recorded_without_a_zone(path: Path) -> None:
    def change(text):
        return "".join(
            f"{json.dumps(json.loads(line) | {'recorded_at': '2026-11-23T00:00:00'})}\n"
            for line in text.splitlines()
        )

    sealed(path, ("data/versions.jsonl", change))


def another_member(path: Path) -> None:
    _with_heads(path, more=1)


def misname_an_original(path: Path) -> None:
    original = next(file for file in (path / "data/media/originals").rglob("*") if file.is_file())
    original.rename(original.with_name(f"{'0' * 64}{original.suffix}"))
    sealed(path, ("bag-info.txt", lambda text: text))


def another_form(path: Path) -> None:
    sealed(path, ("bag-info.txt", lambda text: text.replace("Format: 1", "Format: 9")))


def overlapping(path: Path) -> None:
    sealed(
        path,
        (
            "data/versions.jsonl",
            lambda text: "\n".join(
                json.dumps(json.loads(line) | {"visible_until": None}) for line in text.splitlines()
            ),
        ),
    )


def sealed(path: Path, *changes) -> None:
    """Change files of the package and make its manifests fit again."""
    for name, change in changes:
        file = path / name
        file.write_text(change(file.read_text("utf-8")), "utf-8")
    files = [file for file in (path / "data").rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    info = path / "bag-info.txt"
    kept = [line for line in info.read_text().splitlines() if not line.startswith("Payload")]
    extra = [] if any(name == MANIFEST for name, _ in changes) else sorted(files)
    info.write_text("\n".join([*kept, f"Payload-Oxum: {size}.{len(files)}", ""]))
    if extra:
        (path / MANIFEST).write_text(
            "".join(f"{digest(file)}  {file.relative_to(path)}\n" for file in extra)
        )
    tags = ("bagit.txt", "bag-info.txt", MANIFEST)
    (path / "tagmanifest-sha256.txt").write_text(
        "".join(f"{digest(path / name)}  {name}\n" for name in tags)
    )


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


BROKEN = {
    flip_a_bit: "versions.jsonl is damaged",
    cut: "versions.jsonl is damaged",
    lose_a_file: "is missing",
    slip_a_file_in: "not in manifest",
    link_outside: "is no file",
    point_outside: "outside the package",
    change_a_text: "not what it was sealed as",
    change_a_text_and_its_checksum: "don't lead to the heads",
    drop_a_version: "don't lead to the heads",
    claim_an_erasure: "nobody has ordered it",
    forge_what_was_erased: "erased, and it still has a title_th",
    nonsense: "topics.jsonl",
    head_on_no_day: "chain-heads.jsonl, line 1",
    head_on_a_number: "chain-heads.jsonl, line 1",
    head_at_no_moment: "chain-heads.jsonl, line 1",
    head_without_a_zone: "chain-heads.jsonl, line 1",
    head_computed_at_no_moment: "chain-heads.jsonl, line 1",
    head_of_some: "chain-heads.jsonl, line 1",
    recorded_without_a_zone: "versions.jsonl, line 1",
    another_member: "instead of",
    misname_an_original: "not named by its SHA-256",
    another_form: "form 1",
    overlapping: "database refuses",
}


def is_empty(settings) -> bool:
    rows = (Version, PressRelease, ShortLink, Topic, ArchiveImport, LegacyPath)
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return not files and not any(model.objects.exists() for model in rows)


def test_a_broken_package_is_refused_with_a_sentence_and_leaves_nothing(site, tmp_path, settings):
    whole = export(tmp_path / "whole")
    empty(settings)
    for number, (harm, message) in enumerate(BROKEN.items()):
        path = tmp_path / f"{number}" / whole.name
        shutil.copytree(whole, path)
        harm(path)
        with pytest.raises(CommandError, match=message):
            bring(path)
        assert is_empty(settings), harm.__name__
    bring(whole)
    assert Version.objects.exists()


def test_a_disk_that_fills_up_leaves_nothing(site, tmp_path, settings, monkeypatch):
    path = export(tmp_path)
    empty(settings)

    def full(*_arguments, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packages, "_import_heads", full)
    with pytest.raises(CommandError, match=r"nothing was imported.*No space left"):
        bring(path)
    assert is_empty(settings)


class TestPackedHarm:
    def refused(self, path, settings, message):
        with pytest.raises(CommandError, match=message):
            bring(path)
        assert is_empty(settings)
        assert not list(Path(settings.MEDIA_ROOT).parent.glob("ocsc-package-*"))

    def test_a_bomb(self, tmp_path, settings):
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bag/data/zeros", b"\0" * 50_000_000)
        self.refused(path, settings, "bomb")
        packed = tmp_path / "bomb.tar.gz"
        with tarfile.open(packed, "w:gz") as archive:
            info = tarfile.TarInfo("bag/data/zeros")
            info.size = 50_000_000
            archive.addfile(info, io.BytesIO(b"\0" * info.size))
        self.refused(packed, settings, "bomb")

    def test_a_zip_that_lies_about_its_length(self, tmp_path, settings, monkeypatch):
        path = tmp_path / "liar.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bag/data/zeros", b"\0" * 100_000)
        content = path.read_bytes().replace((100_000).to_bytes(4, "little"), b"\x10\0\0\0")
        path.write_bytes(content)
        self.refused(path, settings, "longer than it says|damaged")

    @pytest.mark.parametrize(
        "name", ["../evil.txt", "/evil.txt", "bag/../../evil.txt", "bag\\..\\evil", "C:/evil"]
    )
    def test_a_path_that_leads_outside(self, tmp_path, settings, name):
        path = tmp_path / "evil.zip"
        with zipfile.ZipFile(path, "w") as archive:
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, "evil")
        self.refused(path, settings, "outside")
        assert not list(tmp_path.rglob("evil.txt"))

    def test_a_link(self, tmp_path, settings):
        path = tmp_path / "link.tar"
        with tarfile.open(path, "w") as archive:
            info = tarfile.TarInfo("bag/data")
            info.type, info.linkname = tarfile.SYMTYPE, "/etc"
            archive.addfile(info)
        self.refused(path, settings, "is no file")

    def test_one_that_was_cut(self, site, tmp_path, settings):
        said = io.StringIO()
        call_command("export_archive", tmp_path, zip=True, stdout=said)
        path = Path(said.getvalue().strip())
        empty(settings)
        path.write_bytes(path.read_bytes()[:-2000])
        self.refused(path, settings, "neither a folder|damaged")

    def test_no_room(self, tmp_path, settings, monkeypatch):
        path = tmp_path / "small.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("bag/bagit.txt", "x")
        monkeypatch.setattr(unpacking, "_SPARE", 2**62)
        self.refused(path, settings, "no room")


def test_packages_are_named_by_their_moment():
    assert package.NAME.format(timezone.now()).startswith("ocsc-archive-20")


class TestWhatHappensMeanwhile:
    """Tables are read one after the other, for minutes."""

    def test_what_is_erased_while_it_is_written_is_not_in_it(self, tmp_path, monkeypatch):
        version = published(title_th="ชื่อที่ต้องลบ")
        people = [get_user_model().objects.create_user(name) for name in ("ann", "bo")]
        wrote, erased = package._releases, []

        def meanwhile(ids):
            if not erased:
                asked = erasing.request(release=version.release, reason="legal", by=people[0])
                erased.append(erasing.approve(erasure=asked, by=people[1]))
            return wrote(ids)

        monkeypatch.setattr(package, "_releases", meanwhile)
        path = package.write(tmp_path, timezone.now())
        assert erased
        lines = (path / "data/versions.jsonl").read_text(encoding="utf-8")
        assert version.code in lines
        assert "ชื่อที่ต้องลบ" not in lines
        assert [each.name for each in tmp_path.iterdir()] == [path.name]

    def test_a_head_of_a_day_that_was_not_over_is_left_to_the_next_one(self, tmp_path):
        published()
        at = timezone.now()
        published()
        with time_machine.travel(tomorrow(), tick=False):
            chain.publish_head({"day": chain.last_day(timezone.now()).isoformat()})
        assert lines(package.write(tmp_path, at), "chain-heads") == []
