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
import yaml
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


PROGRAMS = re.compile(
    r"`((?:apt-get|certbot|chronyc|curl|df|docker|gpg|install|journalctl|nginx|pg_basebackup|rm|"
    r"rsync|systemctl|timedatectl|touch|usermod) [^`]+|timedatectl)`"
)
OF_DEBIAN = {"nginx", "postgresql", "prometheus-node-exporter", "prometheus-blackbox-exporter"}
"""Units that its packages bring."""
VERBS = {"edit", "reload", "restart", "start", "status", "stop"}
ALONE = {
    "apt-get install prometheus-node-exporter prometheus-blackbox-exporter",
    "certbot renew",
    "chronyc tracking",
    "curl -v",
    "df -h",
    "install -d -o ocsc -g ocsc -m 750 /srv/packages",
    "pg_basebackup --write-recovery-conf --create-slot --slot=replica",
    "timedatectl",
    "usermod -aG ocsc www-data",
}
"""Programs of others whose options were looked up in their manuals."""


def typed_within_sentences():
    for path in DOCUMENTS:
        for typed in PROGRAMS.findall(path.read_text(encoding="utf-8")):
            for command in " ".join(typed.split()).split(" && "):
                yield path.name, command


def exists(unit):
    name = unit if "." in unit else f"{unit}.service"
    return unit in OF_DEBIAN or (ROOT / "deploy/systemd" / name).exists()


def fault(command):
    """Why an operator who types `command` would be told no; empty where nothing is known."""
    words = shlex.split(command)
    program, *arguments = words
    if program == "systemctl":
        verb, *units = arguments
        return "" if verb in VERBS and units and all(map(exists, units)) else "no such unit"
    if program == "journalctl":
        given = dict(zip(arguments[::2], arguments[1::2], strict=True))
        return "" if exists(given.pop("-u")) and given.keys() <= {"--grep"} else "no such unit"
    if program == "docker":
        return of_compose(arguments)
    if program == "touch":
        known = (ROOT / "deploy/site.env.example").read_text()
        return "" if f"\nOCSC_DRAIN_FILE={arguments[0]}\n" in known else "means nothing"
    if program == "curl" and "127.0.0.1" in command:
        return "" if "Host: www.example.org" in arguments else "400: not a name of the site"
    return "" if command in ALONE else "nobody looked it up"


def of_compose(arguments):
    if arguments[:3] != ["compose", "--file", "deploy/compose.yaml"]:
        return "another file"
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    verb, *words = arguments[3:]
    named = [word for word in words if not word.startswith("-")]
    if verb == "up":
        options = {"--detach", "--build", "--force-recreate", "--no-deps"}
        known = set(words) <= options | services.keys()
        return "" if known else "no such service"
    return "" if verb in {"exec", "run"} and named[0] in services else "no such service"


def test_what_is_typed_within_a_sentence_is_there_to_be_typed():
    found = list(typed_within_sentences())
    assert len(found) > 25
    assert [(name, command, why) for name, command in found if (why := fault(command))] == []
    assert {command for _name, command in found} >= ALONE, "no document says these any more"


@pytest.mark.parametrize(
    "wrong",
    [
        "systemctl restart ocsc-wep",
        "systemctl restrat ocsc-web",
        "journalctl -u ocsc-wrok",
        "docker compose --file deploy/compose.yaml exec ngnix nginx -s reload",
        "touch /run/ocsc/drain",
        "curl http://127.0.0.1:8000/readyz",
        "nginx -z",
    ],
)
def test_what_would_be_refused_is_noticed(wrong):
    assert fault(wrong)


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
