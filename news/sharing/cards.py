"""Share cards of the record: what each says, its address, and the drawing of it, once.

The address is a hash of what the card says, so it is known from a version's row alone and another
text is another address. The bytes are drawn by the worker when a version is published, or on the
first request that comes before it; never inside a transaction.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files import locks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import pgettext

from news import sources
from news.images import cards, recipes
from news.images.lettering import raqm_available
from news.models import Card, Derivative, Epoch, Erasure, Job, Precision, PressRelease, Version
from news.sharing.addresses import path_in
from news.thai.dates import CommonYear, format_date, format_month

logger = logging.getLogger(__name__)

CARD = "card"
"""The kind of job that draws one."""

CONTENT_TYPE = "image/jpeg"


class CoverNotReady(Exception):
    """The card's photograph has not been prepared (publication waits until it is)."""


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What the card of a release says in one language; `cover` is of the frozen gallery."""

    code: str
    lang: str
    headline: str
    date_text: str
    organisation: str
    label: str
    cover: dict | None

    @property
    def hash(self) -> str:
        cover = {"cover_sha256": self.cover["sha256"], "focal": self.focal} if self.cover else {}
        return cards.card_hash(**self._words(), **cover)

    @property
    def path(self) -> str:
        """The public path of the card in its language."""
        return path_in(self.lang, "card", code=self.code, hash=self.hash)

    @property
    def focal(self) -> tuple[float, float]:
        """Shares of width and height."""
        return (self.cover["focal_x"] / 100, self.cover["focal_y"] / 100)

    def draw(self) -> bytes:
        """The JPEG. Raises `CoverNotReady`, and `ShapingUnavailable` where Thai can't be drawn."""
        if self.cover is None:
            return self.draw_without_cover()
        with default_storage.open(_prepared(self.cover)) as cover:
            return cards.draw_card(**self._words(), cover_path=cover, focal=self.focal)

    def draw_without_cover(self) -> bytes:
        return cards.draw_card(**self._words())

    def _words(self) -> dict:
        return {
            "headline": self.headline,
            "language": self.lang,
            "date_text": self.date_text,
            "organisation": self.organisation,
            "label": self.label or None,
        }


def card_of(version: Version, lang: str) -> ShareCard:
    """The card of a version with a text, in `lang` or else in the language that it has."""
    heading = version.heading(lang)
    is_sample = version.origin == PressRelease.Origin.SAMPLE
    with translation.override(heading.lang):
        return ShareCard(
            code=version.code,
            lang=heading.lang,
            headline=heading.title,
            date_text=_date_text(version, heading.lang),
            organisation=pgettext("masthead", "Office of the Civil Service Commission"),
            label=pgettext("share card", "Sample") if is_sample else "",
            cover=version.cover,
        )


def _date_text(version: Version, lang: str) -> str:
    """The release's own day; nothing where it is in doubt, which a card has no room to explain."""
    if version.dated_precision in (Precision.DOUBT, Precision.UNKNOWN):
        return ""
    if version.dated_precision == Precision.MONTH:
        return format_month(CommonYear(version.dated.year), version.dated.month, lang)
    return format_date(version.dated, lang)


def _prepared(cover: dict) -> str:
    """Where the photograph lies at press size: the whole picture, upright, without its metadata."""
    recipe = recipes.press(cover["width"], cover["height"])
    hash_ = recipes.derivative_hash(cover["sha256"], recipe)
    path = Derivative.objects.filter(hash=hash_).values_list("path", flat=True).first()
    if path is None:
        raise CoverNotReady(hash_)
    return path


# -- drawing, once -------------------------------------------------------------------------------


def queue(version: Version) -> None:
    """Ask the worker for the cards of `version`; to be called in the transaction that adds it."""
    for lang in version.languages:
        key = f"{version.code}:{lang}:{card_of(version, lang).hash}"
        Job.objects.enqueue(CARD, key, {"version": version.pk, "language": lang})


def make(payload: dict) -> None:
    """The job: draw one card unless it is there. `payload` as `queue` writes it."""
    if not raqm_available():
        logger.warning("no share card for version %(version)s: Thai can't be shaped here", payload)
        return
    version = Version.objects.get(pk=payload["version"])
    if version.erased:  # since a worker has taken the job
        return
    file_of(card_of(version, payload["language"]))


def file_of(card: ShareCard) -> str | bytes:
    """Where the card lies in the private storage, drawn and put there first if need be.

    Two requests, processes or workers of one machine that want the same card draw it once; on two
    machines it may be drawn twice, to the same bytes. Where it can't be kept (a database that only
    reads, a full disk, a release that was erased meanwhile), the bytes themselves. Raises as
    `ShareCard.draw` does.
    """
    hash_ = card.hash
    if path := _kept(card.code, hash_):
        return path
    with _alone(hash_):
        if path := _kept(card.code, hash_):
            return path
        content = card.draw()
        try:
            return _keep(card.code, hash_, content) or content
        except (OSError, DatabaseError):
            logger.exception("the share card %s of %s could not be kept", hash_, card.code)
            return content


def _kept(code: str, hash_: str) -> str | None:
    path = Card.objects.filter(code=code, hash=hash_).values_list("path", flat=True).first()
    return path if path and default_storage.exists(path) else None


def _keep(code: str, hash_: str, content: bytes) -> str | None:
    """The path; None, and nothing is kept, where the release is erased."""
    path = f"cards/{code}/{hash_}.jpg"
    if default_storage.exists(path):  # left by a process that died before it wrote the row
        default_storage.delete(path)
    default_storage.save(path, ContentFile(content))
    with transaction.atomic():
        Epoch.objects.hold()  # as an erasure does: it has begun, or it finds the card
        # On the primary also within a request that reads a replica, which may not have it yet.
        erased = Erasure.objects.using(sources.PRIMARY).filter(release__code=code)
        if erased.filter(approved_at__isnull=False).exists():
            default_storage.delete(path)
            return None
        Card.objects.get_or_create(
            code=code, hash=hash_, defaults={"path": path, "byte_size": len(content)}
        )
    return path


@contextmanager
def _alone(hash_: str) -> Iterator[None]:
    """One thread at a time on this machine; 256 locks for all cards, so no file is left over."""
    with Path(tempfile.gettempdir(), f"ocsc-card-{hash_[:2]}.lock").open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield


def shown_card(code: str, lang: str, hash_: str, at: datetime) -> ShareCard | None:
    """The card at `hash_` where some version that readers may cite at `at` has or had it.

    One query, whatever the number of versions.
    """
    versions = Version.objects.citable(at).in_language(lang).filter(code=code)
    for version in versions.for_list().order_by("-number"):
        card = card_of(version, lang)
        if card.hash == hash_:
            return card
    return None
