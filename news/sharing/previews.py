"""How LINE, Facebook and X will draw a shared release, for the desk to look at.

What each shows of a page's tags was looked up in its own programs: how many lines of headline and
description stand beside the picture. Where a line is cut is the program's business, by width; what
is certain to be seen is the beginning.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from news.thai.text import truncate

CERTAIN_CLUSTERS = 60
"""Characters of a headline, as readers count them, that every program shows on a telephone."""


@dataclass(frozen=True, slots=True)
class SharePreview:
    """One program's card. The numbers are lines; none means that it shows nothing of it."""

    service: str
    name: str
    title_lines: int
    description_lines: int
    domain_first: bool


SERVICES = (
    SharePreview("line", "LINE", title_lines=2, description_lines=2, domain_first=False),
    SharePreview("facebook", "Facebook", title_lines=2, description_lines=1, domain_first=True),
    SharePreview("x", "X", title_lines=1, description_lines=0, domain_first=False),
)


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What the programs are told of a release in one language."""

    lang: str
    title: str
    description: str
    image: str

    @property
    def certain(self) -> str:
        """The part of the headline that is seen everywhere; all of it where it is short."""
        return truncate(self.title, CERTAIN_CLUSTERS)

    @property
    def is_long(self) -> bool:
        return self.certain != self.title


def domain() -> str:
    """The site's name as cards show it."""
    return urlsplit(settings.BASE_URL).netloc.removeprefix("www.")
