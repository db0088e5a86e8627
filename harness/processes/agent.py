"""The agent: one per environment and profile. It runs each job in a fresh child and says how it ended.

Stdlib only: the interpreter may have nothing else. Takes Submit and Cancel on stdin, says Hello and Event on stdout
(`harness.messages`), one message a line. When stdin closes, the driver has ended, by itself or not: the agent kills
whatever runs below it, removes what either has left in temporary folders, and ends.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import multiprocessing.forkserver
import multiprocessing.process
import multiprocessing.resource_tracker
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from harness.messages import (
    Cancel,
    Cancelled,
    Ended,
    Event,
    Hello,
    Inherit,
    Job,
    Outcome,
    Progress,
    Raised,
    Started,
    Submit,
    Task,
    TimedOut,
)
from harness.nouns import InfrastructureError
from harness.processes.job_log import shorten
from harness.processes.lifeline import adopt, children, has_ended
from harness.processes.outcome import died, kernel_oom_kills
from harness.processes.starts import STARTS, Process, Start
from harness.wire import Lines, encode

#: How long a death can stay unnoticed that closes no pipe, because a grandchild holds it open.
TICK = 0.5

#: The same, once a child has closed its end: it is dead or about to be.
SHORT_TICK = 0.01

#: Bytes of a folder's path in which multiprocessing can name a socket, "listener-" and eight letters: there are 103 for
#: all of it on macOS, 107 on Linux (unix(7)).
LONGEST = 80

#: Seconds in which the agent must have noticed by itself that its driver has ended.
PATIENCE = 1


@dataclass
class Running:
    """A child at work; it ends when nobody holds its lifeline."""

    id: int
    task: Task
    process: Process
    connection: Connection
    lifeline: Connection
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
        try:
            alive = self.process.exitcode() is None
        except InfrastructureError:  # the fork server has ended: the agent has adopted the child
            alive = True
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            if alive:  # it has not come to found its group, or has just ended
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.process.pid, signal.SIGKILL)


class Agent:
    """Reads requests, starts children, passes on what they say; one loop, one thread."""

    def __init__(self, events: int, folder: Path) -> None:
        self._events = events
        self._folder = folder
        self._running: dict[int, Running] = {}
        self._unread = Lines()
        self._orphans: tuple[Path, ...] = ()

    def run(self, start: Start) -> None:
        """Work until stdin closes, with children that this makes."""
        self._start = start
        self._say(Hello(os.getpid()))
        while self._turn():
            pass

    def close(self) -> None:
        """End all jobs, the fork server and whatever they have started; remove what an ended driver could not."""
        self._end_all()  # nobody writes any more
        if not has_ended(0, 0):
            return
        while data := os.read(0, 1 << 16):  # what it has sent while a fork server was waited for
            self._taken(data)
        for folder in self._orphans:
            shutil.rmtree(folder, ignore_errors=True)

    def _end_all(self) -> None:
        for each in self._running.values():
            each.kill()
        self._running = {}
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGTERM)  # the fork server, whatever it imports
        tracker = multiprocessing.resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]
        while found := [pid for pid in children() if pid != tracker]:  # what has left its job's group was adopted
            for pid in found:
                with contextlib.suppress(ProcessLookupError, ChildProcessError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)

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
        for request in self._taken(data):
            if isinstance(request, Submit):
                self._begin(request)
            elif isinstance(request, Cancel) and request.id in self._running:
                self._end(self._running[request.id], Cancelled())
        return bool(data)

    def _taken(self, data: bytes) -> list[Any]:
        """Requests. What goes with the driver is known at once: to begin a job may take until the driver has ended."""
        requests = list(self._unread.feed(data))
        for each in requests:
            if isinstance(each, Inherit):
                self._orphans = each.folders
        return requests

    def _begin(self, request: Submit) -> None:
        ours, theirs = multiprocessing.Pipe()
        watched, held = multiprocessing.Pipe(duplex=False)
        task = Task(request.job, Path(tempfile.mkdtemp(prefix="job-", dir=self._folder)))
        task.job.log.parent.mkdir(parents=True, exist_ok=True)
        oom_kills = kernel_oom_kills()
        process = self._start(theirs, watched)
        theirs.close()
        watched.close()
        ours.send_bytes(encode(task))
        self._running[request.id] = Running(
            request.id, task, process, ours, held, time.monotonic(), oom_kills, unread=Lines()
        )

    def _listen(self, running: Running) -> None:
        """Take in what is there. To wait for the rest of a message would hold up every other job."""
        try:
            data = os.read(running.connection.fileno(), 1 << 16)
        except OSError:
            data = b""
        running.closed = not data
        try:
            messages = running.unread.feed(data)
        except (ValueError, KeyError, TypeError):
            messages = [Raised("ValueError", "the process wrote what is no message to the pipe that it answers by")]
        for message in messages:
            if isinstance(message, (Started, Progress)):
                self._say(Event(running.id, message))
            else:
                running.outcome = message

    def _look_after(self, running: Running) -> None:
        shorten(running.job.log)
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
        shorten(log)
        text = log.read_text(errors="replace") if log.exists() else ""
        self._end(running, running.outcome or died(exitcode, text, kills))

    def _end(self, running: Running, how: Outcome) -> None:
        running.kill()
        while running.process.exitcode() is None:
            time.sleep(0.001)
        shorten(running.job.log)
        running.connection.close()
        running.lifeline.close()
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
    parser.add_argument("--warm-up", type=float, default=600, metavar="S", help="how long imports may take")
    parser.add_argument("--folder", type=Path, required=True, help="for temporary files; it goes with the agent")
    options = parser.parse_args()
    # Events go to a private copy of stdout; what anything prints goes to stderr.
    events = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's; it closes our stdin
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    adopt()
    threading.Thread(target=_end_with_the_driver, daemon=True).start()
    # What is left there by this process, and by a fork server that is ended, goes with the folder.
    os.environ["TMPDIR"] = str(options.folder)
    sockets = _for_sockets(options.folder)
    multiprocessing.process.current_process()._config["tempdir"] = str(sockets)  # type: ignore[attr-defined]
    agent = Agent(events, options.folder)
    try:
        agent.run(STARTS[options.fresh](tuple(filter(None, options.preload.split(","))), options.warm_up))
    except InfrastructureError as error:
        sys.exit(str(error))  # the last line of the log, which the driver reads
    finally:
        agent.close()
        for each in (options.folder, sockets):
            shutil.rmtree(each, ignore_errors=True)


def _for_sockets(folder: Path) -> Path:
    """The folder itself, or another one where its path is too long for the name of a socket."""
    fits = len(os.fsencode(folder)) <= LONGEST
    return folder if fits else Path(tempfile.mkdtemp(prefix=f"harness-{os.getpid()}-", dir="/tmp"))


def _end_with_the_driver() -> None:
    """A thread: while the agent waits for a fork server that imports what hangs, it hears of nothing else."""
    has_ended(0)
    time.sleep(PATIENCE)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
