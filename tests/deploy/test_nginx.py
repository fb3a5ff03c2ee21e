"""nginx with the configuration that production has, before a scripted application.

Real nginx, real sockets; what the application says is what `news.caching` would have it say.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from deploy.lab.processes import Nginx, find_nginx, free_port
from deploy.nginx.render import render
from news.caching.headers import KEPT_BY_NGINX, PAGE, REDIRECT, until_boundary

pytestmark = pytest.mark.skipif(not find_nginx(), reason="nginx is not installed")

FRESH = until_boundary(PAGE, 1)
"""Kept for one second, and not handed out old: what a page says just before a boundary."""


def grow_old():
    """Let time go by until what nginx was just given to keep for one second is old: by its clock,
    which has whole seconds, in the second after the next.
    """
    now = time.time()
    time.sleep(int(now) + 2.1 - now)


def wait_for(condition):
    """Whether it holds within two seconds."""
    end = time.monotonic() + 2
    while not (held := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return held


class Server(ThreadingHTTPServer):
    # By default five may wait: of a hundred at once nginx would give some up on a busy machine.
    request_queue_size = 256


@dataclass
class Application:
    """Answers every request with `status`, `headers` and a body that counts; keeps the requests.

    It waits with all answers while `answering` is not set.
    """

    status: int = 200
    headers: dict = field(default_factory=lambda: {"Cache-Control": PAGE})
    delay: float = 0.0
    answering: threading.Event = field(default_factory=threading.Event)
    asked: list = field(default_factory=list)
    connections: list = field(default_factory=list)

    def __post_init__(self):
        application = self
        self.answering.set()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                application.connections.append(self.connection)

            def do_GET(self):
                application.asked.append((self.path, self.headers))
                time.sleep(application.delay)
                application.answering.wait()
                body = f"{len(application.asked)} {self.headers['Accept-Encoding'] or ''}".encode()
                self.send_response(application.status)
                for name, value in application.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                self.do_GET()

            def log_message(self, *_arguments):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.start()

    def start(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        """As a process that ends: the connections that nginx keeps open go with it."""
        self.server.shutdown()
        self.server.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()


@dataclass
class Site:
    application: Application
    port: int
    folder: Path | None = None

    def get(self, path, method="GET", host="localhost", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": host, **sent})
        try:
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def number(self, path, **headers):
        """Which of the application's answers this reader got, from 1."""
        return int(self.get(path, **headers).body.split()[0])


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    """One nginx for all tests, before whatever application the test brings."""
    application = Application()
    folder = tmp_path_factory.mktemp("nginx")
    real_ip = "set_real_ip_from 127.0.0.1; real_ip_header X-Test-Reader;"
    with Nginx(folder, web=[application.port], workers="1", OCSC_REAL_IP=real_ip) as server:
        yield server, application
    application.stop()


@pytest.fixture
def site(nginx):
    server, application = nginx
    application.status, application.delay = 200, 0.0
    application.answering.set()
    application.headers = {"Cache-Control": PAGE}
    application.asked.clear()
    return Site(application, server.port, server.folder)


class TestPages:
    def test_a_page_is_fetched_once_for_everybody(self, site):
        assert [site.number("/th/once/") for _ in range(5)] == [1] * 5

    def test_who_reads_it_is_not_told_to_the_application(self, site):
        site.get(
            "/th/anonymous/?fbclid=1",
            Cookie="sessionid=1",
            Authorization="Basic eDp5",
            Accept_Language="de",
            X_Forwarded_For="1.2.3.4",
            X_Forwarded_Host="evil.example",
            Forwarded="for=1.2.3.4",
        )
        ((path, headers),) = site.application.asked
        assert path == "/th/anonymous/"
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["Host"] == "localhost"
        for name in ("Cookie", "Authorization", "Accept-Language", "X-Forwarded-Host", "Forwarded"):
            assert name not in headers, name

    @pytest.mark.parametrize("path", ["/admin", "/api/v1"])
    def test_a_missing_slash_leads_on_without_naming_scheme_host_or_port(self, site, path):
        answer = site.get(path)
        assert (answer.status, answer.headers["Location"]) == (301, f"{path}/")

    def test_parameters_that_mean_nothing_split_nothing(self, site):
        addresses = ["/th/split/", *(f"/th/split/?fbclid={n}&utm_source=x" for n in range(5))]
        assert {site.number(address) for address in addresses} == {1}

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("/th/search/", "page=1?"),
            ("/th/archive/", "page=1?"),
            ("/api/v1/releases/", "year=1?"),
        ],
    )
    def test_an_address_that_holds_a_question_mark_is_kept_as_no_question(self, site, path, query):
        assert site.number(f"{path}%3F&{query}") == 1
        assert site.number(f"{path}?{query}") == 2
        # Both are kept: what the interface doesn't know would be asked for anew each time.
        assert site.number(f"{path}%3F&{query}") == 1
        assert site.number(f"{path}?{query}") == 2

    def test_what_is_kept_under_a_question_is_the_answer_to_it(self, site):
        """Of two nginx takes the first, as news/caching/query.py, and in any case: the application
        is asked for what nginx will call it.
        """
        site.get("/th/search/?Q=evil&q=budget&page=2&x=1")
        site.get("/th/search/?q=budget&q=evil")
        assert [path for path, _ in site.application.asked] == [
            "/th/search/?&page=2&q=evil",
            "/th/search/?&q=budget",
        ]

    @pytest.mark.parametrize("path", ["/th/", "/th", "/en/", "/en"])
    def test_an_address_of_the_former_site_reaches_the_home_page_byte_for_byte(self, site, path):
        site.get(f"{path}?fbclid=1&q=blog/2018/05/%a1%A2")
        ((asked, _headers),) = site.application.asked
        assert asked == f"{path}?&q=blog/2018/05/%a1%A2"

    @pytest.mark.parametrize(
        "query",
        [
            "limit=5&updated_sinse=2018-01-01",
            "Limit=5",
            "%6Cimit=5",
            "topic=a&limit=5&topic=b",
            "topic&topic",
            "x",
            "utm=1",
        ],
    )
    def test_what_the_interface_must_refuse_by_name_reaches_it_and_is_never_kept(self, site, query):
        for _ in range(2):
            site.get(f"/api/v1/odd/?{query}")
        assert [path for path, _ in site.application.asked] == [f"/api/v1/odd/?{query}"] * 2

    def test_of_a_question_that_the_interface_knows_nothing_else_is_passed_on(self, site):
        for query in (
            "topic=a&limit=5",
            "limit=5&topic=a&fbclid=1",
            "utm_source=x&&topic=a&limit=5&_ga=1",
            "fbclid=1&limit=5&topic=a&fbclid=2&=5",
        ):
            site.get(f"/api/v1/known/?{query}")
        assert [path for path, _ in site.application.asked] == ["/api/v1/known/?&limit=5&topic=a"]

    def test_a_form_for_each_encoding_and_no_more(self, site):
        for accepted, form in (
            ("gzip, deflate, br, zstd", "br"),
            ("br", "br"),
            ("gzip, deflate", "gzip"),
            ("GZIP;q=1.0", "gzip"),
            ("identity", ""),
            ("br;q=0", ""),
        ):
            answer = site.get("/th/forms/", Accept_Encoding=accepted)
            assert answer.body.decode().partition(" ")[2] == form
        assert len(site.application.asked) == 3

    def test_a_varying_header_makes_no_second_copy(self, site):
        site.application.headers["Vary"] = "Accept-Encoding"
        numbers = [
            site.number("/th/vary/", Accept_Encoding=accepted)
            for accepted in ("gzip, br", "br, gzip", "deflate,br;q=0.9")
        ]
        assert numbers == [1, 1, 1]

    @pytest.mark.parametrize("length", range(2_000, 8_000, 500))
    def test_a_long_address_is_answered_as_any_other(self, site, length):
        """Its key lies in the same room as what the application says of the page, about 1.5 KB."""
        site.application.headers = {"Cache-Control": PAGE, "X-Policies": "x" * 1_500}
        for path in ("/th/", "/th/search/?q=", "/api/v1/long/?q=", "/data/", "/media/"):
            answers = [site.get(f"{path}{'a' * length}").status for _made_then_kept in range(2)]
            assert answers == [200, 200], path
        assert len(site.application.asked) == 5

    def test_so_is_one_that_leads_to_another_as_long(self, site):
        """What the application says then holds the address as well."""
        address = f"/th/news/abcdef/{'a' * 8_000}"
        site.application.status = 301
        site.application.headers = {
            "Cache-Control": REDIRECT,
            "Location": f"{address}/",
            "X-Policies": "x" * 1_500,
        }
        assert [site.get(address).status for _made_then_kept in range(2)] == [301, 301]
        assert len(site.application.asked) == 1

    def test_a_redirect_and_a_missing_page_are_kept_as_they_say(self, site):
        site.application.status = 301
        site.application.headers = {"Cache-Control": REDIRECT, "Location": "/th/elsewhere/"}
        assert [site.get("/th/moved/").status for _ in range(2)] == [301, 301]
        site.application.status = 404
        site.application.headers = {"Cache-Control": PAGE}
        assert [site.get("/th/missing/").status for _ in range(2)] == [404, 404]
        assert len(site.application.asked) == 2


class TestNeverKept:
    @pytest.mark.parametrize(
        "path", ["/admin/", "/preview/token/", "/s/abcdef", "/", "/healthz", "/readyz"]
    )
    def test_what_is_private_or_counted(self, site, path):
        assert [site.number(path) for _ in range(2)] == [1, 2]

    @pytest.mark.parametrize(
        "headers",
        [
            {"Cache-Control": "no-store"},
            {"Cache-Control": "private, max-age=60"},
            {"Cache-Control": PAGE, "Set-Cookie": "a=b"},
            {},
        ],
    )
    def test_what_does_not_say_that_it_may_be(self, site, headers):
        site.application.headers = headers
        path = f"/th/unkept/{len(str(headers))}/"
        assert [site.number(path) for _ in range(2)] == [1, 2]

    def test_the_desk_gets_its_cookies_and_its_questions(self, site):
        site.get("/admin/news/?q=a&p=2", Cookie="sessionid=1")
        ((path, headers),) = site.application.asked
        assert path == "/admin/news/?q=a&p=2"
        assert headers["Cookie"] == "sessionid=1"


class TestFiles:
    def test_a_file_that_nginx_hands_out_says_what_it_is_and_the_hash_of_its_bytes(self, site):
        media = site.folder / "media"
        media.mkdir()
        (media / "a.jpg").write_bytes(b"0123456789")
        site.application.headers = {
            KEPT_BY_NGINX: PAGE,
            "Content-Type": "image/jpeg",
            "Repr-Digest": "sha-256=:hNiYd/DUBB77a/kaFvAkjy/VcxqPYcEUzTmzx2fIzvg=:",
            "X-Accel-Redirect": "/protected/a.jpg",
        }
        whole = site.get("/media/hash/a.jpg")
        part = site.get("/media/hash/a.jpg", Range="bytes=2-3")
        assert (whole.body, part.body) == (b"0123456789", b"23")
        for answer in (whole, part):
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert answer.headers.get_all("Cache-Control") == [PAGE]
            assert answer.headers["Repr-Digest"] == site.application.headers["Repr-Digest"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        site.application.headers.pop("Repr-Digest")
        assert "Repr-Digest" not in site.get("/media/hash/a.jpg").headers

    def test_nobody_asks_for_a_file_past_the_application(self, site):
        originals = site.folder / "media/originals"
        originals.mkdir(parents=True, exist_ok=True)
        (originals / "a.jpg").write_bytes(b"private")
        for path in (
            "/protected/originals/a.jpg",
            "/media/../protected/originals/a.jpg",
            "/static/..%2fprotected/originals/a.jpg",
            "/protected%2foriginals/a.jpg",
            "/originals/a.jpg",
        ):
            assert b"private" not in site.get(path).body, path
        assert site.get("/protected/originals/a.jpg").status == 404


class TestTime:
    def test_an_old_page_bridges_the_time_in_which_it_is_made_anew(self, site):
        site.application.headers = {"Cache-Control": PAGE.replace("s-maxage=5", "s-maxage=1")}
        assert site.number("/th/anew/") == 1
        grow_old()
        site.application.delay = 0.5
        began = time.monotonic()
        assert site.number("/th/anew/") == 1
        assert time.monotonic() - began < 0.4
        time.sleep(0.7)
        assert site.number("/th/anew/") == 2

    def test_a_page_is_over_when_it_says_so_and_gone_when_it_is_gone(self, site):
        """404 and 410 are answers, not failures: no old copy stands in for them."""
        site.application.headers = {"Cache-Control": FRESH}
        for path in ("/th/boundary/", "/th/gone/404/", "/th/gone/410/"):
            assert site.get(path).status == 200
        grow_old()
        assert site.number("/th/boundary/") == 4
        for status in (404, 410):
            site.application.status = status
            assert site.get(f"/th/gone/{status}/").status == status

    def test_one_fetch_for_all_who_want_a_page_at_once(self, site):
        site.application.delay = 0.5
        threads = [
            threading.Thread(target=site.get, args=(f"/th/stampede/?fbclid={n}",))
            for n in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(site.application.asked) == 1

    def test_the_application_itself_can_have_a_page_fetched_anew(self, site):
        assert site.number("/th/purge/") == 1
        # A busy nginx hands an answer out before it keeps it. The first would be kept over the new
        # one: who asks next waits for that. For the new one nobody waits.
        assert site.number("/th/purge/") == 1
        assert site.number("/th/purge/", X_OCSC_Refresh="1") == 2
        assert wait_for(lambda: site.number("/th/purge/") == 2)
        # Through a proxy on this machine: not the application.
        assert site.number("/th/purge/", X_OCSC_Refresh="1", X_Forwarded_For="1.2.3.4") == 2


class TestWhenTheApplicationIsDown:
    def test_pages_are_served_as_they_were_and_the_rest_gets_a_page_in_both_languages(
        self, tmp_path
    ):
        application = Application(headers={"Cache-Control": FRESH})
        with Nginx(tmp_path, web=[application.port]) as server:
            site = Site(application, server.port)
            for path in ("/th/dead/", "/th/failing/"):
                assert site.number(path)
            # Photos as news/views/stored.py sends them: a kept page would stand without them.
            application.headers = {
                "Cache-Control": "public, max-age=86400, s-maxage=1, stale-if-error=86400"
            }
            assert site.number("/media/hash/a.jpg")
            grow_old()
            application.status = 500
            assert site.get("/th/failing/").status == 200
            assert site.get("/th/never-seen/").status == 500
            application.stop()
            assert site.get("/th/dead/").status == 200
            assert site.get("/th/failing/").status == 200
            assert site.get("/media/hash/a.jpg").status == 200
            unseen = site.get("/th/unseen/")
            assert unseen.status == 503
            assert unseen.headers["Retry-After"] == "10"
            assert unseen.headers["Cache-Control"] == "no-store"
            assert "ขออภัย" in unseen.body.decode()
            assert "Sorry" in unseen.body.decode()

    def test_nodes_that_lack_an_answer_are_asked_for_others(self, tmp_path):
        """Both say 503 to one page, as while their database is away: that is no dead process."""
        with contextlib.ExitStack() as running:
            nodes = [Application(status=503, headers={}) for _ in range(2)]
            for node in nodes:
                running.callback(node.stop)
            server = running.enter_context(Nginx(tmp_path, web=[node.port for node in nodes]))
            site = Site(nodes[0], server.port)
            assert [site.get("/s/lacking").status for _ in range(4)] == [503] * 4
            for node in nodes:
                node.status = 200
            assert [site.get("/s/known").status for _ in range(4)] == [200] * 4
            nodes[0].stop()
            assert [site.get("/s/known").status for _ in range(4)] == [200] * 4

    def test_a_file_of_new_code_is_asked_of_the_node_that_has_it(self, tmp_path):
        """While nodes take new code one after the other, a page of one names its own files."""
        with contextlib.ExitStack() as running:
            old = Application(status=404, headers={"Cache-Control": "no-store"})
            nodes = [old, Application()]
            for node in nodes:
                running.callback(node.stop)
            server = running.enter_context(Nginx(tmp_path, web=[node.port for node in nodes]))
            site = Site(old, server.port)
            files = [f"/static/{number}.css" for number in range(6)]
            assert {site.get(path).status for path in files} == {200}
            nodes[1].status = 404
            assert site.get("/static/none.css").status == 404

    def test_a_node_that_lacks_its_database_lets_no_old_page_stand_in(self, tmp_path):
        """The other one knows that it was removed."""
        with contextlib.ExitStack() as running:
            nodes = [Application(headers={"Cache-Control": FRESH}) for _ in range(2)]
            for node in nodes:
                running.callback(node.stop)
            server = running.enter_context(Nginx(tmp_path, web=[node.port for node in nodes]))
            site = Site(nodes[0], server.port)
            paths = [f"/th/news/{number}/" for number in range(6)]
            assert {site.get(path).status for path in paths} == {200}
            nodes[0].status, nodes[1].status = 503, 410
            for node in nodes:
                node.headers = {}
            grow_old()
            for _ in range(2):
                assert [site.get(path).status for path in paths] == [410] * 6

    def test_nothing_stands_in_once_the_folder_is_emptied(self, tmp_path):
        """As docs/archive.md says, for what nobody has asked for since it was removed."""
        application = Application(headers={"Cache-Control": FRESH})
        with Nginx(tmp_path, web=[application.port]) as server:
            site = Site(application, server.port)
            assert site.number("/th/removed/") == 1
            grow_old()
            application.stop()
            assert site.get("/th/removed/").status == 200
            for kept in (tmp_path / "cache").rglob("*"):
                if kept.is_file():
                    kept.unlink()
            server.process.send_signal(signal.SIGHUP)
            deadline = time.monotonic() + 10
            while site.get("/th/removed/").status != 503:
                assert time.monotonic() < deadline
                time.sleep(0.1)


def assert_speaks_both(refused):
    text = refused.body.decode()
    assert "ที่อยู่นี้ไม่ถูกต้อง" in text
    assert "The address is not right" in text
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.headers["Content-Type"] == "text/html; charset=utf-8"


class TestLimits:
    def reader(self, number):
        return {"X_Test_Reader": f"203.0.113.{number}"}

    @pytest.mark.parametrize(("lang", "number"), [("th", 1), ("en", 11)])
    def test_a_reader_may_search_a_few_times_a_second_and_others_go_on(self, site, lang, number):
        reader, other = self.reader(number), self.reader(number + 1)
        statuses = [site.get(f"/{lang}/search/?q={n}", **reader).status for n in range(60)]
        assert statuses[:20] == [200] * 20
        assert statuses.count(429) >= 20
        refused = site.get(f"/{lang}/search/?q=x", **reader)
        assert refused.status == 429
        assert refused.headers["Retry-After"] == "10"
        assert "โปรด" in refused.body.decode()
        assert "Too many requests" in refused.body.decode()
        assert site.get(f"/{lang}/search/?q=x", **other).status == 200
        assert site.get(f"/{lang}/", **reader).status == 200

    def test_searches_in_both_languages_count_together(self, site):
        statuses = [
            site.get(f"/{lang}/search/?q={n}", **self.reader(13)).status
            for n in range(30)
            for lang in ("th", "en")
        ]
        assert statuses.count(429) >= 20

    def test_a_reader_may_ask_for_pages_faster_than_one_can_read_and_no_faster(self, site):
        headers = {"Host": "localhost", "X-Test-Reader": "203.0.113.6"}
        statuses = []
        # One page that nginx keeps, on one connection: faster than the limit on any machine.
        with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)) as connection:
            for _ in range(900):
                connection.request("GET", "/th/fast/", headers=headers)
                statuses.append(Answer(connection.getresponse()).status)
        assert statuses[:200] == [200] * 200
        assert 429 in statuses
        assert site.get("/th/", **self.reader(7)).status == 200

    def test_a_hundred_connections_are_enough_for_a_reader(self, site):
        site.application.answering.clear()

        def ask(number):
            status = site.get(f"/admin/{number}/", **self.reader(8)).status
            if status == 429:  # so many are open at once
                site.application.answering.set()
            return status

        with ThreadPoolExecutor(130) as pool:
            statuses = list(pool.map(ask, range(130)))
        assert statuses.count(200) >= 100
        assert statuses.count(429) >= 1

    @pytest.mark.parametrize(("path", "status"), [("/th/", 413), ("/admin/upload/", 200)])
    def test_only_the_desk_takes_more_than_a_form(self, site, path, status):
        answer = site.get(path, method="POST", body=b"x" * 70_000)
        assert answer.status == status
        if status == 413:
            assert "มีขนาดใหญ่เกินไป" in answer.body.decode()
            assert "too large" in answer.body.decode()

    def test_saying_that_one_is_somebody_else_does_not_help(self, site):
        statuses = [
            site.get(f"/th/search/?q={n}", X_Forwarded_For=f"1.2.3.{n}", **self.reader(3)).status
            for n in range(60)
        ]
        assert statuses.count(429) >= 20

    def test_a_network_of_ipv6_is_one_reader_and_another_network_another(self, site):
        statuses = [
            site.get(f"/th/search/?q={n}", X_Test_Reader=f"2001:db8:0:1:{n:x}::{n:x}").status
            for n in range(60)
        ]
        assert statuses.count(429) >= 20
        assert site.get("/th/search/?q=x", X_Test_Reader="2001:db8:0:2::1").status == 200

    def test_ipv4_written_as_ipv6_is_each_reader_by_itself(self, site):
        statuses = [
            site.get(f"/th/search/?q={n}", X_Test_Reader=f"::ffff:203.0.114.{n}").status
            for n in range(60)
        ]
        assert statuses == [200] * 60
        statuses = [
            site.get(f"/th/search/?q={n}", X_Test_Reader="::ffff:203.0.114.70").status
            for n in range(60)
        ]
        assert statuses.count(429) >= 20

    def test_an_office_can_sign_in_at_once_and_a_guesser_is_slowed(self, site):
        statuses = [
            site.get("/admin/login/", method="POST", **self.reader(4)).status for _ in range(60)
        ]
        assert statuses.count(200) in range(30, 36)
        assert site.get("/admin/login/", **self.reader(4)).status == 200

    @pytest.mark.parametrize("path", ["/readyz", "/metrics"])
    def test_figures_are_for_this_machine_alone(self, site, path):
        assert site.get(path, **self.reader(5)).status == 403

    def test_an_unknown_host_gets_no_answer(self, site):
        with pytest.raises(ConnectionError):
            site.get("/th/", host="evil.example")

    @pytest.mark.parametrize("headers", [{"X_Big": "a" * 40_000}, {"Cookie": "a" * 9_000}])
    def test_huge_headers_are_refused_before_the_application(self, site, headers):
        refused = site.get("/th/huge/", **headers)
        assert refused.status == 400
        assert_speaks_both(refused)
        assert site.application.asked == []

    def test_an_address_of_more_than_8_kb_is_refused_in_both_languages(self, site):
        refused = site.get("/th/search/?q=" + "a" * 9_000)
        assert refused.status == 414
        assert_speaks_both(refused)
        assert site.get("/th/search/?q=" + "a" * 7_000).status == 200

    @pytest.mark.parametrize(
        "path",
        ["/media/../../etc/passwd", "/protected/originals/a.jpg", "/static/..%2f..%2fetc/passwd"],
    )
    def test_no_path_leads_out(self, site, path):
        site.application.status = 404
        assert site.get(path).status in {400, 404}


class TestWhatNginxSaysByItself:
    """Refusals that never reach the application have its headers all the same, each once."""

    HEADERS = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in settings.PERMISSIONS_POLICY),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }

    def assert_has_them(self, answer):
        assert {name: answer.headers.get_all(name) for name in self.HEADERS} == {
            name: [value] for name, value in self.HEADERS.items()
        }
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        # Means nothing without TLS: tests/deploy/test_tls.py.
        assert "Strict-Transport-Security" not in answer.headers

    @pytest.mark.parametrize(
        ("status", "path", "method", "body"),
        [
            (400, "/%00", "GET", None),
            (400, "/media/../../etc/passwd", "GET", None),
            (400, "/th/", "odd", None),
            (403, "/metrics", "GET", None),
            (404, "/protected/a.jpg", "GET", None),
            (405, "/th/", "TRACE", None),
            (413, "/th/", "POST", b"x" * 70_000),
            (413, "/en/search/", "POST", b"x" * 70_000),
            (413, "/api/v1/", "POST", b"x" * 70_000),
            (413, "/data/", "POST", b"x" * 70_000),
            (413, "/th/news/a/card-b.jpg", "POST", b"x" * 70_000),
            (414, "/th/" + "x" * 9_000, "GET", None),
        ],
    )
    def test_a_refusal(self, site, status, path, method, body):
        answer = site.get(path, method, body=body, X_Test_Reader="203.0.113.77")
        assert answer.status == status
        assert re.search('[ก-๛]{4}.*<p lang="en">[A-Z]', answer.body.decode())
        self.assert_has_them(answer)

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            # All before the host, when nginx takes it for a request of the default server.
            (400, "GET / HTTP/1.1\r\nCookie: " + "a" * 9_000 + "\r\nHost: localhost"),
            (414, "GET /" + "a" * 9_000 + " HTTP/1.1\r\nHost: localhost"),
            (505, "GET / HTTP/7.0\r\nHost: localhost"),
            # After it.
            (400, "GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + "a" * 9_000),
            (501, "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: odd"),
            (501, "GET /a.jpg HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: odd"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_a_refusal_of_what_no_client_sends(self, site, status, said):
        with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
            connection.sendall(f"{said}\r\n\r\n".encode())
            with http.client.HTTPResponse(connection) as response:
                response.begin()
                answer = Answer(response)
        assert answer.status == status
        assert re.search('[ก-๛]{4}.*<p lang="en">[A-Z]', answer.body.decode())
        self.assert_has_them(answer)
        assert site.application.asked == []

    @pytest.mark.parametrize(
        "path",
        [
            "/S",
            "/admin",
            "/admin/login",
            "/api/v1",
            "/data",
            "/media",
            "/preview",
            "/s",
            "/static",
        ],
    )
    def test_a_missing_slash(self, site, path):
        answer = site.get(path)
        assert answer.status == 301
        said = self.HEADERS | {"Cache-Control": REDIRECT}
        assert {name: answer.headers.get_all(name) for name in said} == {
            name: [value] for name, value in said.items()
        }

    def test_too_many_requests(self, site):
        answers = [site.get(f"/th/search/?q={n}", X_Test_Reader="203.0.113.78") for n in range(60)]
        refused = [answer for answer in answers if answer.status == 429]
        assert refused
        for answer in refused:
            self.assert_has_them(answer)
            assert answer.headers.get_all("Retry-After") == ["10"]

    @pytest.mark.parametrize(
        "path", ["/th/", "/th/search/", "/api/v1/", "/data/", "/static/", "/media/hash/"]
    )
    @pytest.mark.parametrize("kept", [False, True], ids=["made", "kept"])
    @pytest.mark.parametrize(
        "asked",
        [
            {"If_Match": '"another"'},
            {"If_Unmodified_Since": "Mon, 01 Jan 2018 00:00:00 GMT"},
        ],
        ids=lambda asked: next(iter(asked)),
    )
    def test_a_page_that_is_wanted_only_as_it_no_longer_is(self, site, path, kept, asked):
        """nginx finds out by itself, after the application has said all of the page."""
        site.application.headers = dict.fromkeys(self.HEADERS, "its own") | {
            "Cache-Control": PAGE,
            "ETag": 'W/"1"',
            "Last-Modified": "Tue, 02 Jan 2018 00:00:00 GMT",
            "Strict-Transport-Security": "max-age=5",
        }
        address = f"{path}{next(iter(asked))}-{kept}"
        if kept:
            assert site.get(address).status == 200
        answer = site.get(address, X_Test_Reader="203.0.113.79", **asked)
        assert answer.status == 412
        self.assert_speaks_both(answer)
        self.assert_has_them(answer)

    def assert_speaks_both(self, answer):
        assert "เนื้อหานี้เปลี่ยนไปแล้ว" in answer.body.decode()
        assert "has changed" in answer.body.decode()

    def test_a_file_that_is_wanted_so(self, site):
        media = site.folder / "media"
        media.mkdir(exist_ok=True)
        (media / "b.jpg").write_bytes(b"0123456789")
        site.application.headers = {
            "X-Accel-Redirect": "/protected/b.jpg",
            "Content-Type": "image/jpeg",
            "ETag": '"1"',
        }
        answer = site.get("/media/hash/b.jpg", If_Match='"another"')
        assert answer.status == 412
        self.assert_speaks_both(answer)
        self.assert_has_them(answer)

    @pytest.mark.parametrize("name", ["lost.jpg", "folder.jpg", "loop.jpg"])
    def test_a_file_that_is_lost_or_none(self, site, name):
        """The application allowed it, and said of it what nobody sends now."""
        media = site.folder / "media"
        (media / "folder.jpg").mkdir(parents=True, exist_ok=True)
        if not (loop := media / "loop.jpg").is_symlink():
            loop.symlink_to(loop)
        self.assert_is_lost(site, name)

    def test_a_file_that_nginx_may_not_read(self, site):
        media = site.folder / "media"
        media.mkdir(exist_ok=True)
        (media / "unread.jpg").write_bytes(b"0123456789")
        (media / "unread.jpg").chmod(0)
        if os.access(media / "unread.jpg", os.R_OK):
            pytest.skip("whoever runs nginx here may read everything")
        self.assert_is_lost(site, "unread.jpg")

    def assert_is_lost(self, site, name):
        site.application.headers = dict.fromkeys(self.HEADERS, "its own") | {
            "X-Accel-Redirect": f"/protected/{name}",
            KEPT_BY_NGINX: "public, max-age=86400",
            "Content-Type": "image/jpeg",
        }
        del site.application.headers["Cache-Control"]
        answer = site.get(f"/media/hash/{name}")
        assert answer.status == 404
        assert "Location" not in answer.headers
        assert "ไม่พบไฟล์นี้" in answer.body.decode()
        assert "not found" in answer.body.decode()
        self.assert_has_them(answer)

    @pytest.mark.parametrize(
        ("status", "asked"),
        [
            (200, {}),
            (206, {"Range": "bytes=2-3"}),
            (304, {"If_None_Match": "{etag}"}),
            (416, {"Range": "bytes=99-"}),
        ],
    )
    def test_a_file_has_all_headers_as_the_application_gives_them(self, site, status, asked):
        media = site.folder / "media"
        media.mkdir(exist_ok=True)
        # Its time is its validator: written anew between two tests, it may be another one.
        if not (media / "c.jpg").exists():
            (media / "c.jpg").write_bytes(b"0123456789")
        site.application.headers = dict.fromkeys(self.HEADERS, "its own") | {
            "X-Accel-Redirect": "/protected/c.jpg",
            KEPT_BY_NGINX: "public, max-age=86400",
            "Repr-Digest": "sha-256=:hNiYd/DUBB77a/kaFvAkjy/VcxqPYcEUzTmzx2fIzvg=:",
            "Content-Type": "image/jpeg",
        }
        del site.application.headers["Cache-Control"]
        etag = site.get("/media/hash/c.jpg").headers["ETag"]
        asked = {name: value.format(etag=etag) for name, value in asked.items()}
        if status == 416:
            site.application.headers[KEPT_BY_NGINX] = "no-store"
        answer = site.get("/media/hash/c.jpg", **asked)
        assert answer.status == status
        _path, told = site.application.asked[-1]
        assert told["X-Accel-Range"] == asked.get("Range")
        said = self.HEADERS | {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "public, max-age=86400",
            "Repr-Digest": site.application.headers["Repr-Digest"],
        }
        if status == 416:
            assert answer.headers["Content-Range"] == "bytes */10"
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert re.search('[ก-๛]{4}.*<p lang="en">[A-Z]', answer.body.decode())
            said["Cache-Control"] = "no-store"
            assert "Repr-Digest" not in answer.headers
            del said["Repr-Digest"]
        assert {name: answer.headers.get_all(name) for name in said} == {
            name: [value] for name, value in said.items()
        }

    def test_not_available(self, tmp_path):
        with Nginx(tmp_path, web=[free_port()]) as server:
            answer = Site(None, server.port).get("/th/")
        assert answer.status == 503
        self.assert_has_them(answer)
        assert answer.headers.get_all("Retry-After") == ["10"]

    @pytest.mark.parametrize("path", ["/th/broken-off/", "/s/broken", "/admin/broken-off/"])
    def test_not_available_after_half_an_answer(self, site, path):
        """What the application had said of a page by then is not of the one that stands in."""
        said = dict.fromkeys(self.HEADERS, "its own") | {"Strict-Transport-Security": "max-age=5"}
        site.application.headers = said | {"Retry-After": "60", "X-Too-Much": "x" * 40_000}
        answer = site.get(path)
        assert answer.status == 503
        self.assert_has_them(answer)
        assert answer.headers.get_all("Retry-After") == ["10"]

    @pytest.mark.parametrize("status", [200, 404, 503])
    def test_what_the_application_says_stays_as_it_is(self, site, status):
        said = dict.fromkeys(self.HEADERS, "its own") | {
            "Retry-After": "60",
            "Strict-Transport-Security": "max-age=5",
            "Cache-Control": PAGE,
        }
        site.application.status, site.application.headers = status, said
        for _from_the_application_then_kept in range(2):
            answer = site.get(f"/th/said/{status}/")
            assert answer.status == status
            assert {name: answer.headers.get_all(name) for name in said} == {
                name: [value] for name, value in said.items()
            }

    def test_a_static_file_is_given_no_policy(self, site):
        site.application.headers = {"Cache-Control": "public, max-age=60"}
        answer = site.get("/static/a.svg")
        assert "Content-Security-Policy" not in answer.headers
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]


def test_a_template_with_a_missing_variable_says_which():
    with pytest.raises(KeyError, match="OCSC_SERVER_NAME"):
        render("server_name ${OCSC_SERVER_NAME}; $host", {})
    assert render("${OCSC_SERVER_NAME} $host", {"OCSC_SERVER_NAME": "a"}) == "a $host"


def test_what_is_kept_makes_room_before_the_disk_is_full(tmp_path):
    """Here more is to stay free than any disk has. nginx looks every ten seconds."""
    application = Application()
    try:
        with Nginx(tmp_path, web=[application.port], OCSC_CACHE_FREE="8000000g") as server:
            site = Site(application, server.port)
            assert [site.number("/th/room/") for _ in range(2)] == [1, 1]
            end = time.monotonic() + 30
            while (number := site.number("/th/room/")) == 1 and time.monotonic() < end:
                time.sleep(0.5)
            assert number == 2
    finally:
        application.stop()


def said_in(folder):
    """The lines of the access log of an nginx that has ended: it writes all that it still had."""
    return map(json.loads, (folder / "access.log").read_text().splitlines())


class TestLogs:
    SECRETS = ("preview-token", "way-in", "secret-words", "203.0.113.77")

    def test_a_line_has_the_id_that_the_application_was_given_and_none_where_it_was_not_asked(
        self, tmp_path
    ):
        application = Application()
        with Nginx(tmp_path, web=[application.port]) as server:
            site = Site(application, server.port)
            assert [site.number("/th/told/") for _ in range(2)] == [1, 1]
            site.get("/th/told/", "POST", body=b"x" * 70_000)
            application.stop()
            site.get("/th/unseen/")
        lines = said_in(tmp_path)
        ((_path, headers),) = application.asked
        # In no order: each of nginx's processes has a buffer of its own.
        ids = {(line["status"], line["cache"]): line["request_id"] for line in lines}
        of_the_unseen = ids.pop((503, "MISS"))
        assert ids == {
            (200, "MISS"): headers["X-Request-ID"],
            (200, "HIT"): "",
            (413, ""): "",
        }
        assert len(of_the_unseen) == 32

    def test_an_old_page_has_the_id_with_which_it_is_being_made_anew_and_others_meanwhile_none(
        self, tmp_path
    ):
        brief = PAGE.replace("s-maxage=5", "s-maxage=1")
        application = Application(headers={"Cache-Control": brief})
        with Nginx(tmp_path, web=[application.port]) as server:
            site = Site(application, server.port)
            site.get("/th/old/")
            grow_old()
            application.delay = 0.5
            assert [site.number("/th/old/") for _ in range(2)] == [1, 1]
            time.sleep(0.7)
            application.stop()
        lines = said_in(tmp_path)
        first, anew = (headers["X-Request-ID"] for _path, headers in application.asked)
        assert {line["cache"]: line["request_id"] for line in lines} == {
            "MISS": first,
            "STALE": anew,
            "UPDATING": "",
        }

    def test_neither_secrets_nor_readers_are_in_them_even_when_nobody_answers(self, tmp_path):
        application = Application()
        with Nginx(
            tmp_path,
            web=[application.port],
            OCSC_REAL_IP="set_real_ip_from 127.0.0.1; real_ip_header X-Test-Reader;",
        ) as server:
            site = Site(application, server.port)
            for down in (False, True):
                if down:
                    application.stop()
                for path in (
                    "/preview/preview-token/",
                    "/admin/access/way-in/",
                    "/th/search/?q=secret-words",
                    "/th/there/",
                ):
                    site.get(path, X_Test_Reader="203.0.113.77")
        access = (tmp_path / "access.log").read_text()
        error = (tmp_path / "error.log").read_text()
        assert access.count("/th/there/") == 2
        assert access.count('"/admin/access/"') == access.count('"/preview/"') == 2
        for secret in self.SECRETS:
            assert secret not in access
            assert secret not in error
