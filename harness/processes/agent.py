"""The agent: one per environment and profile. It runs each job in a fresh child and says how it ended.

Stdlib only: the interpreter may have nothing else. Takes Submit and Cancel on stdin, says Hello and Event on stdout
(`harness.messages`), one message a line. When stdin closes, the agent kills its children and ends.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import multiprocessing.forkserver
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Callable, Protocol

from harness.messages import (
    Cancel,
    Cancelled,
    Ended,
    Event,
    Hello,
    Job,
    Lines,
    Outcome,
    Progress,
    Started,
    Submit,
    Task,
    TimedOut,
    encode,
)
from harness.nouns import InfrastructureError
from harness.processes import child
from harness.processes.outcome import died, kernel_oom_kills

#: How long a death can stay unnoticed that closes no pipe, because a grandchild holds it open.
TICK = 0.5

#: The same, once a child has closed its end: it is dead or about to be.
SHORT_TICK = 0.01


class Process(Protocol):
    """What a forked process and a subprocess have in common."""

    @property
    def pid(self) -> int: ...

    def exitcode(self) -> int | None: ...


@dataclass
class Forked:
    """A child of the fork server."""

    process: Any

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def exitcode(self) -> int | None:
        self.process.join(0)
        code: int | None = self.process.exitcode
        return code


@dataclass
class Spawned:
    """A new interpreter."""

    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def exitcode(self) -> int | None:
        return self.process.poll()


Start = Callable[[Connection], Process]


def forkserver(preload: tuple[str, ...]) -> Start:
    """Start children by forking a server that has imported the modules, and warm it now."""
    context = multiprocessing.get_context("forkserver")
    _hide_main()
    context.set_forkserver_preload(["harness.processes.child", *preload])
    multiprocessing.forkserver.ensure_running()

    def start(connection: Connection) -> Process:
        process = context.Process(target=child.serve, args=(connection, preload))  # not daemon: a job may have children
        try:
            process.start()
        except (EOFError, ConnectionError) as error:
            raise InfrastructureError(f"the fork server ended while it imported {_last_words(preload)}") from error
        return Forked(process)

    return start


#: As multiprocessing's server does it: it goes on past an ImportError.
_ONE_BY_ONE = """
import sys
for name in sys.argv[1:]:
    print(name, flush=True)
    try:
        __import__(name)
    except ImportError:
        pass
"""


def _last_words(preload: tuple[str, ...]) -> str:
    """The module that cannot be imported, and why: the server keeps it to itself, so a new interpreter is asked."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", _ONE_BY_ONE, *preload],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    imported, said = done.stdout.split(), done.stderr.strip().splitlines()
    if not done.returncode or not imported or not said:
        return ", ".join(preload) or "nothing"
    return f"{imported[-1]}: {said[-1]}"


def _hide_main() -> None:
    """Multiprocessing would run the agent's own module again in every child, as __mp_main__."""
    main = sys.modules["__main__"]
    main.__spec__ = None
    main.__file__ = None


def interpreter(preload: tuple[str, ...]) -> Start:
    """Start children as true new interpreters; nothing is preloaded."""

    def start(connection: Connection) -> Process:
        command = [sys.executable, "-m", "harness.processes.child", str(connection.fileno())]
        return Spawned(subprocess.Popen(command, pass_fds=[connection.fileno()], stdin=subprocess.DEVNULL))

    return start


STARTS = {"forkserver": forkserver, "subprocess": interpreter}


@dataclass
class Running:
    """A child at work."""

    id: int
    task: Task
    process: Process
    connection: Connection
    started: float
    oom_kills: int
    unread: Lines
    outcome: Outcome | None = None
    closed: bool = False

    @property
    def job(self) -> Job:
        return self.task.job

    @property
    def deadline(self) -> float:
        return self.started + self.job.seconds

    def kill(self) -> None:
        """End the child and whatever it has started."""
        alive = self.process.exitcode() is None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            if alive:  # it has not come to found its group, or has just ended
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.process.pid, signal.SIGKILL)


class Agent:
    """Reads requests, starts children, passes on what they say; one loop, one thread."""

    def __init__(self, start: Start, events: int) -> None:
        self._start = start
        self._events = events
        self._running: dict[int, Running] = {}
        self._unread = Lines()

    def run(self) -> None:
        """Work until stdin closes."""
        try:
            self._say(Hello(os.getpid()))
            while self._turn():
                pass
        finally:
            for each in self._running.values():
                each.kill()
                shutil.rmtree(each.task.scratch, ignore_errors=True)

    def _turn(self) -> bool:
        sources: list[Any] = [0, *(each.connection for each in self._running.values() if not each.closed)]
        deadlines = [each.deadline - time.monotonic() for each in self._running.values()]
        tick = SHORT_TICK if any(each.closed for each in self._running.values()) else TICK
        ready = wait(sources, timeout=max(0, min([*deadlines, tick])) if deadlines else None)
        for each in list(self._running.values()):
            if each.connection in ready:
                self._listen(each)
        for each in list(self._running.values()):
            self._look_after(each)
        return 0 not in ready or self._read()

    def _read(self) -> bool:
        """Take in requests; False when nobody can send any more."""
        data = os.read(0, 1 << 16)
        for request in self._unread.feed(data):
            if isinstance(request, Submit):
                self._begin(request)
            elif isinstance(request, Cancel) and request.id in self._running:
                self._end(self._running[request.id], Cancelled())
        return bool(data)

    def _begin(self, request: Submit) -> None:
        ours, theirs = multiprocessing.Pipe()
        task = Task(request.job, Path(tempfile.mkdtemp(prefix="job-")))
        task.job.log.parent.mkdir(parents=True, exist_ok=True)
        oom_kills = kernel_oom_kills()
        process = self._start(theirs)
        theirs.close()
        ours.send_bytes(encode(task))
        self._running[request.id] = Running(
            request.id, task, process, ours, time.monotonic(), oom_kills, unread=Lines()
        )

    def _listen(self, running: Running) -> None:
        """Take in what is there. To wait for the rest of a message would hold up every other job."""
        try:
            data = os.read(running.connection.fileno(), 1 << 16)
        except OSError:
            data = b""
        running.closed = not data
        for message in running.unread.feed(data):
            if isinstance(message, (Started, Progress)):
                self._say(Event(running.id, message))
            else:
                running.outcome = message

    def _look_after(self, running: Running) -> None:
        if running.outcome is not None:
            self._end(running, running.outcome)
        elif running.process.exitcode() is not None:
            self._listen_to_the_last(running)
        elif time.monotonic() >= running.deadline:
            self._end(running, TimedOut(running.job.seconds))

    def _listen_to_the_last(self, running: Running) -> None:
        """A dead child: what it said before counts, and only then how it died."""
        while not running.closed and running.connection.poll():
            self._listen(running)
        exitcode = running.process.exitcode()
        assert exitcode is not None
        kills = kernel_oom_kills() - running.oom_kills
        log = running.job.log
        text = log.read_text(errors="replace") if log.exists() else ""
        self._end(running, running.outcome or died(exitcode, text, kills))

    def _end(self, running: Running, how: Outcome) -> None:
        running.kill()
        while running.process.exitcode() is None:
            time.sleep(0.001)
        running.connection.close()
        shutil.rmtree(running.task.scratch, ignore_errors=True)
        del self._running[running.id]
        self._say(Event(running.id, Ended(how, time.monotonic() - running.started)))

    def _say(self, message: Hello | Event) -> None:
        data = encode(message)
        while data:
            data = data[os.write(self._events, data) :]


def main() -> None:
    """Serve one driver."""
    parser = argparse.ArgumentParser(prog="python -m harness.processes.agent", description=__doc__.splitlines()[0])
    parser.add_argument("--preload", default="", help="modules that children find imported, with commas between")
    parser.add_argument("--fresh", choices=sorted(STARTS), default="forkserver", help="how children are made")
    options = parser.parse_args()
    # Events go to a private copy of stdout; what anything prints goes to stderr.
    events = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's; it closes our stdin
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    try:
        Agent(STARTS[options.fresh](tuple(filter(None, options.preload.split(",")))), events).run()
    except InfrastructureError as error:
        sys.exit(str(error))  # the last line of the log, which the driver reads


if __name__ == "__main__":
    main()
