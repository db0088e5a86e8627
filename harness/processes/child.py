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
import threading
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from harness.messages import Lines, Outcome, Progress, Returned, Started, Surroundings, Task, encode
from harness.processes.confinement import confine
from harness.processes.outcome import raised

#: How long after its time limit a child ends itself, should the agent not have done so.
GRACE = 3

_HARD_LIMIT = resource.getrlimit(resource.RLIMIT_AS)[1]


def serve(connection: Connection, preload: tuple[str, ...] = ()) -> None:
    """Receive one task, carry it out, say what happens, and end the process: Started, Progress..., an outcome."""
    gc.freeze()  # what the server has imported is nobody's garbage: collections need not look at it
    preloaded = tuple(name for name in preload if name in sys.modules)
    (task,) = Lines().feed(connection.recv_bytes())
    _become_its_own(task)
    threading.Thread(target=_end_with_the_agent, args=(connection,), daemon=True).start()
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
    log = os.open(job.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
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


def _end_with_the_agent(connection: Connection) -> None:
    """The agent says nothing more; when its end closes it is gone, even by SIGKILL."""
    try:
        connection.recv_bytes()
    except (EOFError, OSError):
        os.killpg(0, 9)


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
            os._exit(_exit_code(error))
        return raised(error, traceback.format_exc())


def _limit_memory(size: int) -> None:
    """Only the soft limit, so that it can be lifted again; never above what the process was started with."""
    most = size if _HARD_LIMIT == resource.RLIM_INFINITY else min(size, _HARD_LIMIT)
    resource.setrlimit(resource.RLIMIT_AS, (most, _HARD_LIMIT))


def _exit_code(error: SystemExit) -> int:
    """As the interpreter has it: sys.exit() is 0, sys.exit("words") is 1."""
    if error.code is None:
        return 0
    return error.code & 0xFF if isinstance(error.code, int) else 1


def _send(connection: Connection, message: Any) -> None:
    data = encode(message)
    while data:
        data = data[os.write(connection.fileno(), data) :]


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
