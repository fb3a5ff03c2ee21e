"""`manage.py load_samples` publishes what is unknown through the door and leaves the rest alone."""

import io
import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from news import publishing
from news.management.commands import load_samples
from news.models import (
    Attachment,
    Derivative,
    LegacyPath,
    Photo,
    PressRelease,
    ShortLink,
    Topic,
    Version,
)
from news.publishing import Notes
from tests.factories import NOTES, photo_file

SEED = "k7m4q2"
ROWS = json.loads((load_samples.FIXTURES / "samples.json").read_text(encoding="utf-8"))
FILES = [row["fields"]["file"] for row in ROWS if "file" in row["fields"]]
CODES = [row["fields"]["code"] for row in ROWS if row["model"] == "news.pressrelease"]


@pytest.fixture(scope="module")
def the_samples(tmp_path_factory):
    """The project's fixtures with every photo replaced by a tiny one of its own colour.

    tests/test_samples.py looks at the real ones; here they would only cost time.
    """
    folder = tmp_path_factory.mktemp("fixtures")
    shutil.copy(load_samples.FIXTURES / "samples.json", folder)
    (folder / "media").mkdir()
    for number, name in enumerate(FILES):
        if name.endswith(".jpg"):
            tiny = photo_file(name, size=(24, 16), colour=(number * 10, 90, 120))
            (folder / "media" / name).write_bytes(tiny.read())
        else:
            shutil.copy(load_samples.FIXTURES / "media" / name, folder / "media")
    return folder


@pytest.fixture
def two_releases(tmp_path):
    """A folder of fixtures with two releases, one small real photo and one attachment."""
    media = tmp_path / "fixtures" / "media"
    media.mkdir(parents=True)
    (media / "photo.jpg").write_bytes(photo_file().read())
    (media / "table.csv").write_text("จังหวัด,ที่นั่ง\nนนทบุรี,12\n", encoding="utf-8-sig")
    rows = [
        {
            "model": "news.topic",
            "fields": {"slug": "events", "name_th": "กิจกรรม", "name_en": "Events"},
        }
    ]
    for code, dated in (("abcdef", "2016-08-22"), ("ghjkmn", "2020-02-29")):
        fields = {
            "code": code,
            "topic": ["events"],
            "title_th": f"ประชุม {code}",
            "body_th": "<p>ประชุมแล้ว</p>",
            "dated": dated,
        }
        rows.append({"model": "news.pressrelease", "fields": fields})
    picture = {"release": ["abcdef"], "file": "photo.jpg", "alt_th": "ก", "alt_en": "a"}
    table = {"release": ["abcdef"], "file": "table.csv", "title_th": "ตาราง", "language": "th"}
    path = {"release": ["abcdef"], "path": "?q=node/1"}
    rows += [
        {"model": "news.photo", "fields": picture},
        {"model": "news.attachment", "fields": table},
        {"model": "news.legacypath", "fields": path},
    ]
    (media.parent / "samples.json").write_text(json.dumps(rows), encoding="utf-8")
    return media.parent


def load(**options) -> list[str]:
    """The lines that the command prints."""
    out = io.StringIO()
    call_command("load_samples", stdout=out, **options)
    return out.getvalue().splitlines()


def everything() -> list:
    """Every row of the desk and of the record that loading could change."""
    models = (
        PressRelease,
        Photo,
        Attachment,
        Topic,
        ShortLink,
        LegacyPath,
        Version,
        Derivative,
    )
    return [(model, list(model.objects.order_by("pk").values())) for model in models]


@pytest.mark.django_db
class TestTheSamplesOfTheProject:
    def test_all_of_them_are_live_afterwards(self, the_samples):
        lines = load(fixtures=the_samples)

        listed = Version.objects.listed(timezone.now())
        assert set(listed.values_list("code", flat=True)) == set(CODES)
        assert [line for line in lines if line.startswith(f"{SEED} published")]

    def test_the_first_release_is_published_as_the_fixture_has_it(self, the_samples):
        load(fixtures=the_samples)

        (row,) = (row["fields"] for row in ROWS if row["fields"].get("code") == SEED)
        version = Version.objects.get(code=SEED)
        for name in ("title_th", "body_th", "title_en", "body_en", "event_source", "dated_source"):
            assert getattr(version, name) == row[name]
        assert version.event_precision == version.dated_precision == "doubt"
        assert version.event_date.year == version.dated.year == 2018
        assert version.event_other.year == version.dated_other.year == 2017

    def test_running_it_again_changes_nothing(self, the_samples):
        load(fixtures=the_samples)
        before = everything()

        lines = load(fixtures=the_samples)

        assert everything() == before
        assert lines == [f"{code} is known, left alone" for code in CODES]

    def test_a_corrected_and_withdrawn_release_stays_corrected_and_withdrawn(self, the_samples):
        load(fixtures=the_samples)
        release = PressRelease.objects.get(code=SEED)
        release.title_en = "Corrected"
        release.save()
        publishing.publish(release=release, kind=Version.Kind.CORRECTION, notes=NOTES)
        publishing.withdraw(release=release, reason=Version.Reason.ERROR, notes=Notes(th="ถอน"))
        before = everything()

        load(fixtures=the_samples)

        assert everything() == before

    def test_the_code_of_a_discarded_draft_is_not_given_out_again(self, the_samples):
        ShortLink.objects.create(key=SEED, kind=ShortLink.Kind.CODE)

        load(fixtures=the_samples)

        assert not PressRelease.objects.filter(code=SEED).exists()

    def test_a_topic_that_the_desk_renamed_keeps_its_name(self, the_samples):
        Topic.objects.create(slug="ethics", name_th="จริยธรรม", name_en="Conduct")

        load(fixtures=the_samples)

        assert Topic.objects.get(slug="ethics").name_en == "Conduct"


@pytest.mark.django_db
class TestAFolderOfFixtures:
    def test_a_photo_comes_with_its_derivatives_and_an_attachment_with_its_bytes(
        self, two_releases
    ):
        load(fixtures=two_releases)

        version = Version.objects.get(code="abcdef")
        (photo,), (attachment,) = version.photos, version.files
        assert photo["alt_th"] == "ก"
        assert attachment["name"] == "table.csv"
        assert Derivative.objects.filter(master_sha256=photo["sha256"]).count() > 3
        assert Derivative.objects.filter(master_sha256=attachment["sha256"]).count() == 1
        assert LegacyPath.objects.get(path="?q=node/1").release.code == "abcdef"

    def test_an_interrupted_run_leaves_whole_releases_and_the_next_one_loads_the_rest(
        self, two_releases, monkeypatch
    ):
        publish = publishing.publish
        published = []

        def interrupted(**options):
            if published:
                raise KeyboardInterrupt
            published.append(publish(**options))

        monkeypatch.setattr(publishing, "publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            load(fixtures=two_releases)
        assert list(PressRelease.objects.values_list("code", flat=True)) == ["abcdef"]
        assert list(ShortLink.objects.values_list("key", flat=True)) == ["abcdef"]

        monkeypatch.undo()
        lines = load(fixtures=two_releases)

        assert lines == ["abcdef is known, left alone", "ghjkmn published, photos: 0"]

    def test_two_runs_at_once_load_each_release_once(self, two_releases, monkeypatch):
        prepared = load_samples.prepared

        def after_another_run(releases, workers):
            monkeypatch.undo()
            load(fixtures=two_releases)
            return prepared(releases, workers)

        monkeypatch.setattr(load_samples, "prepared", after_another_run)
        lines = load(fixtures=two_releases)

        assert lines[-2:] == [f"{code} was loaded by another run" for code in ("abcdef", "ghjkmn")]
        assert Version.objects.count() == 2

    def test_a_release_that_the_door_refuses_is_named_with_the_reason(self, two_releases):
        path = two_releases / "samples.json"
        rows = json.loads(path.read_text("utf-8"))
        rows[1]["fields"]["body_th"] = " "
        path.write_text(json.dumps(rows), "utf-8")

        with pytest.raises(CommandError, match="abcdef was refused"):
            load(fixtures=two_releases)

        assert not PressRelease.objects.exists()

    def test_a_missing_file_stops_the_run_before_any_release_is_made(self, two_releases):
        shutil.rmtree(two_releases / "media")

        with pytest.raises(FileNotFoundError):
            load(fixtures=two_releases)

        assert not PressRelease.objects.exists()

    def test_a_production_site_is_asked_first(self, two_releases, settings):
        settings.PRODUCTION = True

        with pytest.raises(CommandError, match="--in-production"):
            load(fixtures=two_releases)
        load(fixtures=two_releases, in_production=True)

        assert Version.objects.count() == 2


class TestPreparingSideBySide:
    @pytest.fixture
    def received(self):
        photos = [Photo(sha256=str(number)) for number in range(4)]
        return [
            load_samples.Received(PressRelease(), photos[:3], [], []),
            load_samples.Received(PressRelease(), photos[3:], [], []),
        ]

    @pytest.fixture(autouse=True)
    def _a_database_of_files(self, monkeypatch):
        monkeypatch.setattr(load_samples, "_is_private", lambda _connection: False)

    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_release_comes_when_its_own_photos_are_ready(self, received, workers, monkeypatch):
        made = []
        monkeypatch.setattr(
            load_samples.media, "make_derivatives", lambda order: made.append(order["sha256"])
        )

        releases = load_samples.prepared(received, workers)

        assert next(releases) is received[0]
        assert {"0", "1", "2"} <= set(made)
        assert list(releases) == received[1:]
        assert sorted(made) == ["0", "1", "2", "3"]

    def test_a_photo_that_fails_stops_the_run(self, received, monkeypatch):
        def fail(_order):
            raise OSError("disk full")

        monkeypatch.setattr(load_samples.media, "make_derivatives", fail)

        with pytest.raises(OSError, match="disk full"):
            list(load_samples.prepared(received, 2))
