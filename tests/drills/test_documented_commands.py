"""The documents' commands, typed as they stand into a shell beside a site of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deploy.lab.processes import Data, Web
from deploy.lab.services import Postgres, find_postgresql, own_folder
from tests.documented import HERE, ROOT

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

# What Debian and `install -d` have made before.
OF_THE_SYSTEM = (
    "/srv/", "/var/backups/ocsc", "/var/lib/ocsc", "/etc/nginx/", "/etc/systemd/system/",
    "/etc/ocsc", "/usr/local/sbin/", "/opt/ocsc/",
)  # fmt: skip
TO_BE_MADE = ("/var/cache/nginx",)
SYSTEMD_RUN = """
# systemd-run as far as ocsc-manage needs it, with the system below {system}.
import os, sys
def below(path):
    return path if path.startswith("{system}") else "{system}" + path
words, properties = sys.argv[1:], {{}}
while words[0].startswith("--"):
    name, _, value = words.pop(0).removeprefix("--property=").partition("=")
    properties[name] = value
assert properties["User"] == properties["Group"] == "ocsc", properties
settings = open(below(properties["EnvironmentFile"])).read().splitlines()
os.chdir(below(properties["WorkingDirectory"]))
os.umask(int(properties["UMask"], 8))
environment = dict(each.split("=", 1) for each in settings if each and each[0] != "#")
os.execve(below(words[0]), words, {{"PATH": os.defpath}} | environment)
"""
SYSTEMCTL = """
# systemctl as far as it can be held to the units without a running systemd.
import pathlib, subprocess, sys
verb, *words = sys.argv[1:]
units = pathlib.Path("{system}/etc/systemd/system")
named = [word if "." in word else word + ".service" for word in words if word[0] != "-"]
ours = [unit for unit in named if unit != "nginx.service"]
assert all((units / unit).exists() for unit in ours), named
assert bool(named) == (verb != "daemon-reload")
assert verb in ("daemon-reload", "enable", "reload", "restart", "start", "stop"), verb
if verb == "enable":
    known = {{"PATH": "/usr/bin:/bin"}}
    subprocess.run(["systemctl", "--root={system}", "enable", *ours], check=True, env=known)
if verb == "reload":
    assert all("\\nExecReload=" in (units / unit).read_text() for unit in ours), named
"""
DOCKER = """
# docker compose as far as it can be held to compose.yaml without a container engine.
import os, sys, yaml
compose, option, file, verb, *words = sys.argv[1:]
assert (compose, option) == ("compose", "--file"), sys.argv
services = yaml.safe_load(open(file))["services"]
if verb == "up":
    assert words == ["--detach", "--build"], words
    assert all(map(os.path.exists, ("Dockerfile", "deploy/site.env", "deploy/.env")))
else:
    assert verb == "run" and words.pop(0) == "--rm", sys.argv
    assert words.pop(0) in services, sys.argv
    assert words[:2] in ([], ["python", "manage.py"]), words
    if words:
        os.environ["OCSC_ENV"] = "test"
        os.execv("{python}", ["{python}", "manage.py", words[2], "--help"])
"""
RECORD = {
    "source_id": "old-1",
    "title": "สำนักงาน ก.พ. เปิดรับสมัครสอบ",
    "date": "2018-05-19",
    "paragraphs": ["สำนักงาน ก.พ. เปิดรับสมัครสอบภาค ก ประจำปี 2561"],
}


class Shell:
    """A system below `root` in which versions of the code have a folder each, and whoever types is
    in the folder of one.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.system = root / "system"
        self.typed: list[str] = []
        for path in OF_THE_SYSTEM:
            (self.system / path.lstrip("/")).mkdir(parents=True)
        (self.system / "etc/nginx/conf.d").mkdir()
        for name in ("passwd", "group", "shadow", "gshadow"):
            (self.system / f"etc/{name}").touch()
        self.programs = root / "bin"
        self.programs.mkdir()
        for name, text in (
            ("systemd-run", SYSTEMD_RUN), ("systemctl", SYSTEMCTL), ("docker", DOCKER),
        ):  # fmt: skip
            known = text.format(system=self.system, python=sys.executable)
            self.program(name, f"#!{sys.executable}{known}")
        for name, does in (
            ("apt-get", "/usr/bin/apt-get --simulate"),
            ("useradd", f"/usr/sbin/useradd --prefix {self.system}"),
            ("python3", sys.executable),
        ):
            self.program(name, f'#!/bin/sh\nexec {does} "$@"\n')
        self.take("2026-12-01")

    def program(self, name: str, text: str) -> None:
        """One that is found before the machine's own of that name."""
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def take(self, version: str) -> None:
        """Put the code into a folder of its own, and go there."""
        self.code = self.system / "opt/ocsc" / version
        committed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for name in filter(None, committed.split("\0")):
            if (ROOT / name).exists():
                (self.code / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.code / name)

    def type(
        self, command: str, data: Data, said: str = "", server: dict | None = None, **changes: str
    ) -> str:
        """Run `command` with its paths moved below this system, `said` typed into it; returns what
        it printed. The settings of `data` are in the site's file, and nowhere else.
        """
        self.typed.append(command)
        changed = command
        for path in (*OF_THE_SYSTEM, *TO_BE_MADE):
            changed = re.sub(rf"(?<![\w/]){re.escape(path)}", f"{self.system}{path}", changed)
        for old, new in changes.items():
            changed = changed.replace(old, new)
        # Its own user and group stand in for those that the installation makes.
        changed = re.sub(r"-o (ocsc|10001) -g \1\b", f"-o {os.getuid()} -g {os.getgid()}", changed)
        if os.geteuid() != 0:
            changed = changed.removeprefix("runuser -u postgres -- ")
        (self.system / "etc/ocsc/site.env").write_text(
            "".join(f"{name}={value}\n" for name, value in data.environment.items())
        )
        environment = {
            "PATH": f"{self.programs}:{self.system}/usr/local/sbin:{os.environ['PATH']}",
            "HOME": os.environ["HOME"],
            "GNUPGHOME": str(self.root / "gpg"),
            **(server or {}),
        }
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", changed],
            cwd=self.code, env=environment, input=said, start_new_session=True,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{changed}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    return Shell(tmp_path_factory.mktemp("documented"))


@pytest.fixture(scope="module")
def data(shell):
    return Data(shell.root / "data")


def one(part: str) -> str:
    (found,) = [each for each in HERE if part in each]
    return found


def newest(folder: Path, pattern: str) -> str:
    return max(folder.glob(pattern)).name


class TestASiteIsInstalledByWhatTheDocumentsSay:
    def test_packages_user_and_folders(self, shell, data):
        if not list(Path("/var/lib/apt/lists").glob("*Packages*")):
            subprocess.run(["/usr/bin/apt-get", "update", "-qq"], check=True)
        shell.type(one("apt-get"), data)
        shell.type(one("useradd"), data)
        assert "ocsc:" in (shell.system / "etc/passwd").read_text()
        shell.type(one("-g ocsc -m 750 /var/lib"), data)
        shell.type(one("10001"), data)
        assert (shell.system / "var/backups/ocsc").stat().st_mode & 0o777 == 0o700

    def test_the_code_has_its_own_python_with_what_production_needs(self, shell, data):
        shell.type(one("-m venv"), data)
        shell.type(one("pip install"), data)
        shell.type(one("deploy/messages.py"), data)
        assert (shell.code / "locale/th/LC_MESSAGES/django.mo").exists()

    def test_the_database_is_made(self, shell, data):
        with tempfile.TemporaryDirectory(prefix="ocsc-") as made:
            Path(made).chmod(0o755)
            with Postgres.made(own_folder(Path(made) / "databases") / "primary") as server:
                # As Debian makes it: a superuser `postgres`, and nothing else.
                server.ask("CREATE ROLE postgres SUPERUSER LOGIN")
                as_postgres = f"postgres://postgres@127.0.0.1:{server.port}/postgres"
                psql = [find_postgresql("psql"), "-XAtq", as_postgres, "-c"]
                for statement in ("DROP DATABASE ocsc", "ALTER ROLE ocsc RENAME TO debian"):
                    subprocess.run([*psql, statement], check=True)
                known = {
                    "PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres",
                }  # fmt: skip
                password = "secret\n"
                shell.type(one("createuser"), data, said=2 * password, server=known)
                shell.type(one("createdb"), data, server=known)
                assert server.ask(
                    "SELECT pg_get_userbyid(datdba) || ' ' || pg_encoding_to_char(encoding) || ' ' "
                    "|| datcollate FROM pg_database WHERE datname = 'ocsc'"
                ) == "ocsc UTF8 C.UTF-8"  # fmt: skip
                assert server.ask(
                    "SELECT rolsuper || ' ' || rolcanlogin FROM pg_roles WHERE rolname = 'ocsc'"
                ) == "false true"  # fmt: skip

    def test_settings_lie_where_they_belong_and_are_the_sites_alone(self, shell, data):
        shell.type(one("deploy/site.env.example /etc/ocsc"), data)
        settings = shell.system / "etc/ocsc/site.env"
        assert settings.stat().st_mode & 0o777 == 0o600

    def test_it_is_migrated_and_its_files_collected(self, shell, data):
        shell.type(one("deploy/ocsc-manage"), data)
        shell.type(one(" migrate "), data)
        shell.type(one("collectstatic"), data)
        assert (data.folder / "static/staticfiles.json").exists()

    def test_the_version_runs_by_units_that_systemd_understands(self, shell, data):
        shell.type(one("ln -s"), data)
        assert (shell.system / "opt/ocsc/site").readlink() == shell.code
        shell.type(one("cp deploy/systemd/"), data)
        shell.type(one("daemon-reload"), data)
        shell.type(one("systemctl enable"), data)
        units = shell.system / "etc/systemd/system"
        wanted = {path.name for path in units.glob("*.wants/*")}
        assert wanted == {"ocsc-web.service", "ocsc-work.service", "ocsc-backup.timer"}
        checked = shell.root / "units"
        checked.mkdir()
        for path in units.glob("ocsc-*"):
            text = path.read_text().replace("/opt/ocsc/", f"{shell.system}/opt/ocsc/")
            (checked / path.name).write_text(text)
        names = [str(path) for path in sorted(checked.iterdir())]
        said = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *names],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (said.returncode, said.stderr) == (0, "")

    def test_nginx_takes_its_configuration(self, shell, data):
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert nginx, "apt-get install nginx-light"
        conf = shell.system / "etc/nginx"
        shell.program(
            "nginx",
            f"#!/bin/sh\nexec {nginx} -e stderr -p {shell.root} -c {conf}/nginx.conf "
            f"-g 'pid {shell.root}/nginx.pid;' \"$@\"\n",
        )
        certificates = shell.system / "etc/letsencrypt/live/www.example.org"
        certificates.mkdir(parents=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=www.example.org", "-keyout", str(certificates / "privkey.pem"),
             "-out", str(certificates / "fullchain.pem")],
            check=True, capture_output=True,
        )  # fmt: skip
        below = {"/etc/letsencrypt": f"{shell.system}/etc/letsencrypt"}
        shell.type(one("install -d /var/cache/nginx"), data)
        shell.type(one("cp deploy/nginx"), data)
        shell.type(one("1i user"), data)
        shell.type(one("ocsc.conf.template"), data, **below)
        shell.type(one("tls.conf.template"), data)
        text = (conf / "conf.d/ocsc.conf").read_text()
        (shell.system / "var/log/nginx").mkdir(parents=True)  # the package's
        for path in ("/var/log/nginx", "/var/cache/nginx"):
            text = text.replace(path, f"{shell.system}{path}")
        (conf / "conf.d/ocsc.conf").write_text(text)
        shell.type(one("systemctl restart nginx"), data)

    def test_containers_are_those_of_compose_yaml(self, shell, data):
        shell.type(one("cp deploy/site.env.example"), data)
        shell.type(one("cp deploy/compose.env.example"), data)
        for command in [each for each in HERE if each.startswith("docker")]:
            shell.type(command, data)


class TestASiteIsKeptByWhatTheDocumentsSay:
    def test_accounts_get_links_and_a_newer_one_is_another(self, shell, data):
        links = [
            re.search(r"https?://\S+", shell.type(command, data))[0]
            for command in (one("create_account somchai"), *[
                each for each in HERE if "access_link somchai" in each
            ])
        ]  # fmt: skip
        assert len(set(links)) == 3

    def test_releases_are_brought_in_and_the_archive_goes_out(self, shell, data):
        lines = json.dumps(RECORD, ensure_ascii=False)
        (shell.system / "srv/old.jsonl").write_text(lines + "\n", encoding="utf-8")
        shell.type(one("--dry-run"), data)
        assert "0 releases" in data.manage("shell", "-v0", "-c", COUNT)
        shell.type(one("import_releases /srv/old.jsonl --report"), data)
        assert "1 releases" in data.manage("shell", "-v0", "-c", COUNT)
        shell.type(one("reindex"), data)
        shell.type(one("export_archive"), data)
        shell.type(one("export_web_archive"), data)
        assert list((shell.system / "srv/web-archives").iterdir())

    def test_a_package_comes_into_an_empty_site(self, shell):
        other = Data(shell.root / "other")
        other.manage("migrate", "--noinput", "--verbosity", "0")
        name = newest(shell.system / "srv/packages", "ocsc-archive-*")
        shell.type(one("import_archive"), other, **{"ocsc-archive-20261123T020000Z": name})
        assert "1 releases" in other.manage("shell", "-v0", "-c", COUNT)

    def test_an_encrypted_backup_brings_a_lost_site_back(self, shell, data):
        home = shell.root / "gpg"
        home.mkdir(mode=0o700)
        gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet"]
        subprocess.run(
            [*gpg, "--passphrase", "", "--quick-generate-key", "backup@example.org"], check=True
        )
        subprocess.run(
            [
                *gpg,
                "--armor",
                "--output",
                str(shell.system / "etc/ocsc/backup-key.asc"),
                "--export",
            ],
            check=True,
        )
        shell.type(one(" backup "), data)
        name = newest(shell.system / "var/backups/ocsc", "*.tar.gpg")
        shell.type(one("systemctl stop"), data)
        shell.type(one("gpg --decrypt"), data, **{"ocsc-20261123T023000Z.tar.gpg": name})
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
        (data.folder / "db.sqlite3").unlink()
        shell.type(one(" restore "), data)
        shell.type(one("rm /var/backups"), data)
        shell.type(one("systemctl start"), data)
        left = (shell.system / "var/backups/ocsc").iterdir()
        assert {path.name for path in left} == {name, "erasures.json"}, "a secret key in clear"
        assert "1 releases" in data.manage("shell", "-v0", "-c", COUNT)
        shell.type(one(" verify"), data)

    def test_a_server_tells_that_it_is_ready_and_what_it_counts(self, shell, data):
        with Web(data, OCSC_ALLOWED_HOSTS="www.example.org") as web:
            for name in ("readyz", "metrics"):
                address = {"127.0.0.1:8000": f"127.0.0.1:{web.port}"}
                assert shell.type(one(f"8000/{name}"), data, **address)


def test_a_new_version_is_taken_from_a_folder_of_its_own(shell, data):
    former = shell.code
    shell.take("2026-12-02")
    for part in (
        "-m venv", "pip install", "deploy/messages.py", " migrate ", "reindex", "collectstatic",
        "ln -s", "cp deploy/systemd/", "deploy/ocsc-manage", "daemon-reload", "reload ocsc-web",
        "restart ocsc-work", "systemctl reload nginx",
    ):  # fmt: skip
        shell.type(one(part), data)
    assert (shell.system / "opt/ocsc/site").readlink() == shell.code != former
    assert "1 releases" in data.manage("shell", "-v0", "-c", COUNT, code=shell.code)


def test_nothing_that_is_listed_was_left_out(shell):
    assert set(shell.typed) == set(HERE)


COUNT = (
    "from news.models import Version; from django.utils import timezone; "
    "print(Version.objects.listed(timezone.now()).count(), 'releases')"
)
