"""A run over the nodes of a cluster: a recipe with all its cells is placed, verdicts come back as they are reached."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Iterator, Sequence

from harness.cluster.crew import LOOK, Crew
from harness.cluster.messages import Carry, Doing, Gone, Prepared, Reached
from harness.cluster.placing import Placing, left_out
from harness.driver.run import Now
from harness.nouns import Case, InfrastructureError
from harness.report.verdict_json import from_json
from harness.verdict import Verdict

#: In the folder of logs: where each recipe was.
PLACED = "placed.jsonl"


class Placement:
    """Verdicts of cases, computed on nodes while the context is open; it is waited for as for a `Run`.

    Args:
        cases: The cells.
        crew: The nodes; they stay when the context is left, and are ended with it.
        logs: A folder: the logs that verdicts name, and PLACED.
    """

    def __init__(self, cases: Sequence[Case], crew: Crew, logs: Path) -> None:
        self._crew, self._logs = crew, logs
        self._cases = {case.id: case for case in cases}
        self._verdicts: dict[str, Future[Verdict]] = {id: Future() for id in self._cases}
        recipes: dict[str, list[str]] = {}
        for case in cases:
            recipes.setdefault(case.recipe.id, []).append(case.id)
        self._placing = Placing(recipes)
        self._left = {recipe: len(ids) for recipe, ids in recipes.items()}
        self._since: dict[str, float] = {}  # when each recipe was handed out, by the clock of this process
        self._doing: dict[str, tuple[str, ...]] = {}
        self._notices: list[str] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="placement", daemon=True)

    def __enter__(self) -> Placement:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def __iter__(self) -> Iterator[Verdict]:
        return (self[case] for case in self._cases.values())

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
        running = tuple(each for doing in list(self._doing.values()) for each in doing)
        done = sum(each.done() for each in self._verdicts.values())
        return Now(done, len(self._verdicts), running)

    @property
    def notices(self) -> Sequence[str]:
        """What has happened besides, a line each: a node that was lost."""
        return self._notices

    def _work(self) -> None:
        try:
            for name, prepared in self._crew.ready.items():
                self._placing.join(name, prepared.workers)
            while not self._placing.done:
                self._hand_out()
                for name, message in self._crew.heard(LOOK):
                    self._take(name, message)
                self._check()
        except Exception as error:  # whoever waits for a verdict must learn of it
            for verdict in self._verdicts.values():
                if not verdict.done():
                    verdict.set_exception(error)

    def _check(self) -> None:
        """Raise InfrastructureError when the run cannot go on."""
        if self._stopped.is_set():
            raise InfrastructureError("the run was stopped before this case")
        why = self._placing.stuck(self._crew.hoping)
        if why:
            raise InfrastructureError("; ".join((why, *self._notices[-1:])))

    def _hand_out(self) -> None:
        for name, recipe, ids in self._placing.hand_out():
            self._since[recipe] = time.monotonic()
            self._crew.send(name, Carry(tuple(self._cases[id] for id in ids)))

    def _take(self, name: str, message: Any) -> None:
        if isinstance(message, Prepared):
            self._placing.join(name, message.workers)
        elif isinstance(message, Gone):
            self._lose(name, message.why)
        elif isinstance(message, Doing):
            self._doing[name] = message.running
        elif isinstance(message, Reached):
            self._reached(name, message)

    def _lose(self, name: str, why: str) -> None:
        self._doing.pop(name, None)
        units = self._placing.leave(name)
        self._notices.append(left_out(name, why, units))

    def _reached(self, name: str, reached: Reached) -> None:
        id = str(reached.verdict.get("case"))
        case = self._cases.get(id)
        if case is None or not self._placing.answered(name, case.recipe.id, id):
            return
        verdict = replace(from_json(reached.verdict), case=case)
        if verdict.log:
            verdict = replace(verdict, log=str(self._kept(Path(verdict.log).name, reached.log)))
        self._left[case.recipe.id] -= 1
        if not self._left[case.recipe.id]:
            self._note_place(name, case.recipe.id)
        self._verdicts[id].set_result(verdict)

    def _kept(self, name: str, text: str) -> Path:
        """The log of a job, where this run has its logs; a verdict is one without it, too."""
        with contextlib.suppress(OSError):
            self._logs.mkdir(parents=True, exist_ok=True)
            (self._logs / name).write_text(text, encoding="utf-8")
        return self._logs / name

    def _note_place(self, name: str, recipe: str) -> None:
        line = {"recipe": recipe, "node": name, "seconds": round(time.monotonic() - self._since[recipe], 3)}
        with contextlib.suppress(OSError):
            self._logs.mkdir(parents=True, exist_ok=True)
            with (self._logs / PLACED).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
