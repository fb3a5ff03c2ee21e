"""The part of an import that needs no database, done by a process of its own some batches ahead."""

import os
import pickle
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from select import select
from subprocess import PIPE, Popen
from threading import Thread
from typing import IO, TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

_PROGRAM = "from news.importing.ahead import serve; serve()"
_AHEAD = 3
"""Batches that the other process may have before it: enough that neither waits for a slow one."""
_HERE = 2
"""Batches worked out by this process that may wait for their turn."""
_END, _ELSEWHERE = object(), object()


class OtherProcessEnded(RuntimeError):
    """The process that works ahead is gone, for want of memory or by somebody's hand."""


def worked_ahead(work: Callable[[_Given], _Made], given: Iterable[_Given]) -> Iterator[_Made]:
    """`map(work, given)`, each worked out while the caller is busy with those before.

    Where the other process is not done with what comes next, this one takes a later one upon itself
    rather than wait: two processors have work whoever has more of it. `work` is a function of a
    module and asks no database; what it raises is raised here, in its turn. However this process
    ends, kill -9 included, the other ends with it. Raises OtherProcessEnded.
    """
    # A program of its own and no fork: that would share this process's connections to the
    # database. No module multiprocessing: that would run the caller's main program again.
    path = os.pathsep.join(filter(None, [*sys.path, str(Path.cwd())]))
    command = [sys.executable, "-c", _PROGRAM]
    environment = os.environ | {"PYTHONPATH": path}
    # In a session of its own, for Ctrl-C is meant for this process.
    other = Popen(  # noqa: S603 - this interpreter, a program of one line
        command, stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True
    )
    with _ended(other):
        _send(other.stdin, work)
        yield from _in_turn(work, iter(given), other)


def _in_turn(
    work: Callable[[_Given], _Made], given: Iterator[_Given], other: Popen
) -> Iterator[_Made]:
    # In the order of `given`: what the other process has, and what was worked out here.
    made: deque[object] = deque()
    while True:
        while made.count(_ELSEWHERE) < _AHEAD and (each := next(given, _END)) is not _END:
            _send(other.stdin, each)
            made.append(_ELSEWHERE)
        if not made:
            return
        if made[0] is _ELSEWHERE:
            here = len(made) - made.count(_ELSEWHERE)
            if here < _HERE and not _answers(other) and (each := next(given, _END)) is not _END:
                made.append(_worked(work, each))
                continue
            made[0] = _received(other.stdout)
        result, error = made.popleft()
        if error is not None:
            raise error
        yield result


def _answers(other: Popen) -> bool:
    """Whether another process has begun to hand something over, or is gone. An answer so small that
    it was read along with the one before does not show; it is taken after what is worked out here.
    """
    return bool(select([other.stdout], [], [], 0)[0])


def _worked(work: Callable[[_Given], _Made], each: _Given) -> tuple[_Made | None, Exception | None]:
    try:
        return work(each), None
    except Exception as error:  # noqa: BLE001 - raised in its turn, after those before it
        return None, error


@contextmanager
def _ended(other: Popen) -> Iterator[None]:
    """Close what leads to and from a process in the end, and wait until it is gone."""
    try:
        yield
    finally:
        with suppress(BrokenPipeError):  # it is gone, and took not all that it was sent
            other.stdin.close()
        other.stdout.close()
        other.wait()


def serve() -> None:
    """Work for the process that started this one, until it has no more to give or is gone."""
    import django  # noqa: PLC0415 - only a process that was just started has no applications yet

    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed goes there
    django.setup()
    # Threads take what comes and hand over what is done: two processes that both wait for the
    # other to take something would wait for ever.
    given: SimpleQueue = SimpleQueue()
    made: SimpleQueue = SimpleQueue()
    Thread(target=_take, args=(requests, given), daemon=True).start()
    handing_over = Thread(target=_hand_over, args=(made, answers), daemon=True)
    handing_over.start()
    work = given.get()
    while work is not _END and (each := given.get()) is not _END:
        try:
            answer = pickle.dumps((work(each), None), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            answer = _packed(error)
        made.put(answer)
    made.put(_END)
    handing_over.join()


def _take(requests: IO[bytes], given: SimpleQueue) -> None:
    try:
        while True:
            given.put(pickle.load(requests))  # noqa: S301 - from the process that started this one
    except (EOFError, pickle.UnpicklingError):
        given.put(_END)


def _hand_over(made: SimpleQueue, answers: IO[bytes]) -> None:
    while (answer := made.get()) is not _END:
        try:
            answers.write(answer)
            answers.flush()
        except BrokenPipeError:
            return


def _packed(error: Exception) -> bytes:
    """What raises an exception there: itself, or one of its words where it can't be handed over."""
    try:
        packed = pickle.dumps((None, error), pickle.HIGHEST_PROTOCOL)
        pickle.loads(packed)  # noqa: S301 - packed just now
    except Exception:  # noqa: BLE001 - whatever its class does when it is made again
        return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    return packed


def _send(stream: IO[bytes], value: object) -> None:
    try:
        pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
        stream.flush()
    except BrokenPipeError as error:
        raise OtherProcessEnded from error


def _received(stream: IO[bytes]) -> tuple[object, Exception | None]:
    try:
        return pickle.load(stream)  # noqa: S301 - from the process started here
    except (EOFError, pickle.UnpicklingError) as gone:
        raise OtherProcessEnded from gone
