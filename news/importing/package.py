"""An archive package of another site, brought into an empty one: all of it or nothing.

Every byte of the package is checked before anything is written, every version's checksum while it
is read, and the published heads of the hash chain at the end, before the one transaction commits.
Originals are copied first: without rows that name them they are files that nobody can ask for, and
a second attempt finds them there. The search index is built afterwards, as after an upgrade.

Beside `news.publishing` this is the only place that appends versions, and the database allows it
only while `ArchiveImport` has its unfinished row (see `news.record_guards`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from news import counting, erasing, leftovers, media, record_guards
from news.exporting import bags, chain
from news.exporting.open_data import OPEN_DATA
from news.exporting.package import (
    FORMAT,
    FORMAT_LABEL,
    SERIES_FIELDS,
    TOPIC_FIELDS,
    read_lines,
)
from news.importing.unpacking import BadArchive, unpack
from news.models import (
    ArchiveImport,
    Attachment,
    ChainHead,
    Derivative,
    Epoch,
    Erasure,
    Job,
    LegacyPath,
    Photo,
    PressRelease,
    SearchState,
    Series,
    SeriesPart,
    ShortLink,
    SourceDocument,
    Topic,
    Version,
    VersionMedia,
)
from news.models.version import LANGUAGES
from news.search import index

_BATCH = 500
_SCRATCH = "ocsc-package-"
_ORIGINALS = "data/media/originals/"
_LINES = ("versions", "releases", "topics", "series", "redirects", "short-links", "sources")
_LINES += ("chain-heads", "erasures")


class PackageRefused(Exception):
    """The package can't be imported; the message says why. Nothing of it is in the record."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in."""

    releases: int
    versions: int
    originals: int
    manifest: str


def read(path: Path, tell: Callable[[int], None] = lambda count: None) -> Imported:
    """Import the package (a folder, or a ZIP or TAR file of one) into this empty site.

    `tell` is given the number of versions read. Raises `PackageRefused`, and OSError for a full
    disk; in both cases the site is as empty as before.
    """
    _require_empty()
    try:
        with _unpacked(path) as folder:
            bag = bags.checked(folder)
            if bag.info.get(FORMAT_LABEL) != FORMAT:
                raise PackageRefused(
                    f"it is a BagIt package, but not of this archive's form {FORMAT}"
                )
            kept = _Originals(bag)
            try:
                return _import(bag, kept, tell)
            except BaseException:
                kept.take_back()
                raise
    except (bags.BadBag, BadArchive) as error:
        raise PackageRefused(str(error)) from error
    except DatabaseError as error:
        raise PackageRefused(f"the database refuses it: {error}") from error


def _require_empty() -> None:
    # Not the models' own names: those are in the language of the desk.
    kinds = {
        "versions": Version,
        "press releases": PressRelease,
        "short links": ShortLink,
        "topics": Topic,
    }
    for words, model in kinds.items():
        if model.objects.exists():
            refusal = (
                f"this site is not empty: it has {words}. A package is "
                "brought into a new, migrated database only"
            )
            if not index.is_current():
                # Most likely of all: an import that was stopped when its record was whole.
                refusal += (
                    ". Was an import stopped? The search index is not built yet: "
                    "`manage.py reindex --if-stale` goes on from there"
                )
            raise PackageRefused(refusal)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise PackageRefused(f"{path} is neither a folder nor a file")
    beside = Path(settings.MEDIA_ROOT).parent
    beside.mkdir(parents=True, exist_ok=True)
    leftovers.clear(beside, f"{_SCRATCH}*")
    with leftovers.scratch(beside, _SCRATCH) as scratch:
        yield unpack(path, scratch)


class _Originals:
    """The package's originals, copied into the private storage when they are not there yet."""

    def __init__(self, bag: bags.Bag) -> None:
        self.paths: dict[str, str] = {}
        self._bag = bag
        self._added: list[str] = []
        for name, sha256 in bag.payload.items():
            if name.startswith(_ORIGINALS):
                if PurePosixPath(name).stem != sha256:
                    raise PackageRefused(f"{name} is not named by its SHA-256")
                self.paths[sha256] = name

    def copy(self) -> None:
        for sha256, name in self.paths.items():
            with (self._bag.folder / name).open("rb") as stream:
                suffix = PurePosixPath(name).suffix.lstrip(".")
                path, is_new = media.bring_original(File(stream), sha256, suffix)
            if is_new:
                self._added.append(path)
            self.paths[sha256] = path

    def take_back(self) -> None:
        for path in self._added:
            default_storage.delete(path)


# -- the one transaction -------------------------------------------------------------------------


def _import(bag: bags.Bag, kept: _Originals, tell: Callable[[int], None]) -> Imported:
    files = {name: bag.folder / f"data/{name}.jsonl" for name in _LINES}
    if missing := [name for name, path in files.items() if not path.is_file()]:
        raise PackageRefused(f"it lacks data/{missing[0]}.jsonl")
    kept.copy()
    with transaction.atomic():
        ArchiveImport.objects.create(pk=1, manifest=bag.manifest, started_at=timezone.now())
        _import_topics(files["topics"])
        record = _Record(
            originals=kept.paths,
            source_ids={
                row["code"]: row["source_id"]
                for row in _rows(files["releases"], "code", "source_id")
            },
            erasures={
                row["code"]: row
                for row in _rows(files["erasures"], "code", "reason", "approved_at")
            },
        )
        record.import_versions(files["versions"], tell)
        record.fill_desk()
        _import_links(record, files)
        _import_series(record, files["series"])
        _import_sources(record, files["sources"])
        _import_heads(files["chain-heads"])
        counting.rebuild()
        # Whatever was kept of the empty site is of another epoch; the index is built anew.
        Epoch.objects.raise_counter()
        Epoch.objects.raise_site_revision()
        SearchState.objects.filter(pk=1).update(token_stream_version=0)
        Job.objects.enqueue_again(OPEN_DATA, "archive package", {"all": True})
        ArchiveImport.objects.filter(pk=1).update(finished_at=timezone.now())
    return Imported(len(record.releases), record.versions, len(kept.paths), bag.manifest)


def _rows(path: Path, *members: str) -> Iterator[dict]:
    """The lines of a file, each with just these members."""
    try:
        for number, row in read_lines(path):
            if row.keys() != set(members):
                raise PackageRefused(
                    f"{path.name}, line {number}: has {', '.join(sorted(row))} "
                    f"instead of {', '.join(sorted(members))}"
                )
            yield row
    except (ValueError, RecursionError) as error:
        raise PackageRefused(f"{path.name}: {error}") from error


def _import_topics(path: Path) -> None:
    """With the ids that they had: versions are sealed with them."""
    Topic.objects.bulk_create(Topic(**row) for row in _rows(path, *TOPIC_FIELDS))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Topic]):
            cursor.execute(statement)


@dataclass
class _Record:
    """The versions being read, and what is known so far of their releases."""

    originals: dict[str, str]
    source_ids: dict[str, str | None]
    erasures: dict[str, dict]
    releases: dict[str, int] = field(default_factory=dict)
    """code -> id."""
    versions: int = 0
    _with_more: set[int] = field(default_factory=set)
    """Releases whose working copy is another version's than their first."""

    def import_versions(self, path: Path, tell: Callable[[int], None]) -> None:
        lines = read_lines(path)
        try:
            while batch := list(islice(lines, _BATCH)):
                self._import_batch(batch)
                self.versions += len(batch)
                tell(self.versions)
        except (ValueError, RecursionError) as error:
            raise PackageRefused(f"{path.name}: {error}") from error

    def _import_batch(self, batch: list[tuple[int, dict]]) -> None:
        read = [self._read(number, line) for number, line in batch]
        self._add_releases([version for version, _target in read])
        for version, target in read:
            version.release_id = self.releases[version.code]
            if target is not None:
                if target not in self.releases:
                    raise PackageRefused(
                        f"{version.code} is merged into {target}, which isn't here"
                    )
                version.merged_into = PressRelease(pk=self.releases[target], code=target)
            self._check(version)
        versions = Version.objects.bulk_create(version for version, _target in read)
        named = [(version, _masters(version)) for version in versions]
        for version, masters in named:
            if lacking := [sha256 for sha256 in masters if sha256 not in self.originals]:
                raise PackageRefused(f"{_name(version)} shows {lacking[0]}, which isn't in it")
        VersionMedia.objects.bulk_create(
            VersionMedia(version=version, master_sha256=sha256)
            for version, masters in named
            for sha256 in masters
        )
        self._prepare_files(versions)

    @staticmethod
    def _read(number: int, line: dict) -> tuple[Version, str | None]:
        try:
            until = line["visible_until"]
            content = line["content"]
            version = Version.from_content(
                content,
                checksum=line["checksum"],
                erased=line["erased"],
                recorded_at=_moment(line["recorded_at"]),
                visible_until=_moment(until) if until else None,
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise PackageRefused(f"versions.jsonl, line {number}: {error}") from error
        return version, content["merged_into"]

    def _check(self, version: Version) -> None:
        if version.erased:
            if version.code not in self.erasures:
                raise PackageRefused(f"{_name(version)} is erased, and nobody has ordered it")
            # What is left of it no checksum can prove, so that anybody could have written it.
            if left := record_guards.left_of_erased(version):
                raise PackageRefused(f"{_name(version)} is erased, and it still has a {left[0]}")
        elif version.compute_checksum() != version.checksum:
            raise PackageRefused(f"{_name(version)} is not what it was sealed as")

    def _add_releases(self, versions: list[Version]) -> None:
        new: dict[str, PressRelease] = {}
        again: set[str] = set()
        for version in versions:
            if version.code in self.releases or version.code in new:
                again.add(version.code)
            else:
                new[version.code] = _working_copy(version)
        for code, release in new.items():
            release.source_id = self.source_ids.get(code)
        PressRelease.objects.bulk_create(new.values())
        self.releases |= {code: release.pk for code, release in new.items()}
        self._with_more |= {self.releases[code] for code in again}
        ordered = [
            Erasure(
                release_id=release.pk,
                reason=self.erasures[code]["reason"],
                requested_at=self.erasures[code]["approved_at"],
                approved_at=self.erasures[code]["approved_at"],
                imported=True,
            )
            for code, release in new.items()
            if code in self.erasures
        ]
        Erasure.objects.bulk_create(ordered)

    def _prepare_files(self, versions: list[Version]) -> None:
        """What readers get of the originals: attachments as they are, photos by the worker."""
        jobs, made = [], []
        for version in versions:
            for frozen in version.photos:
                order = {
                    name: frozen[name]
                    for name in ("sha256", "width", "height", "focal_x", "focal_y")
                }
                order["path"] = self.originals[frozen["sha256"]]
                jobs.append(Job(kind=media.DERIVATIVES, key=media.order_key(order), payload=order))
            for frozen in version.files:
                path = self.originals[frozen["sha256"]]
                made.append(Derivative(**media.attachment_derivative(frozen, path)))
        Job.objects.bulk_create(jobs, ignore_conflicts=True)
        Derivative.objects.bulk_create(made, ignore_conflicts=True)

    def fill_desk(self) -> None:
        """Bring the working copies to each release's latest text, with its photos and files."""
        for pk in sorted(self._with_more):
            latest = _latest(pk)
            if latest is not None:
                copy = _working_copy(latest)
                copy.pk, copy.source_id = pk, self.source_ids.get(latest.code)
                copy.created_at = timezone.now()
                PressRelease.objects.bulk_update([copy], _DESK_FIELDS)
        with_files = Version.objects.exclude(gallery="[]", attachments="[]")
        for pk in with_files.order_by("release").values_list("release", flat=True).distinct():
            latest = _latest(pk)
            if latest is not None:
                self._add_files(latest)

    def _add_files(self, version: Version) -> None:
        for position, frozen in enumerate(version.photos):
            photo = Photo.objects.create(
                release_id=version.release_id,
                position=position,
                byte_size=self._size(frozen["sha256"]),
                file=self.originals[frozen["sha256"]],
                **{name: frozen[name] for name in frozen if name != "is_cover"},
            )
            if frozen["is_cover"]:
                PressRelease.objects.filter(pk=version.release_id).update(cover=photo)
        for position, frozen in enumerate(version.files):
            Attachment.objects.create(
                release_id=version.release_id,
                position=position,
                file=self.originals[frozen["sha256"]],
                **frozen,
            )

    def _size(self, sha256: str) -> int:
        return default_storage.size(self.originals[sha256])


def _name(version: Version) -> str:
    return f"{version.code}@{version.number}"


def _masters(version: Version) -> list[str]:
    return list(dict.fromkeys(item["sha256"] for item in version.photos + version.files))


def _latest(release_id: int) -> Version | None:
    with_text = Version.objects.filter(release=release_id, erased=False)
    return with_text.exclude(kind__in=Version.WITHOUT_TEXT).order_by("-number").first()


_TEXTS = tuple(
    f"{name}_{language}"
    for name in ("title", "summary", "body", "gallery_description")
    for language in LANGUAGES
)
_SAME = (
    "code", "slug", "topic_id", "dated", "dated_precision", "dated_source", "dated_other",
    "event_date", "event_precision", "event_source", "event_other", "origin", "source_url",
    "original_language", "translation_status", *_TEXTS,
)  # fmt: skip
_CONTACT = {
    "contact_th": "text_th",
    "contact_en": "text_en",
    "contact_phone": "phone",
    "contact_email": "email",
}
_DESK_FIELDS = [name.removesuffix("_id") for name in _SAME if name != "code"] + [*_CONTACT]


def _working_copy(version: Version) -> PressRelease:
    """The desk's copy of what a version says; it has its headline even where that was erased."""
    copy = PressRelease(**{name: getattr(version, name) for name in _SAME})
    for name, key in _CONTACT.items():
        setattr(copy, name, version.press_contact.get(key, ""))
    if not version.languages:
        copy.title_th = erasing.headline_after(version.code)
    return copy


# -- round the record ----------------------------------------------------------------------------


def _import_links(record: _Record, files: dict[str, Path]) -> None:
    def release_id(code: str | None) -> int | None:
        if code is not None and code not in record.releases:
            raise PackageRefused(f"a link leads to {code}, which isn't in it")
        return record.releases[code] if code is not None else None

    links = _rows(files["short-links"], "key", "kind", "code")
    ShortLink.objects.bulk_create(
        (
            ShortLink(key=row["key"], kind=row["kind"], release_id=release_id(row["code"]))
            for row in links
        ),
        batch_size=_BATCH,
    )
    redirects = _rows(files["redirects"], "path", "code")
    LegacyPath.objects.bulk_create(
        (LegacyPath(path=row["path"], release_id=release_id(row["code"])) for row in redirects),
        batch_size=_BATCH,
    )
    if ShortLink.objects.filter(kind=ShortLink.Kind.CODE, release__isnull=False).count() != len(
        record.releases
    ):
        raise PackageRefused("short-links.jsonl doesn't have the code of every release")


def _import_series(record: _Record, path: Path) -> None:
    for row in _rows(path, *SERIES_FIELDS, "codes"):
        series = Series.objects.create(**{name: row[name] for name in SERIES_FIELDS})
        if unknown := [code for code in row["codes"] if code not in record.releases]:
            raise PackageRefused(f"series.jsonl: {unknown[0]} isn't in it")
        SeriesPart.objects.bulk_create(
            SeriesPart(series=series, release_id=record.releases[code]) for code in row["codes"]
        )


def _import_sources(record: _Record, path: Path) -> None:
    rows = _rows(path, "code", "form", "sha256", "encoding", "content")
    while batch := list(islice(rows, _BATCH)):
        sources = []
        for row in batch:
            if row["encoding"] not in {"utf-8", "latin-1"} or row["code"] not in record.releases:
                raise PackageRefused(f"sources.jsonl: the source of {row['code']} makes no sense")
            source = SourceDocument.of(
                row["content"].encode(row["encoding"]),
                form=row["form"],
                release_id=record.releases[row["code"]],
            )
            if source.sha256 != row["sha256"]:
                raise PackageRefused(f"sources.jsonl: the source of {row['code']} is damaged")
            sources.append(source)
        SourceDocument.objects.bulk_create(sources)


def _import_heads(path: Path) -> None:
    """The heads as they were published, and the proof that these versions lead to them."""
    heads = []
    for number, row in enumerate(_rows(path, "day", "until", "count", "head", "computed_at"), 1):
        try:
            heads.append(
                ChainHead(
                    day=date.fromisoformat(row["day"]),
                    until=_moment(row["until"]),
                    count=int(row["count"]),
                    head=row["head"],
                    computed_at=_moment(row["computed_at"]),
                )
            )
        except (ValueError, TypeError) as error:
            raise PackageRefused(f"{path.name}, line {number}: {error}") from error
    ChainHead.objects.bulk_create(heads)
    for fault in chain.broken_heads():
        raise PackageRefused(f"its versions don't lead to the heads that were published: {fault}")


def _moment(said: str) -> datetime:
    """Raises ValueError or TypeError for what is none, or is in no zone."""
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(f"{said} is in no time zone")
    return moment
