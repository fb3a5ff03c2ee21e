"""The part of an import that needs no database, done by a process of its own a batch ahead."""

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

_PROGRAM = "from news.importing.ahead import serve; serve()"


class OtherProcessEnded(RuntimeError):
    """The process that works ahead is gone, for want of memory or by somebody's hand."""


def one_ahead(work: Callable[[_Given], _Made], given: Iterable[_Given]) -> Iterator[_Made]:
    """`map(work, given)`, each worked out while the caller is busy with the one before.

    `work` is a function of a module and asks no database; what it raises is raised here. However
    this process ends, kill -9 included, the other ends with it. Raises OtherProcessEnded.
    """
    # A program of its own and no fork: that would share this process's connections to the
    # database. No module multiprocessing: that would run the caller's main program again.
    path = os.pathsep.join(filter(None, [*sys.path, str(Path.cwd())]))
    command = [sys.executable, "-c", _PROGRAM]
    environment = os.environ | {"PYTHONPATH": path}
    # In a session of its own, for Ctrl-C is meant for this process.
    with Popen(  # noqa: S603 - this interpreter, a program of one line
        command, stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True
    ) as other:
        _send(other.stdin, work)
        waiting = False
        for each in given:
            # It is given something only when it has nothing left to hand over: two that both wait
            # for the other to take something would wait for ever.
            made = _received(other.stdout) if waiting else None
            _send(other.stdin, each)
            if waiting:
                yield made
            waiting = True
        if waiting:
            yield _received(other.stdout)


def serve() -> None:
    """Work for the process that started this one, until it has no more to give or is gone."""
    import django  # noqa: PLC0415 - only a process that was just started has no applications yet

    given, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed goes there
    django.setup()
    try:
        work = pickle.load(given)  # noqa: S301 - from the process that started this one
        while True:
            each = pickle.load(given)  # noqa: S301
            try:
                answer = work(each), None
            except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                answer = None, error
            _send(answers, answer)
    except (EOFError, OtherProcessEnded):
        return


def _send(stream: IO[bytes], value: object) -> None:
    try:
        pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
        stream.flush()
    except BrokenPipeError as error:
        raise OtherProcessEnded from error


def _received(stream: IO[bytes]):
    try:
        made, error = pickle.load(stream)  # noqa: S301 - from the process started here
    except (EOFError, pickle.UnpicklingError) as gone:
        raise OtherProcessEnded from gone
    if error is not None:
        raise error
    return made
