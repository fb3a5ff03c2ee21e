"""`/healthz`: the process answers. `/readyz`: may it be sent readers?"""

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from news.caching import never_keep

# Migrations never become unapplied under a running process, so a yes is final.
_migrated = False


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return never_keep(HttpResponse("ok\n", content_type="text/plain"))


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 while migrations are missing. A lost database or Redis is 200, named in `degraded`:
    cached pages are served without them, and sending readers elsewhere would help nobody.
    """
    degraded = []
    migrated = True
    try:
        migrated = _is_migrated()
    except DatabaseError:
        degraded.append("database")
    if settings.REDIS_URL and not _redis_answers():
        degraded.append("redis")
    state = {"ready": migrated, "degraded": degraded}
    return never_keep(JsonResponse(state, status=200 if migrated else 503))


def _is_migrated() -> bool:
    global _migrated  # noqa: PLW0603
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _redis_answers() -> bool:
    try:
        cache.get("readyz")
    except Exception:  # noqa: BLE001 -- whatever it is, Redis is not there
        return False
    return True
