"""The vocabulary of questions. One about visibility takes the moment `at` that it is asked for."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.sessions.base_session import BaseSessionManager
from django.db import Error, connections, models, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 5
PRESENCE = timedelta(seconds=90)
"""How long an open form counts after its browser was last heard of; it speaks every 30 s."""


def _as_indexed(column: str, template: str) -> models.Func:
    """A condition as an index of some rows alone has it: SQLite sees that the index fits only where
    the query has the same words, and no parameters.
    """
    return models.Func(F(column), template=template, output_field=models.BooleanField())


class VersionQuerySet(models.QuerySet):
    """Versions of the record. At most one version of a release is live at any moment."""

    def live(self, at: datetime) -> "VersionQuerySet":
        """The versions in force at `at`, tombstones (withdrawn, gone, merged) included."""
        return self.filter(
            Q(visible_until__isnull=True) | Q(visible_until__gt=at), visible_from__lte=at
        )

    def readable(self, at: datetime) -> "VersionQuerySet":
        """Live and with a text: without gone and merged."""
        return self.live(at).exclude(kind__in=self.model.WITHOUT_TEXT)

    def listed(self, at: datetime) -> "VersionQuerySet":
        """What lists, feeds, sitemaps and search may name: readable and not withdrawn."""
        return self.live(at).exclude(kind__in=self.model.UNLISTED)

    def shown(self, at: datetime) -> "VersionQuerySet":
        """Live at `at` or at some moment before; never a schedule ahead or a cancelled one."""
        return self.filter(
            Q(visible_until__isnull=True) | Q(visible_until__gt=F("visible_from")),
            visible_from__lte=at,
        )

    def citable(self, at: datetime) -> "VersionQuerySet":
        """Shown, with a text, and of a release that is not gone now: what `/v/<n>/` may answer."""
        removed = self.model.objects.live(at).filter(release=OuterRef("release"), kind="gone")
        with_text = self.shown(at).exclude(kind__in=self.model.WITHOUT_TEXT).filter(erased=False)
        return with_text.filter(~Exists(removed))

    def logged(self, at: datetime) -> "VersionQuerySet":
        """What the public log of corrections tells at `at`: of a release that is gone, that alone.

        A text was wrong, unclear or grew old, or stopped or began again to be news.
        """
        removed = self.model.objects.live(at).filter(release=OuterRef("release"), kind="gone")
        kinds = ", ".join(f"'{kind.value}'" for kind in self.model.LOGGED)
        is_logged = _as_indexed("kind", f"%(expressions)s IN ({kinds})")
        return self.shown(at).filter(is_logged).filter(Q(kind="gone") | ~Exists(removed))

    def without_news(self, at: datetime) -> "VersionQuerySet":
        """Releases that are no news any more, by what is in force of them."""
        return self.logged(at).live(at).filter(kind__in=self.model.UNLISTED)

    def pending(self, at: datetime) -> "VersionQuerySet":
        """Scheduled: not yet visible at `at` and not cancelled."""
        return self.filter(
            Q(visible_until__isnull=True) | Q(visible_until__gt=F("visible_from")),
            visible_from__gt=at,
        )

    def in_language(self, language: str) -> "VersionQuerySet":
        """Those with a text in `language` (`th` or `en`)."""
        return self.filter(**{f"title_{language}__gt": ""})

    def with_photos(self) -> "VersionQuerySet":
        return self.filter(_as_indexed("gallery", "NOT (%(expressions)s = '[]')"))

    def with_files(self) -> "VersionQuerySet":
        return self.filter(_as_indexed("attachments", "NOT (%(expressions)s = '[]')"))

    def dated_in(
        self, year: int, month: int | None = None, day: int | None = None
    ) -> "VersionQuerySet":
        """Those dated in a Common-era year, or a month or day of it.

        Raises ValueError for a month or day that doesn't exist. Half-open ranges, so that the index
        on `dated` serves all three.
        """
        start, end = period(year, month, day)
        return self.filter(dated__gte=start, dated__lt=end)

    def other_reading_in(
        self, year: int, month: int | None = None, day: int | None = None
    ) -> "VersionQuerySet":
        """Those dated elsewhere, but in doubt, and in this period by their other reading.

        Raises ValueError like `dated_in`.
        """
        start, end = period(year, month, day)
        return self.filter(
            ~Q(dated__gte=start, dated__lt=end),
            dated_precision="doubt",
            dated_other__gte=start,
            dated_other__lt=end,
        )

    def newest_first(self) -> "VersionQuerySet":
        """By the release's own day, then by order of recording; a total order that keyset paging
        uses.
        """
        return self.order_by("-dated", "-id")

    def dated_by(self, last: date = date.max) -> "VersionQuerySet":
        """Those dated on this day or before; without a day the same rows.

        For the first rows in `newest_first` order: where about a dozen are wanted or fewer, and
        nothing bounds the day, SQLite would read and sort all rows. This leads it into the index.
        """
        return self.filter(dated__lte=last)

    def older_than(self, dated: date, pk: int) -> "VersionQuerySet":
        """The rows after (dated, pk) in `newest_first` order.

        In this form, rather than with OR, both databases seek in the index at any depth.
        """
        return self.filter(dated__lte=dated).exclude(dated=dated, id__gte=pk)

    def newer_than(self, dated: date, pk: int) -> "VersionQuerySet":
        """The rows before (dated, pk) in `newest_first` order."""
        return self.filter(dated__gte=dated).exclude(dated=dated, id__lte=pk)

    def newest_change_first(self) -> "VersionQuerySet":
        """By the moment from which a version was shown; a total order, for keyset paging too."""
        return self.order_by("-visible_from", "-id")

    def changed_before(self, moment: datetime, pk: int) -> "VersionQuerySet":
        """The rows after (moment, pk) in `newest_change_first` order."""
        return self.filter(visible_from__lte=moment).exclude(visible_from=moment, id__gte=pk)

    def changed_after(self, moment: datetime, pk: int) -> "VersionQuerySet":
        """The rows before (moment, pk) in `newest_change_first` order."""
        return self.filter(visible_from__gte=moment).exclude(visible_from=moment, id__lte=pk)

    def for_hits(self) -> "VersionQuerySet":
        """What a result of a search shows and is cut from; of the topic its number."""
        return self.only(
            "code",
            "slug",
            "title_th",
            "title_en",
            "summary_th",
            "summary_en",
            "body_th",
            "body_en",
            "dated",
            "dated_precision",
            "dated_other",
            "gallery",
            "gallery_description_th",
            "gallery_description_en",
            "attachments",
            "origin",
            "topic",
        )

    def with_series(self) -> "VersionQuerySet":
        """Adds the series that the release belongs to: `series_id`, `series_slug`, `series_name_th`
        and `series_name_en`, None where it belongs to none.
        """
        parts = self.model._meta.get_field("release").related_model._meta.get_field("series_part")
        of_release = parts.related_model.objects.filter(release=OuterRef("release"))
        return self.annotate(
            series_id=models.Subquery(of_release.values("series")[:1]),
            series_slug=models.Subquery(of_release.values("series__slug")[:1]),
            series_name_th=models.Subquery(of_release.values("series__name_th")[:1]),
            series_name_en=models.Subquery(of_release.values("series__name_en")[:1]),
        )

    def with_topic(self) -> "VersionQuerySet":
        """Adds `topic_slug`, `topic_name_th` and `topic_name_en`, None where it has no topic."""
        return self.annotate(
            topic_slug=F("topic__slug"),
            topic_name_th=F("topic__name_th"),
            topic_name_en=F("topic__name_en"),
        )

    def for_list(self) -> "VersionQuerySet":
        """Without the columns that only a release's own page needs, and with the topic."""
        return self.select_related("topic").defer(
            "body_th",
            "body_en",
            "gallery_description_th",
            "gallery_description_en",
            "attachments",
            "contact",
        )


class EpochQuerySet(models.QuerySet):
    def with_boundaries(self, versions: VersionQuerySet, at: datetime) -> "EpochQuerySet":
        """Adds the moments nearest to `at` at which any version begins or ends.

        `next_begin` and `next_end` lie after `at`, `last_begin` and `last_end` at or before it.
        Four seeks in indexes, in the same query as the counters.
        """
        begun = versions.shown(at).order_by("-visible_from")
        ended = versions.filter(visible_until__lte=at).order_by("-visible_until")
        begins = versions.pending(at).order_by("visible_from")
        ends = versions.filter(
            Q(visible_until__gt=F("visible_from")), visible_until__gt=at
        ).order_by("visible_until")
        return self.annotate(
            next_begin=models.Subquery(begins.values("visible_from")[:1]),
            next_end=models.Subquery(ends.values("visible_until")[:1]),
            last_begin=models.Subquery(begun.values("visible_from")[:1]),
            last_end=models.Subquery(ended.values("visible_until")[:1]),
        )

    def with_frame(self, settings: "SiteSettingsQuerySet") -> "EpochQuerySet":
        """Adds `frame`, what the desk set round every page (None: nothing yet), and
        `banner_until`; in the same query as well, so that a page pays nothing for them.
        """
        return self.annotate(
            frame=models.Subquery(settings.as_frames()[:1], output_field=models.JSONField()),
            banner_until=models.Subquery(settings.shown_banners().values("banner_until")[:1]),
        )

    def hold(self) -> None:
        """Let no publication come between until this transaction ends (SQLite: BEGIN IMMEDIATE).

        Who locks a release as well does that first, as publishing does.
        """
        list(self.select_for_update().filter(pk=1).values_list("pk"))

    def raise_counter(self) -> None:
        """End what is kept of all pages; in the transaction of a change of the record."""
        self.filter(pk=1).update(counter=F("counter") + 1)

    def raise_site_revision(self) -> None:
        """End what is kept of pages whose frame changed; in the transaction of the change."""
        self.filter(pk=1).update(site_revision=F("site_revision") + 1)

    def raise_removals(self) -> None:
        """End even what would stand in for pages; in the transaction that removes something."""
        self.filter(pk=1).update(removals=F("removals") + 1)


class SiteSettingsQuerySet(models.QuerySet):
    def current(self):
        """The one row; where nobody has set anything yet, one that isn't saved."""
        return self.filter(pk=1).first() or self.model(pk=1)

    def shown_banners(self) -> "SiteSettingsQuerySet":
        return self.filter(banner_shown=True)

    def as_frames(self) -> models.QuerySet:
        return self.values(
            frame=JSONObject(
                mourning="in_mourning",
                shown="banner_shown",
                level="banner_level",
                th="banner_th",
                en="banner_en",
            )
        )


class PressReleaseQuerySet(models.QuerySet):
    """Working copies. For the desk only: no public room asks these."""

    def never_published(self) -> "PressReleaseQuerySet":
        """Those that no version names; only they may be discarded."""
        return self.filter(versions__isnull=True)

    def seen_by(self, user, at: datetime) -> "PressReleaseQuerySet":
        """Those of which `user` may know at `at`.

        A limited one is for whoever began it and the people named in it, administrators of the site
        included, until its first version is visible. Every screen, list, export and search of the
        desk starts from this.
        """
        versions = self.model._meta.get_field("versions").related_model.objects
        named = self.model.named.through.objects.filter(
            pressrelease=OuterRef("pk"), **{f"{user._meta.model_name}_id": user.pk}
        )
        return self.filter(
            Q(is_limited=False)
            | Q(created_by__isnull=False, created_by=user.pk)
            | Exists(named)
            | Exists(versions.shown(at).filter(release=OuterRef("pk")))
        )

    def under_embargo(self, at: datetime) -> "PressReleaseQuerySet":
        """Limited ones of which nothing has been visible yet at `at`."""
        versions = self.model._meta.get_field("versions").related_model.objects
        return self.filter(
            ~Exists(versions.shown(at).filter(release=OuterRef("pk"))), is_limited=True
        )


class AuditEntryQuerySet(models.QuerySet):
    """The desk's log. It only grows."""

    def replayed(self) -> "AuditEntryQuerySet":
        """What a release's review is worked out from, oldest first (`news.workflow.review_of`)."""
        return self.filter(action__in=self.model.REPLAYED).order_by("pk")

    def without_sign_off(self) -> "AuditEntryQuerySet":
        """Publications without approval that no second person has looked over yet."""
        later = self.model.objects.filter(
            release=OuterRef("release"),
            version_number=OuterRef("version_number"),
            pk__gt=OuterRef("pk"),
            action__in=("signed_off", "unscheduled"),
        )
        return self.filter(~Exists(later), is_forced=True)

    def seen_by(self, user, at: datetime) -> "AuditEntryQuerySet":
        """Without the deeds round releases of which `user` may not know at `at`."""
        releases = self.model._meta.get_field("release").related_model.objects
        hidden = releases.exclude(pk__in=releases.seen_by(user, at).values("pk"))
        return self.exclude(release__in=hidden.values("pk"))


@dataclass(frozen=True, slots=True)
class Backlog:
    """Work that is due (that in hand included), and work that failed too often to go on.

    `oldest_seconds`: for how long the oldest has waited that a worker could take at once. One in
    hand waits for nobody, and one that failed waits from when it may be tried again.
    """

    waiting: int
    given_up: int
    oldest_seconds: float


class JobQuerySet(models.QuerySet):
    """The table of work that `manage.py work` does."""

    def enqueue(
        self, kind: str, key: str, payload: dict | None = None, run_after: datetime | None = None
    ):
        """Add a job unless the same (kind, key) is there already; returns the row."""
        job, _created = self.get_or_create(
            kind=kind,
            key=key,
            defaults={"payload": payload or {}, "run_after": run_after or timezone.now()},
        )
        return job

    def enqueue_again(self, kind: str, key: str, payload: dict, run_after: datetime | None = None):
        """Add a job, or put one that is done or was given up back in the queue; returns the row."""
        job = self.enqueue(kind, key, payload, run_after)
        if job.done_at is not None or job.attempts >= MAX_ATTEMPTS:
            job.done_at, job.attempts, job.error, job.payload = None, 0, "", payload
            job.run_after = run_after or job.run_after
            job.save(update_fields=["done_at", "attempts", "error", "payload", "run_after"])
        return job

    def waiting(self, at: datetime) -> "JobQuerySet":
        """Due at `at`, not done, not under a running lease, not given up."""
        return self.filter(self._free(at), done_at__isnull=True).order_by("run_after", "pk")

    def given_up(self, at: datetime) -> "JobQuerySet":
        """Not done after the last try, which at `at` has ended."""
        return self.filter(self._given_up(at), done_at__isnull=True)

    def try_again(self, at: datetime) -> None:
        """Let each be tried as often as a new one."""
        self.update(run_after=at, leased_until=None, attempts=0, error="")

    @staticmethod
    def _free(at: datetime) -> Q:
        not_held = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
        return not_held & Q(run_after__lte=at, attempts__lt=MAX_ATTEMPTS)

    @staticmethod
    def _given_up(at: datetime) -> Q:
        under_way = Q(leased_until__isnull=False, leased_until__gte=at)
        return Q(attempts__gte=MAX_ATTEMPTS) & ~under_way

    def backlog(self, at: datetime) -> Backlog:
        """How much work waits at `at`, and for how long."""
        due = Q(run_after__lte=at) & ~self._given_up(at)
        found = self.filter(done_at__isnull=True).aggregate(
            waiting=Count("pk", filter=due),
            given_up=Count("pk", filter=self._given_up(at)),
            oldest=Min(Coalesce("leased_until", "run_after"), filter=self._free(at)),
        )
        oldest = (at - found["oldest"]).total_seconds() if found["oldest"] else 0.0
        return Backlog(found["waiting"], found["given_up"], oldest)

    def claim(self, at: datetime):
        """Lease the next waiting job to the caller and return it; None when nothing waits.

        One conditional UPDATE decides between workers, so it needs no row locks on either database.
        """
        for job in self.waiting(at)[:10]:
            claimed = (
                self.waiting(at)
                .filter(pk=job.pk, attempts=job.attempts)
                .update(leased_until=at + LEASE, attempts=F("attempts") + 1)
            )
            if claimed:
                job.refresh_from_db()
                return job
        return None

    def renew(self, job, at: datetime) -> None:
        """Let the lease of a claimed job begin anew, unless another has claimed it since."""
        mine = self.filter(pk=job.pk, attempts=job.attempts, done_at__isnull=True)
        mine.update(leased_until=at + LEASE)


class TallyQuerySet(models.QuerySet):
    """Rows that hold a `count` of whatever their model's `TALLIED` fields say."""

    def add(self, counts: Mapping[tuple, int]) -> None:
        """Add to the rows what was counted: values of the tallied fields -> how often.

        One statement for up to a thousand rows. Written as SQL, because what Django writes on a
        conflict replaces a value, and here two processes add to the same one.
        """
        names = (*self.model.TALLIED, "count")
        connection = connections[self.db]
        table = connection.ops.quote_name(self.model._meta.db_table)
        columns = [connection.ops.quote_name(name) for name in names]
        fields = [self.model._meta.get_field(name) for name in names]
        # In one order everywhere, so that two processes never wait for each other in a circle.
        entries = sorted(counts.items())
        for start in range(0, len(entries), 1000):
            rows = [(*key, count) for key, count in entries[start : start + 1000]]
            places = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(rows))
            values = [
                field.get_db_prep_save(value, connection)
                for row in rows
                for field, value in zip(fields, row, strict=True)
            ]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places} "  # noqa: S608
                    f"ON CONFLICT ({', '.join(columns[:-1])}) "
                    f"DO UPDATE SET {columns[-1]} = {table}.{columns[-1]} + excluded.{columns[-1]}",
                    values,
                )


class VisitQuerySet(TallyQuerySet):
    """Counts of followed short links."""

    def of_people(self) -> "VisitQuerySet":
        return self.filter(is_bot=False)

    def between(self, first: date, last: date) -> "VisitQuerySet":
        """Those of the days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class MissQuerySet(TallyQuerySet):
    """Counts of what was asked for in vain, by the day and by what that was (`TALLIED`)."""

    def count_miss(self, what: str, day: date) -> None:
        """Count one. A database that only reads is no reason to fail."""
        with suppress(Error):
            self.add_bounded({(day, what): 1})

    def most_missed(self, since: date, limit: int) -> list[tuple[str, int]]:
        """(what, times) from `since` on, the most frequent first."""
        name = self.model.TALLIED[1]
        times = self.filter(day__gte=since).values_list(name).annotate(times=Sum("count"))
        return list(times.order_by("-times", name)[:limit])

    def add_bounded(self, counts: Mapping[tuple, int]) -> None:
        """`add`, all or nothing, with no more rows a day than the model allows, and none for ever.

        In a full day what was tried but once makes way, the oldest first: a crawler can't
        drive out what people ask for again and again, and can't keep it out.
        """
        with transaction.atomic(using=self.db):
            for day in sorted({day for day, _what in counts}):
                self._add_day(day, {entry: n for entry, n in counts.items() if entry[0] == day})

    def _add_day(self, day: date, counts: Mapping[tuple, int]) -> None:
        name = self.model.TALLIED[1]
        rows = self.filter(day=day)
        if not rows.exists():
            self.filter(day__lt=day - self.model.KEPT).delete()
        asked = rows.filter(**{f"{name}__in": [what for _day, what in counts]})
        known = set(asked.values_list(name, flat=True))
        new = sorted((entry for entry in counts if entry[1] not in known), key=counts.get)
        lacking = rows.count() + len(new) - self.model.MOST_A_DAY
        if lacking > 0:
            once = rows.filter(count=1).exclude(**{f"{name}__in": known}).order_by("pk")
            oldest = list(once.values_list("pk", flat=True)[:lacking])
            gone, _kinds = self.filter(pk__in=oldest).delete()
            new = new[lacking - gone :]
        keep = known | {what for _day, what in new}
        self.add({entry: n for entry, n in counts.items() if entry[1] in keep})


class SharedPreviewQuerySet(models.QuerySet):
    def valid(self, at: datetime) -> "SharedPreviewQuerySet":
        """Those that open at `at`: not revoked, not expired, and nothing published since."""
        versions = self.model._meta.get_field("release").related_model._meta.get_field("versions")
        published = versions.related_model.objects.shown(at).filter(
            release=OuterRef("release"), visible_from__gt=OuterRef("created_at")
        )
        return self.filter(~Exists(published), revoked_at__isnull=True, expires_at__gt=at)

    def opened_by(self, token: str, at: datetime) -> "SharedPreviewQuerySet":
        return self.valid(at).filter(token_sha256=self.model.digest_of(token))


class DeskPresenceQuerySet(models.QuerySet):
    def here(self, release, at: datetime) -> "DeskPresenceQuerySet":
        """Who had the form of `release` open within the last minute and a half."""
        since = at - PRESENCE
        return self.filter(release=release, seen_at__gt=since).select_related("user")


class DeskPreferenceQuerySet(models.QuerySet):
    def language_of(self, user) -> str:
        """The user's stored language, Thai until they choose."""
        return self.filter(user=user).values_list("language", flat=True).first() or "th"


class DeskSessionManager(BaseSessionManager):
    """Sessions of the desk; `end_all` is the way to sign an account out everywhere."""

    def of(self, user) -> models.QuerySet:
        """The sessions of `user` that have not run out."""
        return self.filter(user=user, expire_date__gt=timezone.now())

    def end_all(self, user, *, but: str | None = None) -> int:
        """End the sessions of `user`, except the one with the key `but`; returns how many."""
        ended, _rows = self.filter(user=user).exclude(session_key=but).delete()
        return ended


def period(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    """The first day of a Common-era year, month or day, and the first day after it.

    Raises ValueError for a month or day that doesn't exist.
    """
    start = date(year, month or 1, day or 1)
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, date(year + month // 12, month % 12 + 1, 1)
    return start, date(year + 1, 1, 1)
