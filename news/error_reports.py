"""Errors reported to a Sentry server, where one is named by its DSN; nothing is loaded otherwise.

A report says what broke and where in the code. It does not say who asked, for what, or with which
values: not the address, the query, headers, form, cookies, user, SQL, nor the frames' variables.
"""

import re

_DETAIL = re.compile(r"\n(DETAIL|CONTEXT|LINE [0-9]+):.*", re.DOTALL)
"""Where PostgreSQL repeats the values of the row that it refused."""

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


def scrub(event: dict, _hint: dict) -> dict:
    """`event` without anything that a reader or an editor gave. The route (`transaction`) stays."""
    event.pop("user", None)
    event.pop("breadcrumbs", None)
    event.pop("extra", None)
    request = event.get("request", {})
    event["request"] = {name: request[name] for name in KEPT_OF_THE_REQUEST & request.keys()}
    for raised in event.get("exception", {}).get("values", ()):
        raised["value"] = _DETAIL.sub("", raised.get("value") or "")
        for frame in raised.get("stacktrace", {}).get("frames", ()):
            frame.pop("vars", None)
    return event
