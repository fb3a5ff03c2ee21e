"""`/metrics`: what is counted, who may read it, and that no worker's part is missing."""

import http.client
import re
import shutil
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from deploy.lab.processes import Data, Web
from news import backups
from news.metrics import count_request
from news.models import Job
from tests.factories import scheduled

pytestmark = pytest.mark.django_db


def figures(text):
    """The samples of an exposition: `name{labels}` -> value."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def read(client, **headers):
    response = client.get("/metrics", **headers)
    assert response.status_code == 200
    return figures(response.content.decode())


def test_an_answer_is_counted_by_its_route_and_never_by_its_address(client):
    name = 'ocsc_requests_total{method="GET",route="th/topics/<slug:slug>/",status="404"}'
    before = read(client).get(name, 0)
    client.get("/th/topics/of-a-reader/")
    client.get("/th/nowhere/of-a-reader/")
    text = client.get("/metrics").content.decode()
    assert figures(text)[name] == before + 1
    assert "of-a-reader" not in text
    assert 'ocsc_request_seconds_count{route="th/topics/<slug:slug>/"}' in text


def test_a_method_that_somebody_made_up_makes_no_figure_of_its_own(client):
    count_request(method="MADEUP", route="", status=405, seconds=0.1)
    text = client.get("/metrics").content.decode()
    assert "MADEUP" not in text
    assert 'method="other"' in text


def test_the_state_of_the_site_is_told(client):
    scheduled(hours=1)
    Job.objects.all().delete()
    hour_ago = timezone.now() - timezone.timedelta(hours=1)
    Job.objects.enqueue("card", "a", run_after=hour_ago)
    Job.objects.create(kind="card", key="b", attempts=5)
    Job.objects.create(kind="card", key="c", done_at=timezone.now())
    found = read(client)
    assert found["ocsc_ready"] == 1
    assert found['ocsc_degraded{what="database"}'] == 0
    assert 3500 < found["ocsc_next_boundary_seconds"] <= 3600
    assert (found["ocsc_jobs_waiting"], found["ocsc_jobs_given_up"]) == (1, 1)
    assert 3600 <= found["ocsc_jobs_oldest_seconds"] < 3700


def test_the_last_backup_is_told(client, tmp_path):
    assert not [name for name in read(client) if name.startswith("ocsc_backup")]
    for days in (3, 2):
        made = tmp_path / "backup.tar"
        made.write_bytes(b"x" * 1000 * days)
        backups.note(made, timezone.now() - timedelta(days=days))
    found = read(client)
    assert found["ocsc_backup_age_seconds"] == pytest.approx(2 * 86_400, abs=60)
    assert found["ocsc_backup_bytes"] == 2000


def test_the_disk_of_the_uploads_is_told(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    found = read(client)
    told = found["ocsc_disk_free_bytes"], found["ocsc_disk_bytes"]
    disk = shutil.disk_usage(tmp_path)
    assert told == pytest.approx((disk.free, disk.total), rel=0.05)
    settings.DATA_DIR = tmp_path / "not-there"
    assert "ocsc_disk_bytes" not in read(client)


def test_it_is_kept_by_nobody(client):
    assert client.get("/metrics")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ((False, "127.0.0.1", ""), 200),
        ((False, "203.0.113.9", ""), 403),
        ((False, "203.0.113.9", "127.0.0.1"), 403),
        ((True, "127.0.0.1", ""), 200),
        ((True, "127.0.0.1", "203.0.113.9"), 403),
        ((True, "127.0.0.1", "127.0.0.1, 203.0.113.9"), 403),
        ((True, "203.0.113.9", "127.0.0.1"), 403),
        ((False, "unix:", ""), 403),
    ],
)
def test_only_the_networks_of_the_settings_may_read_it(client, settings, asked, status):
    behind, direct, forwarded = asked
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client.get("/metrics", REMOTE_ADDR=direct, headers=headers).status_code == status


def test_who_has_the_token_may_read_it_from_anywhere(client, settings):
    settings.METRICS_TOKEN = "a-long-token"

    def status(said):
        headers = {"Authorization": said}
        return client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=headers).status_code

    assert status("Bearer a-long-token") == 200
    assert [status(said) for said in ("", "Bearer", "Bearer a-long", "Bearer ก")] == [403] * 4
    settings.METRICS_TOKEN = ""
    assert [status(said) for said in ("Bearer ", "Bearer")] == [403] * 2


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """Two workers of gunicorn before an empty database."""
    folder = tmp_path_factory.mktemp("web")
    data = Data(folder, OCSC_DRAIN_FILE=str(folder / "draining"))
    with Web(data, WEB_CONCURRENCY="2") as server:
        server.folder = folder
        yield server


def ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def test_whichever_worker_is_asked_tells_of_all(web):
    def told():
        name = 'ocsc_requests_total{method="GET",route="healthz",status="200"}'
        return figures(ask(web.port, "/metrics")[1]).get(name, 0)

    before = told()  # by other tests of this module
    for _ in range(40):
        assert ask(web.port, "/healthz")[0] == 200
    assert Counter(told() for _ in range(10)) == {before + 40: 10}


def test_a_server_that_is_about_to_stop_says_so_and_goes_on_answering(web):
    assert ask(web.port, "/readyz")[0] == 503  # not migrated
    (web.folder / "draining").touch()
    status, told = ask(web.port, "/readyz")
    assert status == 503
    assert re.search(r'"state": "draining"', told)
    assert ask(web.port, "/healthz")[0] == 200
    (web.folder / "draining").unlink()
    assert '"unmigrated"' in ask(web.port, "/readyz")[1]
