"""Photos without a description, photos of another day, photos that are there twice."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from django.utils.translation import gettext_lazy as _

from news.checking.drafts import Draft, Picture
from news.checking.findings import Problem

ALIKE = 5
"""Bits of 64 in which two likenesses of the same scene differ at most."""

NEAR = timedelta(days=1)
"""A camera may be set to another zone, and an evening may end after midnight."""


def descriptions(draft: Draft) -> Iterator[Problem]:
    """A photo without an alternative text in a language of the release, unless the description of
    the photos tells of all.
    """
    for language in draft.languages:
        if draft.gallery_descriptions.get(language):
            continue
        bare = [picture for picture in draft.pictures if not picture.alts.get(language)]
        if bare:
            yield Problem(
                f"gallery_description_{language}",
                _(
                    "Those who can’t see the photos learn nothing of them: describe photo "
                    "%(numbers)s, or all together."
                ),
                {"numbers": ", ".join(str(picture.number) for picture in bare)},
                target=_place(bare[0]) if len(bare) == 1 else "",
            )


def taken_on_another_day(draft: Draft) -> Iterator[Problem]:
    """Most photos say that they were taken on another day than the event's."""
    taken = [picture.taken for picture in draft.pictures if picture.taken]
    if not (draft.event_is_exact and draft.event_days and taken):
        return
    far = [day for day in taken if all(abs(day - event) > NEAR for event in draft.event_days)]
    if 2 * len(far) > len(taken):
        (day, _count), *_others = Counter(far).most_common(1)
        yield Problem(
            "event_date",
            _(
                "The event date is %(event)s, but the cameras say %(taken)s (%(count)s of the "
                "photos). Is it the right day, and are these the right photos?"
            ),
            {"event": draft.event_days, "taken": day, "count": len(far)},
        )


def alike(draft: Draft) -> Iterator[Problem]:
    """Two photos of nearly the same picture."""
    for one, other in combinations(draft.pictures, 2):
        if not one.likeness or not other.likeness:
            continue  # not known, or of one colour, which says nothing
        if (one.likeness ^ other.likeness).bit_count() <= ALIKE:
            yield Problem(
                "photos",
                _("Photos %(one)s and %(other)s show nearly the same. Is one of them enough?"),
                {"one": one.number, "other": other.number},
                f"{one.name}, {other.name}",
                target=_place(other),
            )


def _place(picture: Picture) -> str:
    return f"photo-{picture.key}"
