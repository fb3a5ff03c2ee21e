"""Body HTML: what may stand in it, and its words without marks."""

import html
import re

import nh3

from news.thai.breaks import in_pieces

TAGS = frozenset({"p", "h2", "h3", "ul", "ol", "li", "blockquote", "hr", "br"})
TAGS |= {"strong", "em", "a", "sub", "sup", "span"}
TAGS |= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "hreflang"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
TOGETHER = '<span class="together">{}</span>'
"""What stands in it is kept on one line by the style sheet."""
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|tr|caption|table|ul|ol)>|<br ?/?>|<hr ?/?>")
# Nothing but paragraphs of words, as most releases are: the sanitiser would parse that and write it
# down again as it stands.
# Words in runs: each letter as an alternative of its own takes five times as long.
_WORDS = "[^<>&\0\r\u00a0\ud800-\udfff]*+"
_PLAIN = re.compile(f"(?:<p>{_WORDS}(?:&(?:amp|lt|gt|nbsp);{_WORDS})*+</p>)*+")
# The editor wraps what stands in a cell in a paragraph; a row is one line all the same.
_CELL_END = re.compile(r"(?:</p>)?(</t[hd]>)")
_SPACES = re.compile(r"[ \t]+")
# As the sanitiser writes them: attributes in double quotes, which may hold any other character.
_TAG = re.compile(r'<(/?[a-z0-9]+)(?:[^">]|"[^"]*")*>')
_WHITE_SPACE = dict.fromkeys(
    ("/p", "/h2", "/h3", "/li", "/blockquote", "/tr", "/caption", "/table", "/ul", "/ol"), "\n"
) | {"br": "\n", "hr": "\n", "/td": " ", "/th": " "}


def sanitise(body: str, *, base: str = "") -> str:
    """`body` with only the tags and attributes that a press release needs.

    Links keep http, https, mailto, tel and relative addresses; with `base` (absolute, for what is
    read elsewhere) relative ones are completed. The result is safe to put in a page.
    """
    if _PLAIN.fullmatch(body):
        return body
    return nh3.clean(
        body,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
        clean_content_tags={"script", "style"},
        url_relative=("rewrite_with_base", base) if base else "pass_through",
    )


def plain(body: str) -> str:
    """The words of `body`, one block a line, entities decoded; no tags, no empty lines."""
    # Added after the end tags, not put in their place: text after a table that never ends belongs
    # before it, says the HTML standard ("foster parenting").
    text = _BLOCK_END.sub("\\g<0>\n", _CELL_END.sub(r"\1 ", body))
    text = html.unescape(nh3.clean(text, tags=set(), clean_content_tags={"script", "style"}))
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def plain_frozen(body: str) -> str:
    """The words of a body that `sanitise` has written, one block a line; spaces as they stand.

    Nothing has to be parsed again: several times as fast as `plain`.
    """
    # Most tags are these; in the value of an attribute they go with its own tag.
    text = body.replace("<p>", "").replace("</p>", "\n")
    if "<" in text:
        text = _TAG.sub(_as_white_space, text)
    return html.unescape(text) if "&" in text else text


def kept_together(body: str) -> str:
    """A body that `sanitise` has written, with what no line may end in (`in_pieces`) in spans."""
    pieces, done = [], 0
    for tag in _TAG.finditer(body):
        pieces += [_together(body[done : tag.start()]), tag[0]]
        done = tag.end()
    return "".join([*pieces, _together(body[done:])])


def _together(text: str) -> str:
    return "".join(TOGETHER.format(piece) if kept else piece for piece, kept in in_pieces(text))


def _as_white_space(tag: re.Match[str]) -> str:
    return _WHITE_SPACE.get(tag[1], "")
