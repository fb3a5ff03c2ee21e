#!/usr/bin/env bash
# Make the virtual environment and install pinned packages into it:
#
#     deploy/local/install.sh requirements.txt [requirements-dev.txt]
#
# Environment: VENV (.venv), PYTHON (the interpreter to build it with).
# Can be interrupted at any point and run again; does nothing when everything is there. Any failure is
# one line on standard error and exit code 1; the details are in $VENV/install.log.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=${VENV:-.venv}
log=$venv/install.log

fail() {
    echo "install: $*" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

has_pip_inside() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# The first interpreter that is new enough and can make environments.
find_python() {
    local candidate incomplete=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        is_new_enough "$candidate" || continue
        if has_pip_inside "$candidate"; then
            echo "$candidate"
            return
        fi
        incomplete=${incomplete:-$candidate}
    done
    [ -n "$incomplete" ] ||
        fail "no Python 3.11 or newer found (tried ${PYTHON:-python3, python3.13, python3.12, python3.11}); install one, or say PYTHON=/path/to/python"
    # Debian keeps the venv module in a package of its own.
    local package
    package="python$("$incomplete" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
        { apt-get update && apt-get install --yes --no-install-recommends "$package"; } >/dev/null 2>&1 &&
        has_pip_inside "$incomplete"; then
        echo "$incomplete"
        return
    fi
    fail "$incomplete can't make virtual environments; on Debian and Ubuntu: sudo apt-get install $package"
}

# A stamp says which lock files were installed whole; it is written last, so an interrupted
# installation has none and is taken up again.
stamp_of() {
    echo "$venv/.installed-$(basename "$1")"
}

is_installed() {
    cmp -s "$1" "$(stamp_of "$1")"
}

works() {
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 && is_new_enough "$venv/bin/python"
}

works || {
    python=$(find_python)
    # Not into the remains of an old one: they are incomplete or of another Python.
    [ ! -e "$venv" ] || [ -e "$venv/pyvenv.cfg" ] || [ -e "$log" ] ||
        fail "$venv exists and is no virtual environment; remove it or say VENV=/another/folder"
    rm -rf "$venv"
    mkdir -p "$venv"
    "$python" -m venv "$venv" >"$log" 2>&1 || fail "could not make $venv with $python: $(tail -n 1 "$log")"
}

missing=()
for lock in "$@"; do
    is_installed "$lock" || missing+=("$lock")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "Installing the packages of ${missing[*]} ..."
arguments=()
for lock in "${missing[@]}"; do
    rm -f "$(stamp_of "$lock")"
    arguments+=(--requirement "$lock")
done
# --no-deps: the locks are complete, so pip need not work out what depends on what.
"$venv/bin/python" -m pip install --require-hashes --no-deps --no-input --disable-pip-version-check \
    --quiet "${arguments[@]}" >"$log" 2>&1 ||
    fail "could not install the packages: $(grep -m 1 '^ERROR' "$log" || tail -n 1 "$log") (all of it: $log)"
for lock in "${missing[@]}"; do
    cp "$lock" "$(stamp_of "$lock")"
done
