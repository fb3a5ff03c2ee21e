"""What the application says of a file that nginx hands out; with nginx itself:
`tests/deploy/test_files_behind_nginx.py`.
"""

from django.http import HttpResponse
from django.test import RequestFactory

from news.by_nginx import ByNginxMiddleware
from news.caching import KEPT_BY_NGINX
from news.caching.entries import cut_headers

FILE_S = "public, max-age=86400, s-maxage=7"


def answer(part="", **headers):
    asked = RequestFactory().get("/media/", headers={"X-Accel-Range": part} if part else {})
    return ByNginxMiddleware(lambda _request: HttpResponse(headers=headers))(asked)


def test_how_long_a_file_is_kept_goes_to_nginx_under_another_name(settings):
    settings.MEDIA_ACCEL_REDIRECT = "/protected/"
    left = {"X-Accel-Redirect": "/protected/lost.pdf", "Cache-Control": FILE_S}
    whole, part = answer(**left), answer("bytes=0-", **left)
    assert "Cache-Control" not in {**whole.headers, **part.headers}
    assert (whole[KEPT_BY_NGINX], part[KEPT_BY_NGINX]) == (FILE_S, "no-store")


def test_a_file_of_which_nothing_is_said_is_kept_nowhere(settings):
    settings.MEDIA_ACCEL_REDIRECT = "/protected/"
    assert answer(**{"X-Accel-Redirect": "/protected/lost.pdf"})[KEPT_BY_NGINX] == "no-store"


def test_what_the_application_hands_out_itself_stays_as_it_is():
    its_own = answer("bytes=99-", **{"Cache-Control": FILE_S})
    assert its_own["Cache-Control"] == FILE_S
    assert KEPT_BY_NGINX not in its_own


def test_nothing_of_it_is_promised_either_while_something_is_removed():
    ((_name, kept),) = cut_headers([(KEPT_BY_NGINX, FILE_S)], 0)
    assert kept == "public, max-age=0, s-maxage=0"
