"""The work behind the cells of one pytest run: all of it ahead of the tests, or a recipe's when it is asked for."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Mapping, Sequence

from harness.driver.plans import Load, Plan, RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.environment import Environment
from harness.nouns import Case
from harness.processes.fleet import Fleet


class Runs:
    """Runs that have begun, until they are closed.

    Args:
        cases: The cells that may be asked for.
        records: By a case's id, the record that it reloads instead of training.
        environment: Where.
        settings: How.
        worker: Name of this process, where others have their share of the cells, and nobody knows ahead which: a run
            for each recipe, with processes that stay warm. "" where it has all of them: one run, ahead of whoever asks.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        records: Mapping[str, Path],
        environment: Environment,
        settings: Settings,
        worker: str = "",
    ) -> None:
        self._cases, self._records, self._environment, self._settings = cases, records, environment, settings
        self._open = ExitStack()
        self._runs: dict[str, Run] = {}
        self._fleet: Fleet | None = None
        if worker:
            logs = settings.logs / worker
            self._fleet = Fleet(environment, logs, settings.fresh, hash_seed=settings.hash_seed)
            self._open.callback(self._fleet.close)
        else:
            whole = self._begun(cases)
            self._runs = {case.recipe.id: whole for case in cases}

    def of(self, case: Case) -> Run:
        """The run that has the verdict of a case; it begins, if it has not begun.

        Raises:
            InfrastructureError: It cannot begin.
        """
        id = case.recipe.id
        if id not in self._runs:
            self._runs[id] = self._begun([each for each in self._cases if each.recipe.id == id])
        return self._runs[id]

    def close(self) -> None:
        """Stop whatever is running, and leave no process behind."""
        self._open.close()

    def _begun(self, cases: Sequence[Case]) -> Run:
        given = {case: self._records[case.id] for case in cases if case.id in self._records}
        plans: list[Plan] = [Load(given), RoundTrip(tuple(case for case in cases if case not in given))]
        return self._open.enter_context(Run(plans, self._environment, self._settings, self._fleet))
