"""Bandit over all that runs in production; what ruff was told of a line holds for both:

    python deploy/local/bandit.py news ocsc_site manage.py

ruff's S rules are Bandit's by the same numbers, so that `# noqa: S608 - why` is an answer to B608
as well. Prints what nobody answered and what could not be read; exits with 1 where there is any.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

# Bandit looks at `mark_safe` twice.
SAME = {"B703": "B308"}
ANSWERED = re.compile(r"# noqa: ([A-Z0-9, ]+)")


def findings(places: list[str]) -> tuple[list[dict], list[dict]]:
    """Bandit's results and the files that it could not read, as its JSON has them."""
    command = [sys.executable, "-m", "bandit", "-c", "pyproject.toml", "-q", "-f", "json", "-r"]
    done = subprocess.run(  # noqa: S603 - our own folders, as the Makefile names them
        [*command, *places], capture_output=True, text=True, check=False
    )
    said = json.loads(done.stdout)
    return said["results"], said["errors"]


def is_answered(finding: dict) -> bool:
    """Whether one of the lines that it is about has a word for ruff on the same rule."""
    lines = Path(finding["filename"]).read_text(encoding="utf-8").splitlines()
    rule = SAME.get(finding["test_id"], finding["test_id"]).replace("B", "S", 1)
    about = range(min(finding["line_range"]), max(finding["line_range"]) + 1)
    told = [ANSWERED.search(lines[number - 1]) for number in about]
    return any(rule in re.split(r"[, ]+", each[1]) for each in told if each)


if __name__ == "__main__":
    found, unread = findings(sys.argv[1:])
    for failure in unread:
        sys.stdout.write(f"{failure['filename']}: {failure['reason']}\n")
    open_ones = [finding for finding in found if not is_answered(finding)]
    for finding in open_ones:
        sys.stdout.write(
            f"{finding['filename']}:{finding['line_number']}: {finding['test_id']} "
            f"{finding['issue_text']}\n"
        )
    sys.exit(bool(open_ones or unread))
