"""What Django takes a request for: the address alone decides, with a page store and without."""

import pytest

from tests.caching.conftest import ask

pytestmark = pytest.mark.django_db

UNUSUAL = [
    "text/plain; charset=latin-1",
    "text/plain; charset=cp500",
    "text/plain; charset=utf-16",
    "text/plain; charset=utf-7",
    "text/plain; charset=hex",
    "text/plain; charset=idna",
    "text/plain; charset=\0",
    "text/plain; charset=no-such-thing",
    "text/plain; charset*=no-such-thing'en'x",
    "text/plain; boundary*=hex'en'x",
    ";;;=",
]


@pytest.mark.parametrize("content_type", UNUSUAL)
@pytest.mark.parametrize("path", ["/", "/th/search/?q=%E0%B8%82", "/api/v1/releases/?q=%E0%B8%82"])
def test_an_address_means_the_same_whatever_is_said_of_a_body(wsgi_application, path, content_type):
    answer = ask(wsgi_application, path, CONTENT_TYPE=content_type)
    plain = ask(wsgi_application, path)
    assert (answer.status, answer.body) == (plain.status, plain.body)


@pytest.mark.parametrize("content_type", UNUSUAL)
def test_a_body_that_says_what_nobody_understands_is_no_error(wsgi_application, content_type):
    answer = ask(
        wsgi_application, "/admin/login/", "POST", b"username=a", CONTENT_TYPE=content_type
    )
    assert answer.status == 403


@pytest.mark.parametrize("charset", ["hex", "idna", "cp500", "utf-8"])
def test_a_form_is_read_as_utf_8(wsgi_application, charset):
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    answer = ask(wsgi_application, "/admin/login/", "POST", body, CONTENT_TYPE=kind)
    assert answer.status == 403
