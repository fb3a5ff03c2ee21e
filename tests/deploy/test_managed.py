"""Every command of manage.py that a program of ours starts is there and takes these options."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted(
    path for room in ("deploy", "benchmarks", "tests") for path in (ROOT / room).rglob("*.py")
)


def texts(node: ast.AST) -> list[str]:
    return [each.value for each in ast.walk(node) if is_text(each)]


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def managed(tree: ast.AST) -> Iterator[list[str]]:
    """The words of each `.manage("command", ...)`, and of each line in a list of them that a loop
    hands on as `.manage(*line.split())`. Words that are worked out are left out.
    """
    lists = {
        target.id: texts(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and any(
            hands_on(each, node.target) for each in ast.walk(node)
        ):
            named = isinstance(node.iter, ast.Name)
            yield from (
                line.split() for line in (lists[node.iter.id] if named else texts(node.iter))
            )
        elif is_managing(node) and node.args and is_text(node.args[0]):
            yield [each.value for each in node.args if is_text(each)]


def is_managing(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "manage"
    )


def hands_on(node: ast.AST, target: ast.AST) -> bool:
    return (
        is_managing(node)
        and isinstance(target, ast.Name)
        and any(
            isinstance(each, ast.Starred)
            and target.id in {name.id for name in ast.walk(each) if isinstance(name, ast.Name)}
            for each in node.args
        )
    )


def wrong(words: list[str]) -> str:
    """What manage.py would say of them; nothing where it would start."""
    command, *options = words
    if command not in get_commands():
        return f"no command {command}"
    parser = load_command_class(get_commands()[command], command).create_parser("", command)
    known = {option for action in parser._actions for option in action.option_strings}
    unknown = {each for each in options if each.startswith("--")} - known
    return f"{command} has no {unknown}" if unknown else ""


def test_what_programs_ask_of_manage_py_is_there():
    found = [
        (path.relative_to(ROOT), words)
        for path in PROGRAMS
        for words in managed(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert {"create_account", "migrate", "load_samples", "verify"} <= {
        words[0] for _path, words in found
    }
    assert [(str(path), fault) for path, words in found if (fault := wrong(words))] == []


def test_a_command_or_an_option_that_has_gone_is_noticed():
    gone = "site.manage('create_editor'); site.manage('verify', '--deep')\n"
    looped = "ALL = ('migrate', 'create_index -v0')\nfor each in ALL: site.manage(*each.split())"
    found = [wrong(words) for words in managed(ast.parse(gone + looped))]
    assert sorted(found) == [
        "",
        "no command create_editor",
        "no command create_index",
        "verify has no {'--deep'}",
    ]
