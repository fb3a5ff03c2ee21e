"""What is kept stays within its bounds, and many who want one page cost one render."""

import threading
import time

import pytest
from django.http import HttpResponse

from news.caching.entries import entry_of
from news.caching.epoch import Moment
from news.caching.store import Shelves, Store, Turns
from tests.caching.conftest import Site

NOW = Moment("1.0.0", 1, 0, None, None)


class ConstantReader:
    removals = 0

    def when_removed(self, forget):
        pass

    def current(self, at):
        return NOW


def entry(size, epoch=NOW):
    return entry_of(HttpResponse(b"x" * size, content_type="image/png"), epoch)


def test_the_store_never_holds_more_than_its_bytes_and_drops_what_was_asked_for_least_recently():
    store = Store(max_bytes=40_000)
    for number in range(10):
        store.put(number, entry(2_000))
        store.get(0)
        assert store.bytes_kept <= 40_000
    for number in range(10, 100):
        store.put(number, entry(2_000))
        assert store.bytes_kept <= 40_000
        assert store.get(0) is not None
    assert store.get(5) is None
    assert store.get(99) is not None


def test_an_address_holds_one_entry_however_many_epochs_it_lives_through():
    store = Store(max_bytes=100_000)
    for _ in range(100):
        store.put("/th/", entry(5_000))
    assert len(store) == 1
    store.drop("/th/")
    assert store.bytes_kept == 0


def test_an_entry_too_large_for_its_store_is_not_kept_and_nor_is_what_it_replaces():
    store = Store(max_bytes=40_000)
    store.put("/th/", entry(100))
    store.put("/th/", entry(6_000))
    assert store.get("/th/") is None
    assert store.bytes_kept == 0


def test_what_strangers_think_up_pushes_out_no_page():
    shelves = Shelves(max_bytes=400_000)
    for number in range(10):
        shelves.put(f"/th/news/{number}/", entry(10_000), is_page=True)
    for number in range(1_000):
        shelves.put(f"/th/search/?q={number}", entry(4_000), is_page=False)
    assert all(shelves.get(f"/th/news/{number}/") for number in range(10))
    assert shelves.bytes_kept <= 400_000


def test_a_page_that_is_gone_replaces_the_page_that_was_there():
    shelves = Shelves(max_bytes=400_000)
    shelves.put("/th/news/a/", entry(100), is_page=True)
    gone = entry(200)
    shelves.put("/th/news/a/", gone, is_page=False)
    assert shelves.get("/th/news/a/") is gone
    assert len(shelves) == 1


def slow_page(environ, start_response):
    time.sleep(0.2)
    headers = {"Cache-Control": "public, max-age=60"}
    if "private" in environ["PATH_INFO"]:
        headers = {"Cache-Control": "no-store"}
    response = HttpResponse(environ["PATH_INFO"], headers=headers)
    start_response("200 OK", list(response.items()))
    return response


def at_once(site, paths):
    """The answers to `paths`, all asked for in the same moment by threads of their own."""
    answers = [None] * len(paths)
    start = threading.Barrier(len(paths))

    def ask(number):
        start.wait()
        answers[number] = site.get(paths[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(paths))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_many_who_want_one_page_cost_one_render_and_hold_up_nobody_else():
    site = Site(slow_page, ConstantReader())
    answers = at_once(site, ["/th/"] * 20 + ["/en/"] * 20)
    assert [answer.text for answer in answers] == ["/th/"] * 20 + ["/en/"] * 20
    assert len(site.asked) == 2
    assert site.store._turns._taken == {}


@pytest.mark.django_db
def test_nobody_waits_in_line_for_an_answer_that_is_made_for_each():
    site = Site(slow_page, ConstantReader())
    site.get("/th/private/")
    began = time.monotonic()
    at_once(site, ["/th/private/"] * 20)
    assert time.monotonic() - began < 2  # in line it would take 4
    assert len(site.asked) == 21


@pytest.mark.django_db
def test_a_render_that_fails_lets_the_next_one_try():
    tries = []

    def failing_once(environ, start_response):
        tries.append(environ)
        if len(tries) == 1:
            raise RuntimeError("out of memory")
        return slow_page(environ, start_response)

    site = Site(failing_once, ConstantReader())
    with pytest.raises(RuntimeError):
        site.get("/th/")
    assert site.get("/th/").status == 200


def test_who_runs_out_of_patience_goes_on_alone():
    turns = Turns(patience_seconds=0.05)
    entered = []

    def wait():
        with turns.of("/th/"):
            entered.append(1)

    with turns.of("/th/"):
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(2)
        assert entered
