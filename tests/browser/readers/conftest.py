"""Readers' tests visit the samples on a real server; nothing they do changes them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.site import prepared, running

FOLDER = Path(__file__).parent
SEED = "k7m4q2"
SEED_PATH = f"news/{SEED}/digital-skills-for-public-officials/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            # The first of them waits until the site is made: photographs take their time.
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a site of this process's own; what it serves is made once for all of them."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    data = own / "readers"
    shutil.copytree(prepared(shared), data)
    with running(data) as address:
        yield address


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser says against the page: policy violations, failures, exceptions."""
    found: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            found.append(message.text)

    def note_failure(request: Request) -> None:
        # A picture still on its way when the reader goes on is no failure.
        if request.failure != "net::ERR_ABORTED":
            found.append(f"{request.failure}: {request.url}")

    page.on("console", note_message)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", note_failure)
    return found
