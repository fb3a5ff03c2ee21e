#!/usr/bin/env bash
# Names the site's own address in the .env of this folder, so that commands run beside the site (exports, cards, web archives)
# write the address that the site answers at:
#
#     deploy/local/follow_port.sh http://127.0.0.1:8001
#
# Only an address of this machine is replaced; another one was set by somebody who meant it.
set -euo pipefail

address=$1
found=$(sed -n 's/^OCSC_BASE_URL=//p' .env | tail -n 1)

if [ "$found" = "$address" ] || { [ -n "$found" ] && [[ ! $found =~ ^http://127\.0\.0\.1(:[0-9]+)?/?$ ]]; }; then
    exit 0
fi
umask 077
{
    grep -v '^OCSC_BASE_URL=' .env || true
    echo "OCSC_BASE_URL=$address"
} >.env.new
mv .env.new .env
