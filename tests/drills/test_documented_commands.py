"""The documents' commands, typed as they stand into a shell beside a site of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.lab.processes import Data, Web
from tests.documented import HERE, ROOT

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

# What Debian, `install -d` and the site's virtual environment have made before.
OF_THE_SYSTEM = (
    "/srv/", "/var/backups/ocsc", "/var/lib/ocsc", "/etc/nginx/", "/etc/systemd/system/",
    "/etc/ocsc/", "/usr/local/sbin/", "/opt/ocsc/venv/bin/",
)  # fmt: skip
TO_BE_MADE = ("/var/cache/nginx",)
SYSTEMD_RUN = """#!{python}
# systemd-run as far as ocsc-manage needs it, with the system below {system}.
import os, sys
words, properties = sys.argv[1:], {{}}
while words[0].startswith("--"):
    name, _, value = words.pop(0).removeprefix("--property=").partition("=")
    properties[name] = value
assert properties["User"] == properties["Group"] == "ocsc", properties
settings = open("{system}" + properties["EnvironmentFile"]).read().splitlines()
os.chdir("{system}" + properties["WorkingDirectory"])
os.umask(int(properties["UMask"], 8))
environment = dict(each.split("=", 1) for each in settings if each and each[0] != "#")
os.execve("{system}" + words[0], words, {{"PATH": os.defpath}} | environment)
"""
RECORD = {
    "source_id": "old-1",
    "title": "สำนักงาน ก.พ. เปิดรับสมัครสอบ",
    "date": "2018-05-19",
    "paragraphs": ["สำนักงาน ก.พ. เปิดรับสมัครสอบภาค ก ประจำปี 2561"],
}


class Shell:
    """A folder in which the project's programs lie as in its own, and a system below it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.typed: list[str] = []
        for name in ("manage.py", "deploy"):
            (folder / name).symlink_to(ROOT / name)
        for path in OF_THE_SYSTEM:
            (folder / f"system{path}").mkdir(parents=True)
        (folder / "system/opt/ocsc/site").symlink_to(folder)
        (folder / "system/etc/nginx/conf.d").mkdir()
        programs = folder / "bin"
        programs.mkdir()
        own = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
        manager = SYSTEMD_RUN.format(python=sys.executable, system=folder / "system")
        for path, text in (
            (programs / "python3", own),
            (folder / "system/opt/ocsc/venv/bin/python", own),
            (programs / "systemd-run", manager),
        ):
            path.write_text(text)
            path.chmod(0o755)

    def type(self, command: str, data: Data, **changes: str) -> str:
        """Run `command` with its paths moved below this folder; returns what it printed. The
        settings of `data` are in the site's file, and nowhere else.
        """
        self.typed.append(command)
        changed = command
        for path in (*OF_THE_SYSTEM, *TO_BE_MADE):
            changed = re.sub(
                rf"(?<![\w/]){re.escape(path)}", f"{self.folder}/system{path}", changed
            )
        for old, new in changes.items():
            changed = changed.replace(old, new)
        # Its own user and group stand in for those that the installation makes.
        changed = changed.replace("-o ocsc -g ocsc", f"-o {os.getuid()} -g {os.getgid()}")
        (self.folder / "system/etc/ocsc/site.env").write_text(
            "".join(f"{name}={value}\n" for name, value in data.environment.items())
        )
        environment = {
            "PATH": f"{self.folder}/bin:{self.folder}/system/usr/local/sbin:{os.environ['PATH']}",
            "GNUPGHOME": str(self.folder / "gpg"),
        }
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", changed],
            cwd=self.folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{changed}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    return Shell(tmp_path_factory.mktemp("documented"))


@pytest.fixture(scope="module")
def data(shell):
    return Data(shell.folder / "data")


def one(part: str) -> str:
    (found,) = [each for each in HERE if part in each]
    return found


def newest(folder: Path, pattern: str) -> str:
    return max(folder.glob(pattern)).name


class TestASiteIsKeptByWhatTheDocumentsSay:
    def test_it_is_migrated_and_its_files_collected(self, shell, data):
        shell.type(one("deploy/ocsc-manage"), data)
        shell.type(one(" migrate "), data)
        shell.type(one("deploy/messages.py"), data)
        shell.type(one("collectstatic"), data)
        assert (data.folder / "static/staticfiles.json").exists()

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
        (shell.folder / "system/srv/old.jsonl").write_text(lines + "\n", encoding="utf-8")
        shell.type(one("--dry-run"), data)
        assert "0 releases" in data.manage("shell", "-v0", "-c", COUNT)
        shell.type(one("import_releases /srv/old.jsonl --report"), data)
        assert "1 releases" in data.manage("shell", "-v0", "-c", COUNT)
        shell.type(one("reindex"), data)
        shell.type(one("export_archive"), data)
        shell.type(one("export_web_archive"), data)
        assert list((shell.folder / "system/srv/web-archives").iterdir())

    def test_a_package_comes_into_an_empty_site(self, shell):
        other = Data(shell.folder / "other")
        other.manage("migrate", "--noinput", "--verbosity", "0")
        name = newest(shell.folder / "system/srv/packages", "ocsc-archive-*")
        shell.type(one("import_archive"), other, **{"ocsc-archive-20261123T020000Z": name})
        assert "1 releases" in other.manage("shell", "-v0", "-c", COUNT)

    def test_an_encrypted_backup_brings_a_lost_site_back(self, shell, data):
        home = shell.folder / "gpg"
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
                str(shell.folder / "system/etc/ocsc/backup-key.asc"),
                "--export",
            ],
            check=True,
        )
        shell.type(one(" backup "), data)
        name = newest(shell.folder / "system/var/backups/ocsc", "*.tar.gpg")
        shell.type(one("gpg "), data, **{"ocsc-20261123T023000Z.tar.gpg": name})
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
        (data.folder / "db.sqlite3").unlink()
        shell.type(one(" restore "), data)
        shell.type(one("rm /var/backups"), data)
        left = (shell.folder / "system/var/backups/ocsc").iterdir()
        assert {path.name for path in left} == {name, "erasures.json"}, "a secret key in clear"
        assert "1 releases" in data.manage("shell", "-v0", "-c", COUNT)
        shell.type(one(" verify"), data)

    def test_a_server_tells_that_it_is_ready_and_what_it_counts(self, shell, data):
        with Web(data, OCSC_ALLOWED_HOSTS="www.example.org") as web:
            for name in ("readyz", "metrics"):
                address = {"127.0.0.1:8000": f"127.0.0.1:{web.port}"}
                assert shell.type(one(f"8000/{name}"), data, **address)


class TestFilesOfAnInstallation:
    def test_settings_and_units_lie_where_they_belong(self, shell, data):
        (shell.folder / "deploy").unlink()
        shutil.copytree(ROOT / "deploy", shell.folder / "deploy")
        shell.type(one("cp deploy/site.env.example"), data)
        shell.type(one("cp deploy/compose.env.example"), data)
        shell.type(one("cp deploy/systemd/"), data)
        shell.type(one("deploy/site.env.example /etc/ocsc"), data)
        settings = shell.folder / "system/etc/ocsc/site.env"
        assert settings.stat().st_mode & 0o777 == 0o600
        assert (shell.folder / "system/etc/systemd/system/ocsc-web.service").exists()

    def test_nginx_takes_its_configuration(self, shell, data):
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert nginx, "apt-get install nginx-light"
        certificates = shell.folder / "system/etc/letsencrypt/live/www.example.org"
        certificates.mkdir(parents=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=www.example.org", "-keyout", str(certificates / "privkey.pem"),
             "-out", str(certificates / "fullchain.pem")],
            check=True, capture_output=True,
        )  # fmt: skip
        below = {"/etc/letsencrypt": f"{shell.folder}/system/etc/letsencrypt"}
        shell.type(one("install -d /var/cache/nginx"), data)
        shell.type(one("cp deploy/nginx"), data)
        shell.type(one("1i user"), data)
        shell.type(one("ocsc.conf.template"), data, **below)
        shell.type(one("tls.conf.template"), data)
        conf = shell.folder / "system/etc/nginx"
        text = (conf / "conf.d/ocsc.conf").read_text()
        (shell.folder / "system/var/log/nginx").mkdir(parents=True)  # the package's
        for path in ("/var/log/nginx", "/var/cache/nginx"):
            text = text.replace(path, f"{shell.folder}/system{path}")
        (conf / "conf.d/ocsc.conf").write_text(text)
        checked = subprocess.run(
            [nginx, "-t", "-e", "stderr", "-p", str(shell.folder), "-c", str(conf / "nginx.conf"),
             "-g", f"pid {shell.folder}/nginx.pid;"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stderr


def test_nothing_that_is_listed_was_left_out(shell):
    assert set(shell.typed) == set(HERE)


COUNT = (
    "from news.models import Version; from django.utils import timezone; "
    "print(Version.objects.listed(timezone.now()).count(), 'releases')"
)
