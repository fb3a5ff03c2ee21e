"""Which room may import which: read from the code's own imports, so that it stays true.

Rooms stand in layers; a module imports its own layer or one below, never one above, and no two
modules import each other in a circle.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEWS = ROOT / "news"

LAYERS = [
    {
        "thai",
        "html",
        "metrics",
        "error_reports",
        "rows",
        "patience",
        "postgresql",
        "full_disk",
        "leftovers",
        "parts",
        "shown",
    },
    {
        "models",
        "querysets",
        "record_guards",
        "images",
        "translation",
        "prepared",
        "slow_queries",
        "sources",
        "schema",
    },
    {
        "audit",
        "workflow",
        "freezing",
        "door",
        "publishing",
        "reviewing",
        "taking_back",
        "translating",
        "previewing",
        "telling",
        "checking",
        "search",
        "sharing",
        "caching",
        "importing",
        "exporting",
        "media",
        "storage",
        "receiving",
        "jobs",
        "leases",
        "accounts",
        "backups",
        "purging",
        "corrections",
        "counting",
        "erasing",
        "reader_reports",
        "by_nginx",
        "limits",
        "neighbours",
    },
    {
        "admin",
        "views",
        "feeds",
        "sitemaps",
        "api",
        "management",
        "urls",
        "root_urls",
        "middleware",
        "request_log",
    },
]
OUTSIDE_THE_LAYERS = {"apps", "checks", "migrations", "templatetags"}
"""Django's own entry points, which nothing imports but Django."""

PUBLIC_ROOMS = {"views", "feeds", "sitemaps", "api", "search", "sharing", "exporting"}
DESK_MODELS = {"PressRelease", "Photo", "Attachment"}
VOCABULARY = {"Origin", "Translation", "Language"}
MAY_NAME_THE_DESK = {
    # Previews render the desk's text, frozen by the door, for those who may see it.
    "news.views.previews",
}


def modules() -> dict[str, Path]:
    found = {}
    for path in NEWS.rglob("*.py"):
        if path.is_relative_to(NEWS / "migrations"):
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports_of(module: str) -> set[str]:
    """The project's modules that `module` imports, at any depth of its code."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        found.update(name for name in names if name in MODULES or name.startswith("ocsc_site"))
    return found


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def layer(module: str) -> int | None:
    return next((n for n, rooms in enumerate(LAYERS) if room(module) in rooms), None)


def test_every_room_has_a_layer():
    rooms = {room(module) for module in MODULES} - {""}
    assert rooms - set().union(*LAYERS) - OUTSIDE_THE_LAYERS == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_its_own_layer_or_one_below(module):
    own = layer(module)
    for imported in imports_of(module):
        assert not imported.startswith("ocsc_site"), f"{module} imports {imported}"
        other = layer(imported)
        if own is not None and other is not None:
            assert other <= own, f"{module} must not import {imported}"


def test_nothing_imports_the_screens():
    for module in MODULES:
        for imported in imports_of(module):
            for screens in ("admin", "views"):
                if room(imported) == screens:
                    assert room(module) in {screens, "urls", "root_urls"}, (module, imported)


def test_thai_and_images_know_no_models_and_no_request():
    for module, path in MODULES.items():
        if room(module) == "thai":
            assert "django" not in path.read_text(), f"{module} names Django"
        if room(module) == "images":
            assert not any(room(name) == "models" for name in imports_of(module)), module


def test_public_rooms_read_the_record_and_never_the_desk():
    """A desk model's vocabulary (`PressRelease.Origin`) may be named; its rows may not be asked."""
    for module, path in MODULES.items():
        if room(module) not in PUBLIC_ROOMS or module in MAY_NAME_THE_DESK:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked = node.value.id in DESK_MODELS and node.attr not in VOCABULARY
                assert not asked, f"{module} reads {node.value.id}.{node.attr}"


def test_there_is_no_import_circle():
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module) :], module])
        if module in done:
            return
        for imported in imports_of(module) & set(MODULES):
            # `from package import name` names the package too; its __init__ re-exports its parts.
            if not module.startswith(f"{imported}.") and imported != module:
                visit(imported, (*trail, module))
        done.add(module)

    for module in MODULES:
        visit(module, ())


def test_nothing_hides_in_a_drawer_of_odds_and_ends():
    assert not [path for path in NEWS.rglob("*.py") if path.stem in {"utils", "helpers", "misc"}]
