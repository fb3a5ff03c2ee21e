"""The draft of a release: its words, and what the database knows about them."""

import re
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Length
from django.utils import timezone

from news.checking import lookalikes
from news.checking.addresses import dead_links
from news.checking.drafts import LANGUAGES, TEXTS, Draft, Lookalike, Picture, Term
from news.checking.findings import Finding
from news.checking.rules import check
from news.html import plain
from news.models import (
    GlossaryTerm,
    Precision,
    PressRelease,
    TextBand,
)
from news.thai.dates import bangkok_day

TextField.register_lookup(Length)

_MARKUP = re.compile("<[^>]*>")

_CLEANED = ("title", "summary", "body", "gallery_description", "contact")


def findings(release: PressRelease, known: QuerySet | None = None) -> list[Finding]:
    """What all rules find in the working copy as it is saved.

    `known` are the releases that the reader of the findings may be told of, by default all.
    """
    return list(check(draft_of(release, known)))


def draft_of(release: PressRelease, known: QuerySet | None = None) -> Draft:
    known = PressRelease.objects.all() if known is None else known
    texts = {
        f"{name}_{language}": _words(release, name, language)
        for name in TEXTS
        for language in LANGUAGES
    }
    event = (release.event_date, release.event_other)
    return Draft(
        texts=texts,
        raw={
            f"{name}_{language}": _outside_markup(getattr(release, f"{name}_{language}") or "")
            for name in _CLEANED
            for language in LANGUAGES
        },
        today=bangkok_day(timezone.now()),
        event_days=tuple(day for day in event if day is not None),
        event_is_exact=release.event_precision == Precision.DAY,
        dated=release.dated,
        gallery_descriptions={
            language: getattr(release, f"gallery_description_{language}") or ""
            for language in LANGUAGES
        },
        pictures=tuple(_pictures(release)),
        terms=glossary(),
        dead_links=tuple(dead_links(release)),
        lookalikes=tuple(alike(release, texts, known)),
    )


def _words(release: PressRelease, name: str, language: str) -> str:
    written = getattr(release, f"{name}_{language}") or ""
    return plain(written) if name == "body" else written


def _outside_markup(body: str) -> str:
    """What is written between the tags. An entity is the editor's own: it is meant."""
    return _MARKUP.sub("\n", body.replace("&nbsp;", " "))


def _pictures(release: PressRelease) -> Iterator[Picture]:
    for number, photo in enumerate(release.photos.all(), start=1):
        yield Picture(
            number=number,
            key=photo.pk,
            name=photo.original_name,
            alts={language: getattr(photo, f"alt_{language}") or "" for language in LANGUAGES},
            taken=photo.captured_at and bangkok_day(photo.captured_at),
            likeness=int(photo.likeness, 16) if photo.likeness else None,
        )


def glossary() -> tuple[Term, ...]:
    return tuple(
        Term(
            name_th=term.name_th,
            name_en=term.name_en,
            variants_th=term.lines("th"),
            variants_en=term.lines("en"),
            is_person=term.kind == GlossaryTerm.Kind.PERSON,
        )
        for term in GlossaryTerm.objects.all()
    )


# -- releases that say nearly the same ------------------------------------------------------------


def alike(release: PressRelease, texts: dict[str, str], known: QuerySet) -> Iterator[Lookalike]:
    """The release of `known` that is most like this one, where one is nearly the same."""
    for language in LANGUAGES:
        body = texts[f"body_{language}"]
        values = lookalikes.bands(body)
        if not values:
            continue
        shared = TextBand.objects.filter(language=language, value__in=values)
        others = known.filter(
            pk__in=shared.exclude(release_id=release.pk).values("release_id")
        ).order_by("-pk")[:10]
        nearest = max(
            (
                (lookalikes.share(body, plain(getattr(other, f"body_{language}") or "")), other)
                for other in others
            ),
            key=lambda pair: pair[0],
            default=(0, None),
        )
        share, other = nearest
        if other is not None and share >= lookalikes.NEARLY:
            yield Lookalike(language, str(other), other.code, share)


def note_bands(releases: Iterable[PressRelease]) -> None:
    """Write down the numbers that stand for the texts of `releases`, in place of older ones."""
    releases = list(releases)
    rows = [
        TextBand(release=release, language=language, value=value)
        for release in releases
        for language in LANGUAGES
        for value in dict.fromkeys(lookalikes.bands(_words(release, "body", language)))
    ]
    with transaction.atomic():
        TextBand.objects.filter(release__in=releases).delete()
        TextBand.objects.bulk_create(rows)


BANDS = "text-bands"
"""The daily job that looks after texts which came in without the desk's form, by an import."""

_BATCH = 200


def note_missing_bands(_payload: dict | None = None) -> None:
    """Write down the numbers of every text that has none yet."""
    long_enough = Q(body_th__length__gte=lookalikes.SHORTEST) | Q(
        body_en__length__gte=lookalikes.SHORTEST
    )
    missing = PressRelease.objects.filter(long_enough, text_bands__isnull=True)
    last = 0
    while batch := list(missing.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        note_bands(batch)
        last = batch[-1].pk
