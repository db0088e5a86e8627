"""Run cases: cells become jobs over the agents, worked ahead of whoever asks for a verdict."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Mapping, Sequence, Union

from harness.case import (
    CODE,
    PROBE,
    REBUILD,
    RELOAD,
    RESAVE,
    SAVE,
    SERVING,
    TRAIN,
    Case,
    Difference,
    InfrastructureError,
    Recipe,
    Verdict,
)
from harness.environment import FULL, Environment, profile_of
from harness.fleet import Agent, Fleet, Job
from harness.formats import find_format
from harness.judge import judge
from harness.outcome import describe
from harness.record import read_observation, read_record

#: How often a model is loaded: from what was saved after training, and from what was saved after each load.
LOADS = 3
#: Among the records: what was seen after reloads, and records of what was saved again.
OBSERVED, AGAIN = ".observed", ".again"

EMPTY: Mapping[str, Path] = {}


@dataclass(frozen=True)
class Settings:
    """How a run is carried out.

    Attributes:
        records: Where records and observations go; made if it is not there.
        logs: Where each job's log goes.
        keep: Whether the records stay after the run.
        fresh: "forkserver", or "subprocess" for a true new interpreter per job.
        workers: Jobs at once.
        seconds: Time limit of one job.
        seed: Of training. Every load is seeded with another one, so that what it initialises starts elsewhere.
        again: Whether what was loaded is saved and loaded again.
    """

    records: Path
    logs: Path
    keep: bool = False
    fresh: str = "forkserver"
    workers: int = 2
    seconds: float = 300
    seed: int = 20
    again: bool = True


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
class _Cell:
    """What is known of a cell until its verdict: the first load's, and what is still to be loaded again."""

    verdict: Verdict
    waiting: int = 1
    again: list[Difference] = field(default_factory=list)


@dataclass
class _Reloading:
    """A job that reloads a record: that of a cell, or one that such a job has saved."""

    cell: _Cell
    case: Case
    record: Path
    load: int = 1
    word: str = ""

    @property
    def name(self) -> str:
        return f"{self.cell.verdict.case.id}{self.word and '-' + self.word.replace(' ', '-')}"

    def again(self) -> dict[str, tuple[Case, str]]:
        """What to save of the model that was loaded: format -> the case of loading that, and what to call it."""
        if self.load == LOADS or self.case.loader == SERVING:
            return {}
        found = {self.case.format: (self.case, f"load {self.load + 1}")}
        other = find_format(self.case.format).crosses
        if self.load == 1 and other and self.case.loader in find_format(other).keeps:
            found[other] = (replace(self.case, format=other), f"as {other}")
        return found


_Task = Union[_Saving, _Reloading]


class Run:
    """Verdicts of cases, computed ahead in the order in which the cases were given.

    A recipe is trained once and saved in every format that its cells need. When
    a process dies on the way, the formats not yet tried get another process.

    Args:
        cases: What is tried.
        environment: Where.
        settings: How.
        fleet: Agents to use, which stay; without one, the run has its own, and ends them.
        records: By a case's id, the record that it reloads; the other cases are trained and saved.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        environment: Environment,
        settings: Settings,
        fleet: Fleet | None = None,
        records: Mapping[str, Path] = EMPTY,
    ) -> None:
        self._environment = environment
        self._settings = settings
        self._verdicts: dict[str, Future[Verdict]] = {case.id: Future() for case in cases}
        self._cells: dict[str, dict[str, list[Case]]] = {}
        recipes: dict[str, Recipe] = {}
        self._reloads: deque[_Reloading] = deque()
        for case in cases:
            if case.id in records:
                cell = _Cell(Verdict(case, versions=environment.deciding))
                self._reloads.append(_Reloading(cell, case, records[case.id]))
            else:
                recipes[case.recipe.id] = case.recipe
                self._cells.setdefault(case.recipe.id, {}).setdefault(case.format, []).append(case)
        self._saves = deque(_Saving(each, list(self._cells[each.id])) for each in recipes.values())
        self._profiles = {profile_of(case.loader) for case in cases} | ({FULL} if recipes else set())
        self._running: dict[tuple[str, int], _Task] = {}
        self._owns_fleet = fleet is None
        self._fleet = fleet or Fleet(environment, settings.logs, settings.fresh)
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
        self._fleet.events.put((self, None))
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        try:
            (self._settings.records / OBSERVED).mkdir(parents=True, exist_ok=True)
            for profile in sorted(self._profiles):
                self._fleet.agent(profile)  # all of them warm up at once
            while self._start_what_fits():
                source, event = self._fleet.events.get()
                if source is self:
                    break
                if event is not None:  # else another run was stopped, before this one
                    self._on_event(source, event)
            self._fail_the_rest(InfrastructureError("the run was stopped before this case"))
        except Exception as error:  # the thread that waits for a verdict must learn of it
            self._fail_the_rest(error)
        finally:
            for profile, number in self._running:
                self._fleet.agent(profile).cancel(number)
            if self._owns_fleet:
                self._fleet.close()
            if not self._settings.keep:
                shutil.rmtree(self._settings.records, ignore_errors=True)
            for name in (OBSERVED, AGAIN):
                shutil.rmtree(self._settings.records / name, ignore_errors=True)

    def _start_what_fits(self) -> bool:
        """Fill the workers, reloads first: they complete a cell. False when nothing is left."""
        while len(self._running) < self._settings.workers and (self._reloads or self._saves):
            task: _Task = self._reloads.popleft() if self._reloads else self._saves.popleft()
            profile = profile_of(task.case.loader) if isinstance(task, _Reloading) else FULL
            job = self._reload_job(task) if isinstance(task, _Reloading) else self._save_job(task)
            self._running[profile, self._fleet.agent(profile).submit(job)] = task
        return bool(self._running)

    def _save_job(self, task: _Saving) -> Job:
        arguments = {
            **_subject(task.recipe),
            "recipe": task.recipe.id,
            "records": str(self._settings.records),
            "formats": task.formats,
            "seed": self._settings.seed,
        }
        return Job("harness.jobs:train_and_save", arguments, self._settings.seconds, self._log(task.name))

    def _reload_job(self, task: _Reloading) -> Job:
        again = task.again() if self._settings.again else {}
        arguments = {
            "record": str(task.record),
            "loader": task.case.loader,
            "observation": str(self._observation(task)),
            "seed": self._settings.seed + task.load,
            "brief": task.load > 1,
            "again": [[name, str(self._settings.records / AGAIN / task.name / name)] for name in again],
        }
        if task.case.loader in (CODE, REBUILD):
            arguments.update(_subject(task.case.recipe))
        return Job("harness.jobs:reload", arguments, self._settings.seconds, self._log(task.name))

    def _observation(self, task: _Reloading) -> Path:
        return self._settings.records / OBSERVED / task.name

    def _log(self, name: str) -> Path:
        return self._settings.logs / f"{name}.log"

    def _on_event(self, agent: Agent, event: Mapping[str, Any]) -> None:
        if event["event"] == "died":
            raise InfrastructureError(event["message"])
        if event["event"] not in ("progress", "ended") or (agent.name, event["id"]) not in self._running:
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
        elif task.load == 1:
            self._on_reloaded(task, event["outcome"])
        else:
            self._on_loaded_again(task, event["outcome"])

    def _on_progress(self, task: _Saving, value: Mapping[str, Any]) -> None:
        if "saving" in value:
            task.current = value["format"] if value["saving"] else ""
            return
        task.formats.remove(value["format"])
        for case in self._cells[task.recipe.id][value["format"]]:
            seconds = {TRAIN: value["trained"], SAVE: value["seconds"]}
            cell = _Cell(Verdict(case, versions=self._environment.deciding, seconds=seconds))
            if "failure" in value:
                self._conclude(cell, stage=SAVE, failure=value["failure"], log=str(self._log(task.name)))
            else:
                self._reloads.append(_Reloading(cell, case, Path(value["record"])))

    def _on_saved(self, task: _Saving, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] == "returned":
            return
        # Without a format under way it was training that failed, and it would fail again.
        lost = [task.current] if task.current else list(task.formats)
        for name in lost:
            task.formats.remove(name)
            for case in self._cells[task.recipe.id][name]:
                cell = _Cell(Verdict(case, versions=self._environment.deciding))
                stage = SAVE if task.current else TRAIN
                self._conclude(cell, stage=stage, failure=describe(outcome), log=str(self._log(task.name)))
        if task.formats:
            self._saves.appendleft(_Saving(task.recipe, task.formats, attempt=task.attempt + 1))

    def _on_reloaded(self, task: _Reloading, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] != "returned":
            self._conclude(task.cell, stage=RELOAD, failure=describe(outcome), log=str(self._log(task.name)))
            return
        value = outcome["value"]
        actual = read_observation(self._observation(task))
        record = read_record(task.record)  # the job has checked its files; a load may have changed them since
        reference = record.reference()
        differences, unobservable = judge(task.case, reference, actual)
        task.cell.verdict = replace(
            task.cell.verdict,
            differences=differences,
            unobservable=unobservable,
            versions=value["versions"],
            probed=PROBE in reference.facts and PROBE in actual.facts,
            size=record.size,
            seconds={**task.cell.verdict.seconds, RELOAD: value["load"], "observe": value["observe"]},
        )
        self._load_again(task, value["again"])

    def _on_loaded_again(self, task: _Reloading, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] != "returned":
            task.cell.again.append(Difference(RESAVE, task.word, f"saved, but did not reload: {_line(outcome)}"))
            self._load_again(task, {})
            return
        differences, _ = judge(
            task.case, read_record(task.record).reference(), read_observation(self._observation(task))
        )
        promised = find_format(task.case.format).keeps[task.case.loader]
        task.cell.again += [
            Difference(RESAVE, f"{task.word}: {each.aspect} {each.name}".rstrip(), each.problem)
            for each in differences
            if each.aspect in promised
        ]
        self._load_again(task, outcome["value"]["again"])

    def _load_again(self, task: _Reloading, saved: Mapping[str, Mapping[str, str]]) -> None:
        """Go on with what a load has saved; with nothing more to load, the cell has its verdict."""
        cell, targets = task.cell, task.again()
        for name, outcome in saved.items():
            case, word = targets[name]
            if "failure" in outcome:
                cell.again.append(Difference(RESAVE, word, f"did not save: {outcome['failure']}"))
            else:
                cell.waiting += 1
                # What a crossing loads has shown what it must.
                load = task.load + 1 if case.format == task.case.format else LOADS
                self._reloads.append(_Reloading(cell, case, Path(outcome["record"]), load, word))
        cell.waiting -= 1
        if not cell.waiting:
            self._conclude(cell, **self._again(cell))

    def _again(self, cell: _Cell) -> dict[str, Any]:
        """A verdict's differences, with what loading again has shown; or why nothing was loaded again."""
        verdict = cell.verdict
        if verdict.case.loader == SERVING:
            return {"unobservable": {**verdict.unobservable, RESAVE: "a serving load gives no model to save"}}
        if not self._settings.again:
            return {"unobservable": {**verdict.unobservable, RESAVE: "nothing was saved again"}}
        hidden = {aspect: why for aspect, why in verdict.unobservable.items() if aspect != RESAVE}
        again = sorted(cell.again, key=lambda each: each.name.partition(":")[0])
        return {"differences": (*verdict.differences, *again), "unobservable": hidden}

    def _conclude(self, cell: _Cell, **facts: Any) -> None:
        self._verdicts[cell.verdict.case.id].set_result(replace(cell.verdict, **facts))

    def _fail_the_rest(self, error: Exception) -> None:
        for verdict in self._verdicts.values():
            if not verdict.done():
                verdict.set_exception(error)


def _line(outcome: Mapping[str, Any]) -> str:
    return " ".join(describe(outcome).split())


def _subject(recipe: Recipe) -> dict[str, Any]:
    return {"subject": recipe.subject, "arguments": dict(recipe.arguments)}


def _raise_if_infrastructure(outcome: Mapping[str, Any]) -> None:
    if outcome["kind"] == "raised" and outcome["exception"] == InfrastructureError.__name__:
        raise InfrastructureError(outcome["message"])
