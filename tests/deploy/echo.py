"""A WSGI application that answers with what it was asked for, and with what its process is like."""

import gc


def application(environ, start_response):
    said = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode("latin-1")
    if environ["PATH_INFO"] == "/frozen":
        said = str(gc.get_freeze_count()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]
