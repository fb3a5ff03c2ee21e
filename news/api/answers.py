"""Answers of the API: JSON, and errors that say what to do."""

import json
from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpResponse

from news.caching import never_keep

_LONGEST_NAME = 60


class ApiError(Exception):
    """An answer that isn't 200. `code` is for programs, `message` for the person at the keyboard;
    `parameter` names what was wrong in the query.
    """

    def __init__(self, status: int, code: str, message: str, parameter: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.parameter = status, code, message, parameter

    @classmethod
    def bad(cls, parameter: str, message: str) -> "ApiError":
        return cls(HTTPStatus.BAD_REQUEST, "bad_parameter", message, parameter)

    @classmethod
    def unknown_parameter(cls, name: str, nearest: str, known: Sequence[str]) -> "ApiError":
        """`name` is repeated to who asked, so at a readable length."""
        told = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
        guess = f" Did you mean {nearest}?" if nearest else ""
        takes = f"It takes {', '.join(known)}." if known else "It takes no parameters."
        message = f"There is no parameter {told} at this address.{guess} {takes}"
        return cls(HTTPStatus.BAD_REQUEST, "unknown_parameter", message, told)

    @classmethod
    def too_slow(cls, message: str) -> "ApiError":
        return cls(HTTPStatus.SERVICE_UNAVAILABLE, "too_slow", message)

    @classmethod
    def unknown(cls, message: str) -> "ApiError":
        return cls(HTTPStatus.NOT_FOUND, "not_found", message)


def answer(data: object, status: int = HTTPStatus.OK) -> HttpResponse:
    """`data` as JSON, its Thai readable."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json", status=status)


def refusal(error: ApiError) -> HttpResponse:
    told = {"code": error.code, "message": error.message}
    if error.parameter:
        told["parameter"] = error.parameter
    refused = answer({"error": told}, error.status)
    refused.headers["Content-Language"] = "en"
    return never_keep(refused)
