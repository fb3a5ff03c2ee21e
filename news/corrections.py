"""The public log of corrections: what was said of each change, and where its release is now.

The log names a release by the headline that its page shows now, a withdrawn one too, and by its
code alone where it has no text any more: no headline that was corrected or removed stays up here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext

from news.models import Version
from news.models.version import Heading
from news.querysets import VersionQuerySet
from news.sharing.addresses import path_in, release_path, version_path


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log, for readers of `lang`. Paths are empty where nothing can be read."""

    version: Version
    lang: str
    current: Version | None
    """What is in force of the release that this entry leads to: for a merged one, its target."""

    @property
    def heading(self) -> Heading | None:
        """The headline on the page that this entry leads to; None where that has no text."""
        return self.current.heading(self.lang) if self.current is not None else None

    @property
    def kind(self) -> str:
        label = str(self.version.get_kind_display())
        return label[:1].upper() + label[1:]

    @property
    def name(self) -> str:
        """The headline, or what stands in its place."""
        if heading := self.heading:
            return heading.title
        return _by_code(self.current or self.version)

    @property
    def lead(self) -> str:
        """What stands before the name where that is the name of another release: the target of a
        merged one. Else empty.
        """
        if self.version.kind != Version.Kind.MERGED:
            return ""
        return gettext("%(release)s was merged into") % {"release": _by_code(self.version)}

    @property
    def title(self) -> str:
        return f"{self.lead} {self.name}" if self.lead else f"{self.kind}: {self.name}"

    @property
    def reason(self) -> str:
        return str(self.version.get_reason_display()) if self.version.reason else ""

    @property
    def note(self) -> str:
        return self.version.note_th if self.lang == "th" else self.version.note_en

    @property
    def path(self) -> str:
        """The page of the release, or of what it was merged into; it tells what became of it."""
        if self.current is None:
            return path_in(self.lang, "release_by_code", code=self.version.code)
        return release_path(self.lang, self.current.code, self.current.slug)

    @property
    def version_path(self) -> str:
        if self.version.kind in Version.WITHOUT_TEXT:
            return ""
        return version_path(self.lang, self.version.code, self.version.number)

    @property
    def previous_path(self) -> str:
        """The version that readers had before this one."""
        if self.version.kind == Version.Kind.GONE:
            return ""
        return version_path(self.lang, self.version.code, self.version.number - 1)


def _by_code(version: Version) -> str:
    return gettext("Press release %(code)s") % {"code": version.code}


def log(lang: str, at: datetime) -> VersionQuerySet:
    """The versions that the log in `lang` tells of: with a text in it, or without any text."""
    told = Version.objects.logged(at).for_list()
    return told.filter(Q(**{f"title_{lang}__gt": ""}) | Q(kind__in=Version.WITHOUT_TEXT))


def changes(versions: Iterable[Version], lang: str, at: datetime) -> list[Change]:
    """The entries of some versions of the log. One query."""
    leads_to = {version: version.merged_into_id or version.release_id for version in versions}
    live = Version.objects.live(at).filter(release__in=set(leads_to.values())).for_list()
    current = {version.release_id: version for version in live}
    return [Change(version, lang, current.get(release)) for version, release in leads_to.items()]


def told(versions: Iterable[Version]) -> dict[int, Version]:
    """version id -> the version by which readers were last told of a change of that release.

    A minor change says nothing and takes nothing back: the correction before it still stands. One
    query where there is a minor change after another one, else none.
    """
    found = {version.pk: version for version in versions}
    minor = {
        (version.release_id, version.last_changed): version.pk
        for version in found.values()
        if version.kind == Version.Kind.MINOR and version.last_changed > version.first_published
    }
    if minor:
        changes_of = Version.objects.filter(
            release__in={release for release, _ in minor},
            visible_from__in={moment for _, moment in minor},
        )
        for change in changes_of.exclude(visible_until=F("visible_from")):
            if pk := minor.get((change.release_id, change.visible_from)):
                found[pk] = change
    return found
