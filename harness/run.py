"""Run cases: cells become jobs over the agents, worked ahead of whoever asks for a verdict."""

from __future__ import annotations

import queue
import shutil
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence, Union

from harness.case import CODE, PROBE, REBUILD, RELOAD, SAVE, TRAIN, Case, InfrastructureError, Recipe, Verdict
from harness.environment import FULL, Environment, profile_of
from harness.fleet import Agent, Job, Setup
from harness.judge import judge
from harness.outcome import describe
from harness.record import open_record, read_observation


@dataclass(frozen=True)
class Settings:
    """How a run is carried out.

    Attributes:
        records: Where records and observations go.
        logs: Where each job's log goes.
        keep: Whether the records stay after the run.
        fresh: "forkserver", or "subprocess" for a true new interpreter per job.
        workers: Jobs at once.
        seconds: Time limit of one job.
        seed: Of training. A rebuild is seeded with the next one, so that it starts elsewhere.
    """

    records: Path
    logs: Path
    keep: bool = False
    fresh: str = "forkserver"
    workers: int = 2
    seconds: float = 300
    seed: int = 20


@dataclass
class _Saving:
    """A job that trains a recipe and saves it in formats; `current` is being saved right now."""

    recipe: Recipe
    formats: list[str]
    current: str = ""
    attempt: int = 1

    @property
    def name(self) -> str:
        return self.recipe.id if self.attempt == 1 else f"{self.recipe.id}-attempt-{self.attempt}"


@dataclass
class _Reloading:
    """A job that reloads the record of one cell."""

    case: Case
    record: Path
    seconds: dict[str, float]

    @property
    def observation(self) -> Path:
        return self.record.with_name(f"{self.record.name}-{self.case.loader}")


_Task = Union[_Saving, _Reloading]


class Run:
    """Verdicts of cases, computed ahead in the order in which the cases were given.

    A recipe is trained once and saved in every format that its cells need. When
    a process dies on the way, the formats not yet tried get another process.
    """

    def __init__(self, cases: Sequence[Case], environment: Environment, settings: Settings) -> None:
        self._environment = environment
        self._settings = settings
        self._verdicts: dict[str, Future[Verdict]] = {case.id: Future() for case in cases}
        self._cells: dict[str, dict[str, list[Case]]] = {}
        recipes: dict[str, Recipe] = {}
        for case in cases:
            recipes[case.recipe.id] = case.recipe
            self._cells.setdefault(case.recipe.id, {}).setdefault(case.format, []).append(case)
        self._saves = deque(_Saving(each, list(self._cells[each.id])) for each in recipes.values())
        self._reloads: deque[_Reloading] = deque()
        self._running: dict[tuple[str, int], _Task] = {}
        self._events: queue.Queue[Any] = queue.Queue()
        self._agents: dict[str, Agent] = {}
        self._thread = threading.Thread(target=self._work, name="run", daemon=True)

    def start(self) -> Run:
        """Begin to work; verdicts are computed whether or not somebody waits for them."""
        self._thread.start()
        return self

    def verdict(self, case: Case) -> Verdict:
        """Wait for the verdict of one case.

        Raises:
            InfrastructureError: The run could not go on.
        """
        return self._verdicts[case.id].result()

    def close(self) -> None:
        """Stop, whatever is running; leaves no process behind. Verdicts not reached are lost."""
        self._events.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        try:
            for profile in sorted({profile_of(case.loader) for case in self._all_cells()} | {FULL}):
                self._agents[profile] = self._agent(profile)
            while self._start_what_fits():
                event = self._events.get()
                if event is None:
                    break
                self._on_event(*event)
            self._fail_the_rest(InfrastructureError("the run was stopped before this case"))
        except Exception as error:  # the thread that waits for a verdict must learn of it
            self._fail_the_rest(error)
        finally:
            for agent in self._agents.values():
                agent.close()
            if not self._settings.keep:
                shutil.rmtree(self._settings.records, ignore_errors=True)

    def _all_cells(self) -> Iterable[Case]:
        return (case for formats in self._cells.values() for cases in formats.values() for case in cases)

    def _agent(self, profile: str) -> Agent:
        setup = Setup(
            log=self._settings.logs / f"agent-{profile}.log",
            python=self._environment.python,
            variables=self._environment.variables(),
            preload=self._environment.preload(profile),
            fresh=self._settings.fresh,
        )
        return Agent(profile, setup, self._events)

    def _start_what_fits(self) -> bool:
        """Fill the workers, reloads first: they complete a cell. False when nothing is left."""
        while len(self._running) < self._settings.workers and (self._reloads or self._saves):
            task: _Task = self._reloads.popleft() if self._reloads else self._saves.popleft()
            profile = profile_of(task.case.loader) if isinstance(task, _Reloading) else FULL
            number = self._agents[profile].submit(self._job(task))
            self._running[profile, number] = task
        return bool(self._running)

    def _job(self, task: _Task) -> Job:
        recipe = task.recipe if isinstance(task, _Saving) else task.case.recipe
        subject = {"subject": recipe.subject, "arguments": dict(recipe.arguments)}
        if isinstance(task, _Saving):
            function, name = "harness.jobs:train_and_save", task.name
            arguments: dict[str, Any] = {
                **subject,
                "recipe": recipe.id,
                "records": str(self._settings.records),
                "formats": task.formats,
                "seed": self._settings.seed,
            }
        else:
            function, name = "harness.jobs:reload", task.case.id
            arguments = {
                "record": str(task.record),
                "loader": task.case.loader,
                "observation": str(task.observation),
                "seed": self._settings.seed + 1,
            }
            if task.case.loader in (CODE, REBUILD):
                arguments.update(subject)
        return Job(function, arguments, self._settings.seconds, self._log(name))

    def _log(self, name: str) -> Path:
        return self._settings.logs / f"{name}.log"

    def _on_event(self, agent: Agent, event: Mapping[str, Any]) -> None:
        if event["event"] == "died":
            raise InfrastructureError(event["message"])
        if event["event"] not in ("progress", "ended"):
            return
        task = self._running[agent.name, event["id"]]
        if event["event"] == "progress":
            assert isinstance(task, _Saving)
            self._on_progress(task, event["value"])
            return
        del self._running[agent.name, event["id"]]
        _raise_if_infrastructure(event["outcome"])
        if isinstance(task, _Saving):
            self._on_saved(task, event["outcome"])
        else:
            self._on_reloaded(task, event["outcome"])

    def _on_progress(self, task: _Saving, value: Mapping[str, Any]) -> None:
        if value.get("saving"):
            task.current = value["format"]
            return
        task.current = ""
        task.formats.remove(value["format"])
        cells = self._cells[task.recipe.id][value["format"]]
        seconds = {TRAIN: value["trained"], SAVE: value["seconds"]}
        if "failure" in value:
            for case in cells:
                self._conclude(
                    case, stage=SAVE, failure=value["failure"], seconds=seconds, log=str(self._log(task.name))
                )
        else:
            self._reloads.extend(_Reloading(case, Path(value["record"]), dict(seconds)) for case in cells)

    def _on_saved(self, task: _Saving, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] == "returned":
            return
        # Without a format under way it was training that failed, and it would fail again.
        lost = [task.current] if task.current else list(task.formats)
        for name in lost:
            task.formats.remove(name)
            for case in self._cells[task.recipe.id][name]:
                stage = SAVE if task.current else TRAIN
                self._conclude(case, stage=stage, failure=describe(outcome), log=str(self._log(task.name)))
        if task.formats:
            self._saves.appendleft(_Saving(task.recipe, task.formats, attempt=task.attempt + 1))

    def _on_reloaded(self, task: _Reloading, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] != "returned":
            self._conclude(
                task.case,
                stage=RELOAD,
                failure=describe(outcome),
                seconds=task.seconds,
                log=str(self._log(task.case.id)),
            )
            return
        value = outcome["value"]
        actual = read_observation(task.observation)
        record = open_record(task.record)
        reference = record.reference()
        differences, unobservable = judge(task.case, reference, actual)
        self._conclude(
            task.case,
            differences=differences,
            unobservable=unobservable,
            versions=value["versions"],
            probed=PROBE in reference.facts and PROBE in actual.facts,
            size=record.size,
            seconds={**task.seconds, RELOAD: value["load"], "observe": value["observe"]},
        )

    def _conclude(self, case: Case, **facts: Any) -> None:
        facts.setdefault("versions", self._environment.deciding)
        self._verdicts[case.id].set_result(Verdict(case, **facts))

    def _fail_the_rest(self, error: Exception) -> None:
        for verdict in self._verdicts.values():
            if not verdict.done():
                verdict.set_exception(error)


def _raise_if_infrastructure(outcome: Mapping[str, Any]) -> None:
    if outcome["kind"] == "raised" and outcome["exception"] == InfrastructureError.__name__:
        raise InfrastructureError(outcome["message"])
