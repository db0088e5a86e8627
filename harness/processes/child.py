"""One fresh process, one job.

The process is forked from a warm server or is a new interpreter; from `serve` on both are the same.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import math
import os
import resource
import signal
import sys
import tempfile
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from harness.messages import Exited, Outcome, Progress, Raised, Returned, Started, Surroundings, Task
from harness.processes import attempts
from harness.processes.confinement import confine
from harness.processes.lifeline import end_group_with
from harness.processes.outcome import raised
from harness.wire import Lines, encode

#: How long after its time limit a child ends itself, should the agent not have done so.
GRACE = 3

_HARD_LIMIT = resource.getrlimit(resource.RLIMIT_AS)[1]


def serve(connection: Connection, lifeline: Connection, preload: tuple[str, ...] = ()) -> None:
    """Receive one task, carry it out, say what happens, and end the process: Started, Progress..., an outcome.

    Args:
        connection: By which the agent is told.
        lifeline: A pipe of which the agent alone has the other end: what ends when that closes.
        preload: Modules that the process is to find imported.
    """
    gc.freeze()  # what the server has imported is nobody's garbage: collections need not look at it
    gc.enable()
    preloaded = tuple(name for name in preload if name in sys.modules)
    (task,) = Lines().feed(connection.recv_bytes())
    _become_its_own(task)
    end_group_with(lifeline.fileno())
    _send(connection, Started(os.getpid(), preloaded))
    result = _run(connection, task)
    sys.stdout.flush()
    sys.stderr.flush()
    with contextlib.suppress(OSError):  # the agent is gone
        _send(connection, result)
    # Neither TensorFlow's threads nor atexit handlers have a say in how a job ends.
    os._exit(0)


def _become_its_own(task: Task) -> None:
    """Own process group and temporary files, output in the job's log, a trace of a hang or a crash, limits."""
    job = task.job
    if job.around is not None:
        _settle(job.around, task.scratch)
    os.setsid()
    # To append: the agent takes the middle out of a log that becomes too long.
    log = os.open(job.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    # Line by line: a crash takes with it what is still in a buffer.
    sys.stdout = os.fdopen(1, "w", buffering=1, errors="backslashreplace", closefd=False)
    # AutoGraph leaves the code that it generates there; the agent removes the folder.
    tempfile.tempdir = os.environ["TMPDIR"] = str(task.scratch)
    if job.confinement is not None:  # before there is a second thread
        for each in confine(job.confinement, [task.scratch]):
            print(f"not limited: {each}")
        attempts.watch([*map(Path, job.confinement.writable), task.scratch])
    faulthandler.enable(file=2)
    faulthandler.dump_traceback_later(0.75 * job.seconds, file=2)
    # The kernel's: a thread that watches the agent cannot run while C code holds the interpreter's lock.
    signal.alarm(math.ceil(job.seconds) + GRACE)
    if job.memory:
        _limit_memory(job.memory)


def _settle(around: Surroundings, scratch: Path) -> None:
    """Work in the folder, with the variables and with the code that the job has."""
    os.environ.clear()
    os.environ.update(around.variables)
    package = str(Path(__file__).parents[2])  # it has the harness, and nothing else
    # "" is the folder where a process happens to work.
    installed = [each for each in sys.path if each and each != package]
    sys.path[:] = [package, *around.path, *(each for each in installed if each not in around.path)]
    if around.folder is not None:
        os.chdir(around.folder)
        return
    for name in ("home", "folder"):
        (scratch / name).mkdir()
    os.environ["HOME"] = str(scratch / "home")
    os.chdir(scratch / "folder")


def _run(connection: Connection, task: Task) -> Outcome:
    try:
        module, _, name = task.job.function.partition(":")
        function = getattr(importlib.import_module(module), name)
        returned = Returned(function(task.job.request, lambda value: _send(connection, Progress(value))))
        encode(returned)  # what is no JSON raises here, and is told like whatever else the job does wrong
        return returned
    except BaseException as error:  # whatever it is, SystemExit included, it is how the job ended
        _limit_memory(_HARD_LIMIT)  # to say that memory ran out takes memory
        traceback.print_exc()
        if isinstance(error, SystemExit):
            return _exited(error)
        outcome = raised(error, traceback.format_exc())
        tried = "; ".join(attempts.seen())
        return (
            replace(outcome, message=f"{outcome.message} ({tried})")
            if tried and isinstance(outcome, Raised)
            else outcome
        )


def _limit_memory(size: int) -> None:
    """Only the soft limit, so that it can be lifted again; never above what the process was started with."""
    most = size if _HARD_LIMIT == resource.RLIM_INFINITY else min(size, _HARD_LIMIT)
    resource.setrlimit(resource.RLIMIT_AS, (most, _HARD_LIMIT))


def _exited(error: SystemExit) -> Exited:
    """As the interpreter has it: sys.exit() is 0, sys.exit("words") is 1 with words."""
    if error.code is None or isinstance(error.code, int):
        return Exited((error.code or 0) & 0xFF, "sys.exit() was called")
    return Exited(1, " ".join(str(error.code).split()))


def _send(connection: Connection, message: Any) -> None:
    data = encode(message)
    while data:
        data = data[os.write(connection.fileno(), data) :]


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), Connection(int(sys.argv[2])))
