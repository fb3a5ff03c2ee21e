"""Erasure: two people order it, the database watches, and no byte of the text is left."""

import io
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone, translation

from news import audit, backups, erasing, jobs, media, publishing
from news.caching import reader
from news.exporting import chain, open_data, verification
from news.models import (
    Attachment,
    AuditEntry,
    Autosave,
    Card,
    Derivative,
    Erasure,
    Job,
    LegacyPath,
    Photo,
    PressRelease,
    ShortLink,
    SourceDocument,
    UnsavedText,
    Upload,
    Version,
    Visit,
)
from news.record_guards import EMPTIED, TABLE
from news.sharing import cards
from news.sharing.addresses import media_path
from news.sharing.cards import ShareCard, card_of
from tests.factories import NOTES, PressReleaseFactory, add_photo, photo_file, published, scheduled

MARKER = "มนัสนันท์กาญจนาภา"
SMALL = "manatsanan-kanchanapha"
WORD = "Zyzzyvaquirk"


@pytest.fixture
def people(db):
    users = get_user_model().objects
    return [users.create_superuser(name, password="k7m4q-long-enough") for name in ("ann", "bo")]


def marked(**fields) -> Version:
    """A corrected release that says the marker wherever a release can say something."""
    version = published(
        title_th=f"ข่าวของ{MARKER}",
        title_en=f"News of {WORD}",
        body_th=f"<p>{MARKER}</p>",
        body_en=f"<p>{WORD}</p>",
        summary_th=MARKER,
        slug=SMALL,
        event_source=MARKER,
        dated_source=MARKER,
        contact_th=MARKER,
        source_url=f"https://example.org/{SMALL}",
        source_id="old:123",
        **fields,
    )
    release = version.release
    add_photo(release, colour="purple", caption_th=MARKER, credit=WORD)
    LegacyPath.objects.create(path=f"/blog/2018/05/{MARKER}", release=release)
    LegacyPath.objects.create(path="?q=node/123", release=release)
    ShortLink.objects.create(key=SMALL, release=release)
    Visit.objects.add({(timezone.localdate(), SMALL, "line", "th", False): 3})
    SourceDocument.of(MARKER.encode(), form="html", release=release).save()
    return publishing.publish(release=release, kind="correction", notes=NOTES)


def erase(release, people, reason="privacy") -> Erasure:
    asked = erasing.request(release=release, reason=reason, by=people[0])
    return erasing.approve(erasure=asked, by=people[1])


@pytest.mark.django_db
class TestTheOrder:
    def test_nothing_happens_until_somebody_else_approves(self, people, client):
        version = marked()
        asked = erasing.request(release=version.release, reason="legal", by=people[0])
        assert MARKER in client.get(f"/th/news/{version.code}/{SMALL}/").content.decode()
        with translation.override("en"), pytest.raises(erasing.ErasureRefused, match="else"):
            erasing.approve(erasure=asked, by=people[0])
        erasing.take_back(erasure=asked)
        assert not Erasure.objects.exists()

    def test_the_database_itself_wants_two_people(self, people):
        asked = erasing.request(release=marked().release, reason="legal", by=people[0])
        for name in ("ann", "ANN", ""):
            with pytest.raises(IntegrityError), transaction.atomic():
                Erasure.objects.filter(pk=asked.pk).update(
                    approved_by=name, approved_at=timezone.now()
                )

    def test_an_approved_one_can_be_neither_changed_nor_taken_back(self, people):
        erasure = erase(marked().release, people)
        for change in (
            lambda: Erasure.objects.filter(pk=erasure.pk).update(reason="legal"),
            lambda: Erasure.objects.filter(pk=erasure.pk).update(approved_at=None, approved_by=""),
            erasure.delete,
        ):
            with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
                change()

    @pytest.mark.parametrize(
        "other",
        [
            {"requested_by": "somebody"},
            {"requested_at": timezone.now() - timedelta(days=1)},
            {"reason": "privacy"},
        ],
        ids=["who asked", "when", "why"],
    )
    def test_what_was_asked_for_stays_while_it_is_approved(self, people, other):
        """Else one person could ask and approve, in another one's name."""
        asked = erasing.request(release=marked().release, reason="legal", by=people[0])
        approved = {"approved_by": "bo", "approved_at": timezone.now()}
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            Erasure.objects.filter(pk=asked.pk).update(**approved, **other)
        Erasure.objects.filter(pk=asked.pk).update(**approved)

    def test_what_was_said_in_the_trail_goes_with_an_approved_order_alone(self, people):
        release = marked().release
        entry = audit.note(audit.Action.RETURNED, by=people[0], release=release, said=MARKER)
        others = AuditEntry.objects.filter(pk=entry.pk)
        asked = erasing.request(release=release, reason="legal", by=people[0])
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            others.update(note="")
        erasing._approve(asked, "bo", timezone.now())
        for change in ({"note": "other words"}, {"note": "", "actor_name": "somebody"}):
            with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
                others.update(**change)
        others.update(note="")

    def test_an_order_moves_the_end_of_no_interval_that_is_over(self, people):
        version = published()
        Version.objects.filter(pk=version.pk).update(
            visible_until=timezone.now() + timedelta(milliseconds=300)
        )
        time.sleep(0.4)
        asked = erasing.request(release=version.release, reason="legal", by=people[0])
        erasing._approve(asked, "bo", timezone.now())
        emptied = ", ".join(f"{name} = '{value}'" for name, value in EMPTIED.items())
        update = f"UPDATE {TABLE} SET erased = TRUE, {emptied}"
        guard = {"sqlite": "the past cannot be changed", "postgresql": "a version never changes"}
        with connection.cursor() as cursor:
            for end in ("NULL", "'2100-01-01 00:00:00+00'"):
                with (
                    pytest.raises(DatabaseError, match=guard[connection.vendor]),
                    transaction.atomic(),
                ):
                    cursor.execute(f"{update}, visible_until = {end} WHERE id = %s", [version.pk])
            cursor.execute(f"{update} WHERE id = %s", [version.pk])

    def test_one_that_begins_approved_is_refused(self):
        version = published()
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            Erasure.objects.create(
                release=version.release,
                reason="legal",
                requested_by="a",
                requested_at=timezone.now(),
                approved_by="b",
                approved_at=timezone.now(),
            )

    def test_without_an_order_no_text_can_be_emptied(self, people):
        version = marked()
        erasing.request(release=version.release, reason="legal", by=people[0])
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            publishing.erase(release=version.release, reason="legal")
        version.refresh_from_db()
        assert MARKER in version.title_th

    def test_with_an_order_a_text_can_be_emptied_and_nothing_else(self, people):
        erase(marked().release, people)
        version = Version.objects.get(number=1)
        for change in (
            {"title_th": "another"},
            {"checksum": "f" * 64},
            {"erased": False},
            {"dated": "2001-01-01"},
            {"number": 9},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                Version.objects.filter(pk=version.pk).update(**change)

    def test_a_draft_is_discarded_instead(self, people):
        release = scheduled().release
        erase(release, people)  # a frozen text is in the record, though nobody has seen it
        assert Version.objects.get(release=release).erased
        draft = PressRelease.objects.create(title_th="ร่าง")
        with pytest.raises(erasing.ErasureRefused):
            erasing.request(release=draft, reason="legal", by=people[0])


@pytest.mark.django_db
class TestWhatReadersSee:
    def test_the_release_is_gone_and_none_of_its_versions_answers(self, people, client):
        version = marked()
        erase(version.release, people)
        reader.forget()
        for path in ("", f"{SMALL}/", "v/1/", "v/2/"):
            answer = client.get(f"/th/news/{version.code}/{path}")
            assert answer.status_code == 410
            assert MARKER not in answer.content.decode()
        for path in ("", "versions/", "versions/1/", "photos/"):
            text = client.get(f"/api/v1/releases/{version.code}/{path}").content.decode()
            assert MARKER not in text
            assert WORD not in text
        assert client.get(f"/s/{SMALL}").status_code == 404

    def test_a_merged_release_leads_on_and_its_old_versions_answer_no_more(self, people, client):
        version = marked()
        target = published()
        publishing.merge(release=version.release, into=target.release)
        assert client.get(f"/th/news/{version.code}/v/1/").status_code == 200
        erase(version.release, people)
        reader.forget()
        assert client.get(f"/th/news/{version.code}/v/1/").status_code == 404
        assert client.get(f"/th/news/{version.code}/").status_code == 301
        assert client.get(f"/api/v1/releases/{version.code}/versions/1/").status_code == 200

    def test_a_removal_keeps_the_note_that_says_why(self, people, client):
        version = marked()
        publishing.remove(release=version.release, reason="privacy", notes=NOTES)
        erase(version.release, people)
        reader.forget()
        assert NOTES.th in client.get(f"/th/news/{version.code}/").content.decode()


@pytest.mark.django_db
class TestTheRecord:
    def test_numbers_dates_checksums_and_the_chain_stay(self, people):
        marked()
        before = list(Version.objects.order_by("pk").values("number", "visible_from", "checksum"))
        lines = list(chain.lines(timezone.now()))
        erase(PressRelease.objects.get(source_id="old:123"), people)
        after = list(Version.objects.order_by("pk").values("number", "visible_from", "checksum"))
        assert after[: len(before)] == before
        assert list(chain.lines(timezone.now()))[: len(lines)] == lines

    def test_verify_says_erased_and_finds_no_fault(self, people):
        version = marked()
        erase(version.release, people)
        Job.objects.all().delete()
        assert list(verification.versions()) == []
        said = io.StringIO()
        call_command("verify", stdout=said)
        assert f"{version.code}@1: erased (privacy" in said.getvalue()

    def test_a_photo_that_another_release_shows_stays(self, people):
        version = marked()
        other = published()
        photo = version.release.photos.get()
        add_photo(other.release, colour="purple")
        publishing.publish(release=other.release, kind="minor")
        erase(version.release, people)
        assert Derivative.objects.filter(master_sha256=photo.sha256).exists()
        assert default_storage.exists(photo.file.name)


def everything_about(release) -> set[str]:
    """What holds words or files of a release: every model with a way to it."""
    return {related.related_model.__name__ for related in PressRelease._meta.related_objects} | {
        "Card",
        "Derivative",
        "Job",
        "VersionMedia",
        "Visit",
        "LogEntry",
    }


def test_whoever_adds_a_model_about_releases_says_what_an_erasure_does_with_it():
    """Add the model here once `news.erasing` clears it, or once it holds nothing of a text."""
    assert everything_about(PressRelease) == {
        "Attachment", "AuditEntry", "Autosave", "Card", "Derivative", "DeskPresence", "Erasure",
        "Job", "LegacyPath", "LogEntry", "Photo", "ReaderReport", "SeriesPart", "SharedPreview",
        "ShortLink", "SourceDocument", "TextBand", "UnsavedText", "Upload", "Version",
        "VersionMedia", "Visit",
    }  # fmt: skip


def files_with(marker: str, folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if marker.encode() in path.read_bytes()]


@pytest.mark.django_db(transaction=True)
class TestEveryByte:
    def test_nothing_is_left_in_rows_files_and_exports(self, people, settings, client):
        version = marked()
        release = version.release
        LogEntry.objects.log_actions(
            people[0].pk, [release], CHANGE, change_message=f"renamed to {MARKER}"
        )
        audit.note(audit.Action.RETURNED, by=people[0], release=release, said=f"not {MARKER}")
        typed = {"user": people[0], "release": release, "values": {"title_th": MARKER}}
        Autosave.objects.create(**typed)
        UnsavedText.objects.create(**typed, saved_at=timezone.now())
        jobs.run_waiting()
        card = client.get(f"/th/news/{version.code}/card-{'0' * 64}.jpg")
        assert b"".join(client.get(card["Location"]))
        open_data.refresh()
        media = Path(settings.MEDIA_ROOT)
        photo = release.photos.get()
        assert files_with(MARKER, media)
        assert tables_with(MARKER)
        assert list(media.rglob(f"{photo.sha256}*"))
        assert list((media / "cards" / version.code).iterdir())

        erase(release, people)
        jobs.run_waiting()

        assert not Job.objects.filter(done_at=None).exists(), Job.objects.values("kind", "error")
        assert files_with(MARKER, media) == []
        assert files_with(WORD, media) == []
        assert not list(media.rglob(f"{photo.sha256}*"))
        assert not [
            path for path in media.rglob("*") if path.is_file() and "opendata" not in str(path)
        ]
        gone = (Photo, Attachment, Card, Derivative, SourceDocument, Visit, Autosave, UnsavedText)
        for model in gone:
            assert not model.objects.exists(), model
        assert list(LegacyPath.objects.values_list("path", flat=True)) == ["?q=node/123"]
        assert tables_with(MARKER) == tables_with(WORD) == tables_with(SMALL) == []

    def test_a_restored_backup_is_erased_again(self, people, tmp_path, settings):
        version = marked()
        backup = backups.make(tmp_path / "backups", timezone.now())
        erase(version.release, people)
        jobs.run_waiting()
        erasing.write_ledger(tmp_path / "backups")
        said = io.StringIO()
        call_command("restore", backup, replace=True, stdout=said)
        assert f"erased again: {version.code}" in said.getvalue()
        assert Erasure.objects.get().approved_by == "bo"
        assert tables_with(MARKER) == []
        assert files_with(MARKER, Path(settings.MEDIA_ROOT)) == []

    def test_a_site_that_is_lost_learns_of_erasures_from_beside_its_backup(self, people, tmp_path):
        version = marked()
        backup = backups.make(tmp_path, timezone.now())
        erase(version.release, people)
        erasing.write_ledger(tmp_path)
        entries = erasing.read_ledger(tmp_path)
        backups.restore(backup, replace=True)
        assert tables_with(MARKER)
        assert not Erasure.objects.exists()
        assert erasing.apply_again(entries) == [version.code]
        assert tables_with(MARKER) == []

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite overwrites what it deletes")
    def test_who_still_reads_what_was_puts_the_rewriting_off(self, monkeypatch):
        monkeypatch.setattr(erasing, "_WAIT_FOR_READERS", 0.2)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM news_version")
            with pytest.raises(RuntimeError, match="still open"):
                erasing.scrub({"files": []})
            cursor.execute("ROLLBACK")
        other.close()
        # Another database of the same server may have a transaction open for a moment as well.
        monkeypatch.setattr(erasing, "_WAIT_FOR_READERS", 30.0)
        erasing.scrub({"files": []})


@pytest.mark.django_db(transaction=True)
class TestWhatOthersShow:
    """The job deletes what nothing names when it runs, not what nothing named at the approval."""

    @pytest.fixture
    def again(self):
        def publish() -> Version:
            """Another release with the photo of the one that is erased."""
            release = PressReleaseFactory()
            photo = media.add_photo(
                release=release, file=photo_file(colour="purple", size=(60, 40))
            )
            media.make_derivatives(media.derivatives_order(photo))
            return publishing.publish(release=release)

        return publish

    def shown(self, client, version) -> set[int]:
        reader.forget()
        photo = version.release.photos.get()
        assert default_storage.exists(photo.file.name)
        hashes = [hash_ for hash_, _recipe in media.master_of(photo).recipes()]
        answers = [client.get(media_path(hash_, "a.jpg")) for hash_ in hashes]
        for answer in answers:
            answer.close()
        return {answer.status_code for answer in answers}

    def test_a_photo_that_is_published_again_before_the_job_runs_stays(self, people, client, again):
        erase(marked().release, people)
        other = again()
        jobs.run_waiting()
        assert self.shown(client, other) == {200}

    def test_a_photo_that_is_published_again_between_two_tries_stays(
        self, people, client, again, monkeypatch
    ):
        erase(marked().release, people)
        with monkeypatch.context() as patch:
            patch.setattr(erasing, "refresh", lambda: 1 / 0)
            jobs.run_waiting()
        job = Job.objects.get(kind=erasing.SCRUB)
        assert job.done_at is None
        other = again()
        erasing.scrub(job.payload)
        assert self.shown(client, other) == {200}

    def test_a_job_of_the_version_before_which_names_paths_deletes_nothing_of_others_either(
        self, people, client, again
    ):
        version = marked()
        kept = default_storage.save("cards/old/a.jpg", photo_file())
        photo = version.release.photos.get()
        made = list(Derivative.objects.values_list("path", flat=True))
        erase(version.release, people)
        Derivative.objects.all().delete()  # at once, in those days
        before = {"files": [photo.file.name, *made, kept]}
        other = again()
        erasing.scrub(before)
        assert self.shown(client, other) == {200}
        assert not default_storage.exists(kept)

        erase(other.release, people)
        Derivative.objects.all().delete()
        erasing.scrub(before)
        assert not [path for path in before["files"] if default_storage.exists(path)]

    def test_what_the_erased_release_gets_at_the_desk_again_goes_all_the_same(self, people):
        release = marked().release
        photo = release.photos.get()
        erase(release, people)
        media.add_photo(release=release, file=photo_file(colour="purple", size=(60, 40)))
        jobs.run_waiting()
        assert not default_storage.exists(photo.file.name)

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
    def test_a_photo_that_is_just_being_placed_elsewhere_stays(self, people):
        erase(marked().release, people)
        order = Job.objects.get(kind=erasing.SCRUB).payload

        def run() -> None:
            try:
                erasing.scrub(order)
            finally:
                connection.close()

        job = threading.Thread(target=run)
        with transaction.atomic():
            photo = media.add_photo(
                release=PressReleaseFactory(), file=photo_file(colour="purple", size=(60, 40))
            )
            job.start()
            job.join(0.5)
        job.join()
        assert default_storage.exists(photo.file.name)

    def test_a_file_that_waits_for_its_form_stays(self, people):
        version = marked()
        photo = version.release.photos.get()
        erase(version.release, people)
        Upload.objects.create(
            user=people[0], client_id="a", kind="photos", name="a.jpg", byte_size=1,
            facts=media.facts_of(photo),
        )  # fmt: skip
        jobs.run_waiting()
        assert default_storage.exists(photo.file.name)


@pytest.mark.django_db(transaction=True)
class TestWhatIsBeingMade:
    def files(self, settings) -> list[str]:
        folder = Path(settings.MEDIA_ROOT)
        files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return [str(path) for path in files if path.parts[0] != "opendata"]

    def test_nothing_is_left_of_a_photo_whose_derivatives_were_just_being_made(
        self, people, settings, monkeypatch
    ):
        release = published().release
        media.add_photo(release=release, file=photo_file())
        make_all = media.derivatives.make_all

        def interrupted(original, recipes):
            for done, made in enumerate(make_all(original, recipes)):
                if done == 2:
                    erase(release, people)
                yield made

        monkeypatch.setattr(media, "derivatives", SimpleNamespace(make_all=interrupted))
        jobs.run_waiting()
        assert not Job.objects.filter(done_at=None).exists(), Job.objects.values("kind", "error")
        assert not Derivative.objects.exists()
        assert self.files(settings) == []

    def test_nothing_is_left_of_a_card_that_was_just_being_drawn(
        self, people, settings, monkeypatch
    ):
        version = published()
        draw = ShareCard.draw

        def interrupted(card):
            if not Erasure.objects.exists():
                erase(version.release, people)
                erasing.scrub(Job.objects.get(kind=erasing.SCRUB).payload)
            return draw(card)

        monkeypatch.setattr(ShareCard, "draw", interrupted)
        card = card_of(version, "th")
        jobs.run_waiting()
        assert not Card.objects.exists()
        assert self.files(settings) == []
        assert isinstance(cards.file_of(card), bytes)  # asked for by who saw the page before
        assert self.files(settings) == []

    def test_of_an_erased_text_no_card_is_drawn(self, people, settings):
        version = published()
        order = Job.objects.filter(kind=cards.CARD).first().payload
        erase(version.release, people)
        cards.make(order)
        assert self.files(settings) == []

    def test_a_backup_whose_files_are_older_than_its_rows_is_erased_again(self, people, settings):
        version = marked()
        photo = version.release.photos.get()
        erase(version.release, people)
        jobs.run_waiting()
        assert self.files(settings) == []
        default_storage.save(photo.file.name, photo_file(colour="purple", size=(60, 40)))
        default_storage.save(f"cards/{version.code}/a.jpg", photo_file())
        assert erasing.apply_again(erasing.ordered()) == [version.code]
        assert self.files(settings) == []


def tables_with(marker: str) -> list[str]:
    """Where the database's own bytes have the marker: free pages, indexes and dead rows too."""
    if connection.vendor == "sqlite":
        return ["the file"] if marker.encode() in connection.connection.serialize() else []
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 't', 'i') AND relname LIKE %s "
            "AND position(%s::bytea IN pg_read_binary_file(pg_relation_filepath(oid))) > 0 "
            "UNION SELECT relname FROM pg_class AS toast WHERE relkind = 't' "
            "AND position(%s::bytea IN pg_read_binary_file(pg_relation_filepath(oid))) > 0",
            ["news_%", marker.encode(), marker.encode()],
        )
        return [row[0] for row in cursor.fetchall()]
