"""What readers notice when something breaks, with a figure each."""

import http.client
import os
import re
import resource
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.drills.conftest import SECONDS, UNIQUE, Wrk

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600 + 4 * SECONDS)]


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": "localhost"})
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, body


def a_release(port):
    return re.search(r'href="(/th/news/[^"]+)"', get(port, "/th/")[1])[1]


def test_a_link_goes_viral(nginx, tmp_path, evidence):
    """One page, each request with a parameter of its own: all from the cache, none an error."""
    path = a_release(nginx.port)
    get(nginx.port, path)
    url = f"http://localhost:{nginx.port}{path}"
    began, own = nginx.cpu_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
    load = Wrk(tmp_path, url, connections=64, script=UNIQUE).result()
    served = nginx.cpu_seconds() - began
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    asked = ended.ru_utime + ended.ru_stime - own.ru_utime - own.ru_stime
    evidence(f"every request with its own `fbclid`, wrk on the same two cores: {load}")
    evidence(
        f"of the CPU that both took nginx had {served / (served + asked):.0%} "
        f"({served / load.answers * 1e6:.0f} µs an answer), wrk "
        f"{asked / (served + asked):.0%} ({asked / load.answers * 1e6:.0f} µs); together "
        f"{(served + asked) / load.seconds:.2f} of {os.cpu_count()} cores"
    )
    assert load.failed == load.broken == 0


def test_the_application_dies_under_load(nginx, web, tmp_path, evidence):
    """Killed with all its workers: readers of pages that were kept notice nothing."""
    path = a_release(nginx.port)
    get(nginx.port, path)
    load = Wrk(tmp_path, f"http://localhost:{nginx.port}{path}")
    time.sleep(SECONDS / 4)
    web.stop(signal.SIGKILL)
    seen = load.result()
    evidence(f"killed after {SECONDS // 4} s: {seen}")
    assert seen.failed == seen.broken == 0
    assert get(nginx.port, path)[0] == 200
    status, body = get(nginx.port, "/th/archive/")
    assert status == 503
    assert "ขออภัย" in body


def test_new_code_is_taken_without_a_failed_request(nginx, web, tmp_path, evidence):
    """A reload while pages that are never kept are asked for."""
    code = re.search(r"/th/news/([^/]+)/", a_release(nginx.port))[1]
    load = Wrk(tmp_path, f"http://localhost:{nginx.port}/s/{code}", connections=8)
    for _ in range(2):
        time.sleep(SECONDS / 4)
        web.send(signal.SIGHUP)
    seen = load.result()
    evidence(f"two reloads, short links, never kept: {seen}")
    assert seen.failed == seen.broken == 0


def test_a_worker_dies_in_the_middle_of_a_request(nginx, web, tmp_path, evidence):
    """Its reader is the only one who can notice; kept pages and the next requests go on."""
    path = a_release(nginx.port)
    load = Wrk(tmp_path, f"http://localhost:{nginx.port}{path}")
    task = Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children")
    children = task.read_text().split()
    for child in children:
        time.sleep(SECONDS / 8)
        os.kill(int(child), signal.SIGKILL)
    seen = load.result()
    evidence(f"each of {len(children)} workers killed in turn: {seen}")
    assert seen.failed == seen.broken == 0
    assert get(web.port, path)[0] == 200


def test_slow_readers_hold_up_nobody(nginx, tmp_path, evidence):
    """Connections that send a byte now and then; the others are served as before."""
    path = a_release(nginx.port)
    slow = []
    most, ceiling = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(ceiling, 12_000), ceiling))
    for _ in range(10_000):
        connection = socket.create_connection(("127.0.0.1", nginx.port), timeout=5)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        slow.append(connection)
    seen = Wrk(tmp_path, f"http://localhost:{nginx.port}{path}").result()
    evidence(f"beside {len(slow):,} connections that never finish their request: {seen}")
    for connection in slow:
        connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, ceiling))
    assert len(slow) == 10_000
    assert seen.failed == seen.broken == 0
