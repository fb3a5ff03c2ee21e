"""gunicorn as production starts it: which addresses it lets through, and how it refuses others."""

import socket
from http.client import HTTPResponse

import pytest

from deploy.lab.processes import Data, Web


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    data = Data(tmp_path_factory.mktemp("web"))
    with Web(data, application="tests.deploy.echo:application", WEB_CONCURRENCY="1") as server:
        yield server


def ask(port, target, *headers):
    """The status and the body that gunicorn answers to the bytes of an address."""
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: localhost", *headers, b"Connection: close"]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


def headers_of_second_answer(port, version, target="/plain/"):
    """The headers of an answer on a connection that gave the same one before."""
    asked = f"GET {target} HTTP/{version}\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for _ in range(2):
            connection.sendall(asked.encode())
            answer = HTTPResponse(connection)
            answer.begin()
            answer.read()
    return answer.headers


def test_an_answer_does_not_say_which_software_gave_it_nor_what_goes_without_saying(web):
    headers = headers_of_second_answer(web.port, "1.1")
    assert "Server" not in headers
    assert "Connection" not in headers
    assert "Date" in headers


def test_who_speaks_the_older_http_is_told_that_the_connection_stays(web):
    headers = headers_of_second_answer(web.port, "1.0")
    assert headers["Connection"] == "keep-alive"
    assert "Server" not in headers


def test_a_page_for_everybody_has_its_own_headers_whatever_was_answered_before(web):
    for said in ("one", "other", "one"):
        headers = headers_of_second_answer(web.port, "1.1", f"/public/?{said}")
        expected = {"Content-Type": "text/plain", "Cache-Control": "public, max-age=0"}
        expected |= {"X-Said": said, "Content-Length": str(len(f"/public/?{said}"))}
        assert {name: value for name, value in headers.items() if name != "Date"} == expected


def test_headers_that_are_none_are_refused_each_time(web):
    for _ in range(2):
        assert ask(web.port, b"/public/%0D%0A")[0] == 500


@pytest.mark.parametrize(
    ("target", "understood"),
    [
        ("/th/search/?q=ประ", "/th/search/?q=%E0%B8%9B%E0%B8%A3%E0%B8%B0"),
        ("/blog/2017/03/นายกฯ", "/blog/2017/03/นายกฯ?"),
        ("/blog/%E0%B8%99ายก", "/blog/นายก?"),
        ("/plain/?q=a%20b", "/plain/?q=a%20b"),
    ],
)
def test_an_address_with_bare_thai_is_the_encoded_one(web, target, understood):
    """Old mails, chat programs and scripts send such; gunicorn by itself refuses them."""
    assert ask(web.port, target.encode()) == (200, understood)


def test_an_address_cut_in_the_middle_of_a_letter_arrives(web):
    assert ask(web.port, b"/th/search/?q=\xe0\xb8") == (200, "/th/search/?q=%E0%B8")


@pytest.mark.parametrize("target", [b"/a\x00b", b"/a\x7fb", b"/a\tb", b"/a b"])
def test_an_address_with_signs_that_no_address_has_is_refused(web, target):
    status, text = ask(web.port, target)
    assert status == 400
    assert "ที่อยู่นี้ไม่ถูกต้อง" in text


def test_what_was_loaded_before_the_first_request_is_looked_at_by_no_collection_of_garbage(web):
    status, frozen = ask(web.port, b"/frozen")
    assert status == 200
    assert int(frozen) > 10_000


def test_what_is_refused_is_told_in_both_languages_and_not_logged(web):
    status, text = ask(web.port, b"/th/search/?q=" + b"a" * 9_000)
    assert status == 414
    assert "ที่อยู่นี้ไม่ถูกต้อง" in text
    assert "The address is not right" in text
    assert "127.0.0.1 " not in web.log.read_text().partition("Invalid request")[2]


@pytest.mark.parametrize(
    ("target", "header", "status"),
    [
        (b"/th/search/?q=one secret-word", b"X-A: a", 400),
        (b"/th/", b"X-A: a\r\n secret-fold", 400),
        (b"/th/", b"secret name: a", 400),
        (b"/th/", b"Cookie: secret\x01", 400),
        (b"/th/", b"Expect: secret", 417),
        (b"/th/", b"Transfer-Encoding: secret", 501),
        (b"secret", b"X-A: a", 400),
    ],
)
def test_no_line_of_the_log_repeats_what_was_sent(web, target, header, status):
    before = len(web.log.read_text())
    assert ask(web.port, target, header)[0] == status
    told = web.log.read_text()[before:]
    assert "Invalid request" in told
    assert "secret" not in told


def test_nor_does_one_of_an_error_outside_the_site(web):
    before = len(web.log.read_text())
    status, text = ask(web.port, b"/broken?q=secret")
    assert status == 500
    assert "ระบบขัดข้องชั่วคราว" in text
    told = web.log.read_text()[before:]
    assert "it broke" in told
    assert "Error handling request GET (address not logged)" in told
    assert "no URI read" not in told
    assert "secret" not in told


@pytest.mark.parametrize(
    "header",
    [
        b"SCRIPT_NAME: /a",
        b"Script-Name: /a",
        b"PATH_INFO: /b",
        b"X-Forwarded-Ssl: on",
        b"X-Forwarded-Protocol: ssl",
    ],
)
def test_no_header_says_where_the_site_lies_or_by_what_it_was_asked(web, header):
    """gunicorn by itself believes all these of whoever is on this machine, as nginx is."""
    assert ask(web.port, b"/a/where", header) == (200, "http:// at  /a/where")


def test_but_the_one_that_nginx_writes_of_the_readers_own_connection(web):
    header = b"X-Forwarded-Proto: https"
    assert ask(web.port, b"/a/where", header) == (200, "https:// at  /a/where")
