"""Where an address of the former site leads to."""

from datetime import datetime

from django.http import HttpResponsePermanentRedirect

from news.importing import paths
from news.models import Version
from news.sharing.addresses import release_path
from news.views.releases import merged_target


def former_address(address: str, at: datetime) -> HttpResponsePermanentRedirect | None:
    """301 to the release whose former address this is, in whatever spelling; None for no such.

    An address that was cut short leads on where only one release's begins like it. One query, two
    for one that may have been cut.
    """
    key = paths.canonical(address)
    if not key:
        return None
    version = _version(key, at)
    if version is None:
        return None
    lang = "en" if version.languages == ("en",) else "th"
    return HttpResponsePermanentRedirect(release_path(lang, version.code, version.slug))


def _version(key: str, at: datetime) -> Version | None:
    live = Version.objects.live(at)
    found = live.filter(release__legacy_paths__path=key).first()
    if found is None and (beginning := paths.cut_short(key)):
        begun = live.filter(release__legacy_paths__path__startswith=beginning).distinct()[:2]
        found = begun[0] if len(begun) == 1 else None
    return merged_target(found, at)
