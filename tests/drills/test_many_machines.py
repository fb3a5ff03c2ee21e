"""Two web nodes, a primary with its replica, Redis and nginx: it works, and the primary may die."""

import http.client
import json
import os
import re
import signal
import time
from urllib.parse import urlencode

import pytest

from deploy.lab.many import ManyMachines
from news.caching.epoch import IDLE_SECONDS, REREAD_SECONDS
from news.sources import SUSPECT_SECONDS
from tests.drills.conftest import SECONDS, Wrk

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600 + 4 * SECONDS)]

READERS = """
local paths = {%s}
local number = 0
request = function()
  number = number + 1
  return wrk.format("GET", (paths[number %% #paths + 1]:gsub("NUMBER", number %% 40)))
end
"""
"""Pages by turns, among them searches (fewer than the limit a minute) and short links, which nobody
keeps.
"""


@pytest.fixture(scope="module")
def site(tools):
    with ManyMachines() as machines:
        yield machines


def ask(port, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, {"Host": "localhost", **headers})
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer, text


def status(port, path):
    return ask(port, path)[0].status


def publish(site, title):
    return site.data.manage(
        "shell",
        "--no-imports",
        "-v0",
        "-c",
        f"""
from news import publishing
from news.models import PressRelease
release = PressRelease(title_th={title!r}, body_th="<p>เนื้อหา</p>")
PressRelease.save_new([release])
print(publishing.publish(release=release).code)
""",
    ).strip()


def public_paths(site):
    release = re.search(r'href="(/th/news/([^/"]+)/[^"]*)"', ask(site.nginx.port, "/th/")[1])
    path, code = release[1], release[2]
    never_kept = [f"/s/{code}", "/th/search/?q=NUMBER"]
    lists = ["/th/", "/en/", "/th/archive/", "/th/feeds/atom.xml", "/api/v1/releases/"]
    return [path, path.replace("/th/", "/en/"), *lists, *never_kept, "/sitemap.xml"]


def seconds_until(true, patience=30):
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < patience
        time.sleep(0.1)
    return time.monotonic() - began


def readiness(node):
    return json.loads(ask(node.port, "/readyz")[1])


def test_many_machines_serve_and_tell_how_far_the_replica_is(site, evidence):
    for path in public_paths(site):
        answer, _text = ask(site.nginx.port, path.replace("NUMBER", "ข้าราชการ".encode().hex()))
        assert answer.status in {200, 302}, (path, answer.status)
        assert not answer.getheader("Set-Cookie"), path
    for node in site.nodes:
        told = readiness(node)
        assert told["ready"], told
        assert told["degraded"] == []
        assert told["replica"]["lag_seconds"] < 5
        assert "ocsc_reads_from_replica 1.0" in ask(node.port, "/metrics")[1]
    began = time.monotonic()
    code = publish(site, "ข่าวที่ต้องเห็นทุกเครื่อง")
    committed = time.monotonic()
    ports = [site.nginx.port, *(node.port for node in site.nodes)]
    for port in ports:
        seconds_until(lambda port=port: "ข่าวที่ต้องเห็นทุกเครื่อง" in ask(port, "/th/")[1], 10)
        assert status(port, f"/th/news/{code}/") == 200
    evidence(
        f"published (in {committed - began:.1f} s, most of it the start of a Python) and then seen "
        f"on the front page of nginx and both nodes within {time.monotonic() - committed:.1f} s"
    )


def test_a_replica_that_lags_is_not_read(site, evidence):
    """Replay stands still for five seconds; what was published meanwhile is seen all the same."""
    ports = [site.nginx.port, *(node.port for node in site.nodes)]
    for port in ports:
        ask(port, "/th/")
    site.replica.ask("SELECT pg_wal_replay_pause()")
    code = publish(site, "ข่าวที่สำเนายังไม่มี")
    published = time.monotonic()
    for port in ports:
        seconds_until(lambda port=port: "ข่าวที่สำเนายังไม่มี" in ask(port, "/th/")[1], 10)
        seconds_until(lambda port=port: status(port, f"/th/news/{code}/") == 200, 10)
    seen = time.monotonic() - published
    assert site.replica.ask(f"SELECT count(*) FROM news_version WHERE code = '{code}'") == "0"
    time.sleep(max(0, 5 - (time.monotonic() - published)))
    lag = readiness(site.nodes[0])["replica"]["lag_seconds"]
    assert lag >= 4
    site.replica.ask("SELECT pg_wal_replay_resume()")
    seconds_until(lambda: readiness(site.nodes[0])["replica"]["lag_seconds"] < 1)
    time.sleep(2)  # the nodes read the replica again
    for port in ports:
        assert "ข่าวที่สำเนายังไม่มี" in ask(port, "/th/")[1]
    evidence(
        f"with replay standing still: seen on nginx and both nodes {seen:.1f} s after it was "
        f"published; /readyz told a lag of {lag:.1f} s; once it went on, all stayed right"
    )


def test_a_replica_that_lacks_a_removal_is_not_read_while_the_primary_is_gone(site, evidence):
    """Every process has heard of it (one that nobody asks within ten seconds)."""
    title = "ข่าวที่ถูกลบก่อนเครื่องหลักดับ"
    code = publish(site, title)
    paths = [f"/th/news/{code}/", f"/s/{code}", "/th/", "/en/archive/"]
    for node in site.nodes:
        seconds_until(lambda node=node: title in ask(node.port, "/th/")[1], 10)
    seconds_until(
        lambda: site.replica.ask(f"SELECT count(*) FROM news_version WHERE code = '{code}'") == "1"
    )
    site.replica.ask("SELECT pg_wal_replay_pause()")
    remove(site, code)
    time.sleep(IDLE_SECONDS + 2)
    os.killpg(site.primary.process.pid, signal.SIGKILL)
    site.primary.process.wait()
    found = [ask(node.port, path) for _ in range(10) for node in site.nodes for path in paths]
    statuses = sorted({answer.status for answer, _ in found})
    site.restart_primary()
    back = seconds_until(
        lambda: all(status(node.port, f"/th/news/{code}/") == 410 for node in site.nodes)
    )
    site.replica.ask("SELECT pg_wal_replay_resume()")
    evidence(
        f"primary killed while the replica, its replay standing still, lacked a removal: "
        f"{len(found)} answers of two nodes, none showed it; statuses {statuses}; "
        f"{back:.1f} s after the primary was back the page answered 410 on both"
    )
    assert not [text for _, text in found if title in text]
    assert set(statuses) <= {200, 503}
    assert 503 in statuses


def remove(site, code):
    site.data.manage(
        "shell",
        "--no-imports",
        "-v0",
        "-c",
        f"""
from news import publishing
from news.models import PressRelease
publishing.remove(release=PressRelease.objects.get(code={code!r}), reason="privacy")
""",
    )


def test_the_primary_is_killed_under_load(site, tmp_path, evidence):
    """Readers see no error; editors are told; the replica is promoted and editors go on, with no
    setting changed and nothing restarted.
    """
    # Each process by itself asks again by then what failed in the drill before: this one is of a
    # site that was well.
    time.sleep(SUSPECT_SECONDS + REREAD_SECONDS)
    paths = ", ".join(f'"{path}"' for path in public_paths(site))
    load = Wrk(
        tmp_path,
        f"http://localhost:{site.nginx.port}",
        connections=16,
        script=READERS % paths,
    )
    time.sleep(SECONDS / 4)
    os.killpg(site.primary.process.pid, signal.SIGKILL)
    site.primary.process.wait()
    seen = load.result()
    evidence(f"primary killed after {SECONDS // 4} s, ten kinds of pages through nginx: {seen}")
    assert seen.failed == seen.broken == 0

    node = site.nodes[0]
    told = readiness(node)
    assert (told["ready"], told["degraded"]) == (True, ["database"])
    answer, text = sign_in(node)
    assert answer.status == 503
    assert "ยังบันทึกไม่ได้ในขณะนี้" in text
    evidence("an editor who signs in meanwhile gets 503 and a page that says what became of it")

    began = time.monotonic()
    site.replica.promote()
    promoted = time.monotonic() - began
    waited = seconds_until(lambda: sign_in(node)[0].status == 200)
    evidence(f"promoted in {promoted:.1f} s; editors could sign in {waited:.1f} s later")
    code = publish(site, "ข่าวแรกหลังเปลี่ยนเครื่อง")
    for port in (site.nginx.port, *(node.port for node in site.nodes)):
        seconds_until(lambda port=port: status(port, f"/th/news/{code}/") == 200, 10)
    assert "sound" in site.data.manage("verify")
    evidence("a release published afterwards was seen on every node; `verify` found no fault")


def sign_in(node):
    """A wrong password: what matters is whether the desk can look it up."""
    answer, text = ask(node.port, "/admin/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    cookie = answer.getheader("Set-Cookie").partition(";")[0]
    form = urlencode({"csrfmiddlewaretoken": token, "username": "nobody", "password": "wrong"})
    return ask(
        node.port, "/admin/login/", "POST", form, Cookie=cookie,
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
