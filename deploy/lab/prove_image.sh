#!/usr/bin/env bash
# Build the Dockerfile and run what it makes, with no container engine: buildah with chroot isolation.
#
#     deploy/lab/prove_image.sh [folder]        as root on Debian 12; needs buildah and debootstrap
#
# The base is a fresh Debian of the same release under the name that the Dockerfile asks for, so this proves
# the instructions, not the upstream image. BUILD_OPTIONS are further options for `buildah build`, such as
# --volume for a machine's own package configuration. Prints one line a fact; any that does not hold ends it.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=${1:-$(mktemp -d)}
image=localhost/ocsc-press-releases
read -ra options <<<"${BUILD_OPTIONS:-}"
base_name=$(sed -n 's/^FROM \([^ ]*\).*/\1/p' Dockerfile | tail -n 1)

mkdir -p "$folder"/{storage,run}
buildah() {
    command buildah --storage-driver vfs --root "$folder/storage" --runroot "$folder/run" "$@"
}

fact() {
    echo "image: $*"
}

fail() {
    echo "prove_image: $*" >&2
    exit 1
}

started=$SECONDS
if [ ! -e "$folder/base.made" ]; then
    rm -rf "$folder/base"
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$folder/base" >"$folder/debootstrap.log" 2>&1 ||
        fail "debootstrap failed: $(tail -n 1 "$folder/debootstrap.log")"
    ln -sf ../../bin/python3 "$folder/base/usr/local/bin/python"
    touch "$folder/base.made"
fi
base=$(buildah from scratch)
buildah add --quiet "$base" "$folder/base" / >/dev/null
buildah config --env PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin "$base"
buildah commit --quiet "$base" "docker.io/library/$base_name" >/dev/null
buildah rm "$base" >/dev/null
fact "base $base_name stands in after $((SECONDS - started)) s"

started=$SECONDS
buildah build --isolation chroot --format docker --pull-never --layers=false "${options[@]}" --tag "$image" . \
    >"$folder/build.log" 2>&1 || fail "the build failed: $(tail -n 5 "$folder/build.log")"
fact "built in $((SECONDS - started)) s"

container=$(buildah from --pull-never "$image")
trap 'buildah rm "$container" >/dev/null' EXIT
settings=(
    --env OCSC_ENV=production --env OCSC_ALLOWED_HOSTS=www.example.org --env OCSC_BASE_URL=https://www.example.org
    --env "OCSC_SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')" --env OCSC_DATA_DIR=/tmp/data
    --env OCSC_BIND=127.0.0.1:18999
)
inside() {
    buildah run --isolation chroot "${settings[@]}" "$container" -- "$@"
}

[ "$(inside id -u)" = 10001 ] || fail "it runs as another user than 10001"
fact "runs as user 10001"
# Whatever is there, not some places that come to mind. Links are as open as what they lead to; /proc and /sys are
# other file systems, and so is /dev but for the base that stands in. Debian opens /var/tmp and /run/lock to everybody: a read-only root (compose.yaml) closes them.
writable=$(inside find / -xdev \( -path /data -o -path /dev -o -path /tmp -o -path /var/tmp -o -path /run/lock \) -prune \
    -o ! -type l -writable -print -o -type d ! \( -readable -executable \) -prune) || fail "what its user can write could not be looked at"
[ -z "$writable" ] || fail "its user can write: $(head -n 5 <<<"$writable" | tr '\n' ' ')"
inside sh -c 'test -w /data' || fail "its user can't write /data"
fact "its user can write nothing but /data and what Debian opens to everybody (/tmp, /var/tmp, /run/lock)"
inside python -c 'from PIL import features; raise SystemExit(not features.check("raqm"))' || fail "Thai can't be shaped"
fact "Thai is shaped"
server=$(sed -n 's/^    image: postgres:\([0-9]*\).*/\1/p' deploy/compose.yaml)
inside sh -c "pg_dump --version | grep -q ' $server\.' && pg_restore --version && gpg --version" >/dev/null ||
    fail "backups of the database of compose.yaml (PostgreSQL $server) can't be made"
fact "pg_dump is that of compose.yaml's PostgreSQL $server, and gpg is there"
inside python manage.py check --deploy --fail-level WARNING >/dev/null || fail "Django's deployment checks complain"
fact "Django's deployment checks pass"
inside sh -c 'ls /static/staticfiles.json >/dev/null && ls /app/locale/th/LC_MESSAGES/django.mo >/dev/null' || fail "static files or texts are missing"
fact "static files are collected, the Thai texts compiled"
inside sh -c 'test ! -e /app/tests && test ! -e /app/.git && ! grep -rqs only-for-this-step /app/ocsc_site /static' || fail "it holds what it should not"
fact "holds neither tests nor history nor the build's secret"
# shellcheck disable=SC2016  # for the shell inside
inside sh -c 'mkdir -p /tmp/data && python manage.py migrate --noinput --verbosity 0 || exit 1
    gunicorn --config deploy/gunicorn.conf.py 2>/tmp/log & web=$!
    for _ in $(seq 60); do python deploy/healthcheck.py 2>/dev/null && break; sleep 1; done
    python deploy/healthcheck.py || { cat /tmp/log; kill $web; exit 1; }
    kill $web; wait $web' || fail "the site inside does not answer; what it said is above"
fact "migrates, serves, and its health check says so"
buildah inspect --type image "$image" | python3 -c '
import json, sys
config = json.load(sys.stdin)["Docker"]["config"]
assert config["User"] == "10001" and config["Healthcheck"]["Test"][-1] == "deploy/healthcheck.py", config
assert not [each for each in config["Env"] if "SECRET" in each], config["Env"]' || fail "its configuration is not what the Dockerfile says"
fact "user and health check are in its configuration, and no secret"
