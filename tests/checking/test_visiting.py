"""What the worker asks of other sites, and what it refuses to ask."""

import socket
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from news import jobs
from news.checking import visiting
from news.checking.visiting import NotPublic, is_public, look, public_address
from news.models import Job, LinkVisit

OUTCOME = LinkVisit.Outcome


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "192.0.2.1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_address_inside_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/",
        "http://0x7f.1/", "https://user:secret@8.8.8.8/", "http://8.8.8.8:6379/",
        "ftp://8.8.8.8/", "file:///etc/passwd", "http:///x",
    ],
)  # fmt: skip
def test_what_is_not_an_ordinary_public_page_is_never_asked(url):
    with pytest.raises(NotPublic):
        public_address(urlsplit(url))


def test_a_name_with_one_address_inside_is_not_public(monkeypatch):
    answer = [(socket.AF_INET, 1, 6, "", (ip, 80)) for ip in ("93.184.216.34", "192.168.0.1")]
    monkeypatch.setattr(visiting.socket, "getaddrinfo", lambda *args, **kwargs: answer)
    with pytest.raises(NotPublic):
        public_address(urlsplit("http://rebinding.example/"))


@contextmanager
def site(monkeypatch, *answers: bytes):
    """A server that gives one answer a connection, and notes what it was asked."""
    asked = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            connection, _address = server.accept()
            with connection:
                asked.append(connection.recv(4096).decode())
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    monkeypatch.setitem(visiting.PORTS, "http", server.getsockname()[1])
    monkeypatch.setattr(visiting, "is_public", lambda address: True)
    yield asked
    server.close()
    thread.join(timeout=5)


def answer(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "", ""]).encode()


def test_a_page_that_answers_is_asked_for_its_head_alone(monkeypatch):
    with site(monkeypatch, answer("200 OK")) as asked:
        assert look("http://127.0.0.1/ข่าว?a=1").outcome == OUTCOME.ANSWERED
    assert asked[0].startswith("HEAD /%E0%B8%82")
    assert "?a=1 HTTP" in asked[0]


def test_a_page_that_is_gone_is_asked_for_twice_over(monkeypatch):
    with site(monkeypatch, answer("404 Not Found"), answer("404 Not Found")) as asked:
        assert look("http://127.0.0.1/old") == visiting.Answer(OUTCOME.GONE, 404)
    assert [line.split()[0] for line in asked] == ["HEAD", "GET"]


def test_a_redirect_is_looked_at_like_any_address(monkeypatch):
    with site(monkeypatch, answer("302 Found", "Location: http://10.0.0.1/")):
        monkeypatch.setattr(visiting, "is_public", lambda address: address == "127.0.0.1")
        assert look("http://127.0.0.1/").outcome == OUTCOME.REFUSED


def test_a_site_that_sends_a_byte_at_a_time_is_left(monkeypatch):
    monkeypatch.setattr(visiting, "SECONDS_IN_ALL", 0.5)
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip():
        connection, _address = server.accept()
        with connection:
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    threading.Thread(target=drip, daemon=True).start()
    monkeypatch.setitem(visiting.PORTS, "http", server.getsockname()[1])
    monkeypatch.setattr(visiting, "is_public", lambda address: True)
    assert look("http://127.0.0.1/").outcome == OUTCOME.UNREACHABLE
    stop.set()
    server.close()


@pytest.mark.django_db
def test_a_page_without_an_answer_is_asked_again_an_hour_later(settings, monkeypatch):
    settings.CHECK_LINKS = True
    url = "https://example.org/page"
    monkeypatch.setattr(visiting, "look", lambda _url: visiting.Answer(OUTCOME.UNREACHABLE))
    visiting.queue([url])
    jobs.run_waiting()
    assert LinkVisit.objects.get().failures == 1
    (again,) = Job.objects.filter(done_at__isnull=True, kind=visiting.VISIT)
    assert again.payload["again"]
    visiting.visit(again.payload)
    assert LinkVisit.objects.get().failures == 2
    monkeypatch.setattr(visiting, "look", lambda _url: visiting.Answer(OUTCOME.ANSWERED, 200))
    visiting.visit({"url": url})
    assert LinkVisit.objects.get().failures == 0
    visiting.queue([url])
    assert Job.objects.filter(key=visiting._key(url), done_at__isnull=True).count() == 0
