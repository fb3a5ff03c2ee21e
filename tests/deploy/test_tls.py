"""TLS as nginx speaks it with the configuration that production has."""

import http.client
import re
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from deploy.lab.processes import NGINX, Nginx, find_nginx, free_port
from deploy.nginx.render import DEFAULTS, render
from news.caching import REDIRECT
from news.caching.headers import PAGE

pytestmark = pytest.mark.skipif(not find_nginx(), reason="nginx is not installed")

NAME = "www.example.org"
COMPOSE = yaml.safe_load((NGINX.parent / "compose.yaml").read_text(encoding="utf-8"))
TEMPLATES = sorted(NGINX.glob("*.template"))


def rendered(template: Path, **variables: str) -> str:
    return render(template.read_text(encoding="utf-8"), {"OCSC_SERVER_NAME": NAME, **variables})


@pytest.fixture(scope="module")
def with_certificate(tmp_path_factory):
    """What OCSC_TLS says of one."""
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return f"ssl_certificate {certificate}; ssl_certificate_key {key};"


@pytest.fixture(scope="module")
def ports(tmp_path_factory, with_certificate):
    """(plain, TLS, the one that leads to TLS) of one nginx before nothing."""
    folder = tmp_path_factory.mktemp("tls")
    tls, leading = free_port(), free_port()
    extra = rendered(NGINX / "tls.conf.template")
    assert extra.count("listen 80;") == extra.count("listen [::]:80;") == 1
    extra = extra.replace("listen 80;", f"listen 127.0.0.1:{leading};")
    with Nginx(
        folder,
        web=[free_port()],
        extra=extra.replace("listen [::]:80;", ""),
        OCSC_LISTEN_ALSO=f"127.0.0.1:{tls} ssl",
        OCSC_TLS=with_certificate,
    ) as server:
        yield server.port, tls, leading


def shake_hands(port: int, version: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> str:
    """The cipher that was agreed on. Raises OSError where none was."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    try:
        connection.connect()
        return connection.sock.cipher()[0]
    finally:
        connection.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_browsers_speak_is_spoken(ports, version):
    assert re.search("GCM|CHACHA20", shake_hands(ports[1], version))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_protocols_are_refused(ports, version):
    with pytest.raises(ssl.SSLError, match=r"(?i)protocol version"):
        shake_hands(ports[1], version)


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA"])
def test_weak_ciphers_are_refused(ports, cipher):
    """Without forward secrecy, or with blocks that are chained."""
    with pytest.raises(ssl.SSLError, match=r"(?i)handshake failure"):
        shake_hands(ports[1], ssl.TLSVersion.TLSv1_2, f"{cipher}:@SECLEVEL=0")


def test_without_tls_a_reader_is_led_to_it_by_the_sites_own_name(ports):
    connection = http.client.HTTPConnection("127.0.0.1", ports[2], timeout=10)
    connection.request("GET", "/th/?page=2", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/th/?page=2")
    connection.close()


def asked_over_tls(port: int, path: str, host: str) -> http.client.HTTPResponse:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("path", "status"), [("/th/", 503), ("/th/" + "x" * 9_000, 414), ("/%00", 400)]
)
def test_what_nginx_says_by_itself_keeps_browsers_on_tls(ports, path, status):
    """As what the application says does; the settings' own value."""
    answer = asked_over_tls(ports[1], path, "localhost")
    assert answer.status == status
    assert answer.headers.get_all("Strict-Transport-Security") == [
        "max-age=31536000; includeSubDomains; preload"
    ]


def test_who_comes_without_tls_is_led_on_with_nothing_else_said(ports):
    """RFC 6797, section 7.2: not there, where anybody could have written it."""
    connection = http.client.HTTPConnection("127.0.0.1", ports[2], timeout=10)
    connection.request("GET", "/th/", headers={"Host": NAME})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 301
    assert answer.headers.get_all("Cache-Control") == ["public, max-age=300"]
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_all("X-Frame-Options") == ["DENY"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    for name in ("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        assert answer.headers.get_all(name) == ["same-origin"]


class LeadsToTls(BaseHTTPRequestHandler):
    """An application that does so itself, and lets it be kept."""

    def do_GET(self):
        is_there = self.headers["X-Forwarded-Proto"] == "https"
        self.send_response(200 if is_there else 301)
        self.send_header("Cache-Control", PAGE if is_there else REDIRECT)
        if not is_there:
            self.send_header("Location", f"https://{NAME}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


def test_who_is_on_tls_is_not_given_the_way_to_it_that_was_kept(tmp_path, with_certificate):
    application = HTTPServer(("127.0.0.1", 0), LeadsToTls)
    threading.Thread(target=application.serve_forever, args=(0.05,), daemon=True).start()
    tls = free_port()
    with Nginx(
        tmp_path,
        web=[application.server_port],
        OCSC_LISTEN_ALSO=f"127.0.0.1:{tls} ssl",
        OCSC_TLS=with_certificate,
    ) as server:
        for _from_the_application_then_kept in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.request("GET", "/th/", headers={"Host": "localhost"})
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/th/")
            connection.close()
            assert asked_over_tls(tls, "/th/", "localhost").status == 200
    application.shutdown()
    application.server_close()


def test_behind_a_balancer_that_speaks_tls_nobody_is_led_there_again(tmp_path):
    """Readers came over TLS, and the balancer comes without: it would be led in a circle."""
    application = HTTPServer(("127.0.0.1", 0), LeadsToTls)
    threading.Thread(target=application.serve_forever, args=(0.05,), daemon=True).start()
    with Nginx(tmp_path, web=[application.server_port], OCSC_SCHEME="https") as server:
        answers = {}
        for method, body in (("GET", None), ("POST", b"a" * 100_000)):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.request(method, "/th/", body, headers={"Host": "localhost"})
            answers[method] = connection.getresponse()
            connection.close()
    assert answers["GET"].status == 200
    # What nginx says by itself keeps browsers there, as what the application says.
    assert answers["POST"].status == 413
    assert answers["POST"].headers["Strict-Transport-Security"].startswith("max-age=31536000;")
    application.shutdown()
    application.server_close()


@pytest.mark.parametrize("seconds", ["600", "31536000"])
def test_both_say_for_how_long_by_one_setting(seconds):
    text = rendered(NGINX / "ocsc.conf.template", OCSC_HSTS_SECONDS=seconds)
    said = set(re.findall(r"max-age=(\d+); includeSubDomains; preload", text))
    assert said == {seconds}
    settings = (NGINX.parents[1] / "ocsc_site/settings.py").read_text(encoding="utf-8")
    default = re.search(r'"OCSC_HSTS_SECONDS", ([\d_]+)', settings)[1]
    assert int(default) == int(DEFAULTS["OCSC_HSTS_SECONDS"])


def test_no_version_of_the_server_is_told(ports):
    """Nor on the pages that nginx writes by itself."""
    for port, path in ((ports[2], "/"), (ports[0], "/th/"), (ports[0], "/metrics/../%00")):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        assert answer.headers["Server"] == "nginx"
        assert not re.search(rb"nginx/\d", answer.read())
        connection.close()


@pytest.mark.parametrize(
    "variables",
    [DEFAULTS, DEFAULTS | COMPOSE["services"]["nginx"]["environment"]],
    ids=["render.py", "compose"],
)
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_server_listens_on_ipv4_and_on_ipv6(template, variables):
    blocks = re.split(r"^server \{$", rendered(template, **variables), flags=re.MULTILINE)[1:]
    assert blocks
    for block in blocks:
        listening = re.findall(r"^    listen (\S+)(.*);$", block, re.MULTILINE)
        ports = {address: options for address, options in listening if not address.startswith("[")}
        assert ports
        assert {f"[::]:{port}": options for port, options in ports.items()} == {
            address: options for address, options in listening if address.startswith("[")
        }
