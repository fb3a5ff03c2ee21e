"""How `/s/...` is read. Pure functions: which release a key names is the database's business."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

# What chat programs and sentences leave at the end of a link.
_TRAILING = " \t)\"”’'.,ฯ"
_REQUEST = re.compile(
    r"""
    (?P<key>[a-z0-9](?:-?[a-z0-9]){1,79})
    (?:(?:@|/v/)(?P<version>[1-9][0-9]{0,8}))?
    (?:/(?P<language>th|en))?
    (?:\.(?P<image>svg|png)|(?P<info>\+|%2b|/info))?
    /?
    """,
    re.VERBOSE,
)

FORWARDED = ("utm_source", "utm_medium", "utm_campaign")
"""What a campaign's link may hand on to the page it leads to; anything else is dropped."""

_CAMPAIGN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class ShortRequest:
    """What a short link asks for. `language` is empty where the link doesn't say.

    `image` asks for the link's QR code, `info` for the page about the link; otherwise it leads to
    the release.
    """

    key: str
    version: int | None = None
    language: Literal["", "th", "en"] = ""
    image: Literal["", "svg", "png"] = ""
    info: bool = False


def parse(rest: str) -> ShortRequest | None:
    """Read what follows `/s/`, in any case and with forgivable endings; None where it is no short
    link.
    """
    match = _REQUEST.fullmatch(rest.rstrip(_TRAILING).lower())
    if match is None or (match["image"] and match["version"]):
        return None
    return ShortRequest(
        key=match["key"],
        version=int(match["version"]) if match["version"] else None,
        language=match["language"] or "",
        image=match["image"] or "",
        info=match["info"] is not None,
    )


def forwarded(query: Mapping[str, str]) -> str:
    """The campaign's parameters of `query` as a query string with its `?`, or nothing.

    In one order, and only values of letters, digits and `_.-`, at most 64 of them.
    """
    kept = {
        name: value
        for name in FORWARDED
        if (value := query.get(name)) and _CAMPAIGN.fullmatch(value)
    }
    return f"?{urlencode(kept)}" if kept else ""
