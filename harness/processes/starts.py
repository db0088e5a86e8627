"""How a child is started: forked from a server that has imported what it needs, or as a new interpreter."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Callable, Iterator, Protocol

from harness.nouns import InfrastructureError
from harness.processes import child
from harness.processes.fork_server import AGENT
from harness.processes.lifeline import has_ended


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
        """How it ended; None while it runs.

        Raises:
            InfrastructureError: The fork server has ended, and with it whoever knows.
        """
        self.process.join(0)
        code: int | None = self.process.exitcode
        if code == _NOBODY_KNOWS:
            _check_the_server()
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


#: Given a child's end of what it says, and the pipe that it ends with.
Start = Callable[[Connection, Connection], Process]

#: What multiprocessing makes of a child's exit code when the fork server, which would tell it, has ended.
_NOBODY_KNOWS = 255


def forkserver(preload: tuple[str, ...], warm_up: float) -> Start:
    """Start children by forking a server that has imported the modules, and warm it now.

    Args:
        preload: The modules.
        warm_up: Seconds in which it must have imported them.
    """
    context = multiprocessing.get_context("forkserver")
    _hide_main()
    os.environ[AGENT] = str(os.getpid())
    context.set_forkserver_preload(["harness.processes.fork_server", "harness.processes.child", *preload])
    multiprocessing.forkserver.ensure_running()

    def start(connection: Connection, lifeline: Connection) -> Process:
        # Not daemon: a job may have children.
        process = context.Process(target=child.serve, args=(connection, lifeline, preload))
        try:
            with _at_most(warm_up, f"the fork server has not imported {', '.join(preload)} in {warm_up:g} s"):
                process.start()  # waits for the server
        except (EOFError, ConnectionError) as error:
            raise InfrastructureError(f"the fork server ended while it imported {_last_words(preload)}") from error
        return Forked(process)

    return start


@contextlib.contextmanager
def _at_most(seconds: float, sentence: str) -> Iterator[None]:
    """Raise InfrastructureError, in the main thread, where something takes longer."""

    def end(number: int, frame: object) -> None:
        raise InfrastructureError(sentence)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _check_the_server() -> None:
    """Raise InfrastructureError if the fork server has ended."""
    alive = multiprocessing.forkserver._forkserver._forkserver_alive_fd  # type: ignore[attr-defined]
    if has_ended(alive, 0.1):  # of its pipes one closes a little later than another
        raise InfrastructureError("the fork server was ended, and nobody knows what became of its jobs")


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


def interpreter(preload: tuple[str, ...], warm_up: float) -> Start:
    """Start children as true new interpreters; nothing is preloaded."""

    def start(connection: Connection, lifeline: Connection) -> Process:
        given = [connection.fileno(), lifeline.fileno()]
        command = [sys.executable, "-m", "harness.processes.child", *map(str, given)]
        return Spawned(subprocess.Popen(command, pass_fds=given, stdin=subprocess.DEVNULL))

    return start


STARTS = {"forkserver": forkserver, "subprocess": interpreter}
