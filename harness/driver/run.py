"""A run: the jobs of its plans over the agents, worked ahead of whoever asks for a verdict."""

from __future__ import annotations

import queue
import shutil
import tempfile
import threading
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Iterator, Sequence

from harness.driver.loading import OBSERVED
from harness.driver.plans import Plan, RoundTrip, cases_of
from harness.driver.settings import Place, Settings
from harness.driver.steps import Judged, Next, Task
from harness.driver.tasks import first_tasks, profiles_of
from harness.driver.temporary import unmade
from harness.environment import PROFILES, Environment
from harness.messages import Died, Ended, Outcome, Progress, Raised
from harness.nouns import Case, InfrastructureError
from harness.processes.fleet import AgentHandle, Fleet, Said
from harness.processes.surroundings import of_the_driver
from harness.verdict import Verdict


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
        more: Whether further plans are added while it is open.
    """

    #: What has happened besides, a line each; on one machine nothing does.
    notices: Sequence[str] = ()

    def __init__(
        self,
        plans: Sequence[Plan],
        environment: Environment,
        settings: Settings,
        fleet: Fleet | None = None,
        more: bool = False,
    ) -> None:
        self._environment, self._settings = environment, settings
        self._waiting = deque(task for plan in plans for task in first_tasks(plan, environment))
        self._verdicts: dict[str, Future[Verdict]] = {case.id: Future() for plan in plans for case in cases_of(plan)}
        self._cases = [case for plan in plans for case in cases_of(plan)]
        self._left = Counter(case.recipe.id for case in self._cases)  # cells of each recipe without a verdict
        needed = {profile for plan in plans for profile in profiles_of(plan)}
        self._profiles = [profile for profile in PROFILES if profile in needed]
        self._more = more
        self._inbox: queue.Queue[tuple[Task | RoundTrip | None, Said | Judged | None]] = queue.Queue()
        self._running: dict[Task, tuple[AgentHandle, int]] = {}
        self._doing: tuple[str, ...] = ()
        self._judging = 0
        self._owns_fleet = fleet is None
        self._fleet = fleet or Fleet(environment, settings.logs, settings.fresh, hash_seed=settings.hash_seed)
        self._records = self._scratch = settings.records or Path(tempfile.gettempdir())
        self._driver = of_the_driver()  # its folder and variables are the caller's to change afterwards
        self._own: Path | None = None  # the folder that ends with the run
        self._heirs: list[AgentHandle] = []  # who removes it when this process cannot
        self._thread = threading.Thread(target=self._work, name="run", daemon=True)

    def __enter__(self) -> Run:
        try:
            self._make_folders()
        except BaseException:
            self._clear_up()
            raise
        self._thread.start()
        return self

    def add(self, plan: RoundTrip) -> None:
        """Have another plan carried out, of other recipes, by a run that is open for more."""
        cases = cases_of(plan)
        self._left.update(case.recipe.id for case in cases)
        self._verdicts.update({case.id: Future() for case in cases})
        self._cases += cases
        self._inbox.put((plan, None))

    def _make_folders(self) -> None:
        """When the agents are there: these remove the folders if this process is ended before it can."""
        # All of them warm up at once, with this process's variables.
        agents = [self._fleet.agent(profile) for profile in self._profiles]
        if self._settings.records is None:
            self._records = unmade("round-trips-")
        # Runs of several processes may keep their records in one folder; what they throw away is their own.
        self._scratch = unmade(".scratch-", self._records)
        self._own = self._scratch if self._settings.records else self._records
        for agent in agents:
            self._leave_to(agent)
        try:
            self._own.mkdir(mode=0o700, parents=self._own == self._scratch)
            (self._scratch / OBSERVED).mkdir(parents=True)
        except OSError as error:
            raise InfrastructureError(f"{self._records}: cannot be written ({error.strerror})") from None

    def _leave_to(self, agent: AgentHandle) -> None:
        if self._own is not None and agent not in self._heirs:
            self._heirs.append(agent)
            agent.inherit([self._own, *self._settings.passing], lent=self._settings.orphans)

    def _clear_up(self) -> None:
        if self._owns_fleet:
            self._fleet.close()
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._inbox.put((None, None))
        try:
            self._thread.join()
        except KeyboardInterrupt:  # another one: who judges is not waited for, and nothing is left nevertheless
            self._clear_up()
            raise

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
        verdicts = list(self._verdicts.values())  # which another thread may add to
        return Now(sum(each.done() for each in verdicts), len(verdicts), self._doing)

    def _work(self) -> None:
        place = Place(self._settings, self._records, self._environment, self._driver, self._scratch)
        judge = ThreadPoolExecutor(1, "judge")
        try:
            while self._hand_out(place) or self._judging or self._more:
                task, said = self._inbox.get()
                if task is None:
                    raise InfrastructureError("the run was stopped before this case")
                if isinstance(task, RoundTrip):
                    self._waiting += first_tasks(task, self._environment)
                else:
                    self._go_on(task, self._heard(task, said, place), place, judge)
        except Exception as error:  # whoever waits for a verdict must learn of it
            for verdict in self._verdicts.values():
                if not verdict.done():
                    verdict.set_exception(error)
        finally:
            for agent, number in self._running.values():
                agent.cancel(number)
            judge.shutdown()
            self._clear_up()

    def _hand_out(self, place: Place) -> bool:
        """Fill the workers. False when no job runs, and none is left."""
        while len(self._running) < self._settings.workers and self._waiting:
            task = self._waiting.popleft()
            agent = self._fleet.agent(task.profile)
            self._leave_to(agent)
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
        leftovers = [*following.leftovers]
        for verdict in following.verdicts:
            recipe = verdict.case.recipe.id
            self._left[recipe] -= 1
            if not self._left[recipe] and self._settings.records is None:
                leftovers.append(self._records / recipe)
            self._verdicts[verdict.case.id].set_result(verdict)
        # What completes a cell, or a recipe, goes before what begins another.
        self._waiting.extendleft(reversed(following.tasks))
        if following.judging is not None:
            self._judging += 1
            work = following.judging
            # The thread that feeds the workers does not wait for numpy.
            judge.submit(lambda: self._inbox.put((task, work())))
        for each in leftovers:
            judge.submit(remove, each)


def remove(path: Path) -> None:
    """Remove a file or a folder, which need not be there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _raise_if_infrastructure(outcome: Outcome) -> None:
    if isinstance(outcome, Raised) and outcome.ours == "infrastructure":
        raise InfrastructureError(outcome.message)
