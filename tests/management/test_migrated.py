"""A database without its tables is told in one sentence that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from news import schema

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["export_archive", "{folder}"],
        ["export_web_archive", "2018-05", "{folder}"],
        ["export_open_data"],
        ["import_archive", "{folder}"],
        ["import_releases", "{folder}/releases.jsonl"],
        ["verify"],
        ["reindex"],
    ],
    ids=lambda command: command[0],
)
def test_without_its_migrations_a_command_does_nothing(command, tmp_path, monkeypatch):
    # Without the mark for the database: a command that asked it for anything would fail here.
    monkeypatch.setattr(schema, "is_current", lambda: False)
    folder = tmp_path / "folder"
    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        call_command(*(argument.format(folder=folder) for argument in command))
    assert not folder.exists()


def test_a_new_file_as_a_database_is_one_line_and_exit_code_1(tmp_path):
    environment = {
        **os.environ,
        "OCSC_ENV": "test",
        "OCSC_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
    }
    finished = subprocess.run(
        [sys.executable, "manage.py", "export_archive", str(tmp_path / "packages")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("CommandError: ")
    assert "manage.py migrate" in finished.stderr
    assert len(finished.stderr.splitlines()) == 1
    assert not (tmp_path / "packages").exists()
