"""The Dockerfile builds, and what it makes runs without rights."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MISSING = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.skipif(
    bool(MISSING) or os.geteuid() != 0,
    reason=f"needs root and buildah and debootstrap; missing: {', '.join(MISSING) or 'root'}",
)
def test_the_image_is_built_and_serves(tmp_path, evidence):
    done = subprocess.run(
        ["bash", "deploy/lab/prove_image.sh", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in done.stdout.splitlines():
        evidence(line.removeprefix("image: "))
