"""Production starts with everything it needs, and with nothing less."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages

from ocsc_site.build import build_id

ROOT = Path(__file__).resolve().parent.parent

WHOLE = {
    "OCSC_ENV": "production",
    "OCSC_SECRET_KEY": "".join(chr(33 + number) for number in range(60)),
    "OCSC_ALLOWED_HOSTS": "www.example.org",
    "OCSC_BASE_URL": "https://www.example.org",
}


def check(environment: dict[str, str]) -> subprocess.CompletedProcess:
    """Django's deployment checks in a process of its own, with this environment alone."""
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_settings_pass_djangos_deployment_checks_without_a_warning(tmp_path):
    finished = check(WHOLE | {"OCSC_DATA_DIR": str(tmp_path)})
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OCSC_SECRET_KEY", ""),
        ("OCSC_SECRET_KEY", "short"),
        ("OCSC_ALLOWED_HOSTS", None),
        ("OCSC_BASE_URL", None),
        ("OCSC_ENV", "prodution"),
    ],
)
def test_production_refuses_to_start_without_what_it_needs_and_names_it(tmp_path, name, value):
    environment = WHOLE | {"OCSC_DATA_DIR": str(tmp_path)}
    if value is None:
        del environment[name]
    else:
        environment[name] = value
    finished = check(environment)
    assert finished.returncode != 0
    assert name in finished.stderr.splitlines()[-1]


def test_production_cannot_do_without_the_second_step(tmp_path):
    finished = subprocess.run(
        [
            *(sys.executable, "manage.py", "shell", "--no-imports", "--command"),
            "from django.conf import settings; print(settings.SECOND_STEP_REQUIRED)",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **WHOLE}
        | {"OCSC_DATA_DIR": str(tmp_path), "OCSC_SECOND_STEP": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.stdout.strip() == "True", finished.stderr


def test_static_files_can_be_read_by_whoever_serves_them_and_uploads_cannot(settings, tmp_path):
    """An image collects them as root and serves them as a user without rights."""
    settings.STATIC_ROOT = tmp_path / "static"
    storage = storages.create_storage(settings.STORAGES["staticfiles"])
    storage.save("a.css", ContentFile(b""))
    assert (settings.STATIC_ROOT / "a.css").stat().st_mode & 0o777 == 0o644
    default_storage.save("a.jpg", ContentFile(b""))
    assert (settings.MEDIA_ROOT / "a.jpg").stat().st_mode & 0o007 == 0


OPTIONS = """
import json
from ocsc_site.settings import DATABASES
print(json.dumps({alias: each["OPTIONS"] for alias, each in DATABASES.items()}))
"""


def test_what_the_addresses_say_of_tls_stays_on_every_way_to_a_database(tmp_path):
    tls = "sslmode=verify-full&sslrootcert=/etc/ocsc/ca.pem"
    finished = subprocess.run(
        [sys.executable, "-c", OPTIONS],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "OCSC_DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"postgres://ocsc@one/ocsc?{tls}",
            "OCSC_DATABASE_HOSTS": "one:5432,two:5432",
            "OCSC_REPLICA_URL": f"postgres://ocsc@two/ocsc?{tls}",
            **WHOLE,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    options = json.loads(finished.stdout)
    assert options.keys() == {"default", "replica"}
    for alias in options:
        assert options[alias]["sslmode"] == "verify-full"
        assert options[alias]["sslrootcert"] == "/etc/ocsc/ca.pem"
        assert options[alias]["connect_timeout"] == 2
    assert options["default"]["target_session_attrs"] == "read-write"
    assert "read_only=on" in options["replica"]["options"]


def test_machines_with_the_same_code_have_the_same_build_and_others_another(tmp_path):
    """Whenever the code was put there: validators have it, and a reader comes to any machine."""
    made = []
    for number, text in enumerate(("a", "a", "b")):
        root = tmp_path / str(number)
        (root / "templates").mkdir(parents=True)
        (root / "templates/page.html").write_text(text)
        (root / "templates/page.pyc").write_text(str(number))
        (root / "requirements.txt").write_text("django")
        made.append(build_id(root))
    assert made[0] == made[1] != made[2]
