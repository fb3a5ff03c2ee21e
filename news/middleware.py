"""Which language answers a request: the path on the public site, the user's choice at the desk.
How long a session of the desk lasts. And what every answer says to browsers.

Django's own LocaleMiddleware also asks cookies and Accept-Language, and adds a `Vary` that would
give a cache one copy per header seen; here only `/` looks at Accept-Language, in its own view.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from http import HTTPStatus
from os.path import relpath
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import MiddlewareNotUsed, SuspiciousFileOperation
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    QueryDict,
)
from django.http.request import split_domain_port
from django.middleware.security import SecurityMiddleware
from django.urls import reverse
from django.utils import timezone, translation
from django.utils._os import safe_join
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from news import patience, sources
from news.accounts import sessions
from news.accounts.events import Event, tell
from news.caching import REDIRECT, EpochUnreadable, reader
from news.models import DeskPreference
from news.parts import part_in
from news.sources import PRIMARY

DESK_PREFIX = "/admin/"
View = Callable[[HttpRequest], HttpResponse]


class PatienceMiddleware:
    """What readers ask for waits less for the database than the desk."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(DESK_PREFIX):
            return self.get_response(request)
        with patience.at_most(patience.READER_SECONDS):
            return self.get_response(request)


_CARD = r"/(?:th|en)/news/[^/]+/card-[^/]+\.jpg$"
_ARCHIVE = r"/(?:th|en)/news/[^/]+/photos\.zip$"
_FILES = re.compile(rf"/(?:data|media|static)/.|/s/.+\.(?:png|svg)$|{_CARD}|{_ARCHIVE}")
_READ = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b")
_OF_THE_FILE_ITSELF = {
    HTTPStatus.NOT_MODIFIED,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
}


def _is_file(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether `response` is in no language: a file, or nothing but what is said of one.

    What has no body has no type either, so the address decides first: what is said with a 304
    replaces what a cache knows of the file (RFC 9111, section 4.3.4).
    """
    if _FILES.match(request.path_info):
        status = response.status_code
        return status < HTTPStatus.MULTIPLE_CHOICES or status in _OF_THE_FILE_ITSELF
    if "Content-Disposition" in response.headers:  # to be saved, or by nginx
        return True
    return not _READ.match(response.headers.get("Content-Type", "text/html"))


def _is_page(response: HttpResponse) -> bool:
    """Whether there is a page to read: what has nothing in it is of type text/html as well."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and (response.streaming or bool(response.content))


class DeskCookiesMiddleware:
    """Cookies are the desk's. What else is asked for is answered as without any, as nginx and the
    page store ask for it: Django would answer one that makes no sense with another, or with its
    end, in what caches may keep for all.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DESK_PREFIX):
            request.COOKIES = {}
        return self.get_response(request)


class PathLanguageMiddleware:
    """Activate the language that the first path segment names, else Thai.

    An answer is in that language unless it says otherwise. Where the path names none, so is a page
    alone: only data itself can say in whose words it is, and some has no words.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info.split("/", 2)[1] if request.path_info.startswith("/") else ""
        is_named = first in settings.MODELTRANSLATION_LANGUAGES
        language = first if is_named else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        if (is_named or _is_page(response)) and not _is_file(request, response):
            response.headers.setdefault("Content-Language", language)
        return response


class DeskLanguageMiddleware:
    """At the desk, activate the signed-in user's stored language (Thai until they choose).

    Who isn't signed in can say `?language=en`: the page for signing in offers it.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DESK_PREFIX):
            return self.get_response(request)
        if request.user.is_authenticated:
            language = DeskPreference.objects.language_of(request.user)
        else:
            asked = request.GET.get("language")
            known = asked in settings.MODELTRANSLATION_LANGUAGES
            language = asked if known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        # A preview is in that of its text, and a table to be saved in none.
        if not _is_file(request, response):
            response.headers.setdefault("Content-Language", language)
        return response


class DeskSessionMiddleware:
    """End a session of the desk that has lasted long enough, and say so on the way to the login."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (request.path_info.startswith(DESK_PREFIX) and request.user.is_authenticated):
            return self.get_response(request)
        ended = sessions.look(request)
        if ended is None:
            return self.get_response(request)
        query = QueryDict(mutable=True)
        query["ended"] = ended.value
        query["language"] = DeskPreference.objects.language_of(request.user)
        query["next"] = request.get_full_path()
        tell(Event.SESSION_ENDED, request.user, said=ended.value)
        logout(request)
        return HttpResponseRedirect(f"{reverse('admin:login')}?{query.urlencode(safe='/')}")


class PublicReadsMiddleware:
    """Let what readers ask for come from the replica, and from the other database where one fails.

    The last of all, because it calls the view itself: a view that failed for want of its database
    is called a second time, for readers change nothing.
    """

    NOT_PUBLIC = (DESK_PREFIX, "/preview/", "/healthz", "/readyz", "/metrics")

    def __init__(self, get_response: View) -> None:
        if not sources.has_replica():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_public(request):
            return self.get_response(request)
        with sources.public_reads(self._source()):
            return self.get_response(request)

    def _source(self) -> str:
        try:
            return reader.current(timezone.now()).source
        except EpochUnreadable:
            return PRIMARY  # what needs a database finds out, and says so

    def process_view(self, request: HttpRequest, view: View, args: tuple, kwargs: dict):
        if not self._is_public(request):
            return None
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            sources.note_failure(sources.current())
            # Follows to the other database, unless that one must not be read.
            reader.current(timezone.now())
            return view(request, *args, **kwargs)

    def _is_public(self, request: HttpRequest) -> bool:
        return request.method in {"GET", "HEAD"} and not request.path_info.startswith(
            self.NOT_PUBLIC
        )


class SecurityHeadersMiddleware(SecurityMiddleware):
    """What Django's own adds, on every answer: that one refuses a host on the way to https, and
    then adds nothing. A refusal that says nothing of how long it may be kept, as Django's own of a
    method or that of a part of a static file, is kept nowhere.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Leads nowhere, so nothing has to be refused."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            response.headers.setdefault("Cache-Control", "no-store")
        return super().process_response(request, response)


class HttpsMiddleware(SecurityMiddleware):
    """Django's own way to https, which keeps the port that was said: that is http's. This one leads
    to the name that was asked for, at the port of `BASE_URL`, and is kept no longer than other
    redirects: for ever, as browsers keep one that says nothing of it, a port would be too long.

    Whatever keeps answers knows http from https: nginx and the page store by their keys.
    """

    def __init__(self, get_response: View) -> None:
        super().__init__(get_response)
        port = urlsplit(settings.BASE_URL).port
        self._port = f":{port}" if port else ""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if super().process_request(request) is None:
            return None
        name, _port = split_domain_port(request.get_host())
        return HttpResponsePermanentRedirect(
            f"https://{name}{self._port}{request.get_full_path()}",
            # No epoch decides it, so none is asked for: it leads on without a database as well.
            headers={"Cache-Control": REDIRECT},
        )


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise's own, which also finds what was collected since this process began: while new
    code is taken a page of a new worker names files, and an old worker may be asked for them.

    A part of one byte it takes for none, and refuses it. Whoever asks for one gets the whole file,
    as any server may answer (RFC 9110, section 14.2).
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(self.static_prefix) and path not in self.files:
            self._look_again(path)
        return super().__call__(request)

    def _look_again(self, address: str) -> None:
        name = address.removeprefix(self.static_prefix)
        with suppress(SuspiciousFileOperation):
            path = safe_join(self.static_root, name)
            # By the one address that is its own: each of the others would be remembered as well.
            if Path(path).is_file() and relpath(path, self.static_root) == name:
                self.add_file_to_dictionary(address, path)

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        answer = WhiteNoiseMiddleware.serve(static_file, request)
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            size = int(answer.headers["Content-Range"].rpartition("/")[2])
            if part_in(size, request.META["HTTP_RANGE"].strip()):
                del request.META["HTTP_RANGE"]
                return WhiteNoiseMiddleware.serve(static_file, request)
        return answer


class CrossOriginMiddleware:
    """Say which answers other sites may use: files, feeds and data; never a page or the desk.

    `Cross-Origin-Resource-Policy`, after the Fetch standard.
    """

    FOR_ALL = re.compile(rf"/(?:media|static|api|data|s)/|{_CARD}")

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        shared = (
            self.FOR_ALL.match(request.path_info) is not None
            or "Access-Control-Allow-Origin" in response.headers
        )
        policy = "cross-origin" if shared else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", policy)
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """The library's own, which puts the policy together anew for each answer: that of the settings,
    which most answers have, is put together once. No view is exempt.

    The library puts its parts in an order that differs from process to process; here it is that of
    the alphabet.
    """

    def __init__(self, get_response: View) -> None:
        super().__init__(get_response)
        self._of_settings = self._put_together(PolicyParts())

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        parts = self.get_policy_parts(request, response)
        is_usual = parts == PolicyParts()
        policy = self._of_settings if is_usual else self._put_together(parts)
        response.headers.setdefault(HEADER, policy)
        return response

    @staticmethod
    def _put_together(parts: PolicyParts) -> str:
        return "; ".join(sorted(build_policy(**asdict(parts)).split("; ")))
