"""Ask the site in this container whether it lives: exit code 0 for 200 at /healthz, else 1.

In Python because the image has no curl. The request names a host that the site answers to, so that
a wrong OCSC_ALLOWED_HOSTS can't be mistaken for a dead process.
"""

import http.client
import os
import sys

host = os.environ.get("OCSC_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
port = os.environ.get("OCSC_BIND", "127.0.0.1:8000").rpartition(":")[2]

connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=4)
try:
    connection.request("GET", "/healthz", headers={"Host": host or "localhost"})
    status = connection.getresponse().status
except OSError as error:
    sys.exit(f"no answer: {error}")
if status != http.HTTPStatus.OK:
    sys.exit(f"/healthz answered {status}")
