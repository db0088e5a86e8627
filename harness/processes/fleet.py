"""The driver's side of an agent: start it, give it jobs, hear what becomes of them."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Iterable, Mapping, Union

from harness.environment import BLANK, PLAIN, TRAINING, Environment
from harness.messages import Cancel, Died, Ended, Event, Inherit, Job, Outcome, Progress, Started, Submit
from harness.nouns import InfrastructureError
from harness.processes.package_folder import PackageFolder
from harness.processes.surroundings import alone, installed_by_path, of_the_driver
from harness.wire import Lines, encode

#: Set in every process of an agent. Code of the user's that is imported there knows by it that it is not the driver.
FRESH_PROCESS = "ROUNDTRIP_FRESH_PROCESS"


#: An agent as a program: `python -m` would look in the working folder first.
_AGENT = 'import runpy; runpy.run_module("harness.processes.agent", run_name="__main__", alter_sys=True)'


@dataclass(frozen=True)
class Setup:
    """How an agent and its children are prepared.

    Attributes:
        python: The interpreter.
        variables: Environment variables, on top of the driver's; children have them, whatever is around them.
        preload: Modules that children find imported.
        path: Folders from which these are imported, besides what is installed.
        alone: Whether they are imported with nothing of the driver's around.
        fresh: "forkserver" or "subprocess".
        warm_up: Seconds that imports ahead may take.
        log: Where the agent's own output goes.
    """

    log: Path
    python: str = sys.executable
    variables: Mapping[str, str] | None = None
    preload: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    alone: bool = False
    fresh: str = "forkserver"
    warm_up: float = 600


#: What a job's child says, one after another; the last is Ended or Died.
Said = Union[Started, Progress, Ended, Died]


class AgentHandle:
    """A running agent.

    Raises:
        InfrastructureError: The interpreter cannot be started.
    """

    def __init__(self, name: str, setup: Setup) -> None:
        self.name = name
        self._setup = setup
        self._folder = Path.cwd()  # what is relative is relative to this, wherever the driver goes meanwhile
        self._numbers = itertools.count()
        self._listeners: dict[int, Callable[[Said], None]] = {}
        self._lock = threading.Lock()
        self._obituary = ""
        self._closing = False
        self._own_folders: tuple[Path, ...] = ()
        setup.log.parent.mkdir(parents=True, exist_ok=True)
        self._package = PackageFolder()
        self._own = {**(setup.variables or {}), **_imports(self._package.path, setup.path)}
        python = setup.python if os.sep not in setup.python else os.path.abspath(setup.python)
        command = [
            python,
            "-c",
            _AGENT,
            "--folder",
            str(self._package.whole),
            "--fresh",
            setup.fresh,
            "--preload",
            ",".join(setup.preload),
            "--warm-up",
            str(setup.warm_up),
        ]
        try:
            with setup.log.open("wb") as log:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=self._package.home,
                    env={**self._around(setup), **self._own},
                    start_new_session=True,  # Ctrl-C in a terminal reaches the driver alone
                )
        except OSError as error:
            self._package.close()
            raise InfrastructureError(f"{setup.python}: cannot be started ({error.strerror})") from None
        threading.Thread(target=self._listen, name=f"agent-{name}", daemon=True).start()

    def submit(self, job: Job, listen: Callable[[Said], None]) -> int:
        """Hand over a job.

        Args:
            job: What is to be done.
            listen: Called from another thread with all that the job's child says; with Died, and nothing after it,
                when the agent has ended, or had before.

        Returns:
            The number by which the job is cancelled.
        """
        number = next(self._numbers)
        with self._lock:
            if self._obituary:
                listen(Died(self._obituary))
                return number
            self._listeners[number] = listen
        around = job.around or of_the_driver()
        around = replace(around, variables={**around.variables, **self._own})
        self._send(Submit(number, replace(job, log=self._folder / job.log, around=around)))
        return number

    def run(self, job: Job) -> Outcome:
        """Hand over a job, and wait for its end.

        Raises:
            InfrastructureError: The agent has ended.
        """
        last: Future[Ended | Died] = Future()

        def listen(said: Said) -> None:
            if isinstance(said, (Ended, Died)):
                last.set_result(said)

        self.submit(job, listen)
        said = last.result()
        if isinstance(said, Died):
            raise InfrastructureError(said.message)
        return said.outcome

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def inherit(self, own: Iterable[Path], lent: Iterable[Path] = ()) -> None:
        """Have the agent remove these folders, and no others, when it ends. They need not be there yet.

        Args:
            own: Those that nobody needs after it, however it ends. This process may be ended while it closes agents,
                and removes nothing then.
            lent: Those that stay when it is closed.
        """
        self._own_folders = tuple(each.absolute() for each in own)
        self._send(Inherit((*self._own_folders, *(each.absolute() for each in lent))))

    def cancel(self, number: int) -> None:
        self._send(Cancel(number))

    def close(self, seconds: float = 2) -> None:
        """End the agent, its fork server and its children; returns when they are gone. Nobody is told."""
        self._closing = True
        self.inherit(self._own_folders)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        for end in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                end()
        self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._package.close()

    def _around(self, setup: Setup) -> Mapping[str, str]:
        """The variables with which the agent, and what it preloads, begins."""
        if not setup.alone:
            return os.environ
        return {**alone().variables, "HOME": str(self._package.home)}

    def _send(self, message: Submit | Cancel | Inherit) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # it died, or was closed; the listener says so
            self._process.stdin.write(encode(message))
            self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        unread = Lines()
        for line in self._process.stdout:
            for event in unread.feed(line):
                if isinstance(event, Event):
                    with self._lock:
                        ended = isinstance(event.what, Ended)
                        listener = (self._listeners.pop if ended else self._listeners.get)(event.id, None)
                    if listener is not None:
                        listener(event.what)
        if not self._closing:
            self._bury()

    def _bury(self) -> None:
        """Tell every job that waits; whoever comes later is told when he comes."""
        code = self._process.wait()
        lines = self._setup.log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        with self._lock:
            self._obituary = (
                f"the agent of {self._setup.python} ended with code {code}: {lines[-1]} (log: {self._setup.log})"
            )
            waiting, self._listeners = list(self._listeners.values()), {}
        for listener in waiting:
            listener(Died(self._obituary))


def _imports(package: Path, path: tuple[str, ...]) -> dict[str, str]:
    """What an agent can import besides what is installed: the harness. The user's code comes with a job."""
    # Before Python 3.12.8 a fork server is not given sys.path, only the environment.
    folders = os.pathsep.join([str(package), *path, *installed_by_path()])
    return {"PYTHONPATH": folders, "PYTHONSAFEPATH": "1", FRESH_PROCESS: "1"}


def new_hash_seed() -> int:
    """Another one in every run, so that no order of a set stays unseen; Python takes up to 2**32 - 1, and 0 is none."""
    return random.SystemRandom().randrange(1, 2**32 - 2)


class Fleet:
    """The agents of one environment, each started when it is first asked for, and kept warm until the end.

    One that has died is started anew for the next run. What trains a model and what loads it never walk a set of
    strings in the same order: Python's hash seed is that of the interpreter, and all that are forked from one share it.

    Attributes:
        environment: Where fresh processes run.
        hash_seed: PYTHONHASHSEED of what trains; what loads has the next.
    """

    def __init__(
        self,
        environment: Environment,
        logs: Path,
        fresh: str = "forkserver",
        start: Callable[[str, Setup], AgentHandle] = AgentHandle,
        hash_seed: int | None = None,
    ) -> None:
        self.environment = environment
        self.folder = Path.cwd()  # models are named from here, wherever the driver goes meanwhile
        self.hash_seed = new_hash_seed() if hash_seed is None else hash_seed
        self._logs, self._fresh, self._start = logs, fresh, start
        self._agents: dict[str, AgentHandle] = {}

    def agent(self, profile: str) -> AgentHandle:
        """The agent of a profile.

        Raises:
            InfrastructureError: The interpreter cannot be started.
        """
        if profile not in self._agents or self._agents[profile].ended:
            setup = Setup(
                log=self._logs / f"agent-{profile}.log",
                python=self.environment.python,
                variables={**self.environment.variables(), "PYTHONHASHSEED": str(self._hash_seed_of(profile))},
                preload=self.environment.preload(profile),
                alone=profile in (PLAIN, BLANK),
                fresh=self._fresh,
            )
            self._agents[profile] = self._start(profile, setup)
        return self._agents[profile]

    def _hash_seed_of(self, profile: str) -> int:
        return self.hash_seed if profile == TRAINING else self.hash_seed + 1

    def close(self) -> None:
        for agent in self._agents.values():
            agent.close()
        self._agents = {}
