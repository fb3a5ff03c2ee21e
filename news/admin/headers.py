"""What every answer of the desk says to browsers: keep nothing, run only the site's own scripts."""

import base64
import hashlib
from functools import lru_cache, wraps

from csp.decorators import csp_update
from django_prose_editor.widgets import importmap

from news.caching import never_keep


@lru_cache(maxsize=1)
def desk_policy() -> dict[str, list[str]]:
    """What the desk needs beyond the site's policy.

    The editor's modules are found through an import map, which browsers take from the page alone:
    its hash allows this one script. The editor and the stock admin write style attributes.
    """
    rendered = str(importmap)
    script = rendered.partition(">")[2].removesuffix("</script>")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {"script-src": [f"'sha256-{digest}'"], "style-src": ["'unsafe-inline'"]}


def desk_headers(view):
    """Decorates a view of the desk."""

    @wraps(view)
    def wrapped(*args, **kwargs):
        return never_keep(csp_update(desk_policy())(view)(*args, **kwargs))

    return wrapped
