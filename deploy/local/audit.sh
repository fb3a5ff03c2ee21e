#!/usr/bin/env bash
# Ask whether any pinned package has a known vulnerability:
#
#     deploy/local/audit.sh requirements.txt [requirements-optional.txt ...]
#
# Exit code 1 and the advisories where one has. Where no advisory service can be reached nothing is known, which it
# says; with OCSC_AUDIT=required that is a failure as well. What needs no network is always checked: every line of
# a lock is pinned and hashed, and the packages that are installed go together.
set -euo pipefail
cd "$(dirname "$0")/../.."

bin=${VENV:-.venv}/bin
report=$(mktemp)
trap 'rm -f "$report"' EXIT

for lock in "$@"; do
    if grep -E '^[A-Za-z0-9]' "$lock" | grep -qvE '^[A-Za-z0-9._-]+==[^ ]+( ;.*)? \\$'; then
        echo "audit: $lock has a line without a pinned version and hashes: make lock" >&2
        exit 1
    fi
done
"$bin/python" -m pip check --quiet || {
    echo "audit: the installed packages do not go together" >&2
    exit 1
}

arguments=()
for lock in "$@"; do
    arguments+=(--requirement "$lock")
done
found=0
"$bin/pip-audit" --require-hashes --disable-pip --progress-spinner off --timeout 15 --format json "${arguments[@]}" \
    >"$report" 2>/dev/null || found=1
"$bin/python" - "$report" "$found" "${OCSC_AUDIT:-}" <<'EOF_PYTHON'
import json
import sys

report, found, required = sys.argv[1:]
try:
    packages = json.load(open(report))["dependencies"]
except (ValueError, KeyError):
    packages = []
asked = [each for each in packages if "skip_reason" not in each]
if not asked:
    print("audit: no advisory service could be reached: whether a package is vulnerable is NOT known")
    sys.exit(required == "required")
for each in asked:
    for advisory in each["vulns"]:
        mended = ", ".join(advisory["fix_versions"]) or "no version"
        print(f"audit: {each['name']} {each['version']}: {advisory['id']}, mended in {mended}")
print(f"audit: {len(asked)} of {len(packages)} packages were looked up")
sys.exit(found == "1")
EOF_PYTHON
