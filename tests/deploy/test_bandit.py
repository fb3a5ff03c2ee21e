"""What Bandit finds and nobody has answered ends `make lint`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DANGEROUS = """
import os
os.system(input())
cursor.execute("DELETE FROM %s" % table){answer}
"""


def said_of(place):
    done = subprocess.run(
        [sys.executable, "deploy/local/bandit.py", str(place)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_finding_is_told_with_its_place(tmp_path):
    (tmp_path / "dangerous.py").write_text(DANGEROUS.format(answer=""))
    code, said = said_of(tmp_path)
    assert code == 1
    assert f"{tmp_path}/dangerous.py:3: B605 " in said
    assert f"{tmp_path}/dangerous.py:4: B608 " in said


def test_what_ruff_was_told_of_a_line_is_an_answer_to_the_same_rule_alone(tmp_path):
    answered = DANGEROUS.format(answer="  # noqa: S608 - a name of ours")
    (tmp_path / "dangerous.py").write_text(answered)
    code, said = said_of(tmp_path)
    assert code == 1
    assert "B605" in said
    assert "B608" not in said


def test_where_it_could_not_look_nothing_is_said_to_be_well(tmp_path):
    (tmp_path / "broken.py").write_text("def (")
    code, said = said_of(tmp_path)
    assert code == 1
    assert "broken.py" in said
