"""Django's WSGI handler, which says what it answered besides sending it."""

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse

ANSWERED = "news.answered"
"""Where the answer lies in the WSGI environment of its question."""


class AnsweringHandler(WSGIHandler):
    """The page store asks an answer whether it may be kept. What comes out of the handler need not
    be the answer: a tracer, as Sentry's, wraps the iterable that goes to the server.
    """

    def get_response(self, request: HttpRequest) -> HttpResponse:
        answer = super().get_response(request)
        request.environ[ANSWERED] = answer
        return answer
