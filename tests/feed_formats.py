"""The formats that programs read, as schemas: what their specifications ask, no more and no less.

Sitemaps after sitemaps.org 0.9, with Google's extensions for languages and news; JSON Feed after
jsonfeed.org 1.1. Atom has its own checks, after RFC 4287.
"""

import io
import json
from functools import cache

import feedparser
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
ATOM = "{http://www.w3.org/2005/Atom}"
MOST_ADDRESSES, MOST_BYTES, MOST_NEWS = 50_000, 50 * 1024**2, 1_000

_SITEMAP_XSD = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:s="{SITEMAP}" xmlns:n="{NEWS}"
    xmlns:x="{XHTML}" targetNamespace="{SITEMAP}" elementFormDefault="qualified">
  <xs:import namespace="{NEWS}" schemaLocation="news.xsd"/>
  <xs:import namespace="{XHTML}" schemaLocation="xhtml.xsd"/>
  <xs:simpleType name="loc">
    <xs:restriction base="xs:anyURI">
      <xs:maxLength value="2048"/><xs:pattern value="https?://[!-~]+"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="moment"><xs:union memberTypes="xs:date xs:dateTime"/></xs:simpleType>
  <xs:element name="sitemapindex">
    <xs:complexType><xs:sequence>
      <xs:element name="sitemap" minOccurs="1" maxOccurs="50000">
        <xs:complexType><xs:sequence>
          <xs:element name="loc" type="s:loc"/>
          <xs:element name="lastmod" type="s:moment" minOccurs="0"/>
        </xs:sequence></xs:complexType>
      </xs:element>
    </xs:sequence></xs:complexType>
  </xs:element>
  <xs:element name="urlset">
    <xs:complexType><xs:sequence>
      <xs:element name="url" minOccurs="0" maxOccurs="unbounded">
        <xs:complexType><xs:sequence>
          <xs:element name="loc" type="s:loc"/>
          <xs:element name="lastmod" type="s:moment" minOccurs="0"/>
          <xs:element ref="x:link" minOccurs="0" maxOccurs="3"/>
          <xs:element ref="n:news" minOccurs="0"/>
        </xs:sequence></xs:complexType>
      </xs:element>
    </xs:sequence></xs:complexType>
  </xs:element>
</xs:schema>
"""
_XHTML_XSD = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{XHTML}">
  <xs:element name="link"><xs:complexType>
    <xs:attribute name="rel" use="required" fixed="alternate"/>
    <xs:attribute name="hreflang" use="required">
      <xs:simpleType><xs:restriction base="xs:string">
        <xs:enumeration value="th"/><xs:enumeration value="en"/><xs:enumeration value="x-default"/>
      </xs:restriction></xs:simpleType>
    </xs:attribute>
    <xs:attribute name="href" type="xs:anyURI" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>
"""
_NEWS_XSD = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NEWS}"
    elementFormDefault="qualified">
  <xs:element name="news"><xs:complexType><xs:sequence>
    <xs:element name="publication"><xs:complexType><xs:sequence>
      <xs:element name="name" type="xs:string"/>
      <xs:element name="language" type="xs:language"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="publication_date">
      <xs:simpleType><xs:union memberTypes="xs:date xs:dateTime"/></xs:simpleType>
    </xs:element>
    <xs:element name="title">
      <xs:simpleType><xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction>
      </xs:simpleType>
    </xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""

_ADDRESS = {"type": "string", "pattern": "^https?://[!-~]+$"}
_MOMENT = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$",
}
_JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "description": {"type": "string"},
        "home_page_url": _ADDRESS,
        "feed_url": _ADDRESS,
        "language": {"enum": ["th", "en"]},
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {"name": {"type": "string", "minLength": 1}, "url": _ADDRESS},
            },
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "url", "content_html", "date_published", "date_modified"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": _ADDRESS,
                    "title": {"type": "string", "minLength": 1},
                    "summary": {"type": "string"},
                    "content_html": {"type": "string", "minLength": 1},
                    "date_published": _MOMENT,
                    "date_modified": _MOMENT,
                    "language": {"enum": ["th", "en"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "image": _ADDRESS,
                },
            },
        },
    },
}


class _Resolver(etree.Resolver):
    def resolve(self, url, _public_id, context):
        schema = {"news.xsd": _NEWS_XSD, "xhtml.xsd": _XHTML_XSD}[url.rpartition("/")[2]]
        return self.resolve_string(schema, context)


@cache
def _sitemap_schema() -> etree.XMLSchema:
    parser = etree.XMLParser()
    parser.resolvers.add(_Resolver())
    return etree.XMLSchema(etree.parse(io.StringIO(_SITEMAP_XSD), parser))


def check_sitemap(content: bytes) -> etree._Element:
    """The root of a sitemap or an index, which is valid and within the format's limits."""
    root = etree.fromstring(content)
    _sitemap_schema().assertValid(root)
    assert len(root) <= MOST_ADDRESSES
    assert len(content) <= MOST_BYTES
    assert len(root.findall(f".//{{{NEWS}}}news")) <= MOST_NEWS
    return root


def check_feed(path: str, content: bytes) -> list[str]:
    """The ids of a feed's entries; the feed is valid, and a reader's program understands it."""
    if path.endswith(".json"):
        feed = json.loads(content)
        Draft202012Validator(_JSON_FEED, format_checker=FormatChecker()).validate(feed)
        return _once([item["id"] for item in feed["items"]])
    parsed = feedparser.parse(content)
    assert not parsed.bozo, (path, parsed.get("bozo_exception"))
    if path.endswith("atom.xml"):
        _check_atom(etree.fromstring(content))
    for entry in parsed.entries:
        assert entry.title
        assert entry.link.startswith("http")
        assert entry.content[0].value
        assert entry.published_parsed
        assert entry.updated_parsed
    return _once([entry.id for entry in parsed.entries])


def _check_atom(feed: etree._Element) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, and how often."""
    for parent in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1, (parent.tag, name)
        assert len(parent.findall(f"{ATOM}content")) <= 1
        assert len(parent.findall(f"{ATOM}summary")) <= 1
        links = [
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
            for link in parent.findall(f"{ATOM}link")
        ]
        assert len(set(links)) == len(links), links
    # An author for every entry: its own or the feed's.
    assert feed.findall(f"{ATOM}author") or all(
        entry.findall(f"{ATOM}author") for entry in feed.findall(f"{ATOM}entry")
    ), "no author"


def _once(ids: list[str]) -> list[str]:
    assert len(set(ids)) == len(ids), "an id stands twice"
    return ids
