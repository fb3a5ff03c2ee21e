"""`/media/...`: every public byte of a photo or an attachment passes this one view."""

import logging
from base64 import b64encode

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from news.caching import is_of_this_reader, take_the_place
from news.media import public_derivative
from news.views.stored import keep_file, stored_file

logger = logging.getLogger(__name__)

# Its address is in no language.
_MISSING = "ไม่พบไฟล์นี้\nThis file was not found.\n"


# A file that a browser opens all the same runs nothing and belongs to no site.
@csp_update({"sandbox": ""})
@require_safe
def media_file(request: HttpRequest, hash: str, name: str) -> HttpResponse:  # noqa: A002
    """The file at `hash` while a version that readers may see names it; otherwise 404, kept
    nowhere, as for one that is lost. Its bytes can be checked by `Repr-Digest` (RFC 9530).
    """
    at = timezone.now()
    found = public_derivative(hash, at)
    if found is None:
        return _missing()
    etag = f'"{hash[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = stored_file(request, found.path, found.content_type, name, etag)
        except FileNotFoundError:
            logger.error("the file %s of a release is lost", found.path)  # noqa: TRY400
            return _missing()
    if found.sha256 and not is_of_this_reader(response):
        # Of the whole file, also where a part was asked for.
        digest = b64encode(bytes.fromhex(found.sha256)).decode("ascii")
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return keep_file(response, etag, at)


def _missing() -> HttpResponse:
    missing = HttpResponseNotFound(_MISSING, content_type="text/plain; charset=utf-8")
    missing.headers["Content-Language"] = "th, en"
    return take_the_place(missing)
