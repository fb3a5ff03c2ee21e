#!/usr/bin/env bash
# Bring up the whole site on this machine, from nothing or from where the last run stopped:
#
#     deploy/local/run.sh     (or: make run)
#
# Environment: PORT (8000), VENV (.venv), PYTHON. Ctrl-C ends the web server and the worker together.
set -euo pipefail
cd "$(dirname "$0")/../.."

export VENV=${VENV:-.venv} PORT=${PORT:-8000}
python=$VENV/bin/python
address=http://127.0.0.1:$PORT

fail() {
    echo "run: $*" >&2
    exit 1
}

# Something that accepts a connection there would be the site that the user then looks at.
port_is_taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null
}

# A secret of this machine's own; never the same one twice, never in the repository.
write_env() {
    [ ! -e .env ] || return 0
    (
        umask 077
        {
            echo "# Settings of this machine, read by ocsc_site/settings.py. Written by make run; yours to change."
            echo "OCSC_ENV=local"
            echo "OCSC_SECRET_KEY=$("$python" -c 'import secrets; print(secrets.token_urlsafe(50))')"
        } >.env.new
        mv .env.new .env
    )
}

# Compressing every file takes a while, and nothing changes it but these.
# shellcheck disable=SC2329  # called through `step`
collect_static() {
    local stamp=$1/.collected
    if [ -e "$stamp" ] && [ -z "$(find static requirements.txt ocsc_site/settings.py -newer "$stamp" -print -quit)" ]; then
        return
    fi
    rm -f "$stamp"
    "$python" manage.py collectstatic --noinput --verbosity 0 || return
    touch "$stamp"
}

step() {
    echo "$1 ..."
    shift
    "$@" || fail "'$*' failed; what it said is above. Mend it and run again: what is done stays done."
}

[[ $PORT =~ ^[0-9]+$ ]] || fail "PORT is '$PORT'; it must be a number"
port_is_taken && fail "port $PORT is taken by another program; end that one, or choose another port: make run PORT=$((PORT + 1))"

deploy/local/install.sh requirements.txt
deploy/local/system-packages.sh run
write_env
# Absolute addresses follow the port, unless this machine's settings or the environment name another address.
[ -n "${OCSC_BASE_URL:-}" ] || deploy/local/follow_port.sh "$address"
OCSC_BASE_URL=${OCSC_BASE_URL:-$(sed -n 's/^OCSC_BASE_URL=//p' .env | tail -n 1)}
export OCSC_BASE_URL

# What .env may have set is asked of the settings, not guessed.
{ read -r data_dir && read -r static_root; } < <("$python" manage.py shell --no-imports --verbosity 0 --command \
    'from django.conf import settings; print(settings.DATA_DIR, settings.STATIC_ROOT, sep="\n")') ||
    fail "the settings can't be read; what is wrong is above"
mkdir -p "$data_dir" || fail "$data_dir, where the site keeps its data, can't be made"

step "Compiling the Thai texts" "$python" deploy/messages.py
step "Preparing the database" "$python" manage.py migrate --noinput --verbosity 0
step "Bringing the search index up to date" "$python" manage.py reindex --if-stale --verbosity 0
step "Collecting static files" collect_static "$static_root"
step "Loading the sample releases" "$python" manage.py load_samples
# Shown at the end, where it is not scrolled away.
editor=$("$python" manage.py create_account editor --password) || fail "no editor's account could be made; why is above"

web='' worker=''
# shellcheck disable=SC2329  # called by the traps
stop() {
    trap - INT TERM EXIT
    # shellcheck disable=SC2086  # neither, one or both
    kill -TERM $web $worker 2>/dev/null || true
    wait
}
trap 'stop; exit 0' INT TERM
trap stop EXIT

# One screen for the user: of the web server only what goes wrong.
export OCSC_GUNICORN_LOG_LEVEL=${OCSC_GUNICORN_LOG_LEVEL:-warning}
started=$SECONDS
"$python" manage.py work &
worker=$!
"$VENV/bin/gunicorn" --config deploy/gunicorn.conf.py &
web=$!

runs() {
    kill -0 "$1" 2>/dev/null
}

answers() {
    "$python" -c "import urllib.request; urllib.request.urlopen('$address/healthz', timeout=5)" 2>/dev/null
}

until answers; do
    runs "$web" || fail "the web server did not start; what it said is above"
    [ "$SECONDS" -lt $((started + 60)) ] || fail "the site did not answer within a minute; what it said is above"
    sleep 0.2
done
cat <<EOF_READY

The site:      $address/
The desk:      $address/admin/
$editor

Stop:          Ctrl-C

EOF_READY

# Neither is of use without the other for long: photos would stay unmade, pages unserved.
while runs "$web"; do
    runs "$worker" || fail "the worker ended unexpectedly; what it said is above"
    sleep 1
done
fail "the web server ended unexpectedly; what it said is above"
