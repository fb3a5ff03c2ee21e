"""What is told of an error: in the log, and to a Sentry server where one is named by its DSN.

It says what broke and where in the code. It does not say who asked, for what, or with which values:
not the address, the query, headers, form, cookies, user, SQL, nor the frames' variables. Nothing of
Sentry is loaded where no DSN is given.
"""

import re

# Where PostgreSQL repeats the values of the row or the statement that it refused, to the end of
# that error: in a traceback another may follow, which was raised by it.
_VALUES = re.compile(
    r"\n(?:DETAIL|CONTEXT|LINE [0-9]+):.*?(?=\n\n(?:The above exception|During handling)|\Z)",
    re.DOTALL,
)

KEPT_OF_THE_REQUEST = frozenset({"method"})


def start(dsn: str, *, build: str, environment: str) -> None:
    """Report errors of this process. Needs requirements-optional.txt (sentry-sdk)."""
    import sentry_sdk  # noqa: PLC0415 -- optional, and slow to load

    sentry_sdk.init(
        dsn,
        release=build,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
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
    """`event` without anything that a reader or an editor gave. The route (`transaction`) stays."""
    event.pop("user", None)
    event.pop("breadcrumbs", None)
    event.pop("extra", None)
    request = event.get("request", {})
    event["request"] = {name: request[name] for name in KEPT_OF_THE_REQUEST & request.keys()}
    for raised in event.get("exception", {}).get("values", ()):
        raised["value"] = without_values(raised.get("value") or "")
        for frame in raised.get("stacktrace", {}).get("frames", ()):
            frame.pop("vars", None)
    return event
