"""gunicorn as production starts it: which addresses it lets through, and how it refuses others."""

import socket

import pytest

from deploy.lab.processes import Data, Web


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    data = Data(tmp_path_factory.mktemp("web"))
    with Web(data, application="tests.deploy.echo:application", WEB_CONCURRENCY="1") as server:
        yield server


def ask(port, target):
    """The status and the body that gunicorn answers to the bytes of an address."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(
            b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


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
