"""A WSGI application that answers with what it was asked for."""


def application(environ, start_response):
    said = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode("latin-1")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]
