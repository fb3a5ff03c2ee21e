"""Django's WSGI handler, which says what it answered besides sending it."""

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

ANSWERED = "news.answered"
"""Where the answer lies in the WSGI environment of its question."""


class Utf8Request(WSGIRequest):
    """Addresses and forms are UTF-8, whatever a request says of its body. Django would read the
    query by that as well: one address would have as many answers as there are encodings, and what
    it can't make sense of would be an error before there is anybody to answer it.
    """

    def _set_content_type_params(self, meta: dict) -> None:
        try:
            kind, parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            kind, parameters = "", {}
        parameters.pop("charset", None)
        self.content_type, self.content_params = kind, parameters


class AnsweringHandler(WSGIHandler):
    """The page store asks an answer whether it may be kept. What comes out of the handler need not
    be the answer: a tracer, as Sentry's, wraps the iterable that goes to the server.
    """

    request_class = Utf8Request

    def get_response(self, request: HttpRequest) -> HttpResponse:
        answer = super().get_response(request)
        request.environ[ANSWERED] = answer
        return answer
