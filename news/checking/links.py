"""Links that lead nowhere."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from news.checking.drafts import DeadLink, Draft
from news.checking.findings import Problem

WHY = {
    "no_page": _("There is no such page on this site."),
    "not_public": _("It leads to a release that readers can’t open."),
    "gone": _("The other site says that the page does not exist (%(seen)s)."),
    "unreachable": _("The other site did not answer, twice (%(seen)s)."),
    "refused": _("It leads to an address that is not on the public internet."),
}
OWN = frozenset({"no_page", "not_public"})


def own(draft: Draft) -> Iterator[Problem]:
    """Links to pages of this site that readers can't open."""
    yield from (_problem(link) for link in draft.dead_links if link.why in OWN)


def elsewhere(draft: Draft) -> Iterator[Problem]:
    """Links to other sites that didn't lead anywhere when the worker last looked."""
    yield from (_problem(link) for link in draft.dead_links if link.why not in OWN)


def _problem(link: DeadLink) -> Problem:
    values = {"seen": link.seen} if link.seen else {}
    return Problem(f"body_{link.language}", WHY[link.why], values, link.address)
