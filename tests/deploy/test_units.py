"""What the files of a deployment name, the site knows."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
READERS = (
    ROOT / "ocsc_site/settings.py",
    DEPLOY / "gunicorn.conf.py",
    DEPLOY / "nginx/render.py",
)
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OF_THE_SITE = {name: each for name, each in SERVICES.items() if "build" in each}


def test_every_variable_of_the_example_is_read_somewhere():
    known = "\n".join(path.read_text() for path in READERS)
    known += '"AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY"'  # read by boto3
    example = (DEPLOY / "site.env.example").read_text()
    names = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)
    assert {"OCSC_SECRET_KEY", "DATABASE_URL", "OCSC_BASE_URL"} <= set(names)
    # `env.db_url` and the like name their variable too.
    assert [name for name in names if f'"{name}"' not in known] == []


def test_every_variable_of_a_production_site_is_in_the_example():
    """All but those that mean nothing there."""
    local = {"OCSC_SECOND_STEP", "PORT", "PROMETHEUS_MULTIPROC_DIR"}
    read = set()
    for path in (ROOT / "ocsc_site/settings.py", DEPLOY / "gunicorn.conf.py"):
        text = path.read_text()
        read |= set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', text))
        read |= set(re.findall(r'\benviron(?:\.get\(|\[)"([A-Z_]+)"', text))
    example = (DEPLOY / "site.env.example").read_text()
    assert {"OCSC_ENV", "OCSC_BIND"} <= read
    assert read - local <= set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))


def test_every_variable_of_nginxs_templates_is_given_by_compose():
    given = SERVICES["nginx"]["environment"]
    for template in (DEPLOY / "nginx").glob("*.template"):
        for name in set(re.findall(r"\$\{([A-Z_]+)\}", template.read_text())):
            assert name in given, name


def test_every_variable_that_compose_needs_is_in_its_own_example():
    """All of them but those that have a default and stand there as a comment."""
    named = re.findall(r"\$\{([A-Z_]+)(:[?-])?", (DEPLOY / "compose.yaml").read_text())
    example = (DEPLOY / "compose.env.example").read_text()
    assert {name for name, _ in named} == set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    needed = {name for name, how in named if how != ":-"}
    assert needed <= set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def started(unit):
    """What a unit starts, without the program, in the site's folder: `manage.py` and its arguments,
    or gunicorn's.
    """
    command = re.search(r"^ExecStart=\S+ (.+)$", unit.read_text(), re.MULTILINE)[1]
    return command.replace("/opt/ocsc/site/", "").split()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_every_unit_has_its_like_in_compose(unit):
    """The same command with the same options, but for folders; gunicorn's is the image's own."""
    words = started(unit)
    image = re.search(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[1]
    commands = [each.get("command", yaml.safe_load(image)) for each in OF_THE_SITE.values()]
    assert words in [
        [old for old, new in zip(words, command[1:], strict=False) if old == new or "/" in new]
        for command in commands
        if len(command) == len(words) + 1
    ]


def test_commands_of_manage_py_run_as_the_units_do():
    unit = (DEPLOY / "systemd/ocsc-backup.service").read_text()
    script = (DEPLOY / "ocsc-manage").read_text()
    running = re.search(r"^site=(\S+)$", script, re.MULTILINE)[1]
    script = script.replace('"$site"', running).replace('"$site/', f'"{running}/')
    properties = re.findall(r"--property=(\S+)", script)
    assert {each.partition("=")[0] for each in properties} == {
        "User", "Group", "WorkingDirectory", "EnvironmentFile", "UMask",
    }  # fmt: skip
    assert [each for each in properties if f"\n{each}\n" not in unit] == []
    program = re.search(r"^ExecStart=(\S+ manage\.py) ", unit, re.MULTILINE)[1]
    folder, arguments = program.split()
    assert f'    "{folder}" {arguments} "$@"\n' in script


@pytest.mark.parametrize("name", OF_THE_SITE)
def test_every_container_of_the_site_runs_without_rights(name):
    service = OF_THE_SITE[name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a container's own
    assert service["cap_drop"] == ["ALL"]
    assert "privileged" not in service
    assert "cap_add" not in service
    assert "user" not in service
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_can_gain_rights(name):
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_log_of_a_container_fills_the_disk(name):
    options = SERVICES[name]["logging"]["options"]
    assert {"max-size", "max-file"} <= options.keys()


def test_what_runs_may_end_before_it_is_killed():
    settings = (DEPLOY / "gunicorn.conf.py").read_text()
    gunicorn = int(re.search(r"^graceful_timeout = (\d+)$", settings, re.MULTILINE)[1])
    assert int(SERVICES["web"]["stop_grace_period"].removesuffix("s")) > gunicorn
    unit = (DEPLOY / "systemd/ocsc-web.service").read_text()
    assert int(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[1]) > gunicorn
    unit = (DEPLOY / "systemd/ocsc-work.service").read_text()
    photo = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[1]
    assert SERVICES["work"]["stop_grace_period"] == f"{photo}s"


def test_no_outage_is_so_long_that_systemd_gives_up():
    for name in ("web", "work"):
        unit = (DEPLOY / f"systemd/ocsc-{name}.service").read_text()
        assert "\nRestart=always\n" in unit
        assert "\nStartLimitIntervalSec=0\n" in unit.partition("[Service]")[0]


def test_whoever_is_waited_for_to_be_well_says_whether_it_is():
    """The web server by the image's own check, which the others would fail; databases by theirs."""
    assert "HEALTHCHECK" in DOCKERFILE
    for name, service in OF_THE_SITE.items():
        assert service.get("healthcheck", {}) == ({} if name == "web" else {"disable": True}), name
    for service in SERVICES.values():
        for waited_for, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert SERVICES[waited_for]["healthcheck"]["test"], waited_for


def test_a_backup_can_be_made_of_the_database_that_compose_starts():
    """pg_dump refuses a server that is newer than itself."""
    packages = DOCKERFILE.rpartition("FROM ")[2]
    release = re.search(r"^postgres:(\d+)-(\w+)$", SERVICES["db"]["image"])
    assert f" postgresql-client-{release[1]} " in packages
    assert " gpg " in packages
    assert packages.startswith(f"python:3.13-slim-{release[2]}\n")
    folders = {volume.rpartition(":")[2] for volume in OF_THE_SITE["backup"]["volumes"]}
    assert folders == {"/data", OF_THE_SITE["backup"]["command"][3]}


def test_nginx_asks_again_where_web_is():
    """With what its version can do since 1.27.3: else an upgrade leaves it with an old address."""
    version = re.search(r"^nginx:(\d+)\.(\d+)", SERVICES["nginx"]["image"])
    assert (int(version[1]), int(version[2])) >= (1, 28)
    servers = SERVICES["nginx"]["environment"]["OCSC_WEB_SERVERS"]
    assert re.search(r"\bzone \w+ \d+k;", servers)
    assert re.search(r"\bresolver 127\.0\.0\.11 valid=\ds\b", servers)
    assert re.search(r"\bserver web:8000 resolve\b", servers)


def test_no_reader_can_have_pages_fetched_anew():
    assert SERVICES["nginx"]["environment"]["OCSC_REFRESH_FROM"] == ""


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
    command = started(unit)
    if command[0] == "manage.py":
        assert (ROOT / f"news/management/commands/{command[1]}.py").exists()
    else:
        assert (ROOT / command[command.index("--config") + 1]).exists()
