"""What is told of an error: in the log, and to a Sentry server where one is named by its DSN.

It says what broke and where in the code. It does not say who asked, for what, or with which values:
not the address, the query, headers, form, cookies, user, SQL, nor the frames' variables. What a
message quotes is in the log alone, where an operator has to see which file or server it is about.
Nothing of Sentry is loaded where no DSN is given.
"""

import re

# Where PostgreSQL repeats the values of the row or the statement that it refused, to the end of
# that error: in a traceback another may follow, which was raised by it.
_VALUES = re.compile(
    r"\n(?:DETAIL|CONTEXT|LINE [0-9]+):.*?(?=\n\n(?:The above exception|During handling)|\Z)",
    re.DOTALL,
)

# What a message repeats of a value stands in quotation marks, as Python and Django write it (b'',
# too). To the last mark, for the value may hold some; not from an apostrophe.
_QUOTED = re.compile(r"""(?<!\w)[bBrRuU]{0,2}['"“‘](?:.*['"”’]|.*)""", re.DOTALL)
_QUOTING_CODE = frozenset(
    {
        "AttributeError",
        "ImportError",
        "ModuleNotFoundError",
        "NameError",
        "TypeError",
        "UnboundLocalError",
    }
)
"""Errors whose messages quote names of the code."""

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


def scrub(event: dict, _hint: dict) -> dict:
    """`event` without anything that a reader or an editor gave. The route (`transaction`) stays,
    but not the address, which stands in its place where none was found.
    """
    if event.get("transaction_info", {}).get("source") != "route":
        event.pop("transaction", None)
    for name in ("user", "breadcrumbs", "extra", "_meta"):
        event.pop(name, None)
    event["request"] = _only(KEPT_OF_THE_REQUEST, event.get("request"))
    event["contexts"] = _only(KEPT_CONTEXTS, event.get("contexts"))
    if "logentry" in event:  # its template alone
        event["logentry"] = {"message": _unquoted(event["logentry"].get("message"))}
    for raised in event.get("exception", {}).get("values", ()):
        if raised.get("type") not in _QUOTING_CODE:
            raised["value"] = _unquoted(raised.get("value"))
        for frame in raised.get("stacktrace", {}).get("frames", ()):
            frame.pop("vars", None)
    return event


def _only(names: frozenset[str], values: dict | None) -> dict:
    return {name: value for name, value in (values or {}).items() if name in names}


def _unquoted(message: str | None) -> str:
    return _QUOTED.sub("…", without_values(message or ""))
