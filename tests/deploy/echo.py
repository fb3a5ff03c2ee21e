"""A WSGI application that answers with what it was asked for, and with what its process is like."""

import gc


def application(environ, start_response):
    path = environ["PATH_INFO"]
    said = f"{path}?{environ['QUERY_STRING']}".encode("latin-1")
    if path == "/frozen":
        said = str(gc.get_freeze_count()).encode()
    if path == "/broken":
        raise RuntimeError("it broke")
    if path.endswith("/where"):
        said = f"{environ['wsgi.url_scheme']}:// at {environ['SCRIPT_NAME']} {path}".encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))]
    if path.startswith("/public/"):
        which = environ["QUERY_STRING"] or path.removeprefix("/public/")
        headers += [("Cache-Control", "public, max-age=0"), ("X-Said", which)]
    start_response("200 OK", headers)
    return [said]
