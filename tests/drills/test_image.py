"""The Dockerfile builds, and what it makes runs without rights."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="an image is built by root"
)
def test_the_image_is_built_and_serves(tmp_path, evidence):
    missing = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]
    assert not missing, f"apt-get install {' '.join(missing)}"
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
