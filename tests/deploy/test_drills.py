"""Drills run whole, and what they saw is written down."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRILLS = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "tests/drills").glob("*.py"))
}
PACKAGES = (ROOT / "deploy/local/system-packages.sh").read_text(encoding="utf-8")


def called(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
    ]


def test_make_drills_writes_reports_and_sees_to_programs_first():
    said = subprocess.run(
        ["make", "--dry-run", "drills"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "deploy/local/system-packages.sh drill" in said
    (command,) = [line for line in said.splitlines() if "-m drill" in line]
    assert command.startswith("OCSC_EVIDENCE=1 ")


def test_no_drill_is_skipped_where_ci_counts_on_it():
    skipping = [call for tree in DRILLS.values() for call in called(tree, "skipif")]
    assert skipping
    for call in skipping:
        assert "os.environ.get('CI')" in ast.unparse(call.args[0])
    conditions = [
        ast.unparse(node.test)
        for tree in DRILLS.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        for line in node.body
        if isinstance(line, ast.Expr) and called(line, "skip")
    ]
    assert len(conditions) == sum(len(called(tree, "skip")) for tree in DRILLS.values())
    assert [each for each in conditions if "os.environ.get('CI')" not in each] == []


def test_every_program_that_a_drill_looks_for_is_seen_to():
    looked_for = {
        argument.value
        for tree in DRILLS.values()
        for call in called(tree, "which")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    assert "faketime" in looked_for
    assert [name for name in sorted(looked_for) if name not in PACKAGES] == []
