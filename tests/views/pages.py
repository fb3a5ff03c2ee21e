"""Reading answers: what a test asks of a page's HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.test import Client

# Attributes by which a page makes the browser fetch something.
_FETCHED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "link": ("href",),
}


@dataclass
class Found(HTMLParser):
    """One parsed page."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[tuple[dict[str, str], str]] = field(default_factory=list)
    inline_code: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag == "h1":
            self.headings.append((attributes, ""))
        if tag in ("script", "style", "h1"):
            self._open.append(tag if tag != "script" else attributes.get("type", "script"))

    def handle_endtag(self, tag):
        if tag in ("script", "style", "h1"):
            self._open.pop()

    def handle_data(self, data):
        if not self._open or self._open[-1] == "h1":
            self.words.append(data)
        if not self._open:
            return
        if self._open[-1] == "h1":
            attributes, text = self.headings[-1]
            self.headings[-1] = (attributes, text + data)
        elif self._open[-1] != "application/ld+json" and data.strip():
            self.inline_code.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [
            attributes
            for name, attributes in self.tags
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    def meta(self, name: str) -> str | None:
        """The content of `<meta name=...>` or `<meta property=...>`."""
        for attributes in self.all("meta"):
            if name in (attributes.get("name"), attributes.get("property")):
                return attributes["content"]
        return None

    @property
    def text(self) -> str:
        """The words of the page, spaces as they are."""
        return "".join(self.words)

    @property
    def lang(self) -> str:
        return self.all("html")[0]["lang"]

    @property
    def canonical(self) -> str | None:
        return next((link["href"] for link in self.all("link", rel="canonical")), None)

    @property
    def alternates(self) -> dict[str, str]:
        links = self.all("link", rel="alternate")
        # The others are feeds.
        return {link["hreflang"]: link["href"] for link in links if "hreflang" in link}

    @property
    def links(self) -> list[str]:
        """Where `<a>` leads, in order."""
        return [attributes["href"] for attributes in self.all("a") if "href" in attributes]

    @property
    def fetched(self) -> list[str]:
        """Every address that a browser asks for to show the page."""
        addresses = []
        for tag, attributes in self.tags:
            if tag == "link" and attributes.get("rel") in ("canonical", "alternate"):
                continue
            for name in _FETCHED.get(tag, ()):
                candidates = attributes.get(name, "").split(",")
                addresses += [each.split()[0] for each in candidates if each.strip()]
        return addresses

    @property
    def fetched_elsewhere(self) -> list[str]:
        return [address for address in self.fetched if urlsplit(address).netloc]


def parse(html: str) -> Found:
    found = Found()
    found.feed(html)
    found.close()
    return found


def page(client: Client, path: str, status: int = 200) -> Found:
    """The page at `path`, which must answer `status`."""
    response = client.get(path)
    assert response.status_code == status, f"{path}: {response.status_code}"
    return parse(response.content.decode())
