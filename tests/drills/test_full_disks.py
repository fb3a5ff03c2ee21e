"""A full disk under PostgreSQL, and under the pages that nginx keeps: readers go on reading, an
editor is told, nothing is lost. Under SQLite: `tests/drills/test_lost_services.py`.
"""

import http.client
import json
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.lab.one import OneMachine
from deploy.lab.processes import Nginx
from news.caching.headers import PAGE
from tests.drills.conftest import SECONDS, Wrk
from tests.drills.desk_client import Editor
from tests.drills.test_faults import a_release, get

pytestmark = [
    pytest.mark.drill,
    pytest.mark.timeout(600 + 4 * SECONDS),
    pytest.mark.skipif(
        os.geteuid() != 0 and not os.environ.get("CI"), reason="a small disk is made by root"
    ),
]

WRITTEN_AHEAD_LITTLE = {"wal_keep_size": "0", "max_wal_size": "32MB", "min_wal_size": "32MB"}
"""What is written ahead takes as little of the disk as can be."""

PASSWORD = "a drill and no secret"
PREPARE = f"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from news.models import PressRelease, Topic
user = get_user_model().objects.create_user("drill", password={PASSWORD!r}, is_staff=True)
user.groups.add(Group.objects.get(name="publisher"))
release = PressRelease(title_th="ร่าง", body_th="<p>เนื้อหา</p>", created_by=user,
                       topic=Topic.objects.first())
PressRelease.save_new([release])
print(release.pk)
"""


@contextmanager
def small_disk(folder, megabytes):
    """A file system of its own in memory, with root as its owner."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(folder):
    """Until its end there is no room in `folder`."""
    filling = folder / "filling"
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    assert shutil.disk_usage(folder).free < 65536
    try:
        yield
    finally:
        filling.unlink()


class Site(OneMachine):
    """Its PostgreSQL lies on a small disk, `databases`; `editor` has a draft there."""

    def let_an_editor_in(self):
        printed = self.data.manage("shell", "--no-imports", "-v0", "-c", PREPARE)
        self.key = int(printed.strip().splitlines()[-1])
        self.editor = Editor(self.web.port)
        self.editor.sign_in("drill", PASSWORD)

    @property
    def path(self):
        return f"/admin/news/pressrelease/{self.key}/change/"

    def title(self):
        return self.postgres.ask(f"SELECT title_th FROM news_pressrelease WHERE id = {self.key}")


@pytest.fixture(scope="module")
def site(tools):
    with tempfile.TemporaryDirectory(prefix="ocsc-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        site = Site(folder, settings=WRITTEN_AHEAD_LITTLE, OCSC_CHECK_LINKS="0")
        with small_disk(site.databases, 220), site:
            site.let_an_editor_in()
            yield site


def long_text():
    """Thai that can't be packed into the room that a row has."""
    letters = random.Random(1)
    words = ("".join(letters.choices("กขคงจชซดตถทธนบปผพฟมยรลวสหอ", k=8)) for _ in range(20_000))
    return f"<p>{' '.join(words)}</p>"


def timed(ask, *arguments):
    began = time.monotonic()
    return ask(*arguments), time.monotonic() - began


def test_the_disk_of_postgresql_is_full(site, tmp_path, evidence):
    kept = a_release(site.nginx.port)
    get(site.nginx.port, kept)
    form = site.editor.form(site.path, "pressrelease_form")
    values = form | {"title_th": "ร่างที่แก้แล้ว", "body_th": long_text()}
    load = Wrk(tmp_path, f"http://localhost:{site.nginx.port}{kept}", connections=8)
    with filled(site.databases):
        (status, _location, page), seconds = timed(site.editor.send, site.path, values)
        asked = ["/th/", "/en/", "/th/archive/", "/th/search/?q=18"]
        statuses = [get(site.web.port, path)[0] for path in (kept, *asked, "/readyz")]
        title = site.title()
    seen = load.result()
    after, _location, _page = site.editor.send(site.path, values)
    verified = site.data.manage("verify")
    evidence(f"a kept page through nginx meanwhile: {seen}")
    evidence(f"pages of the application itself, made from the database: {statuses}")
    evidence(f"an editor's save: {status} after {seconds:.1f} s, told that a disk is full")
    evidence("with room again the same save went through, and `verify` found no fault")
    assert seen.failed == seen.broken == 0
    assert set(statuses) == {200}
    assert status == 503
    assert "a disk is full" in page.decode()
    assert title == "ร่าง"
    assert (after, site.title()) == (302, "ร่างที่แก้แล้ว")
    assert "sound" in verified
    assert "faults" not in verified


def test_no_room_is_left_for_what_postgresql_writes_ahead(site, evidence):
    """Then it ends: it can promise nothing more. Readers have what was kept."""
    kept = [a_release(site.nginx.port), "/th/", "/en/"]
    for path in kept:
        get(site.nginx.port, path)
        for _ in range(20):
            get(site.web.port, path)  # by chance, of either process
    form = site.editor.form(site.path, "pressrelease_form")
    assert site.editor.send(site.path, form | {"title_th": "บันทึกก่อนดิสก์เต็ม"})[0] == 302
    values = site.editor.form(site.path, "pressrelease_form") | {"title_th": "บันทึกเมื่อดิสก์เต็ม"}
    with filled(site.databases):
        written = 0
        with suppress(subprocess.CalledProcessError):
            while True:
                site.postgres.ask(
                    "SELECT pg_logical_emit_message(true, 'drill', repeat('x', 250000))"
                )
                written += 0.25
        site.postgres.process.wait(60)
        time.sleep(1)
        through_nginx = [get(site.nginx.port, path)[0] for path in kept]
        by_itself = [get(site.web.port, path)[0] for path in kept]
        (status, _location, page), seconds = timed(site.editor.send, site.path, values)
        told = json.loads(get(site.web.port, "/readyz")[1])
    began = time.monotonic()
    site.restart_postgres()
    while not site.postgres.takes_writes() or site.editor.send(site.path, values)[0] != 302:
        assert time.monotonic() - began < 60
        time.sleep(0.1)
    back = time.monotonic() - began
    verified = site.data.manage("verify")
    evidence(
        f"PostgreSQL ended after {written:.1f} MB more; kept pages through nginx: {through_nginx}"
    )
    evidence(f"of the application itself: {by_itself}; readyz {told}")
    evidence(f"an editor's save: {status} after {seconds:.1f} s, told that nothing can be saved")
    evidence(f"with room, PostgreSQL was started: {back:.1f} s later the same save went through")
    assert set(through_nginx + by_itself) == {200}
    assert status == 503
    assert "Nothing can be saved right now" in page.decode()
    assert told["degraded"] == ["database"]
    assert site.title() == "บันทึกเมื่อดิสก์เต็ม"
    assert "sound" in verified
    assert "faults" not in verified


class Pages(BaseHTTPRequestHandler):
    """A page of 50 KB at any address, to be kept as the site's own are."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body at once
    SIZE = 50_000

    def do_GET(self):
        self.send_response(200)
        self.send_header("Cache-Control", PAGE)
        self.send_header("Content-Length", str(self.SIZE))
        self.end_headers()
        self.wfile.write(b"x" * self.SIZE)

    def log_message(self, *_arguments):
        pass


def whole(port, path):
    """Whether a reader got all of a page."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request("GET", path, headers={"Host": "localhost"})
        answer = client.getresponse()
        return answer.status == 200 and len(answer.read()) == Pages.SIZE
    except (http.client.HTTPException, ConnectionError):
        return False
    finally:
        client.close()


def test_what_nginx_keeps_does_not_fill_its_disk(tmp_path, tools, evidence):
    """It is allowed more than there is room for: what was asked for least recently makes room."""
    tmp_path.chmod(0o755)
    cut, least, asked = 0, 40.0, 1_200
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Pages) as application,
        small_disk(tmp_path / "cache", 40) as disk,
        Nginx(tmp_path, web=[application.server_port], OCSC_CACHE_FREE="20m") as nginx,
    ):
        threading.Thread(target=application.serve_forever, daemon=True).start()
        began = time.monotonic()
        for number in range(asked):
            cut += not whole(nginx.port, f"/th/{number}/")
            least = min(least, shutil.disk_usage(disk).free / 2**20)
        seconds = time.monotonic() - began
        application.shutdown()
    evidence(
        f"{asked:,} pages of 50 KB in {seconds:.0f} s past a cache on a disk of 40 MB: {cut} cut "
        f"off; {least:.1f} MB stayed free, of 20 that were to"
    )
    assert cut == 0
