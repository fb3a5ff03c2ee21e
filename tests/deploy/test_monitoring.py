"""Dashboard and alerts ask for figures that the site has."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MONITORING = ROOT / "deploy/monitoring"
ALERTS = (MONITORING / "alerts.yml").read_text(encoding="utf-8")
DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
RUNBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
NAME = re.compile(r"\bocsc_[a-z_]+")


def known_figures():
    """Every figure that the code defines, with the names that Prometheus gives its parts."""
    code = "".join(
        (ROOT / path).read_text(encoding="utf-8")
        for path in ("news/metrics.py", "news/views/figures.py")
    )
    defined = set(re.findall(r'"(ocsc_[a-z_]+)"', code))
    return defined | {
        f"{name}_{part}" for name in defined for part in ("total", "bucket", "count", "sum")
    }


def expressions_of_the_dashboard():
    for panel in DASHBOARD["panels"]:
        assert panel["title"]
        assert panel["targets"]
        for target in panel["targets"]:
            yield target["expr"]


def test_alerts_and_dashboard_name_figures_that_exist():
    asked = set(NAME.findall(ALERTS))
    for expression in expressions_of_the_dashboard():
        asked |= set(NAME.findall(expression))
    assert len(asked) > 10
    assert asked - known_figures() == set()


def test_every_figure_is_looked_at_by_somebody():
    looked_at = ALERTS + "".join(expressions_of_the_dashboard()) + json.dumps(DASHBOARD)
    defined = {
        name for name in known_figures() if not re.search("_(total|bucket|count|sum)$", name)
    }
    assert {name for name in defined if name not in looked_at} == set()


def test_every_alert_says_how_grave_it_is_and_what_to_do_is_written_down():
    alerts = re.findall(r"- alert: (\w+)\n(.+?)(?=\n      - alert|\Z)", ALERTS, re.DOTALL)
    assert len(alerts) > 10
    for name, body in alerts:
        assert re.search(r"severity: (critical|warning|info)", body), name
        assert re.search(r"summary: \"[A-Z]", body), name
        assert f"`{name}`" in RUNBOOK, name


def test_panels_lie_beside_each_other_and_within_the_width():
    taken = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)"
)
def test_prometheus_itself_accepts_them():
    for command in (["check", "rules", "alerts.yml"], ["check", "config", "prometheus.yml"]):
        checked = subprocess.run(
            ["promtool", *command], cwd=MONITORING, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
