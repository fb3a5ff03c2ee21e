"""What is said of packages' known vulnerabilities is what was found out, and no more."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = "shared/corpus/releases.jsonl.xz"
ASKED = {"name": "polib", "version": "1.2.0", "vulns": []}
ADVISORY = {"id": "PYSEC-2026-1", "fix_versions": ["1.2.1"]}
NOTHING_ASKED = {"name": "polib", "skip_reason": "no answer"}


@pytest.fixture
def audit(tmp_path):
    """Run the script beside a lock, with a pip-audit that reports `packages`, or nothing at all."""
    script = tmp_path / "deploy/local/audit.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "deploy/local/audit.sh", script)
    programs = tmp_path / "venv/bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(
        f'#!/bin/sh\n[ "$1" = -m ] && exit 0\nexec {sys.executable} "$@"\n'
    )

    def run(packages, lock=f"polib==1.2.0 \\\n    --hash=sha256:{'0' * 64}\n", **environment):
        (tmp_path / "lock.txt").write_text(lock)
        report = "" if packages is None else json.dumps({"dependencies": packages})
        code = int(packages is None or any(each.get("vulns") for each in packages))
        (programs / "pip-audit").write_text(f"#!/bin/sh\necho '{report}'\nexit {code}\n")
        for program in programs.iterdir():
            program.chmod(0o755)
        return subprocess.run(
            ["bash", str(script), "lock.txt"],
            env={"PATH": "/usr/bin:/bin", "VENV": str(programs.parent), **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_a_vulnerable_package_is_named_and_fails(audit):
    done = audit([ASKED | {"vulns": [ADVISORY]}])
    assert done.returncode == 1
    assert "polib 1.2.0: PYSEC-2026-1, mended in 1.2.1" in done.stdout


def test_sound_packages_pass(audit):
    done = audit([ASKED])
    assert (done.returncode, "1 of 1 packages were looked up" in done.stdout) == (0, True)
    assert "NOT known" not in done.stdout


@pytest.mark.parametrize("packages", [None, [], [NOTHING_ASKED]])
def test_where_nobody_answers_nothing_is_known_and_it_can_be_made_to_fail(audit, packages):
    done = audit(packages)
    assert (done.returncode, "is NOT known" in done.stdout) == (0, True)
    assert audit(packages, OCSC_AUDIT="required").returncode == 1


def test_a_lock_without_a_pinned_version_fails(audit):
    done = audit([ASKED], lock="polib>=1 \\\n    --hash=sha256:00\n")
    assert (done.returncode, "without a pinned version" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("said", "code", "told", "ends"),
    [
        ("audit: 9 of 9 packages were looked up", 0, "ci: all of it held", 0),
        ("audit: it is NOT known", 0, "ci: NOT KNOWN: whether a package has", 0),
        ("audit: polib 1.2.0: PYSEC-2026-1", 1, "ci: FAILED: Packages", 1),
    ],
)
def test_ci_ends_with_what_happened(said, code, told, ends):
    whole = (ROOT / ".ci/run").read_text()
    functions = re.findall(
        r"^(?:check|audit|tell)\(\) \{\n.*?^\}\n", whole, re.MULTILINE | re.DOTALL
    )
    assert len(functions) == 3
    script = (
        f"failed=() unknown=()\n{''.join(functions)}\nmake() {{ echo '{said}'; return {code}; }}\n"
    )
    done = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", f"{script}\ncheck Packages audit\ntell"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == ends, done.stderr
    assert said in done.stdout
    assert told in done.stdout
    assert ("all of it held" in done.stdout) == (told == "ci: all of it held")


@pytest.mark.parametrize("is_here", [True, False])
def test_ci_tells_that_tests_of_real_releases_were_skipped(tmp_path, is_here):
    whole = (ROOT / ".ci/run").read_text()
    functions = re.findall(r"^(?:corpus|tell)\(\) \{\n.*?^\}\n", whole, re.MULTILINE | re.DOTALL)
    assert len(functions) == 2
    assert re.search(r"^corpus$", whole, re.MULTILINE)
    (tmp_path / "site").mkdir()
    if is_here:
        (tmp_path / CORPUS).parent.mkdir(parents=True)
        (tmp_path / CORPUS).touch()
    script = f"failed=() unknown=()\n{''.join(functions)}\ncorpus\ntell"
    done = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", script],
        cwd=tmp_path / "site", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ("ci: NOT KNOWN: whether real releases" in done.stdout) == (not is_here)
    assert ("ci: all of it held" in done.stdout) == is_here


@pytest.mark.parametrize(
    "file", ["test_real_releases.py", "images/test_lettering.py", "thai/conftest.py"]
)
def test_ci_looks_where_those_tests_look(file):
    text = (ROOT / "tests" / file).read_text()
    assert '/ "shared" / "corpus" / "releases.jsonl.xz"' in text
    assert f"../{CORPUS}" in (ROOT / ".ci/run").read_text()
