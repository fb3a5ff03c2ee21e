"""Working ahead in another process: order, failures of either side, how far it goes ahead."""

import os
from itertools import count, islice
from pathlib import Path

import pytest

from news.importing import ahead
from news.importing.ahead import OtherProcessEnded, worked_ahead

# `eval` is the work throughout: a function that the other process has, told each time what to do.
DIES = "__import__('os').kill(__import__('os').getpid(), 9)"


@pytest.fixture(autouse=True)
def _without_django(monkeypatch):
    """Of Django, which takes a second to start, no work here needs anything."""
    monkeypatch.setattr(ahead, "_PROGRAM", f"import django; django.setup = int; {ahead._PROGRAM}")


def test_everything_comes_back_in_its_order():
    given = ["__import__('time').sleep(0.3) or 0", *map(str, range(1, 20))]
    assert list(worked_ahead(eval, given)) == list(range(20))


def test_nothing_given_is_nothing_made():
    assert list(worked_ahead(eval, [])) == []


def test_the_work_is_done_by_another_process():
    (pid,) = worked_ahead(eval, ["__import__('os').getpid()"])
    assert pid != os.getpid()


def test_what_is_printed_ahead_is_no_answer():
    assert list(worked_ahead(eval, ["print('words') or 1", "2"])) == [1, 2]


def test_an_exception_is_raised_where_its_answer_is_waited_for():
    made = worked_ahead(eval, ["1", "int('x')", "3"])
    assert next(made) == 1
    with pytest.raises(ValueError, match="invalid literal"):
        next(made)


@pytest.mark.parametrize(
    "work",
    [
        "lambda: 0",
        "(_ for _ in ()).throw(Exception(lambda: 0))",
        "(_ for _ in ()).throw(type('Odd', (Exception,), {'__reduce__': lambda self: 1})())",
    ],
    ids=["an answer", "an exception that holds one", "an exception of no module"],
)
def test_what_cannot_be_handed_over_is_an_error_and_no_standstill(work):
    made = worked_ahead(eval, ["1", work])
    assert next(made) == 1
    with pytest.raises(Exception):  # noqa: B017 - whichever it is, it comes
        next(made)


@pytest.mark.parametrize("size", [0, 3_000_000], ids=["small", "more than a pipe holds"])
def test_a_process_that_dies_is_told_after_what_it_made(size):
    made = worked_ahead(eval, ["1", DIES, *["2" + " " * size] * 5])
    with pytest.raises(OtherProcessEnded):
        list(made)


def test_answers_and_questions_larger_than_a_pipe_hold_nobody_up():
    given = [bytes([97 + number]) * 3_000_000 for number in range(8)]
    assert list(worked_ahead(bytes.upper, given)) == [each.upper() for each in given]


def test_it_goes_no_further_ahead_than_it_may():
    taken = []
    given = (taken.append(number) or str(number) for number in count())
    made = worked_ahead(eval, given)
    for asked in range(1, 6):
        next(made)
        assert asked < len(taken) < asked + ahead._AHEAD + ahead._HERE
    made.close()


def test_what_the_other_process_would_be_late_with_is_worked_out_here_in_its_turn():
    pid = "__import__('os').getpid()"
    made = list(worked_ahead(eval, [f"__import__('time').sleep(1) or {pid}", *[pid] * 4]))
    assert os.getpid() in made[3:]
    assert os.getpid() not in made[:3]


def test_what_fails_here_is_raised_after_what_comes_before_it():
    late = "__import__('time').sleep(1) or 1"
    here = f"__import__('os').getpid() == {os.getpid()} and int('x')"
    made = worked_ahead(eval, [late, "1", "1", here, here])
    assert list(islice(made, 3)) == [1, 1, 1]
    with pytest.raises(ValueError, match="invalid literal"):
        next(made)


def test_who_stops_asking_ends_the_other_process():
    made = worked_ahead(eval, ("__import__('os').getpid()" for _ in count()))
    (pid,) = islice(made, 1)
    made.close()
    assert not Path(f"/proc/{pid}").exists()
