"""That the commands of benchmarks/README.md start: to run them takes minutes, and is no test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = re.findall(
    r"^\| `python (-m [\w.]+|benchmarks/\w+\.py)",
    (ROOT / "benchmarks/README.md").read_text(),
    re.MULTILINE,
)
AS_COMMAND = """
import runpy, sys
sys.path.insert(0, sys.argv[2])
(runpy.run_module if sys.argv[1] == "-m" else runpy.run_path)(sys.argv[-1], run_name="loaded")
"""


def test_the_table_has_commands():
    assert len(COMMANDS) > 8


@pytest.mark.parametrize("command", COMMANDS)
def test_a_benchmark_finds_all_that_it_needs(command):
    """In a shell of somebody who has set nothing."""
    how, what = ("-m", command[3:]) if command.startswith("-m ") else ("", command)
    folder = ROOT if how else ROOT / "benchmarks"
    ours = ("OCSC_", "DJANGO_", "DATABASE_URL", "REDIS_URL")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-c", AS_COMMAND, how, str(folder), what],
        cwd=ROOT, env=plain, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
