"""What the Dockerfile copies, and what starts in the image, is let into it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def is_let_in(path: str) -> bool:
    return any(path == allowed or path.startswith(f"{allowed}/") for allowed in ALLOWED)


def test_all_but_what_is_named_stays_outside():
    assert "*" in (ROOT / ".dockerignore").read_text().splitlines()
    assert not is_let_in("tests/conftest.py")
    assert not is_let_in(".git/config")
    assert not is_let_in(".env")


def test_each_name_is_that_of_something():
    missing = [name for name in ALLOWED if not (ROOT / name).exists()]
    assert not missing


def test_files_that_a_step_copies_or_runs_are_let_in():
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    named = {name for line in copied for name in line.split() if name != "."}
    named |= set(
        re.findall(r"\b(?:deploy/[\w.]+\.py|manage\.py|requirements[\w-]*\.txt)", DOCKERFILE)
    )
    assert {"requirements.txt", "manage.py", "deploy/gunicorn.conf.py"} <= named
    assert [name for name in sorted(named) if not is_let_in(name)] == []


def test_modules_of_deploy_that_the_server_loads_are_let_in():
    """gunicorn's settings name its worker by a module; code may import from there as well."""
    settings = (ROOT / "deploy/gunicorn.conf.py").read_text()
    modules = set(re.findall(r'"(deploy(?:\.\w+)+)\.[A-Z]\w*"', settings))
    assert modules
    started = [ROOT / "deploy/gunicorn.conf.py", ROOT / "deploy/worker.py"]
    for path in [*(ROOT / "news").rglob("*.py"), *(ROOT / "ocsc_site").rglob("*.py"), *started]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "deploy":
                modules |= {f"deploy.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deploy."):
                modules.add(node.module)
    files = [module.replace(".", "/") + ".py" for module in modules]
    assert [name for name in files if not is_let_in(name)] == []
