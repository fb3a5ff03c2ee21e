"""Answers of the API: JSON, and errors that say what to do."""

import json
from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpResponse

from news.caching import never_keep
from news.models.version import LANGUAGES

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


_BESIDE_THE_TEXT = frozenset({"files", "topic", "url"})
"""Members that are there in both languages whatever the text is in, or without a word: of the files
of photos a list has thousands.
"""


# No text can hold it: there a quotation mark is written with a backslash.
_BEING_PREPARED = '"byte_size":null,"sha256":null'
"""A photo's file that is still to be made: once it is there no epoch changes."""


def answer(data: object, status: int = HTTPStatus.OK, *, language: str = "") -> HttpResponse:
    """`data` as JSON, its Thai readable. `language` is that of its words where they don't stand
    under the names of languages; what has no words is said to be in none (RFC 9110, section 8.5).
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(text, content_type="application/json", status=status)
    if _BEING_PREPARED in text:
        never_keep(response)
    if said := language or ", ".join(_languages(data)):
        response.headers["Content-Language"] = said
    return response


def _languages(data: object) -> list[str]:
    """Those under whose names there are words, wherever in `data`."""
    found: set[str] = set()
    waiting: list[dict | list] = [[data]]
    while waiting and len(found) < len(LANGUAGES):
        each = waiting.pop()
        within = each
        if isinstance(each, dict):
            found.update(lang for lang in LANGUAGES if each.get(lang))
            within = [each[name] for name in each if name not in _BESIDE_THE_TEXT]
        # Most are neither, and taking each up once more would cost as much as writing the answer.
        waiting += [member for member in within if isinstance(member, (dict, list))]
    return [lang for lang in LANGUAGES if lang in found]


def refusal(error: ApiError) -> HttpResponse:
    told = {"code": error.code, "message": error.message}
    if error.parameter:
        told["parameter"] = error.parameter
    return never_keep(answer({"error": told}, error.status, language="en"))
