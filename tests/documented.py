"""Every command that README and the operator's documents tell people to type, as one line each."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "docs/operations.md", ROOT / "docs/archive.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Bash's own rule: a # begins a comment at the start of a word. None of ours stands in quotes.
COMMENT = re.compile(r"(^|\s)#.*")


def documented() -> list[str]:
    """Without comments, with single spaces, in the order of the documents."""
    found = []
    for path in DOCUMENTS:
        for block in BLOCK.findall(path.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                command = " ".join(COMMENT.sub("", line).split())
                if command:
                    found.append(command)
    return found


def settings_of_postgresql() -> dict[str, str]:
    """What the documents want in postgresql.conf: comments of the form `#   name = value`."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    found = re.findall(r"^#   (\w+) = (.+)$", "".join(BLOCK.findall(text)), re.MULTILINE)
    return {name: value.strip("'") for name, value in found}


MANAGE = "ocsc-manage"
HERE = (
    # An installation below a folder, in this order: tests/drills/test_documented_commands.py. What
    # needs systemd or a container engine is held to the units and to compose.yaml.
    "apt-get install nginx postgresql redis-server python3-venv libfribidi0 gpg curl",
    "useradd --system --home-dir /var/lib/ocsc --shell /usr/sbin/nologin ocsc",
    "install -d -o ocsc -g ocsc -m 750 /var/lib/ocsc /var/backups/ocsc /etc/ocsc",
    "install -d -o 10001 -g 10001 -m 700 /var/backups/ocsc",
    "python3 -m venv .venv",
    ".venv/bin/pip install --require-hashes --no-deps -r requirements.txt",
    ".venv/bin/python deploy/messages.py",
    "runuser -u postgres -- createuser --pwprompt ocsc",
    (
        "runuser -u postgres -- createdb --owner=ocsc --template=template0 --encoding=UTF8 "
        "--locale=C.UTF-8 ocsc"
    ),
    "install -o ocsc -g ocsc -m 600 deploy/site.env.example /etc/ocsc/site.env",
    "install -m 755 deploy/ocsc-manage /usr/local/sbin/",
    f"{MANAGE} migrate --noinput",
    f"{MANAGE} collectstatic --noinput",
    'ln -s "$PWD" /opt/ocsc/site.new && mv -T /opt/ocsc/site.new /opt/ocsc/site',
    "cp deploy/systemd/* /etc/systemd/system/",
    "systemctl daemon-reload",
    "systemctl enable --now ocsc-web ocsc-work ocsc-backup.timer",
    "install -d /var/cache/nginx",
    "cp deploy/nginx/nginx.conf /etc/nginx/",
    "sed -i '1i user www-data;' /etc/nginx/nginx.conf",
    (
        "OCSC_SERVER_NAME=www.example.org OCSC_TLS='ssl_certificate "
        "/etc/letsencrypt/live/www.example.org/fullchain.pem; ssl_certificate_key "
        "/etc/letsencrypt/live/www.example.org/privkey.pem;' python3 deploy/nginx/render.py "
        "deploy/nginx/ocsc.conf.template >/etc/nginx/conf.d/ocsc.conf"
    ),
    (
        "OCSC_SERVER_NAME=www.example.org python3 deploy/nginx/render.py "
        "deploy/nginx/tls.conf.template >/etc/nginx/conf.d/tls.conf"
    ),
    "nginx -t && systemctl restart nginx",
    "cp deploy/site.env.example deploy/site.env",
    "cp deploy/compose.env.example deploy/.env",
    "docker compose --file deploy/compose.yaml up --detach --build",
    (
        "docker compose --file deploy/compose.yaml run --rm web python manage.py create_account "
        "NAME --administrator"
    ),
    "docker compose --file deploy/compose.yaml run --rm backup",
    # The site that was installed so.
    f"{MANAGE} create_account somchai --administrator --email somchai@example.org",
    f"{MANAGE} access_link somchai",
    f"{MANAGE} access_link somchai --without-second-step",
    f"{MANAGE} import_releases /srv/old.jsonl --dry-run --report /var/lib/ocsc/report.jsonl",
    f"{MANAGE} import_releases /srv/old.jsonl --report /var/lib/ocsc/report.jsonl",
    f"{MANAGE} reindex --if-stale",
    f"{MANAGE} export_archive /srv/packages",
    f"{MANAGE} export_web_archive 2018-05 /srv/web-archives",
    f"{MANAGE} backup /var/backups/ocsc --keep 14 --encrypt-to /etc/ocsc/backup-key.asc",
    "systemctl stop ocsc-web ocsc-work",
    (
        "gpg --decrypt /var/backups/ocsc/ocsc-20261123T023000Z.tar.gpg | "
        "install -o ocsc -g ocsc -m 600 /dev/stdin /var/backups/ocsc/backup.tar"
    ),
    f"{MANAGE} restore /var/backups/ocsc/backup.tar --replace",
    "rm /var/backups/ocsc/backup.tar",
    "systemctl start ocsc-web ocsc-work",
    f"{MANAGE} verify",
    # On a second one, which is empty.
    f"{MANAGE} import_archive /srv/packages/ocsc-archive-20261123T020000Z",
    # Beside a web server.
    "curl --fail --silent http://127.0.0.1:8000/readyz --header 'Host: www.example.org'",
    "curl --fail --silent http://127.0.0.1:8000/metrics --header 'Host: www.example.org'",
    # A new version.
    "systemctl reload ocsc-web",
    "systemctl restart ocsc-work",
    "nginx -t && systemctl reload nginx",
)
"""Run as they stand, but for paths, the port and the moment in a name."""

WEEKLY = (
    "rm -rf /srv/base/unfinished",
    (
        "runuser -u postgres -- pg_basebackup --wal-method=stream --checkpoint=fast "
        "--pgdata=/srv/base/unfinished"
    ),
    "mv /srv/base/unfinished /srv/base/$(date +%FT%H%M%S)",
    "ls -d /srv/base/2* | head -n -2 | xargs --no-run-if-empty rm -r",
    (
        "runuser -u postgres -- pg_archivecleanup /srv/wal "
        r"$(sed -n 's/^START WAL .*(file \(.*\))$/\1/p' /srv/base/2*/backup_label | head -n 1)"
    ),
)
"""What is done every week for a database that can go back: run as they stand, but for paths."""

_RECOVERY = "test_the_database_goes_back_to_the_moment_before_a_mistake"
_PRIMARY = "tests/drills/test_many_machines.py::test_the_primary_is_killed_under_load"
_ANEW = "tests/deploy/test_nginx.py::test_the_application_itself_can_have_a_page_fetched_anew"
ELSEWHERE = {
    "make run": "tests/deploy/test_make_run.py::"
    "test_an_empty_clone_serves_the_first_release_in_both_languages_and_does_so_again",
    "make test": ".ci/run::on_sqlite",
    "for encoding in br gzip identity; do curl --fail --silent --output /dev/null --resolve "
    'www.example.org:443:127.0.0.1 --header "Accept-Encoding: $encoding" --header '
    "'X-OCSC-Refresh: 1' https://www.example.org/th/; done": _ANEW,
    "install -d -o postgres -g postgres -m 700 /srv/wal /srv/base": "deploy/lab/services.py::"
    "own_folder",
    **dict.fromkeys(WEEKLY, f"tests/drills/test_recovery.py::{_RECOVERY}"),
    "touch /var/lib/postgresql/15/main/recovery.signal": "tests/drills/test_recovery.py::"
    f"{_RECOVERY}",
    "pg_ctlcluster 15 main promote": _PRIMARY,
    "promtool check rules deploy/monitoring/alerts.yml": "tests/deploy/test_monitoring.py::"
    "test_prometheus_itself_accepts_them",
}
"""command -> the test, or the step of `.ci/run`, that does what it does."""
