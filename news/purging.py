"""Telling a CDN to forget a release that is gone: the one thing that its own clock won't do.

Every page and file is asked for again within ten seconds; but a CDN may hand out an old copy for a
day while this site is down (`stale-if-error`), and what was removed must not come back so. Where
`OCSC_PURGE_HOOK` names an address, a job sends it the addresses that are to be forgotten.
"""

import json
import urllib.request

from django.conf import settings

from news.models import Derivative, Job, Version, VersionMedia
from news.sharing.addresses import SITE_LANGUAGES, absolute, media_path, short_path

PURGE = "purge"
"""Kind of the job; payload: `{"code": ..., "media": [hashes]}`, nothing that the release said."""

SECONDS = 10


def queue(version: Version) -> None:
    """Have all forgotten that showed the release of `version`; in the change's transaction."""
    if not settings.PURGE_HOOK:
        return
    masters = VersionMedia.objects.filter(version__release=version.release_id)
    hashes = Derivative.objects.filter(master_sha256__in=masters.values("master_sha256"))
    payload = {"code": version.code, "media": sorted(hashes.values_list("hash", flat=True))}
    Job.objects.enqueue_again(PURGE, f"{version.code}:{version.number}", payload)


def prefixes(payload: dict) -> list[str]:
    """Absolute addresses; everything that begins with one is to be forgotten."""
    code = payload["code"]
    pages = [f"/{language}/news/{code}/" for language in SITE_LANGUAGES]
    links = [short_path(code, "th"), f"/api/v1/releases/{code}/"]
    files = [media_path(hash_, "") for hash_ in payload["media"]]
    return [absolute(path) for path in (*pages, *links, *files)]


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
