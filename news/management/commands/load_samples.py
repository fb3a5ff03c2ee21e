"""Gives an empty site the first release of this archive and the samples; see fixtures/README.md."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from news import media, publishing
from news.models import Attachment, LegacyPath, Photo, PressRelease, ShortLink, Topic
from news.publishing import PublishingRefused

FIXTURES = settings.BASE_DIR / "fixtures"

Rows = dict[str, list[dict]]
"""Label of a model -> the fields of its rows, in the order of the file."""


class Command(BaseCommand):
    help = (
        "Load the releases of fixtures/samples.json whose code this site has never given out, and "
        "publish them. A known code is left alone, whatever has become of its release."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fixtures", type=Path, default=FIXTURES, help="folder with samples.json and media/"
        )
        parser.add_argument(
            "--workers",
            type=int,
            default=min(2, os.cpu_count() or 1),
            help="photos to prepare side by side (default: %(default)s)",
        )
        parser.add_argument(
            "--in-production", action="store_true", help="show samples on a production site"
        )

    def handle(self, *, fixtures: Path, workers: int, in_production: bool, **options) -> None:
        if settings.PRODUCTION and not in_production:
            raise CommandError(
                "This is a production site, and its readers would be shown invented news. "
                "If that is what you want, add --in-production."
            )
        rows = read(fixtures / "samples.json")
        self._add_unknown_topics(rows)
        unknown = []
        for sample in samples(rows):
            if is_known(sample.code):
                self.stdout.write(f"{sample.code} is known, left alone")
            else:
                unknown.append(sample.receive(fixtures / "media"))
        for received in prepared(unknown, workers):
            code = received.release.code
            try:
                published = received.publish()
            except PublishingRefused as refusal:
                reasons = " ".join(refusal.messages)
                raise CommandError(f"{code} was refused: {reasons}") from refusal
            if published:
                self.stdout.write(f"{code} published, photos: {len(received.photos)}")
            else:
                self.stdout.write(f"{code} was loaded by another run")

    def _add_unknown_topics(self, rows: Rows) -> None:
        for fields in rows["news.topic"]:
            slug = fields["slug"]
            _topic, added = Topic.objects.get_or_create(slug=slug, defaults=fields)
            if added:
                self.stdout.write(f"topic {slug} added")


def read(path: Path) -> Rows:
    rows: Rows = defaultdict(list)
    for row in json.loads(path.read_text(encoding="utf-8")):
        rows[row["model"]].append(row["fields"])
    return rows


def is_known(code: str) -> bool:
    """Whether the site has ever given out this code; that of a discarded draft counts."""
    return ShortLink.objects.filter(key=code).exists()


@dataclass(frozen=True)
class Received:
    """A release that the database doesn't know yet, with its files already in private storage."""

    release: PressRelease
    photos: list[Photo]
    attachments: list[Attachment]
    paths: list[str]

    @transaction.atomic
    def publish(self) -> bool:
        """All of it or nothing: an interrupted run leaves no half of a release behind.

        False if another run has loaded it in the meantime.
        """
        if is_known(self.release.code):
            return False
        self.release.save()
        for photo in self.photos:
            media.place_photo(photo, release=self.release)
        for attachment in self.attachments:
            media.place_attachment(attachment, release=self.release)
        for path in self.paths:
            LegacyPath.objects.get_or_create(path=path, defaults={"release": self.release})
        publishing.publish(release=self.release)
        return True


@dataclass(frozen=True)
class Sample:
    """The rows of one release, as the fixture has them."""

    fields: dict
    photos: list[dict]
    attachments: list[dict]
    paths: list[str]

    @property
    def code(self) -> str:
        return self.fields["code"]

    def receive(self, folder: Path) -> Received:
        """Take in the files, which lie in `folder`; saves no row."""
        (topic,) = self.fields["topic"]
        values = {
            name: PressRelease._meta.get_field(name).to_python(value)
            for name, value in self.fields.items()
            if name != "topic"
        }
        return Received(
            PressRelease(topic=Topic.objects.get(slug=topic), **values),
            [_take_in(media.receive_photo, folder, fields) for fields in self.photos],
            [_take_in(media.receive_attachment, folder, fields) for fields in self.attachments],
            self.paths,
        )


def samples(rows: Rows) -> Iterator[Sample]:
    for fields in rows["news.pressrelease"]:
        photos, attachments, paths = (
            [
                {name: value for name, value in row.items() if name != "release"}
                for row in rows[model]
                if row["release"] == [fields["code"]]
            ]
            for model in ("news.photo", "news.attachment", "news.legacypath")
        )
        yield Sample(fields, photos, attachments, [row["path"] for row in paths])


def _take_in(receive: Callable, folder: Path, fields: dict) -> models.Model:
    fields = dict(fields)
    name = fields.pop("file")
    with (folder / name).open("rb") as file:
        return receive(File(file, name), **fields)


def prepared(releases: list[Received], workers: int) -> Iterator[Received]:
    """The same releases, each as soon as its photos have all their derivatives.

    Threads, since the encoders work outside Python's lock. Derivatives that an interrupted run made
    are found again by their hash.
    """
    if workers < 2 or _is_private(connection):
        for received in releases:
            for photo in received.photos:
                media.make_derivatives(media.derivatives_order(photo))
            yield received
        return
    pool = ThreadPoolExecutor(workers)
    try:
        waiting = [
            (received, [pool.submit(_make_derivatives, photo) for photo in received.photos])
            for received in releases
        ]
        for received, photos in waiting:
            for photo in photos:
                photo.result()
            yield received
    finally:
        pool.shutdown(cancel_futures=True)


def _is_private(database: BaseDatabaseWrapper) -> bool:
    """Whether a thread's own connection would meet other rows, or none: as in tests."""
    in_memory = database.vendor == "sqlite" and database.is_in_memory_db()
    return database.in_atomic_block or in_memory


def _make_derivatives(photo: Photo) -> None:
    try:
        media.make_derivatives(media.derivatives_order(photo))
    finally:
        connection.close()
