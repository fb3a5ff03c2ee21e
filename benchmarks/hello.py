"""The least that a WSGI application can do: what gunicorn itself costs.

With OCSC_HELLO the same for a real page's size: the file has the headers as JSON in its first line,
then the body. gunicorn checks every header of every answer, and a page has many.
"""

import json
import os
from pathlib import Path


def _answer():
    if "OCSC_HELLO" not in os.environ:
        body = b"hello, world\n"
        return [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))], body
    head, _, body = Path(os.environ["OCSC_HELLO"]).read_bytes().partition(b"\n")
    return [tuple(pair) for pair in json.loads(head)], body


HEADERS, BODY = _answer()


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
