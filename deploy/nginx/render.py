"""Fill in a template of nginx's configuration from the environment, to standard output:

    OCSC_SERVER_NAME=www.example.org python deploy/nginx/render.py deploy/nginx/ocsc.conf.template

`${NAME}` is a variable of the environment or has a default here; `$name` is nginx's own. Exits with
code 1 and the names where one is missing.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

DEFAULTS = {
    "OCSC_ACCESS_LOG": "/var/log/nginx/ocsc.log",
    "OCSC_CACHE_DIR": "/var/cache/nginx/ocsc",
    "OCSC_CACHE_FREE": "256m",
    "OCSC_CACHE_SIZE": "2g",
    "OCSC_ERROR_LOG": "/var/log/nginx/error.log",
    # As in the settings of the site.
    "OCSC_HSTS_SECONDS": "31536000",
    "OCSC_LISTEN": "443 ssl http2",
    "OCSC_LISTEN_ALSO": "[::]:443 ssl http2",
    "OCSC_MEDIA_ROOT": "/var/lib/ocsc/media",
    "OCSC_REAL_IP": "",
    "OCSC_REFRESH_FROM": "",
    "OCSC_SCHEME": "$scheme",
    "OCSC_TLS": "",
    "OCSC_WEB_SERVERS": "server 127.0.0.1:8000 max_fails=0;",
}
"""OCSC_SERVER_NAME has none. OCSC_LISTEN, OCSC_LISTEN_ALSO and OCSC_TLS are nginx directives, or
parts of them. Where a balancer speaks TLS, both addresses are named without `ssl`, and OCSC_SCHEME
is `https`: by default readers are taken to have come as the balancer does."""

_NAME = re.compile(r"\$\{([A-Z_]+)\}")


def render(template: str, environment: Mapping[str, str]) -> str:
    """`template` with its variables filled in. Raises KeyError with the names that are missing."""
    values = DEFAULTS | environment
    if missing := sorted(set(_NAME.findall(template)) - values.keys()):
        raise KeyError(", ".join(missing))
    return _NAME.sub(lambda match: values[match[1]], template)


if __name__ == "__main__":
    try:
        sys.stdout.write(render(Path(sys.argv[1]).read_text(encoding="utf-8"), dict(os.environ)))
    except KeyError as error:
        sys.exit(f"render: not set: {error.args[0]}")
