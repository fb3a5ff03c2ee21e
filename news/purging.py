"""Telling a CDN to forget a release that is gone: the one thing that its own clock won't do.

Every page and file is asked for again within ten seconds; but a CDN may hand out an old copy for a
day while this site is down (`stale-if-error`), and what was removed must not come back so: neither
its own pages nor its title in whatever list, feed or file showed it. Where `OCSC_PURGE_HOOK` names
an address, a job sends it what is to be forgotten.

That is nearly everything: a removal is rare, pages are cheap to ask for again, and a list of the
pages that showed a title would one day lack one. What is left is immutable and has no title in it:
static files, and the media of other releases.
"""

import json
import urllib.request
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from news.models import Derivative, Job, Version, VersionMedia
from news.sharing.addresses import SITE_LANGUAGES, absolute, media_path

PURGE = "purge"
"""Kind of the job; payload: `{"media": [hashes]}`, nothing that the release said."""

SHOW_TITLES = (
    *(f"/{language}/" for language in SITE_LANGUAGES),
    "/s/",
    "/S/",
    "/api/",
    "/data/",
    "/sitemap",
    "/news-sitemap.xml",
)
"""How the paths begin that can show a release's title; a test holds every address to them."""

SETTLED_SECONDS = 10
"""After so many no cache of this site's own has anything from before (docs/decisions/0010)."""

SECONDS = 10


def queue(version: Version) -> None:
    """Have all forgotten that showed the release of `version`; in the change's transaction.

    At once, and again when it can't be fetched anew from this site's own caches.
    """
    if not settings.PURGE_HOOK:
        return
    masters = VersionMedia.objects.filter(version__release=version.release_id)
    hashes = Derivative.objects.filter(master_sha256__in=masters.values("master_sha256"))
    payload = {"media": sorted(hashes.values_list("hash", flat=True))}
    key = f"{version.code}:{version.number}"
    Job.objects.enqueue_again(PURGE, key, payload)
    settled = timezone.now() + timedelta(seconds=SETTLED_SECONDS)
    Job.objects.enqueue_again(PURGE, f"{key}:settled", payload, run_after=settled)


def prefixes(payload: dict) -> list[str]:
    """Absolute addresses; everything that begins with one is to be forgotten."""
    files = [media_path(hash_, "") for hash_ in payload["media"]]
    return [absolute(path) for path in (*SHOW_TITLES, *files)]


def purge(payload: dict) -> None:
    """Send `{"prefixes": [...]}` to the hook. Raises OSError unless it answers 2xx: the job is then
    tried again.
    """
    if not settings.PURGE_HOOK:
        return
    headers = {"Content-Type": "application/json"}
    if settings.PURGE_TOKEN:
        headers["Authorization"] = f"Bearer {settings.PURGE_TOKEN}"
    body = json.dumps({"prefixes": prefixes(payload)}).encode()
    request = urllib.request.Request(  # noqa: S310 - the settings' own address
        settings.PURGE_HOOK, body, headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310 - the same
        pass
