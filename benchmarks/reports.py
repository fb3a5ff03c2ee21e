"""How results are written down: a Markdown table, a plot, and what they were measured on."""

import json
import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a plot; `value` in the plot's unit, `note` behind the figure."""

    label: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What was wanted and what came out; both are ratios, or both are figures of one unit."""

    what: str
    wanted: float
    found: float
    at_least: bool = True

    @property
    def met(self) -> bool:
        return self.found >= self.wanted if self.at_least else self.found <= self.wanted

    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if self.met else "**falls short**"
        return f"| {self.what} | {sign} {self.wanted:g} | {self.found:.2f} | {verdict} |"


def targets_table(targets: list[Target]) -> str:
    lines = ["| what | wanted | found | |", "|---|---|---|---|"]
    return "\n".join([*lines, *(target.line() for target in targets)])


def machine(*packages: str, programs: dict[str, list[str]] | None = None) -> str:
    """One paragraph: when, on what, with which versions."""
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {version(name)}" for name in packages]
    versions += [f"{name} {_said_by(command)}" for name, command in (programs or {}).items()]
    day = datetime.now(UTC).date().isoformat()
    return (
        f"{day}, {os.cpu_count()} cores ({_processor()}), Linux {platform.release()}, load at the "
        f"end {os.getloadavg()[0]:.1f}; {', '.join(versions)}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="ascii").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _said_by(command: list[str]) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    words = (done.stdout + done.stderr).split("\n", 1)[0].replace("/", " ").split()
    return next(word for word in words if word[:1].isdigit())


def write(name: str, markdown: str, figures: dict) -> None:
    """Into `benchmarks/results/`: the table for people, the figures for programs."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(markdown, encoding="utf-8")
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def plot(name: str, title: str, unit: str, bars: list[Bar]) -> None:
    """Horizontal bars from 0, as `benchmarks/results/<name>.svg`."""
    left, width, row = 300, 420, 28
    height = 60 + row * len(bars)
    largest = max(bar.value for bar in bars)
    size = f'width="{left + width + 170}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="12" y="26" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for number, bar in enumerate(bars):
        y = 46 + row * number
        long = max(1, round(width * bar.value / largest))
        figure = f"{bar.value:,.{0 if bar.value >= 100 else 1}f} {unit}" + (
            f", {bar.note}" if bar.note else ""
        )
        lines += [
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect x="{left}" y="{y}" width="{long}" height="20" fill="#5b2a73"/>',
            f'<text x="{left + long + 6}" y="{y + 15}">{escape(figure)}</text>',
        ]
    (RESULTS / f"{name}.svg").write_text("\n".join([*lines, "</svg>\n"]), encoding="utf-8")
