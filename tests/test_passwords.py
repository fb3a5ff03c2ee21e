"""Which passwords the desk takes, and how it keeps them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.test_production_settings import WHOLE

ROOT = Path(__file__).resolve().parent.parent
TWELVE = "kwpfzjqmhxtb"


def test_twelve_characters_are_enough_and_eleven_are_not():
    validate_password(TWELVE)
    with pytest.raises(ValidationError) as refused:
        validate_password(TWELVE[1:])
    assert [each.code for each in refused.value.error_list] == ["password_too_short"]


@pytest.mark.parametrize(
    "password", [TWELVE * 10, "ม้าน้ำสีเขียวเดินช้า", "four words of nobody", "🐎" * 3 + "nothing but"]
)
def test_length_spaces_and_any_letters_are_welcome_and_none_is_asked_for(password):
    validate_password(password)


@pytest.mark.parametrize("password", ["password1234", "qwertyuiop123", "1q2w3e4r5t6y"])
def test_common_ones_are_refused(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "password_too_common" in [each.code for each in refused.value.error_list]


KEPT = """
import django
django.setup()
from django.contrib.auth.hashers import make_password
print(make_password("any"))
"""


def test_production_keeps_them_as_pbkdf2_with_djangos_own_work_factor(tmp_path):
    """In a process of its own: the tests' hasher is a quick one."""
    finished = subprocess.run(
        [sys.executable, "-c", KEPT],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "ocsc_site.settings",
            **WHOLE,
            "OCSC_DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    algorithm, iterations, salt, _hash = finished.stdout.strip().split("$")
    assert algorithm == "pbkdf2_sha256"
    assert int(iterations) == PBKDF2PasswordHasher.iterations >= 1_000_000
    assert len(salt) >= 20
