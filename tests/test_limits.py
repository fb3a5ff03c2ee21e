"""How often a reader may ask for what is dear."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as site_settings
from django.core.cache import cache
from django.test import RequestFactory

from news.door import database_now
from news.limits import exceeds, reader_address
from tests.factories import published

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_searches_a_minute(settings):
    settings.RATE_LIMITS = {"search": 3}
    with time_machine.travel("2026-11-23T05:00:10Z", tick=False) as clock:
        settings.clock = clock
        yield


def statuses(client, times, **headers):
    return [client.get(f"/th/search/?q={n}", **headers).status_code for n in range(times)]


def test_a_reader_is_refused_after_the_limit_and_told_until_when(client, settings):
    assert statuses(client, 5) == [200, 200, 200, 429, 429]
    refused = client.get("/th/search/?q=a")
    assert refused["Retry-After"] == "50"
    assert refused["Cache-Control"] == "no-store"
    assert "โปรด" in refused.content.decode()
    assert client.get("/th/").status_code == 200
    settings.clock.shift(60)
    assert statuses(client, 1) == [200]


def test_each_reader_has_their_own_count(client):
    assert statuses(client, 4, REMOTE_ADDR="203.0.113.1")[-1] == 429
    assert statuses(client, 1, REMOTE_ADDR="203.0.113.2") == [200]


def test_all_addresses_of_one_ipv6_customer_count_as_one(client):
    asked = [statuses(client, 1, REMOTE_ADDR=f"2001:db8:1:2::{n}") for n in range(1, 5)]
    assert asked == [[200], [200], [200], [429]]
    assert statuses(client, 1, REMOTE_ADDR="2001:db8:1:3::1") == [200]
    assert statuses(client, 3, REMOTE_ADDR="203.0.113.3") == [200, 200, 200]
    assert statuses(client, 1, REMOTE_ADDR="::ffff:203.0.113.3") == [429]


def test_what_a_reader_says_of_itself_counts_for_nothing(client, settings):
    said = [
        client.get("/th/search/?q=a", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code
        for n in range(4)
    ]
    assert said[-1] == 429
    settings.clock.shift(60)
    # Behind our proxy, which adds the address it saw to what the reader sent.
    settings.BEHIND_PROXY = True
    said = [
        client.get(
            "/th/search/?q=a", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7"
        ).status_code
        for n in range(4)
    ]
    assert said[-1] == 429


@pytest.mark.parametrize(
    ("behind", "header", "address"),
    [
        (False, "1.2.3.4", "127.0.0.1"),
        (True, "1.2.3.4", "1.2.3.4"),
        (True, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (True, "", "127.0.0.1"),
    ],
)
def test_the_readers_address(settings, behind, header, address):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header} if header else {})
    assert reader_address(request) == address


def test_no_address_is_kept_in_the_clear(client, monkeypatch):
    keys = []

    def noting(key, *arguments, **options):
        keys.append(key)
        return cache.add(key, *arguments, **options)

    noted = SimpleNamespace(add=noting, incr=cache.incr)
    monkeypatch.setattr("news.limits.cache", noted)
    statuses(client, 1, REMOTE_ADDR="203.0.113.9")
    assert keys
    assert "203.0.113.9" not in "".join(keys)


def test_without_the_cache_nobody_is_refused(client, monkeypatch):
    def gone(*_arguments, **_options):
        raise ConnectionError("Redis is gone")

    monkeypatch.setattr("news.limits.cache", SimpleNamespace(add=gone))
    assert statuses(client, 6) == [200] * 6


def test_the_api_says_so_in_its_own_form(client, settings):
    settings.RATE_LIMITS = {"api": 2}
    answers = [client.get(f"/api/v1/releases/?limit={n}") for n in (1, 2, 3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["error"]["code"] == "too_many_requests"
    assert answers[-1]["Retry-After"]


def test_an_office_behind_one_address_can_sign_in_and_a_guesser_is_stopped(client, settings):
    settings.RATE_LIMITS = {"login": 3}

    def attempt(**headers):
        form = {"username": "editor", "password": "wrong"}
        return client.post("/admin/login/", form, **headers).status_code

    assert [attempt() for _ in range(5)] == [200, 200, 200, 429, 429]
    assert client.get("/admin/login/").status_code == 200
    assert attempt(REMOTE_ADDR="203.0.113.2") == 200


IN_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "ocsc_site.settings",
    "OCSC_ENV": "production",
    "OCSC_SECRET_KEY": "".join(chr(33 + number) for number in range(60)),
    "OCSC_ALLOWED_HOSTS": "www.example.org",
    "OCSC_BASE_URL": "https://www.example.org",
}


def in_production(folder, program, *arguments):
    """What a process with the settings of production prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=os.environ | IN_PRODUCTION | {"OCSC_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def limits_of_production(tmp_path_factory):
    program = (
        "import json; from django.conf import settings; print(json.dumps(settings.RATE_LIMITS))"
    )
    return in_production(tmp_path_factory.mktemp("production"), program)


ASKED = {
    "search": lambda client, lang: client.get(f"/{lang}/search/?q=a"),
    "suggest": lambda client, lang: client.get(f"/{lang}/search/suggest/?q=a"),
    "api": lambda client, _lang: client.get("/api/v1/releases/?limit=7"),
    "login": lambda client, lang: client.post(
        f"/admin/login/?language={lang}", {"username": "nobody", "password": "wrong"}
    ),
    "report": lambda client, lang: client.post(
        f"/{lang}/report/{published(title_en='News', body_en='<p>Text</p>').code}/1/",
        {"message": "Wrong post"},
        headers={"Sec-Fetch-Site": "same-origin"},
    ),
    "link": lambda client, lang: client.post(
        f"/admin/forgotten/?language={lang}", {"name": "nobody"}
    ),
}
"""What each of production's limits is there for."""

STATUS = dict.fromkeys(ASKED, 429) | {"link": 200}  # of a form that says why it sends nothing
SAID = {name: {"th": "บ่อยเกินไป", "en": "Too many requests"} for name in ASKED} | {
    "report": {"th": "โปรดส่งใหม่", "en": "Too many reports"},
    "api": dict.fromkeys(("th", "en"), "too_many_requests"),
}


def test_whatever_is_limited_in_production_is_tried_here(limits_of_production):
    assert limits_of_production.keys() == ASKED.keys()


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("name", ASKED)
def test_each_limit_of_production_is_kept_in_the_language_of_the_reader(
    client, settings, limits_of_production, name, lang
):
    # What is published has the database's own time: this one stands still just after it.
    settings.clock.move_to(database_now() + timedelta(minutes=1))
    settings.RATE_LIMITS = limits_of_production
    settings.HAS_MAIL = True
    limit = limits_of_production[name]
    assert 1 < limit <= 300, "more than anybody asks in a minute"
    request = RequestFactory().get("/")
    assert not any(exceeds(name, request) for _ in range(limit - 1))
    allowed, refused = (ASKED[name](client, lang) for _ in range(2))
    assert allowed.status_code in {200, 302}
    assert SAID[name][lang] not in allowed.content.decode()
    assert refused.status_code == STATUS[name]
    assert SAID[name][lang] in refused.content.decode()


COUNT = """
import json
import sys
import django
import time_machine
django.setup()
from django.conf import settings
from django.test import RequestFactory
from news.door import database_now
from news.limits import exceeds
said = {"REMOTE_ADDR": sys.argv[1], "HTTP_X_FORWARDED_FOR": sys.argv[1]}
request = RequestFactory().get("/", **said)
with time_machine.travel(float(sys.argv[2])):
    print(json.dumps({
        name: sum(exceeds(name, request) for _ in range(limit // 2 + 1))
        for name, limit in settings.RATE_LIMITS.items()
    }))
"""


@pytest.mark.skipif(not site_settings.REDIS_URL, reason="counted over processes by Redis alone")
def test_all_processes_count_together(tmp_path, limits_of_production):
    """Two processes that each ask a little more than half of what production allows."""
    # Whoever else counts in this Redis; and the fixture's time, however long the processes take.
    reader, now = f"reader-{uuid4().hex}", str(time.time())
    first, second = (in_production(tmp_path, COUNT, reader, now) for _ in range(2))
    assert first == dict.fromkeys(ASKED, 0)
    assert second == {
        name: 2 * (limit // 2 + 1) - limit for name, limit in limits_of_production.items()
    }
