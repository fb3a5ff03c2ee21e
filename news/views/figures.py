"""`/metrics`: what Prometheus reads. For its own eyes alone, and kept by nobody."""

import hmac
import ipaddress
import os
import shutil

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from news import sources
from news.caching import never_keep, reader
from news.limits import reader_address
from news.models import Job, LastBackup
from news.postgresql.archiving import archiving_fails
from news.views import health


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of all workers; 403 to anybody who may not read them."""
    if not _may_read(request):
        raise PermissionDenied
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
        registry.register(SiteFigures())
        text = generate_latest(registry)
    else:
        registry.register(SiteFigures())
        text = generate_latest(REGISTRY) + generate_latest(registry)
    return never_keep(HttpResponse(text, content_type=CONTENT_TYPE_LATEST))


def _may_read(request: HttpRequest) -> bool:
    """By token where one is set, else by address: both the connection's own and, behind a proxy,
    that of whoever asked it, so that nobody borrows the proxy's.
    """
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and hmac.compare_digest(
        given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()
    ):
        return True
    addresses = {request.META.get("REMOTE_ADDR", ""), reader_address(request)}
    return all(_is_allowed(address) for address in addresses)


def _is_allowed(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(network) for network in settings.METRICS_NETWORKS)


class SiteFigures:
    """What is true of the whole site at this moment, asked when Prometheus asks."""

    def collect(self):
        now = timezone.now()
        standing = health.standing()
        yield _gauge("ocsc_ready", "1 while this site may be sent readers.", standing.ready)
        degraded = GaugeMetricFamily(
            "ocsc_degraded", "1 while something that the site uses is lost.", labels=["what"]
        )
        for name in health.DEPENDENCIES:
            degraded.add_metric([name], name in standing.degraded)
        yield degraded
        if standing.replica_lag_seconds is not None:
            lag = standing.replica_lag_seconds
            yield _gauge("ocsc_replica_lag_seconds", "How far the replica is behind.", lag)
        if standing.clock_skew_seconds is not None:
            yield _gauge(
                "ocsc_clock_skew_seconds",
                "How far this machine's clock is ahead of the database's.",
                standing.clock_skew_seconds,
            )
        build = GaugeMetricFamily("ocsc_build", "The build that is running.", labels=["id"])
        build.add_metric([settings.BUILD_ID], 1)
        yield build
        yield from _disk()
        try:
            moment = reader.current(now)
            jobs = Job.objects.backlog(now)
            backup = LastBackup.objects.first()
            log_is_lost = archiving_fails()
        except Error:
            return  # which ocsc_degraded has told
        if log_is_lost is not None:
            yield _gauge(
                "ocsc_log_archiving_fails",
                "1 while PostgreSQL can't archive its write-ahead log.",
                log_is_lost,
            )
        yield _gauge(
            "ocsc_reads_from_replica",
            "1 while this worker reads the public's pages from the replica.",
            moment.source == sources.REPLICA,
        )
        yield _gauge("ocsc_epoch", "Counter of changes of the record.", moment.counter)
        ahead = moment.seconds_left(now)
        if moment.next_boundary is not None:
            yield _gauge("ocsc_next_boundary_seconds", "Until the next scheduled change.", ahead)
        yield _gauge("ocsc_jobs_waiting", "Jobs that are due.", jobs.waiting)
        yield _gauge("ocsc_jobs_given_up", "Jobs that failed five times.", jobs.given_up)
        yield _gauge(
            "ocsc_jobs_oldest_seconds",
            "For how long the oldest waits for a worker.",
            jobs.oldest_seconds,
        )
        if backup is not None:
            age = (now - backup.made_at).total_seconds()
            yield _gauge("ocsc_backup_age_seconds", "How old the last backup is.", age)
            yield _gauge("ocsc_backup_bytes", "How large it is.", backup.byte_size)


def _disk():
    """The disk of the uploads, and of the database where it is SQLite."""
    try:
        disk = shutil.disk_usage(settings.DATA_DIR)
    except OSError:
        return
    yield _gauge("ocsc_disk_bytes", "The disk that OCSC_DATA_DIR is on.", disk.total)
    yield _gauge("ocsc_disk_free_bytes", "What is free there for the site.", disk.free)


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=float(value))
