"""What is told of an error: in the log, and to a Sentry server where one is named by its DSN.

It says what broke and where in the code. It does not say who asked, for what, or with which values:
not the address, the query, headers, form, cookies, user, SQL, nor the frames' variables. Nor a
message that was made of anything, for nobody can tell what of it is a value: that is in the log
alone, where an operator has to see which file or server it is about: under the same request id, if
it was in answering one.
Nothing of Sentry is loaded where no DSN is given.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from types import CodeType

import structlog

# Where PostgreSQL repeats the values of the row or the statement that it refused, to the end of
# that error: in a traceback another may follow, which was raised by it.
_VALUES = re.compile(
    r"\n(?:DETAIL|CONTEXT|LINE [0-9]+):.*?(?=\n\n(?:The above exception|During handling)|\Z)",
    re.DOTALL,
)

_NAME = "'[A-Za-z_][A-Za-z0-9_.]*'"
_CALL = "[A-Za-z_][A-Za-z0-9_.<>]*\\(\\)"
_KIND = "(?:positional|keyword-only)"
_SAID_BY_PYTHON = (
    f"(?:type object |module ){_NAME} has no attribute {_NAME}",
    f"{_NAME} object has no attribute {_NAME}",
    f"{_NAME} object is not (?:callable|iterable|subscriptable)",
    f"argument of type {_NAME} is not iterable",
    f"object of type {_NAME} has no len\\(\\)",
    f"unhashable type: {_NAME}",
    f"name {_NAME} is not defined",
    f"No module named {_NAME}",
    f"cannot access local variable {_NAME} where it is not associated with a value",
    f"unsupported operand type\\(s\\) for [^ ]{{1,3}}: {_NAME} and {_NAME}",
    f"'[<>]=?' not supported between instances of {_NAME} and {_NAME}",
    f"{_CALL} missing 1 required {_KIND} argument: {_NAME}",
    f"{_CALL} missing [0-9]+ required {_KIND} arguments: {_NAME}(?:, {_NAME})*,? and {_NAME}",
    f"{_CALL} takes [0-9]+ positional arguments? but [0-9]+ (?:was|were) given",
    f"{_CALL} takes from [0-9]+ to [0-9]+ positional arguments but [0-9]+ (?:was|were) given",
    "cannot unpack non-iterable [A-Za-z_][A-Za-z0-9_]* object",
    "not enough values to unpack \\(expected (?:at least )?[0-9]+, got [0-9]+\\)",
    "too many values to unpack \\(expected [0-9]+\\)",
    "(?:list|tuple|string|list assignment) index out of range",
    "pop from empty list",
    "(?:float )?division by zero",
    "integer (?:division or )?modulo by zero",
    "maximum recursion depth exceeded(?: in comparison| while calling a Python object)?",
    "dictionary changed size during iteration",
)
_OF_CODE = re.compile("|".join(_SAID_BY_PYTHON))
"""What Python says of a mistake in the code: made of the code's own names and of numbers of things,
and of no value. Only where code looks an attribute or a module up by a name that a reader gave
(`getattr`, `import_module`) is that name told, which nobody can tell from one of the code's.
"""

_UNTOLD = "…"

KEPT_OF_THE_REQUEST = frozenset({"method"})
KEPT_CONTEXTS = frozenset({"runtime"})
"""Not `trace`: a request names one itself, and `baggage` of its own to go with each report."""

_NOTHING = {"mode": "off"}
COLLECTED = {
    "user_info": False,
    "cookies": _NOTHING,
    "http_headers": {"request": _NOTHING},
    "http_bodies": [],
    "url_query_params": _NOTHING,
    "graphql": {"document": False, "variables": False},
    "gen_ai": {"inputs": False, "outputs": False},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}
"""What Sentry gathers by itself; what isn't named here it does. `scrub` sees what is left."""


def start(dsn: str, *, build: str, environment: str) -> None:
    """Report errors of this process. Needs requirements-optional.txt (sentry-sdk)."""
    import sentry_sdk  # noqa: PLC0415 -- optional, and slow to load

    sentry_sdk.init(
        dsn,
        release=build,
        environment=environment,
        data_collection=COLLECTED,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        # Nothing of it goes with what the site asks of others, as of the pages that it links to.
        trace_propagation_targets=[],
        before_send=scrub,
    )


def without_values(text: str) -> str:
    """A traceback, or the message of an error, without what a database repeats of its rows."""
    return _VALUES.sub("", text)


def hide_values(_logger: object, _method: str, event: dict) -> dict:
    """The same for a line of the log, after its traceback was written: a processor of structlog."""
    if "exception" in event:
        event["exception"] = without_values(event["exception"])
    return event


def scrub(event: dict, hint: dict) -> dict:
    """`event` without anything that a reader or an editor gave. The route (`transaction`) stays,
    but not the address, which stands in its place where none was found. `hint` has the error, as
    `exc_info`, where there is one.
    """
    if event.get("transaction_info", {}).get("source") != "route":
        event.pop("transaction", None)
    for name in ("user", "breadcrumbs", "extra", "message", "tags", "_meta"):
        event.pop(name, None)
    event["request"] = _only(KEPT_OF_THE_REQUEST, event.get("request"))
    event["contexts"] = _only(KEPT_CONTEXTS, event.get("contexts"))
    if known := structlog.contextvars.get_contextvars().get("request_id"):
        event["tags"] = {"request_id": known}
    if "logentry" in event:  # its template alone
        written = _written(_calling())
        event["logentry"] = {"message": _told(event["logentry"].get("message"), written)}
    written = _written(_raising(hint))
    for raised in event.get("exception", {}).get("values", ()):
        raised["value"] = _told(raised.get("value"), written)
        for frame in raised.get("stacktrace", {}).get("frames", ()):
            frame.pop("vars", None)
    return event


def _only(names: frozenset[str], values: dict | None) -> dict:
    return {name: value for name, value in (values or {}).items() if name in names}


def _told(message: str | None, written: set[str]) -> str:
    """`message` where the code says it word for word, or Python says it of the code. So a value is
    told only where it equals a text that is in the code of what failed.
    """
    if not message or message in written or _OF_CODE.fullmatch(message):
        return message or ""
    return _UNTOLD


def _written(codes: Iterable[CodeType]) -> set[str]:
    """Every text that stands in them."""
    return {text for code in codes for text in code.co_consts if isinstance(text, str)}


def _raising(hint: dict) -> Iterator[CodeType]:
    """What the error of `hint` went through, and those that it came of or consists of."""
    waiting, seen = [(hint.get("exc_info") or (None, None))[1]], set()
    while waiting:
        error = waiting.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        waiting += [error.__cause__, error.__context__]
        # What others call so is anything: no error of theirs may keep the report from being sent.
        waiting += error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        at = error.__traceback__
        while at is not None:
            yield at.tb_frame.f_code
            at = at.tb_next


def _calling() -> Iterator[CodeType]:
    """What is at work here, down to the line that logs."""
    frame = sys._getframe()  # noqa: SLF001 -- `inspect` would read the source of each as well
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back
