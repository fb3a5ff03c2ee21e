"""Files that nginx hands out with leave of the application: what they say with every status.

What nginx says of itself, with a scripted application: `tests/deploy/test_nginx.py`.
"""

import http.client

import pytest
from django.core.files.storage import default_storage
from pytest_django.live_server_helper import LiveServer

from deploy.lab.processes import Nginx, find_nginx
from news import media
from news.exporting import open_data
from news.models import Derivative
from tests.factories import published, published_file
from tests.test_media import PDF

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not find_nginx(), reason="nginx is not installed"),
    pytest.mark.timeout(120),
]

LAST = len(PDF) - 1


@pytest.fixture
def get(tmp_path, settings):
    """Asks nginx for a path; the application behind it leaves files to it."""
    settings.MEDIA_ACCEL_REDIRECT = "/protected/"
    application = LiveServer("localhost")
    web = [application.thread.port]
    try:
        with Nginx(tmp_path, web=web, OCSC_MEDIA_ROOT=str(settings.MEDIA_ROOT)) as nginx:

            def ask(path, *, port=nginx.port, **headers):
                client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                sent = {name.replace("_", "-"): value for name, value in headers.items()}
                client.request("GET", path, headers={"Host": "localhost", **sent})
                answer = client.getresponse()
                answer.content = answer.read()
                client.close()
                return answer

            ask.of_the_application = application.thread.port
            yield ask
    finally:
        application.stop()


@pytest.fixture
def path():
    return published_file(PDF)


def test_how_long_it_is_kept_is_said_once_and_its_digest_of_the_file_alone(get, path):
    whole = get(path)
    digest = whole.headers["Repr-Digest"]
    assert whole.status == 200
    assert digest.startswith("sha-256=:")
    (kept,) = whole.headers.get_all("Cache-Control")
    assert kept.startswith("public, max-age=86400")
    known = {"If_Range": whole.headers["ETag"]}
    for status, asked in (
        (206, {"Range": "bytes=0-3"}),
        (206, {"Range": "bytes=2-"}),
        (206, {"Range": f"bytes={LAST}-{LAST}"}),
        (206, {"Range": "bytes=-1"}),
        (206, {"Range": f"bytes=-{len(PDF) + 1}"}),
        (206, {"Range": "bytes=0-3", **known}),
        (200, {"Range": "bytes=0-3", "If_Range": '"another"'}),
        (304, {"If_Modified_Since": whole.headers["Last-Modified"]}),
    ):
        answer = get(path, **asked)
        assert answer.status == status, asked
        assert answer.headers.get_all("Cache-Control") == [kept], asked
        assert answer.headers.get_all("Repr-Digest") == [digest], asked
    for asked in (
        {"Range": f"bytes={len(PDF)}-"},
        {"Range": f"bytes={len(PDF)}-", **known},
        {"Range": "bytes=99999-99999"},
        {"Range": "bytes=3-2"},
        {"Range": "bytes=99999-,88888-"},
        {"Range": "bytes=99999999999999999999-"},
        {"Range": "bytes=2-99999999999999999999"},
        {"Range": "bytes=-0"},
        {"Range": "bytes=a-b"},
    ):
        answer = get(path, **asked)
        assert answer.status == 416, asked
        assert answer.headers.get_all("Cache-Control") == ["no-store"], asked
        assert "Repr-Digest" not in answer.headers, asked


def test_of_one_that_is_lost_nothing_is_kept(get, path):
    default_storage.delete(Derivative.objects.get(recipe=media.AS_IS).path)
    for asked in ({}, {"Range": "bytes=0-3"}, {"Range": "bytes=99999-"}):
        answer = get(path, **asked)
        assert answer.status == 404
        assert answer.headers.get_all("Cache-Control") == ["no-store"]
        assert "Repr-Digest" not in answer.headers


def test_a_file_of_data_says_the_same_of_itself(get):
    version = published()
    open_data.refresh()
    path = f"/data/releases-{version.dated:%Y-%m}.jsonl"
    (kept,) = get(path).headers.get_all("Cache-Control")
    assert kept.startswith("public, max-age=0, s-maxage=")
    answer = get(path, Range="bytes=9999999-")
    assert answer.status == 416
    assert answer.headers.get_all("Cache-Control") == ["no-store"]


def test_without_nginx_a_part_is_the_same(get, path, settings):
    """But of several parts, of which the application sends the whole; and each has its own ETag."""
    asked = [
        {"Range": "bytes=0-3"},
        {"Range": "bytes=2-"},
        {"Range": f"bytes=2-{len(PDF) + 9}"},
        {"Range": "bytes=-1"},
        {"Range": f"bytes=-{len(PDF) + 1}"},
        {"Range": f"bytes={len(PDF)}-"},
        {"Range": "bytes=3-2"},
        {"Range": "bytes=-0"},
        {"Range": "bytes=a-b"},
        {"Range": "pages=1-2"},
        {"Range": "bytes=0-3", "If_Range": "ETag"},
        {"Range": "bytes=0-3", "If_Range": '"another"'},
        {"Range": "bytes=0-3", "If_None_Match": "ETag"},
    ]

    def answers(**to):
        etag = get(path, **to).headers["ETag"]
        for headers in asked:
            sent = {name: etag if value == "ETag" else value for name, value in headers.items()}
            yield get(path, **to, **sent)

    by_nginx = list(answers())
    settings.MEDIA_ACCEL_REDIRECT = ""
    by_the_application = answers(port=get.of_the_application)
    for headers, there, here in zip(asked, by_nginx, by_the_application, strict=True):
        assert here.status == there.status, headers
        assert here.headers["Content-Range"] == there.headers["Content-Range"], headers
        if here.status != 416:
            assert here.content == there.content, headers
