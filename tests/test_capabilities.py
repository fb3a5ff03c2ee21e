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
    "runs what it reads": {
        "builtins.compile",
        "builtins.eval",
        "builtins.exec",
        "cloudpickle",
        "dill",
        "jsonpickle",
        "joblib",
        "marshal",
        "pickle",
        "runpy",
        "shelve",
        "yaml",
    },
    "loads what it names": {
        "builtins.__import__",
        "django.utils.module_loading.import_string",
        "importlib.import_module",
        "importlib.machinery",
        "importlib.reload",
        "importlib.util",
        "pkgutil",
    },
    "makes templates of text": {
        "django.template.Engine",
        "django.template.Template",
        "django.template.base.Template",
        "django.template.engines",
        "jinja2",
        ".from_string",
    },
    "runs programs": {
        "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell",
        "multiprocessing",
        "os.exec*",
        "os.fork",
        "os.popen",
        "os.posix_spawn*",
        "os.spawn*",
        "os.system",
        "pty",
        "subprocess",
    },
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
    # One module of the site, by a name that stands there.
    "ocsc_site.desk": {"loads what it names"},
    # Members by name, size and ratio before any byte; tests/importing/ has the bombs.
    "news.importing.unpacking": {"unpacks"},
}


BUILT_IN = {"__import__", "compile", "eval", "exec"}


def names_in(path: Path) -> set[str]:
    """Every module, and every name of a module, that a file imports or says; `.name` for a method
    of whatever object.
    """
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    found, called = set(), {}
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
            called |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            called |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    for node in nodes:
        if isinstance(node, ast.Attribute):
            said = ast.unparse(node)
            first, _, rest = said.partition(".")
            found |= {said, f"{called.get(first, first)}.{rest}", f".{node.attr}"}
        elif isinstance(node, ast.Name) and node.id in BUILT_IN:
            found.add(f"builtins.{node.id}")
    return found


def abilities(names: set[str]) -> set[str]:
    return {
        what
        for what, modules in DANGEROUS.items()
        if any(_is(name, module) for name in names for module in modules)
    }


def _is(name: str, module: str) -> bool:
    if module.endswith("*"):
        return name.startswith(module[:-1])
    return name == module or name.startswith(f"{module}.")


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


PLANTED = {
    "opens addresses": ["import urllib.request", "from urllib import request"],
    "runs programs": [
        "import os; os.system('x')",
        "import os; os.popen('x')",
        "from os import popen",
        "import os as other; other.popen('x')",
        "import os; os.execvp('x', [])",
        "import os; os.spawnl(0, 'x')",
    ],
    "runs what it reads": [
        "eval(text)",
        "exec(text)",
        "run = eval; run(text)",
        "import builtins; builtins.exec(text)",
        "from builtins import eval as look",
        "exec(compile(text, 'a', 'exec'))",
        "import pickle",
        "from pickle import loads",
        "import marshal as m; m.loads(data)",
        "import shelve",
        "from yaml import load",
        "import yaml; yaml.load(text)",
    ],
    "loads what it names": [
        "import importlib; importlib.import_module(name)",
        "from importlib import import_module",
        "import importlib.util",
        "__import__(name)",
        "from django.utils.module_loading import import_string",
    ],
    "makes templates of text": [
        "from django.template import Template; Template(text)",
        "from django import template; template.Template(text)",
        "from django.template import Template as Page; Page(text)",
        "from django.template import engines; engines['django'].from_string(text)",
        "Engine.get_default().from_string(text)",
    ],
}


@pytest.mark.parametrize(
    ("what", "code"), [(what, code) for what, codes in PLANTED.items() for code in codes]
)
def test_it_is_noticed_in_any_form(tmp_path, what, code):
    (tmp_path / "a.py").write_text(code)
    assert what in abilities(names_in(tmp_path / "a.py"))


@pytest.mark.parametrize(
    "code",
    [
        "import re; re.compile(text)",
        "from django.template import Library",
        "from importlib import metadata",
        "import os; os.environ",
        "retrieval = 1; executor = 2",
    ],
)
def test_what_is_called_alike_is_not(tmp_path, code):
    (tmp_path / "a.py").write_text(code)
    assert abilities(names_in(tmp_path / "a.py")) == set()
