"""Real-browser tests: what no visit may do. Where there is no browser they are skipped with that
reason, and fail in CI.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import BrowserContext, Request, expect

from tests.browser.chromium import chromium

FOLDER = Path(__file__).parent
READERS = FOLDER / "readers"
LAUNCH_ARGUMENTS = [
    # Containers and CI run as root, where Chromium's sandbox doesn't start.
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
MISSING = (
    "no Chromium on this machine: sudo apt-get install chromium-headless-shell, or chromium "
    "(or name one in OCSC_CHROMIUM)"
)

# Playwright's synchronous interface runs an event loop in the test's own thread, which Django takes
# for asynchronous code; these tests do call the ORM one thing at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# On a machine that does other work besides; what comes at once is not waited for.
expect.set_options(timeout=20_000)


def let_in(context: BrowserContext, base_url: str, user: AbstractBaseUser) -> None:
    """Sign `user` in without the pages for that, which have tests of their own."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    # Where the site sets it: in another place it would stay beside that of the next session.
    place = {"domain": urlsplit(base_url).hostname, "path": settings.SESSION_COOKIE_PATH}
    context.add_cookies([{"name": session.key, "value": session.value} | place])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if READERS not in item.path.parents:  # they visit a server with its own database
                # Pages are served by another thread: it must see what the test has committed.
                item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(autouse=True, scope="session")
def _browser_is_there() -> None:
    if chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Playwright's own fixture, with the system's browser and its talk to its makers turned off."""
    return browser_type_launch_args | {
        "executable_path": chromium(),
        "args": LAUNCH_ARGUMENTS,
    }


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Lets tests say `page.goto("/th/")`."""
    return live_server.url


@pytest.fixture
def browser_context_args(browser_context_args: dict, base_url: str) -> dict:
    """Playwright's own fixture is made once a process, with the `base_url` of the folder that asks
    first. Tests of several folders take turns in a process: each says its own.
    """
    return browser_context_args | {"base_url": base_url}


class _UnderWay:
    """The requests that the live server is answering at this moment."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        request_started.connect(self._one_more, weak=False)
        request_finished.connect(self._one_less, weak=False)

    def _one_more(self, **_kwargs) -> None:
        with self._changed:
            self._number += 1

    def _one_less(self, **_kwargs) -> None:
        with self._changed:
            self._number -= 1
            self._changed.notify_all()

    def begin(self) -> None:
        """Count from here: what an earlier test began and left is nothing to wait for."""
        with self._changed:
            self._number = 0

    def wait_for_the_last(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._number <= 0, timeout=10)


@pytest.fixture(scope="session")
def _under_way() -> _UnderWay:
    return _UnderWay()


@pytest.fixture(autouse=True)
def _no_request_outlives_its_test(context: BrowserContext, _under_way: _UnderWay) -> Iterator[None]:
    """Emptying the tables waits for nobody: a request that still reads them would make it fail."""
    _under_way.begin()
    yield
    for page in context.pages:
        page.close()
    _under_way.wait_for_the_last()


@pytest.fixture(autouse=True)
def _nothing_from_elsewhere(context: BrowserContext, base_url: str) -> Iterator[None]:
    """No page makes a request to another host: a reader's visit is nobody else's business."""
    own = urlsplit(base_url).netloc
    foreign: list[str] = []

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != own:
            foreign.append(request.url)

    context.on("request", note)
    yield
    assert foreign == []
