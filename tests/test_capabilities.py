"""What the site's code is able to do at all: read from its imports, so that it stays true.

Who never opens an address can't be made to open one (SSRF); who unpacks nothing can't be burst by
what is packed; who loads no pickle runs nobody's code. A module that must do such a thing is named
here, with what it takes care of.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

DANGEROUS = {
    "opens addresses": {"aiohttp", "http.client", "httpx", "requests", "urllib.request", "urllib3"},
    "talks to other machines": {"ftplib", "smtplib", "socket", "telnetlib", "xmlrpc"},
    "parses XML": {"lxml", "xml.dom", "xml.etree", "xml.sax.parse", "xml.sax.make_parser"},
    "unpacks": {
        "bz2",
        "gzip.open",
        "gzip.decompress",
        "lzma",
        "shutil.unpack_archive",
        "tarfile",
        "zipfile",
        "zlib.decompress",
        "zlib.decompressobj",
    },
    "runs what it reads": {"dill", "marshal", "pickle", "shelve", "yaml"},
    "runs programs": {"os.system", "subprocess"},
}
ALLOWED = {
    # tarfile's "data" filter, every file against the manifest; fixed programs with fixed options.
    "news.backups": {"unpacks", "runs programs"},
    # Public addresses alone, at the address that was looked at: tests/checking/test_visiting.py.
    "news.checking.visiting": {"opens addresses", "talks to other machines"},
    # Lists the parts of a document, and opens none of them.
    "news.media": {"unpacks"},
    # Refuses a document type, and so every entity.
    "news.importing.xml_feeds": {"parses XML"},
    # lxml's parser of HTML, which knows no entities of one's own, and opens no address.
    "news.importing.saved_pages": {"parses XML"},
    "news.importing.pictures": {"parses XML"},
    # The one address that the settings name.
    "news.purging": {"opens addresses"},
    # Only writes archives.
    "news.sharing.photo_archive": {"unpacks"},
    "news.exporting.package": {"unpacks"},
    "news.exporting.wacz": {"unpacks"},
    # A file that an operator names on the command line, read line by line.
    "news.importing.json_lines": {"unpacks"},
    # What they packed themselves.
    "news.caching.stencils": {"unpacks"},
    "news.models.source_document": {"unpacks"},
    # A second Python of the same program, and what that one sends.
    "news.importing.ahead": {"runs programs", "runs what it reads"},
    # Members by name, size and ratio before any byte; tests/importing/ has the bombs.
    "news.importing.unpacking": {"unpacks"},
}


def names_in(path: Path) -> set[str]:
    """Every module, and every name of a module, that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{node.value.id}.{node.attr}")
    return found


def abilities(names: set[str]) -> set[str]:
    return {
        what
        for what, modules in DANGEROUS.items()
        if any(
            name == module or name.startswith(f"{module}.") for name in names for module in modules
        )
    }


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in ("news", "ocsc_site")
    for path in (ROOT / folder).rglob("*.py")
}


@cache
def abilities_of(module: str) -> set[str]:
    return abilities(names_in(MODULES[module]))


@pytest.mark.parametrize("what", DANGEROUS)
def test_no_module_can_do_more_than_is_allowed(what):
    able = {module for module in MODULES if what in abilities_of(module)}
    assert able - {module for module, allowed in ALLOWED.items() if what in allowed} == set()


def test_the_list_of_what_is_allowed_is_short_and_true():
    for module, allowed in ALLOWED.items():
        assert allowed <= abilities_of(module), module


def test_an_import_is_noticed_in_any_form(tmp_path):
    for code in (
        "import urllib.request",
        "from urllib import request",
        "import os; os.system('x')",
    ):
        (tmp_path / "a.py").write_text(code)
        assert abilities(names_in(tmp_path / "a.py")), code
