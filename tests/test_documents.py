"""What the documents tell people to type is there to be typed, and what they lead to is there.

Each command is taken apart as its shell would: programs of ours exist and take these options. That
backup, restore, recovery, promotion and the rest then do what is said is held by their own tests.
"""

import re
import shlex
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.documented import ELSEWHERE, HERE, documented

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "benchmarks/README.md",
]
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SCRIPTS = [
    (path, block)
    for path in DOCUMENTS
    for block in re.findall(
        r"^```(?:sh|bash|console)\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL
    )
]
TYPED = re.compile(r"`((?:ocsc-manage |python(?:3)? (?:-m |manage\.py )|make |manage\.py )[^`]+)`")
OURS = re.compile(r"\b((?:deploy|tests|benchmarks|docs|news|locale|fixtures)/[\w./-]+\w)")
MADE_BY_THE_READER = {"deploy/site.env", "deploy/.env"}
# deploy/ocsc-manage hands its arguments on.
MANAGERS = ("manage.py", "ocsc-manage")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def commands():
    """(document, words) of every command in a block, and of those within a sentence."""
    for path, block in SCRIPTS:
        whole = block.replace("\\\n", " ")
        for line in whole.splitlines():
            words = shlex.split(line, comments=True)
            if words:
                yield path.name, words
    for path in DOCUMENTS:
        for typed in TYPED.findall(path.read_text(encoding="utf-8")):
            if "NAME" not in typed and "<" not in typed and "..." not in typed:
                yield path.name, shlex.split(typed, comments=True)


def after(words, name):
    """What follows the word that ends in `name`; None where there is none."""
    for place, word in enumerate(words):
        if word == name or word.endswith(f"/{name}"):
            return words[place + 1 :]
    return None


COMMANDS = list(commands())


def test_there_is_something_to_check():
    assert len(SCRIPTS) > 5
    assert len(COMMANDS) > 30


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script[0].name)
def test_a_shell_can_read_it(script):
    checked = subprocess.run(
        ["bash", "-n"], input=script[1], text=True, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_commands_of_manage_py_exist_and_take_these_options():
    checked = 0
    for name, words in COMMANDS:
        if words[0] == "install":
            continue
        arguments = next(filter(None, (after(words, manager) for manager in MANAGERS)), None)
        if not arguments:
            continue
        command, *options = arguments
        options = options[: next((n for n, each in enumerate(options) if each in "&&|;>"), None)]
        assert command in get_commands(), (name, words)
        app = get_commands()[command]
        parser = load_command_class(app, command).create_parser("manage.py", command)
        known = {option for action in parser._actions for option in action.option_strings}
        for option in options:
            if option.startswith("--"):
                assert option.partition("=")[0] in known, (name, words)
        checked += 1
    assert checked > 8


def test_targets_of_make_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for name, words in COMMANDS:
        if words[0] == "make" and len(words) > 1:
            goals = [word for word in words[1:] if "=" not in word]
            assert set(goals) <= targets, (name, words)


def test_units_and_modules_exist():
    units = {path.name for path in (ROOT / "deploy/systemd").iterdir()}
    for name, words in COMMANDS:
        for word in words:
            if "systemctl" in words and word.startswith("ocsc-"):
                unit = word if "." in word else f"{word}.service"
                assert unit in units, (name, words)
        if words[0].startswith("python") and "-m" in words[:2]:
            assert find_spec(words[2]), (name, words)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_and_led_to_exist(path):
    text = path.read_text(encoding="utf-8")
    for named in OURS.findall(re.sub(r"https?://\S+", "", text)):
        if named not in MADE_BY_THE_READER:
            found = [ROOT / named, path.parent / named]
            assert any(each.exists() for each in found), named
    for link in LINK.findall(text):
        assert (path.parent / link).exists(), link


def test_every_documented_command_is_run_by_a_test():
    """A new command is written into one of the two lists, or this fails with it."""
    commands = set(documented())
    assert commands - set(HERE) - ELSEWHERE.keys() == set()
    assert (set(HERE) | ELSEWHERE.keys()) - commands == set(), "no document says these any more"
    assert not set(HERE) & ELSEWHERE.keys()


def test_the_tests_that_commands_are_left_to_are_there():
    for command, named in ELSEWHERE.items():
        path, _, name = named.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^\s*(def )?{name}\(", text, re.MULTILINE), (command, named)
