"""Plain links that hand a release to other services. Nothing of theirs is loaded here."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Target:
    """One way to share: what the link says, where it leads, which template draws its icon."""

    name: str
    url: str
    icon: str


def share_targets(*, title: str, url: str) -> tuple[Target, ...]:
    """Where Thai readers share, most used first; `url` is the absolute short link.

    Each carries its own name, because most of these programs don't say where a reader comes from.
    """
    # RFC 6068: spaces as %20 (a plus would be shown), lines end in CRLF.
    body = quote(f"{title}\r\n\r\n{_via(url, 'email')}\r\n", safe="")
    return (
        Target(
            "LINE",
            _with("https://social-plugins.line.me/lineit/share", url=_via(url, "line")),
            "icons/line.svg",
        ),
        Target(
            "Facebook",
            _with("https://www.facebook.com/sharer/sharer.php", u=_via(url, "facebook")),
            "icons/facebook.svg",
        ),
        Target(
            "X", _with("https://x.com/intent/post", text=title, url=_via(url, "x")), "icons/x.svg"
        ),
        Target(
            gettext("Email"),
            f"mailto:?subject={quote(title, safe='')}&body={body}",
            "icons/email.svg",
        ),
    )


def _via(url: str, channel: str) -> str:
    """The short link with the mark that `news.sharing.channels` reads."""
    return f"{url}?via={channel}"


def _with(address: str, **parameters: str) -> str:
    return f"{address}?{urlencode(parameters, quote_via=quote)}"
