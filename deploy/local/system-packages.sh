#!/usr/bin/env bash
# See to the few things that come from the system and not from a Python package:
#
#     deploy/local/system-packages.sh run     libfribidi, with which Pillow places Thai marks
#     deploy/local/system-packages.sh test    the same, Chromium and nginx; with CI set, whatever else a test
#                                             would be skipped without (gpg, curl, Prometheus's promtool)
#     deploy/local/system-packages.sh drill   all of that, and servers, load and clocks for the drills
#
# As root on Debian or Ubuntu it installs what is missing; elsewhere it says in one line what is missing
# and how to get it, and goes on. With CI set, anything missing is a failure: a test that can't run there
# must not look like one that passed.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${VENV:-.venv}/bin/python

shapes_thai() {
    "$python" -c 'import sys; from PIL import features; sys.exit(not features.check("raqm"))'
}

has_chromium() {
    local name
    for name in ${OCSC_CHROMIUM:-chromium chromium-browser google-chrome}; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

has_nginx() {
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]
}

list_missing_for_drills() {
    local program
    for program in wrk redis-server faketime openssl buildah debootstrap; do
        command -v "$program" >/dev/null || echo "$program"
    done
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || echo postgresql
}

list_missing() {
    shapes_thai || echo libfribidi0
    [ "$1" != run ] || return 0
    has_chromium || echo chromium
    has_nginx || echo nginx
    [ "$1" != drill ] || list_missing_for_drills
    [ -n "${CI:-}" ] || [ "$1" = drill ] || return 0
    command -v gpg >/dev/null || echo gnupg
    command -v curl >/dev/null || echo curl
    command -v promtool >/dev/null || echo prometheus
}

missing=$(list_missing "$1" | xargs)
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing from Debian: $missing ..."
    log=$(mktemp)
    # shellcheck disable=SC2086  # one word a package
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing; } >"$log" 2>&1; then
        missing=$(list_missing "$1" | xargs)
    else
        echo "system-packages: apt-get failed: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")" >&2
    fi
    rm -f "$log"
fi
[ -n "$missing" ] || exit 0

echo "system-packages: missing: $missing. On Debian or Ubuntu: sudo apt-get install $missing" >&2
[ -z "${CI:-}" ] || exit 1
