"""The page store as a web server drives it."""

from io import BytesIO
from wsgiref.util import FileWrapper

import pytest

from news.caching import EpochReader
from news.caching.page_store import PageStore


class Answer:
    """What a server would send."""

    def __init__(self, body, status, headers):
        self.body = b"".join(body)
        self.status = int(status[:3])
        self.headers = dict(headers)

    @property
    def text(self):
        return self.body.decode()


def ask(application, address, method="GET", body=b"", **environ):
    """What `application` answers a server that asks for `address`; `environ` says more of it."""
    path, _, query = address.partition("?")
    asked = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
    }
    if body:
        asked["CONTENT_LENGTH"] = str(len(body))
    started = []
    answer = application(asked | environ, lambda *said: started.append(said))
    try:
        return Answer(answer, *started[0][:2])
    finally:
        if hasattr(answer, "close"):  # as PEP 3333 asks of a server
            answer.close()


class Site:
    """`application` inside a page store that reads the epoch anew for every request.

    `asked` lists the environments that reached the application.
    """

    def __init__(self, application, reader, max_bytes=10_000_000):
        self.application = application
        self.asked = []
        self.store = PageStore(self._count, reader, max_bytes)

    def _count(self, environ, start_response):
        self.asked.append(environ)
        return self.application(environ, start_response)

    def get(self, address, method="GET", host="testserver", **headers):
        said = {_name_in_wsgi(name): value for name, value in headers.items()}
        said["HTTP_HOST"] = host
        said["wsgi.file_wrapper"] = FileWrapper  # as gunicorn offers it
        return ask(self.store, address, method, **said)


def _name_in_wsgi(header):
    name = header.upper()
    return name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"


@pytest.fixture
def site(wsgi_application):
    """Django in a page store."""
    return Site(wsgi_application, EpochReader(reread_seconds=0))
