"""One fresh process, one job.

The process is forked from a warm server or is a new interpreter; from `serve` on both are the same.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import json
import math
import os
import resource
import signal
import sys
import tempfile
import threading
import traceback
from multiprocessing.connection import Connection
from typing import Any, Mapping

from harness.processes import outcome

#: How long after its time limit a child ends itself, should the agent not have done so.
GRACE = 3

_HARD_LIMIT = resource.getrlimit(resource.RLIMIT_AS)[1]


def serve(connection: Connection, preload: tuple[str, ...] = ()) -> None:
    """Receive one job, run it, send what happens, and end the process.

    Messages are JSON: the job comes in; {"started"}, {"progress"}... and {"outcome"} go out.
    """
    gc.freeze()  # what the server has imported is nobody's garbage: collections need not look at it
    preloaded = [name for name in preload if name in sys.modules]
    job = json.loads(connection.recv_bytes())
    _become_its_own(job)
    threading.Thread(target=_end_with_the_agent, args=(connection,), daemon=True).start()
    _send(connection, {"started": {"pid": os.getpid(), "preloaded": preloaded}})
    result = _run(connection, job)
    sys.stdout.flush()
    sys.stderr.flush()
    with contextlib.suppress(OSError):  # the agent is gone
        _send(connection, {"outcome": result})
    # Neither TensorFlow's threads nor atexit handlers have a say in how a job ends.
    os._exit(0)


def _become_its_own(job: Mapping[str, Any]) -> None:
    """Own process group and temporary files, output in the job's log, a trace of a hang or a crash, limits."""
    os.setsid()
    log = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    # Line by line: a crash takes with it what is still in a buffer.
    sys.stdout = os.fdopen(1, "w", buffering=1, errors="backslashreplace", closefd=False)
    # AutoGraph leaves the code that it generates there; the agent removes the folder.
    tempfile.tempdir = os.environ["TMPDIR"] = job["scratch"]
    faulthandler.enable(file=2)
    faulthandler.dump_traceback_later(0.75 * job["seconds"], file=2)
    # The kernel's: a thread that watches the agent cannot run while C code holds the interpreter's lock.
    signal.alarm(math.ceil(job["seconds"]) + GRACE)
    if job.get("memory"):
        _limit_memory(job["memory"])


def _end_with_the_agent(connection: Connection) -> None:
    """The agent says nothing more; when its end closes it is gone, even by SIGKILL."""
    try:
        connection.recv_bytes()
    except (EOFError, OSError):
        os.killpg(0, 9)


def _run(connection: Connection, job: Mapping[str, Any]) -> outcome.Outcome:
    try:
        module, _, name = job["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        value = function(job["arguments"], lambda progress: _send(connection, {"progress": progress}))
        json.dumps(value)
        return outcome.returned(value)
    except BaseException as error:  # whatever it is, SystemExit included, it is how the job ended
        _limit_memory(_HARD_LIMIT)  # to say that memory ran out takes memory
        traceback.print_exc()
        if isinstance(error, SystemExit):
            os._exit(_exit_code(error))
        return outcome.raised(error, traceback.format_exc())


def _limit_memory(size: int) -> None:
    """Only the soft limit, so that it can be lifted again."""
    resource.setrlimit(resource.RLIMIT_AS, (size, _HARD_LIMIT))


def _exit_code(error: SystemExit) -> int:
    """As the interpreter has it: sys.exit() is 0, sys.exit("words") is 1."""
    if error.code is None:
        return 0
    return error.code & 0xFF if isinstance(error.code, int) else 1


def _send(connection: Connection, message: Mapping[str, Any]) -> None:
    data = json.dumps(message).encode() + b"\n"
    while data:
        data = data[os.write(connection.fileno(), data) :]


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
