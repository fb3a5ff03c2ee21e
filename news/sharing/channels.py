"""By what way a reader came to a short link, told from the request alone. Pure functions.

Of all that a request says only a class is kept: neither address, nor browser, nor the page that was
left.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from news.models import Visit

Channel = Visit.Channel

MARKED = {
    "line": Channel.LINE,
    "facebook": Channel.FACEBOOK,
    "fb": Channel.FACEBOOK,
    "x": Channel.X,
    "twitter": Channel.X,
    "qr": Channel.QR,
    "email": Channel.EMAIL,
    "newsletter": Channel.EMAIL,
}
"""What `?via=`, `utm_source` and `utm_medium` may say. The site's own share links and QR codes
carry `via`.
"""

HOSTS = {
    "line.me": Channel.LINE,
    "jp.naver.line.android": Channel.LINE,  # android-app://..., from the app itself
    "facebook.com": Channel.FACEBOOK,
    "fb.me": Channel.FACEBOOK,
    "messenger.com": Channel.FACEBOOK,
    "com.facebook.katana": Channel.FACEBOOK,
    "t.co": Channel.X,
    "x.com": Channel.X,
    "twitter.com": Channel.X,
    "com.twitter.android": Channel.X,
    "mail.google.com": Channel.EMAIL,
    "com.google.android.gm": Channel.EMAIL,
    "outlook.live.com": Channel.EMAIL,
    "outlook.office.com": Channel.EMAIL,
    "mail.yahoo.com": Channel.EMAIL,
}
"""Referring hosts, those below them included."""

# LINE's browser says where it is and names no page that it came from; Facebook's as well.
_APPS = ((re.compile(r"\bLine/[0-9]"), Channel.LINE), (re.compile(r"\bFBA[NV]/"), Channel.FACEBOOK))

_BOTS = re.compile(
    # Search engines, previewers, checkers: most say "bot", "crawl" or "spider".
    r"bot|crawl|spider|slurp|preview|monitor|validator|lighthouse|headless|"
    # What draws the cards in LINE, Facebook and chat programs.
    r"facebookexternalhit|facebookcatalog|meta-external|line-poker|whatsapp|skypeuripreview|"
    # Programs.
    r"curl|wget|python|java/|go-http-client|okhttp|libwww|axios|node-fetch|httpclient",
    re.IGNORECASE,
)


def channel_of(query: Mapping[str, str], referrer: str, user_agent: str, own_host: str) -> Channel:
    """The way of one visit: what the link itself says, else where it was followed."""
    for name in ("via", "utm_source", "utm_medium"):
        if found := MARKED.get(query.get(name, "").lower()):
            return found
    for pattern, app in _APPS:
        if pattern.search(user_agent):
            return app
    return _referring(referrer, own_host)


def _referring(referrer: str, own_host: str) -> Channel:
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:  # such as an unclosed bracket: anybody may send anything
        host = ""
    if host in {"", own_host}:
        return Channel.DIRECT
    parts = host.split(".")
    above = (".".join(parts[start:]) for start in range(len(parts)))
    return next((HOSTS[name] for name in above if name in HOSTS), Channel.OTHER)


def is_bot(user_agent: str) -> bool:
    """Whether a program says that it is one. One that doesn't is counted as a person."""
    return not user_agent or _BOTS.search(user_agent) is not None
