"""A run: the jobs of its plans over the agents, worked ahead of whoever asks for a verdict."""

from __future__ import annotations

import queue
import shutil
import tempfile
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Iterator, Sequence

from harness.driver.loading import OBSERVED
from harness.driver.plans import Plan, cases_of
from harness.driver.settings import Place, Settings
from harness.driver.steps import Judged, Next, Task
from harness.driver.tasks import first_tasks, profiles_of
from harness.environment import PROFILES, Environment
from harness.messages import Died, Ended, Outcome, Progress, Raised
from harness.nouns import Case, InfrastructureError, Verdict
from harness.processes.fleet import AgentHandle, Fleet, Said
from harness.processes.surroundings import of_the_driver


@dataclass(frozen=True)
class Now:
    """How far a run is.

    Attributes:
        done: Cells that have a verdict.
        total: All cells.
        running: What fresh processes do at the moment: "train RECIPE", "load CELL".
    """

    done: int
    total: int
    running: tuple[str, ...] = ()


class Run:
    """Verdicts of cases, computed ahead while the context is open.

        with Run([RoundTrip(cases)], environment, settings) as verdicts:
            for verdict in verdicts:
                ...

    Verdicts come in the order of the cases; `verdicts[case]` waits for one. A recipe is trained once and saved in
    every format that its cells need. Leaving the context stops whatever is running and leaves no process behind.

    Args:
        plans: What is done; a case stands in one of them.
        environment: Where.
        settings: How.
        fleet: Agents to use, which stay; without one, the run has its own, and ends them.
    """

    def __init__(
        self, plans: Sequence[Plan], environment: Environment, settings: Settings, fleet: Fleet | None = None
    ) -> None:
        self._environment, self._settings = environment, settings
        self._waiting = deque(task for plan in plans for task in first_tasks(plan, environment))
        self._verdicts: dict[str, Future[Verdict]] = {case.id: Future() for plan in plans for case in cases_of(plan)}
        self._cases = [case for plan in plans for case in cases_of(plan)]
        needed = {profile for plan in plans for profile in profiles_of(plan)}
        self._profiles = [profile for profile in PROFILES if profile in needed]
        self._inbox: queue.Queue[tuple[Task | None, Said | Judged | None]] = queue.Queue()
        self._running: dict[Task, tuple[AgentHandle, int]] = {}
        self._doing: tuple[str, ...] = ()
        self._judging = 0
        self._owns_fleet = fleet is None
        self._fleet = fleet or Fleet(environment, settings.logs, settings.fresh, hash_seed=settings.hash_seed)
        self._records = self._scratch = settings.records or Path(tempfile.gettempdir())
        self._driver = of_the_driver()  # its folder and variables are the caller's to change afterwards
        self._agents_started = threading.Event()
        self._thread = threading.Thread(target=self._work, name="run", daemon=True)

    def __enter__(self) -> Run:
        try:
            if self._settings.records is None:
                self._records = Path(tempfile.mkdtemp(prefix="round-trips-"))
            self._records.mkdir(parents=True, exist_ok=True)
            # Runs of several processes may keep their records in one folder; what they throw away is their own.
            self._scratch = Path(tempfile.mkdtemp(prefix=".scratch-", dir=self._records))
            (self._scratch / OBSERVED).mkdir()
        except OSError as error:
            raise InfrastructureError(f"{self._records}: cannot be written ({error.strerror})") from None
        self._thread.start()
        # An agent begins with this process's variables, which are the caller's to change afterwards.
        self._agents_started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._inbox.put((None, None))
        self._thread.join()

    def __iter__(self) -> Iterator[Verdict]:
        return (self[case] for case in self._cases)

    def __getitem__(self, case: Case) -> Verdict:
        """Wait for the verdict of one case.

        Raises:
            InfrastructureError: The run could not go on.
        """
        return self._verdicts[case.id].result()

    def wait(self, case: Case, seconds: float) -> bool:
        """Wait for the verdict of one case, and no longer than so; whether there is something to ask for."""
        return bool(wait([self._verdicts[case.id]], seconds).done)

    @property
    def now(self) -> Now:
        """How far it is; whoever waits may ask, from any thread."""
        return Now(sum(each.done() for each in self._verdicts.values()), len(self._verdicts), self._doing)

    def _work(self) -> None:
        place = Place(self._settings, self._records, self._environment, self._driver, self._scratch)
        judge = ThreadPoolExecutor(1, "judge")
        try:
            for profile in self._profiles:
                self._fleet.agent(profile)  # all of them warm up at once
            self._agents_started.set()
            while self._hand_out(place) or self._judging:
                task, said = self._inbox.get()
                if task is None:
                    raise InfrastructureError("the run was stopped before this case")
                self._go_on(task, self._heard(task, said, place), place, judge)
        except Exception as error:  # whoever waits for a verdict must learn of it
            for verdict in self._verdicts.values():
                if not verdict.done():
                    verdict.set_exception(error)
        finally:
            self._agents_started.set()
            for agent, number in self._running.values():
                agent.cancel(number)
            judge.shutdown()
            if self._owns_fleet:
                self._fleet.close()
            shutil.rmtree(self._scratch if self._settings.records else self._records, ignore_errors=True)

    def _hand_out(self, place: Place) -> bool:
        """Fill the workers. False when no job runs, and none is left."""
        while len(self._running) < self._settings.workers and self._waiting:
            task = self._waiting.popleft()
            agent = self._fleet.agent(task.profile)
            self._running[task] = agent, agent.submit(task.job(place), self._listener(task))
        self._doing = tuple(task.doing for task in self._running)
        return bool(self._running)

    def _listener(self, task: Task) -> Any:
        return lambda said: self._inbox.put((task, said))

    def _heard(self, task: Task, said: Any, place: Place) -> Next:
        """What follows from a message about a task."""
        if isinstance(said, Died):
            raise InfrastructureError(said.message)
        if isinstance(said, Progress):
            task.progressed(said.value)
        elif isinstance(said, Ended):
            del self._running[task]
            _raise_if_infrastructure(said.outcome)
            return task.ended(said.outcome, place)
        elif isinstance(said, Judged):
            self._judging -= 1
            return task.judged(said, place)
        return Next()

    def _go_on(self, task: Task, following: Next, place: Place, judge: ThreadPoolExecutor) -> None:
        for verdict in following.verdicts:
            self._verdicts[verdict.case.id].set_result(verdict)
        # What completes a cell, or a recipe, goes before what begins another.
        self._waiting.extendleft(reversed(following.tasks))
        if following.judging is not None:
            self._judging += 1
            work = following.judging
            # The thread that feeds the workers does not wait for numpy.
            judge.submit(lambda: self._inbox.put((task, work())))


def _raise_if_infrastructure(outcome: Outcome) -> None:
    if isinstance(outcome, Raised) and outcome.ours == "infrastructure":
        raise InfrastructureError(outcome.message)
