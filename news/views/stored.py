"""Bytes of the private storage as an answer, and how long one that is named by a hash is kept."""

from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse

from news.caching import is_of_this_reader, never_keep, reader

BROWSER_SECONDS = 86_400
SHARED_SECONDS = 7
"""No longer than a page: nginx counts whole seconds, and the epoch may be one second old
(docs/decisions/0010).
"""
STALE_SECONDS = 86_400


def stored_file(path: str, content_type: str, name: str) -> HttpResponse:
    """The file at `path` of the private storage: pictures are shown, anything else is saved as
    `name` (ASCII). Sent by nginx where the settings say so.
    """
    is_image = content_type.startswith("image/")
    if settings.MEDIA_ACCEL_REDIRECT:
        response = HttpResponse(content_type=content_type)
        response.headers["X-Accel-Redirect"] = settings.MEDIA_ACCEL_REDIRECT + quote(path)
        kind = "inline" if is_image else "attachment"
        response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
        return response
    return FileResponse(
        default_storage.open(path),
        content_type=content_type,
        filename=name,
        as_attachment=not is_image,
    )


def keep_file(response: HttpResponse, etag: str, at: datetime) -> HttpResponse:
    """Its address says what it is, so a browser may keep it; whether it may be seen can change, so
    shared caches ask again soon and at every boundary.
    """
    if is_of_this_reader(response):
        return never_keep(response)
    shared = int(min(SHARED_SECONDS, reader.current(at).seconds_left(at)))
    response.headers["ETag"] = etag
    # The last for a page that is served while the site is down: it would stand without its photos.
    response.headers["Cache-Control"] = (
        f"public, max-age={BROWSER_SECONDS}, s-maxage={shared}, stale-if-error={STALE_SECONDS}"
    )
    return response
