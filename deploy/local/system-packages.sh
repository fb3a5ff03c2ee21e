#!/usr/bin/env bash
# See to the few things that come from the system and not from a Python package:
#
#     deploy/local/system-packages.sh run     libfribidi, with which Pillow places Thai marks
#     deploy/local/system-packages.sh test    the same, Chromium and nginx; with CI set, whatever else a test
#                                             would be skipped without (gpg, curl, Prometheus's promtool).
#                                             Of Chromium the headless shell, with which the browser tests
#                                             take the least time; the whole one where there is no package
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
    for name in ${OCSC_CHROMIUM:-chromium-headless-shell chromium chromium-browser google-chrome}; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

# Debian has it, Ubuntu doesn't; before the first `apt-get update` nobody knows.
shell_is_packaged() {
    apt-cache show chromium-headless-shell >/dev/null 2>&1
}

# Beside a whole Chromium, which does as well, nothing is missing without it.
could_be_quicker() {
    [ "$1" != run ] && [ -z "${OCSC_CHROMIUM:-}" ] && ! command -v chromium-headless-shell >/dev/null &&
        { shell_is_packaged || ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; }
}

has_nginx() {
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]
}

list_missing_for_drills() {
    local program
    for program in wrk redis-server faketime openssl buildah debootstrap; do
        command -v "$program" >/dev/null || echo "$program"
    done
    command -v systemd-analyze >/dev/null || echo systemd
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

# What to install, after `apt-get update`.
list_packages() {
    if could_be_quicker "$1" && shell_is_packaged; then
        list_missing "$1" | sed '/^chromium$/d'
        echo chromium-headless-shell
    else
        list_missing "$1"
    fi
}

install_packages() {
    local packages
    apt-get update && packages=$(list_packages "$1" | xargs) || return
    # shellcheck disable=SC2086  # one word a package
    [ -z "$packages" ] || DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $packages
}

missing=$(list_missing "$1" | xargs)

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && { [ -n "$missing" ] || could_be_quicker "$1"; }; then
    echo "Installing from Debian: ${missing:-a quicker Chromium} ..."
    log=$(mktemp)
    if install_packages "$1" >"$log" 2>&1; then
        missing=$(list_missing "$1" | xargs)
    else
        echo "system-packages: apt-get failed: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")" >&2
    fi
    rm -f "$log"
fi
[ -n "$missing" ] || exit 0

echo "system-packages: missing: $missing. On Debian or Ubuntu: sudo apt-get install $missing" >&2
[ -z "${CI:-}" ] || exit 1
