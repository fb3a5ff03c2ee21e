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
ALERT = re.compile(r"- alert: (\w+)")
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
    alerts = re.findall(rf"{ALERT.pattern}\n(.+?)(?=\n      - alert|\Z)", ALERTS, re.DOTALL)
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


needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)"
)

DAY = 86_400
GOOD = {
    'ocsc_degraded{what="database"}': 0,
    'probe_success{job="from-outside"}': 1,
    'up{job="machines",instance="one"}': 1,
    'up{job="machines",instance="two"}': 1,
    "ocsc_backup_age_seconds": DAY,
    "ocsc_backup_bytes": 1e9,
    "ocsc_disk_bytes": 1e11,
    "ocsc_disk_free_bytes": 5e10,
    'node_filesystem_size_bytes{mountpoint="/",fstype="ext4"}': 1e11,
    'node_filesystem_avail_bytes{mountpoint="/",fstype="ext4"}': 5e10,
    'node_filesystem_size_bytes{mountpoint="/tmp",fstype="tmpfs"}': 1e9,
    'node_filesystem_avail_bytes{mountpoint="/tmp",fstype="tmpfs"}': 0,
    # Prometheus's own tests begin at the epoch; asked is two hours later.
    "probe_ssl_earliest_cert_expiry": 60 * DAY,
}
WATCHING = {
    "BackupTooOld", "BackupShrank", "DiskNearlyFull", "DiskFull", "CertificateEnds",
    "CertificateEndsSoon", "NobodyLooks", "SiteUnreachable",
}  # fmt: skip


@needs_promtool
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, set()),
        ({"ocsc_backup_age_seconds": 1.4 * DAY}, set()),
        ({"ocsc_backup_age_seconds": 1.6 * DAY}, {"BackupTooOld"}),
        ({"ocsc_backup_age_seconds": None}, {"BackupTooOld"}),
        # Told by DatabaseLost and by SiteDown.
        ({"ocsc_backup_age_seconds": None, 'ocsc_degraded{what="database"}': 1}, set()),
        ({"ocsc_backup_age_seconds": None, 'ocsc_degraded{what="database"}': None}, set()),
        ({"ocsc_backup_bytes": "1000000000x60 400000000x100"}, {"BackupShrank"}),
        ({"ocsc_backup_bytes": "1000000000x60 600000000x100"}, set()),
        ({"ocsc_disk_free_bytes": 9e9}, {"DiskNearlyFull"}),
        ({"ocsc_disk_free_bytes": 2e9}, {"DiskNearlyFull", "DiskFull"}),
        (
            {'node_filesystem_avail_bytes{mountpoint="/",fstype="ext4"}': 2e9},
            {"DiskNearlyFull", "DiskFull"},
        ),
        ({"probe_ssl_earliest_cert_expiry": 15 * DAY}, set()),
        ({"probe_ssl_earliest_cert_expiry": 13 * DAY}, {"CertificateEnds"}),
        ({"probe_ssl_earliest_cert_expiry": 2 * DAY}, {"CertificateEnds", "CertificateEndsSoon"}),
        # One that has ended is not told any more: then nobody reaches the site.
        (
            {"probe_ssl_earliest_cert_expiry": None, 'probe_success{job="from-outside"}': 0},
            {"SiteUnreachable"},
        ),
        ({'probe_success{job="from-outside"}': None}, {"NobodyLooks"}),
        ({'up{job="machines",instance="two"}': 0}, {"NobodyLooks"}),
    ],
)
def test_what_runs_out_in_silence_wakes_somebody(tmp_path, changed, expected):
    """By Prometheus's own reckoning, after two hours of these figures."""
    figures = {name: value for name, value in (GOOD | changed).items() if value is not None}
    series = [
        {"series": name, "values": value if isinstance(value, str) else f"{value:.0f}x160"}
        for name, value in figures.items()
    ]
    names = ALERT.findall(ALERTS)
    assert set(names) >= WATCHING
    # Given as series, so that labels and words of the alerts are not repeated here.
    firing = "|".join(sorted(WATCHING))
    asked = f'count by (alertname) (ALERTS{{alertstate="firing",alertname=~"{firing}"}})'
    told = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in sorted(expected)]
    test = {
        "rule_files": [str(MONITORING / "alerts.yml")],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": series,
                "promql_expr_test": [{"expr": asked, "eval_time": "2h", "exp_samples": told}],
            }
        ],
    }
    path = tmp_path / "test.yml"
    path.write_text(json.dumps(test))  # YAML as well
    tested = subprocess.run(
        ["promtool", "test", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr


@needs_promtool
def test_prometheus_itself_accepts_them():
    for command in (["check", "rules", "alerts.yml"], ["check", "config", "prometheus.yml"]):
        checked = subprocess.run(
            ["promtool", *command], cwd=MONITORING, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
