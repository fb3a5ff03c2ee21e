"""Bytes of the private storage as an answer, and how long one that is named by a hash is kept."""

from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from whitenoise.responders import SlicedFile

from news.caching import is_of_this_reader, never_keep, reader
from news.parts import part_in
from news.storage import HAND_OUT

BROWSER_SECONDS = 86_400
SHARED_SECONDS = 7
"""No longer than a page: nginx counts whole seconds, and the epoch may be one second old
(docs/decisions/0010).
"""
STALE_SECONDS = 86_400


# Its address may be in no language.
_NO_SUCH_PART = "ช่วงข้อมูลที่ขออยู่นอกขอบเขตของไฟล์นี้\nThe file has no such part.\n"


def stored_file(
    request: HttpRequest, path: str, content_type: str, name: str, etag: str
) -> HttpResponse:
    """The file at `path` of the private storage, or the part of it that is asked for: pictures are
    shown, anything else is saved as `name` (ASCII). Sent by nginx where the settings say so and
    there is one.
    """
    is_image = content_type.startswith("image/")
    if settings.MEDIA_ACCEL_REDIRECT and HAND_OUT not in request.META:
        response = HttpResponse(content_type=content_type)
        response.headers["X-Accel-Redirect"] = settings.MEDIA_ACCEL_REDIRECT + quote(path)
        kind = "inline" if is_image else "attachment"
        response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
        return response
    whole = FileResponse(
        default_storage.open(path),
        content_type=content_type,
        filename=name,
        as_attachment=not is_image,
    )
    whole.headers["Accept-Ranges"] = "bytes"
    asked = request.headers.get("Range", "").strip()
    # Of several parts the whole is sent, as anyone may; so it is where the reader's is another one.
    one_part = request.method == "GET" and asked.startswith("bytes=") and "," not in asked
    if one_part and request.headers.get("If-Range", etag) == etag:
        return _part_of(whole, asked)
    return whole


def _part_of(whole: FileResponse, asked: str) -> HttpResponse:
    """206, or 416 where there is no such part."""
    size = int(whole.headers["Content-Length"])
    part = part_in(size, asked)
    if part is None:
        whole.file_to_stream.close()
        beyond = HttpResponse(_NO_SUCH_PART, status=416, content_type="text/plain; charset=utf-8")
        beyond.headers["Content-Range"] = f"bytes */{size}"
        beyond.headers["Content-Language"] = "th, en"
        return beyond
    whole.status_code = 206
    whole.streaming_content = SlicedFile(whole.file_to_stream, part.start, part.stop - 1)
    whole.headers["Content-Length"] = str(len(part))
    whole.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return whole


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
