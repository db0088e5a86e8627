"""Run cases: cells become jobs over the agents, worked ahead of whoever asks for a verdict."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, Mapping, Sequence

from harness.driver.tasks import AGAIN, LOADS, OBSERVED, Cell, Reloading, Saving, Settings, Task
from harness.environment import FULL, Environment, profile_of
from harness.formats import find_format
from harness.nouns import (
    PROBE,
    RELOAD,
    RESAVE,
    SAVE,
    SERVED,
    TRAIN,
    Case,
    Difference,
    InfrastructureError,
    Recipe,
    Verdict,
)
from harness.processes.fleet import Agent, Fleet
from harness.processes.outcome import describe
from harness.record.record import read_observation, read_record
from harness.verdicts.judge import OF_OTHER_VERSIONS, judge

EMPTY: Mapping[str, Path] = {}


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
        self._reloads: deque[Reloading] = deque()
        for case in cases:
            if case.id in records:
                cell = Cell(Verdict(case, versions=environment.deciding), environment, given=True)
                self._reloads.append(Reloading(cell, case, records[case.id]))
            else:
                recipes[case.recipe.id] = case.recipe
                self._cells.setdefault(case.recipe.id, {}).setdefault(case.format, []).append(case)
        self._saves = deque(Saving(each, list(self._cells[each.id])) for each in recipes.values())
        self._profiles = {profile_of(case.loader) for case in cases} | ({FULL} if recipes else set())
        self._running: dict[tuple[str, int], Task] = {}
        self._agents: dict[str, Agent] = {}
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
            # All of them warm up at once.
            self._agents = {profile: self._fleet.agent(profile) for profile in sorted(self._profiles)}
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
                self._agents[profile].cancel(number)
            if self._owns_fleet:
                self._fleet.close()
            if not self._settings.keep:
                shutil.rmtree(self._settings.records, ignore_errors=True)
            for name in (OBSERVED, AGAIN):
                shutil.rmtree(self._settings.records / name, ignore_errors=True)

    def _start_what_fits(self) -> bool:
        """Fill the workers, reloads first: they complete a cell. False when nothing is left."""
        while len(self._running) < self._settings.workers and (self._reloads or self._saves):
            task: Task = self._reloads.popleft() if self._reloads else self._saves.popleft()
            profile = profile_of(task.case.loader) if isinstance(task, Reloading) else FULL
            self._running[profile, self._agents[profile].submit(task.job(self._settings))] = task
        return bool(self._running)

    def _on_event(self, agent: Agent, event: Mapping[str, Any]) -> None:
        if agent is not self._agents.get(agent.name):
            return  # one that died, of a run before this one
        if event["event"] == "died":
            raise InfrastructureError(event["message"])
        if event["event"] not in ("progress", "ended") or (agent.name, event["id"]) not in self._running:
            return
        task = self._running[agent.name, event["id"]]
        if event["event"] == "progress":
            assert isinstance(task, Saving)
            self._on_progress(task, event["value"])
            return
        del self._running[agent.name, event["id"]]
        _raise_if_infrastructure(event["outcome"])
        if isinstance(task, Saving):
            self._on_saved(task, event["outcome"])
        elif task.load == 1:
            self._on_reloaded(task, event["outcome"])
        else:
            self._on_loaded_again(task, event["outcome"])

    def _on_progress(self, task: Saving, value: Mapping[str, Any]) -> None:
        if "saving" in value:
            task.current = value["format"] if value["saving"] else ""
            return
        task.formats.remove(value["format"])
        for case in self._cells[task.recipe.id][value["format"]]:
            seconds = {TRAIN: value["trained"], SAVE: value["seconds"]}
            cell = Cell(Verdict(case, versions=self._environment.deciding, seconds=seconds), self._environment)
            if "failure" in value:
                self._conclude(cell, stage=SAVE, failure=value["failure"], log=str(self._settings.log(task.name)))
            else:
                self._reloads.append(Reloading(cell, case, Path(value["record"])))

    def _on_saved(self, task: Saving, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] == "returned":
            return
        # Without a format under way it was training that failed, and it would fail again.
        lost = [task.current] if task.current else list(task.formats)
        for name in lost:
            task.formats.remove(name)
            for case in self._cells[task.recipe.id][name]:
                cell = Cell(Verdict(case, versions=self._environment.deciding), self._environment)
                stage = SAVE if task.current else TRAIN
                self._conclude(cell, stage=stage, failure=describe(outcome), log=str(self._settings.log(task.name)))
        if task.formats:
            self._saves.appendleft(Saving(task.recipe, task.formats, attempt=task.attempt + 1))

    def _on_reloaded(self, task: Reloading, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] != "returned":
            self._conclude(task.cell, stage=RELOAD, failure=describe(outcome), log=str(self._settings.log(task.name)))
            return
        value = outcome["value"]
        actual = read_observation(task.observation(self._settings))
        record = read_record(task.record)  # the job has checked its files; a load may have changed them since
        reference = record.reference()
        tolerance = 0.0 if record.about.versions == value["versions"] else OF_OTHER_VERSIONS
        differences, unobservable = judge(task.case, reference, actual, tolerance)
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

    def _on_loaded_again(self, task: Reloading, outcome: Mapping[str, Any]) -> None:
        if outcome["kind"] != "returned":
            task.cell.again.append(Difference(RESAVE, task.word, f"saved, but did not reload: {_line(outcome)}"))
            self._load_again(task, {})
            return
        differences, _ = judge(
            task.case,
            read_record(task.record).reference(),
            read_observation(task.observation(self._settings)),
            trained=False,
        )
        promised = find_format(task.case.format).keeps[task.case.loader]
        task.cell.again += [
            Difference(RESAVE, f"{task.word}: {each.aspect} {each.name}".rstrip(), each.problem)
            for each in differences
            if each.aspect in promised
        ]
        self._load_again(task, outcome["value"]["again"])

    def _load_again(self, task: Reloading, saved: Mapping[str, Mapping[str, str]]) -> None:
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
                self._reloads.append(Reloading(cell, case, Path(outcome["record"]), load, word))
        cell.waiting -= 1
        if not cell.waiting:
            self._conclude(cell, **self._again(cell))

    def _again(self, cell: Cell) -> dict[str, Any]:
        """A verdict's differences, with what loading again has shown; or why nothing was loaded again."""
        verdict = cell.verdict
        if verdict.case.loader in SERVED:
            return {"unobservable": {**verdict.unobservable, RESAVE: "a serving load gives no model to save"}}
        if not self._settings.again or cell.given:
            return {"unobservable": {**verdict.unobservable, RESAVE: "nothing was saved again"}}
        hidden = {aspect: why for aspect, why in verdict.unobservable.items() if aspect != RESAVE}
        again = sorted(cell.again, key=lambda each: each.name.partition(":")[0])
        return {"differences": (*verdict.differences, *again), "unobservable": hidden}

    def _conclude(self, cell: Cell, **facts: Any) -> None:
        self._verdicts[cell.verdict.case.id].set_result(replace(cell.verdict, **facts))

    def _fail_the_rest(self, error: Exception) -> None:
        for verdict in self._verdicts.values():
            if not verdict.done():
                verdict.set_exception(error)


def _line(outcome: Mapping[str, Any]) -> str:
    return " ".join(describe(outcome).split())


def _raise_if_infrastructure(outcome: Mapping[str, Any]) -> None:
    if outcome["kind"] == "raised" and outcome["exception"] == InfrastructureError.__name__:
        raise InfrastructureError(outcome["message"])
