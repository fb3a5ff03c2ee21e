"""What the files of a deployment name, the site knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
READERS = (
    ROOT / "ocsc_site/settings.py",
    DEPLOY / "gunicorn.conf.py",
    DEPLOY / "nginx/render.py",
)
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def test_every_variable_of_the_example_is_read_somewhere():
    known = "\n".join(path.read_text() for path in READERS)
    known += '"AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY"'  # read by boto3
    example = (DEPLOY / "site.env.example").read_text()
    names = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)
    assert {"OCSC_SECRET_KEY", "DATABASE_URL", "OCSC_BASE_URL"} <= set(names)
    # `env.db_url` and the like name their variable too.
    assert [name for name in names if f'"{name}"' not in known] == []


def test_every_variable_of_nginxs_templates_is_given_by_compose():
    compose = (DEPLOY / "compose.yaml").read_text()
    for template in (DEPLOY / "nginx").glob("*.template"):
        for name in set(re.findall(r"\$\{([A-Z_]+)\}", template.read_text())):
            assert f"      {name}:" in compose, name


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_every_unit_runs_without_rights_and_with_the_settings_of_the_example(unit):
    text = unit.read_text()
    for line in (
        "User=ocsc",
        "EnvironmentFile=/etc/ocsc/site.env",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
    ):
        assert f"\n{line}\n" in text, line


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_every_command_that_a_unit_starts_exists(unit):
    command = re.search(r"^ExecStart=(.+)$", unit.read_text(), re.MULTILINE)[1].split()
    if command[1] == "manage.py":
        assert (ROOT / f"news/management/commands/{command[2]}.py").exists()
    else:
        assert (ROOT / command[command.index("--config") + 1]).exists()
