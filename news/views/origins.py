"""Whether a form was sent from this site's own page, told without a cookie.

Nothing here is done in anybody's name, so there is no session to protect; what is kept out is other
sites that make their visitors' browsers send to this one. Every browser of the last years says
where a request comes from in `Sec-Fetch-Site` or at least in `Origin`, and no script can change it.
"""

from django.conf import settings
from django.http import HttpRequest


def is_from_this_site(request: HttpRequest) -> bool:
    """False where the browser says that another site sent it; a very old browser says nothing."""
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    origin = request.headers.get("Origin")
    # Behind nginx the host lacks the port of the public address.
    own = {f"{request.scheme}://{request.get_host()}", settings.BASE_URL}
    return origin is None or origin in own
