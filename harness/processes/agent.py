"""The agent: one per environment and profile. It runs each job in a fresh child and tells how it ended.

Stdlib only. Speaks JSON lines: requests on stdin, events on stdout.

    {"id": 7, "function": "package.module:name", "arguments": {}, "seconds": 120, "log": "FILE", "memory": null}
    {"cancel": 7}

    {"event": "hello", "versions": {"tensorflow": "2.21.0"}}
    {"event": "started", "id": 7, "pid": 4711, "preloaded": ["tensorflow"]}
    {"event": "progress", "id": 7, "value": "whatever the job says"}
    {"event": "ended", "id": 7, "seconds": 1.5, "outcome": {"kind": "returned", "value": null}}

When stdin closes, the agent kills its children and ends.
"""

from __future__ import annotations

import argparse
import contextlib
import json
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
from typing import Any, Callable, Mapping, Protocol

from harness.environment import versions
from harness.nouns import InfrastructureError
from harness.processes import child, outcome

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

    job: Mapping[str, Any]
    process: Process
    connection: Connection
    started: float
    oom_kills: int
    outcome: outcome.Outcome | None = None
    unread: bytes = b""
    closed: bool = False

    @property
    def deadline(self) -> float:
        return self.started + float(self.job["seconds"])

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
        self._unread = b""

    def run(self) -> None:
        """Work until stdin closes."""
        try:
            self._say({"event": "hello", "pid": os.getpid(), "versions": dict(versions())})
            while self._turn():
                pass
        finally:
            for each in self._running.values():
                each.kill()
                shutil.rmtree(each.job["scratch"], ignore_errors=True)

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
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if "cancel" in request:
                if request["cancel"] in self._running:
                    self._end(self._running[request["cancel"]], {"kind": "cancelled"})
            else:
                self._begin(request)
        return bool(data)

    def _begin(self, job: Mapping[str, Any]) -> None:
        ours, theirs = multiprocessing.Pipe()
        job = {**job, "scratch": tempfile.mkdtemp(prefix="job-")}
        Path(job["log"]).parent.mkdir(parents=True, exist_ok=True)
        oom_kills = outcome.kernel_oom_kills()
        process = self._start(theirs)
        theirs.close()
        ours.send_bytes(json.dumps(job).encode())
        self._running[job["id"]] = Running(job, process, ours, time.monotonic(), oom_kills)

    def _listen(self, running: Running) -> None:
        """Take in what is there. To wait for the rest of a message would hold up every other job."""
        try:
            data = os.read(running.connection.fileno(), 1 << 16)
        except OSError:
            data = b""
        running.closed = not data
        *lines, running.unread = (running.unread + data).split(b"\n")
        for message in map(json.loads, lines):
            if "outcome" in message:
                running.outcome = message["outcome"]
            elif "started" in message:
                self._say({"event": "started", "id": running.job["id"], **message["started"]})
            else:
                self._say({"event": "progress", "id": running.job["id"], "value": message["progress"]})

    def _look_after(self, running: Running) -> None:
        if running.outcome is not None:
            self._end(running, running.outcome)
        elif running.process.exitcode() is not None:
            self._listen_to_the_last(running)
        elif time.monotonic() >= running.deadline:
            self._end(running, outcome.timed_out(running.job["seconds"]))

    def _listen_to_the_last(self, running: Running) -> None:
        """A dead child: what it said before counts, and only then how it died."""
        while not running.closed and running.connection.poll():
            self._listen(running)
        exitcode = running.process.exitcode()
        assert exitcode is not None
        kills = outcome.kernel_oom_kills() - running.oom_kills
        log = Path(running.job["log"])
        text = log.read_text(errors="replace") if log.exists() else ""
        self._end(running, running.outcome or outcome.died(exitcode, text, kills))

    def _end(self, running: Running, how: outcome.Outcome) -> None:
        running.kill()
        while running.process.exitcode() is None:
            time.sleep(0.001)
        running.connection.close()
        shutil.rmtree(running.job["scratch"], ignore_errors=True)
        del self._running[running.job["id"]]
        seconds = time.monotonic() - running.started
        self._say({"event": "ended", "id": running.job["id"], "seconds": seconds, "outcome": how})

    def _say(self, event: Mapping[str, Any]) -> None:
        data = json.dumps(event).encode() + b"\n"
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
