"""What nobody may use for Thai in code, templates and style sheets, because it harms it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = [*(ROOT / "news").rglob("*.py"), *(ROOT / "ocsc_site").rglob("*.py")]
TEMPLATES = [*(ROOT / "templates").rglob("*.html")]
STYLES = [*(ROOT / "static" / "css").rglob("*.css")]

# What is searched for, why it is banned, and a line that the pattern must find.
BANNED = [
    (TEMPLATES, r"\|\s*date\b|\{%\s*now\b", "prints the Common era", '{{ day|date:"j F Y" }}'),
    (
        TEMPLATES,
        r"\|\s*truncate(?:chars|words)",
        "cuts Thai anywhere",
        "{{ title|truncatechars:9 }}",
    ),
    (TEMPLATES, r"\|\s*slugify\b", "drops vowels and tone marks", "{{ title|slugify }}"),
    (CODE, r"\bTruncator\b|\btruncatechars\b", "cuts Thai anywhere", "Truncator(title).chars(9)"),
    (CODE, r"allow_unicode\s*=\s*True", "drops vowels and tone marks", "(x, allow_unicode=True)"),
    (CODE, r"(?<!\\)(?<!\\W)\\d", "matches Thai digits too", r're.compile(r"\d+")'),
    (STYLES, r"break-all", "breaks inside syllables", "word-break: break-all;"),
    (STYLES, r"letter-spacing\s*:(?!\s*(?:normal|0)\b)", "tears marks off", "letter-spacing: 1px;"),
    (STYLES, r"text-align\s*:\s*justify", "has no spaces to widen", "text-align: justify;"),
    (STYLES, r"::?first-letter", "takes a vowel for the letter", "p::first-letter {}"),
    (STYLES, r"text-transform\s*:(?!\s*none)", "changes mixed labels", "text-transform: uppercase"),
    (STYLES, r"font-style\s*:\s*(?:italic|oblique)", "Thai has no italics", "font-style: italic;"),
    (STYLES, r"hyphens\s*:\s*auto", "Thai is never hyphenated", "hyphens: auto;"),
]


@pytest.mark.parametrize(("files", "pattern", "reason", "example"), BANNED)
def test_nobody_uses_what_harms_thai(files, pattern, reason, example):
    assert re.search(pattern, example), "the rule would find nothing"
    assert files, "there is nothing to look at"
    offences = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()} ({reason})"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert not offences, "\n".join(offences)
