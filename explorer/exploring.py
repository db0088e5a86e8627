"""Explore: draw, round-trip, and make of each new kind of failure the smallest model and its script."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Callable

from explorer.drawing import drawn
from explorer.models import Model
from explorer.shrinking import smallest
from explorer.source import source
from explorer.trips import Failure, Trips, failure
from harness.environment import versions
from harness.formats import find_format
from harness.nouns import TRAIN, InfrastructureError
from harness.scripts.fault import COMPARE, SAVE, Fault, scripts
from harness.scripts.folder import run_script, write_scripts
from harness.scripts.source import Source
from harness.verdict import Verdict

#: Models that are under way together.
BATCH = 4
#: What shrinking one failure may take, and running one script. Past the end, nothing is shrunk or run any more.
SHRINK_SECONDS, SHRINK_TRIPS, SCRIPT_SECONDS = 60, 40, 60

#: Why a model that was drawn is not judged. Nothing else that keeps a model from training is an excuse.
DISCARDED = (
    "training moved no weight at all",
    "so a reload could not be told from a fresh model",
)


@dataclass
class Kind:
    """One kind of failure: the smallest model that shows it, and how often it was met.

    Attributes:
        failure: As the smallest model shows it.
        scripts: The folder of the two stand-alone scripts.
        shown: Whether they show it, in words.
        times: How many models failed so.
    """

    failure: Failure
    scripts: Path
    shown: str
    times: int = 0

    def __str__(self) -> str:
        return f"{self.failure}\n    in {self.times} models; {self.scripts} {self.shown}"


@dataclass
class Exploration:
    """What was explored, and found.

    Attributes:
        drawn: Models whose training was tried.
        discarded: Of these, those not judged, by the reason.
        trips: Cells that were judged.
        loaded: Of these, those that came through.
        kinds: What is new, by cell, aspect or stage, and gist.
    """

    drawn: int = 0
    discarded: Counter[str] = field(default_factory=Counter)
    trips: int = 0
    loaded: int = 0
    kinds: dict[tuple[str, ...], Kind] = field(default_factory=dict)

    def __str__(self) -> str:
        judged = self.drawn - sum(self.discarded.values())
        lines = [
            f"{self.drawn} models drawn, {judged} judged, {self.trips} round trips, {self.loaded} of them loaded; "
            f"{len(self.kinds)} new kinds of failure"
        ]
        lines += [f"  discarded, {reason}: {times}" for reason, times in self.discarded.items()]
        lines += [f"  {number}. {kind}" for number, kind in enumerate(self.kinds.values(), 1)]
        return "\n".join(lines)


@dataclass
class Explorer:
    """Explores until it is told to stop.

    Attributes:
        trips: How models are round-tripped.
        scripts: The folder for scripts.
        ends: The time, by time.monotonic(), at which no further model is begun.
        say: Told, in one line, how it goes.
    """

    trips: Trips
    scripts: Path
    ends: float
    say: Callable[[str], None]
    result: Exploration = field(default_factory=Exploration)

    def explore(self, seed: int, models: int | None = None) -> Exploration:
        """Explore the models of a seed, then those of the next ones.

        Args:
            seed: The first.
            models: How many models of the seed, and no further seed; None for all that there is time for.
        """
        for number in count(seed):
            left = drawn(number)[:models]
            while left and time.monotonic() < self.ends:
                batch, left = left[:BATCH], left[BATCH:]
                self.say(f"seed {number}: {self.result.drawn} models so far, {len(self.result.kinds)} kinds of failure")
                for model, new in self._unknown(batch):
                    self._meet(model, new)
            if models is not None or time.monotonic() >= self.ends:
                return self.result
        raise AssertionError("there are always more seeds")

    def _unknown(self, batch: list[Model]) -> list[tuple[Model, Failure]]:
        """What fails among a batch. Agents serve one run at a time, so shrinking waits for the end of it."""
        found = []
        for model, verdicts in zip(batch, self.trips.verdicts(batch)):
            self.result.drawn += 1
            if self._is_judged(verdicts):
                found += [(model, new) for each in verdicts if (new := failure(model, each))]
            if time.monotonic() >= self.ends:
                break
        return found

    def _is_judged(self, verdicts: list[Verdict]) -> bool:
        first = verdicts[0]
        reasons = [each for each in DISCARDED if first.stage == TRAIN and each in first.failure]
        self.result.discarded.update(reasons)
        if not reasons:
            self.result.trips += len(verdicts)
            self.result.loaded += sum(not each.stage for each in verdicts)
        return not reasons

    def _meet(self, model: Model, new: Failure) -> None:
        if new.kind not in self.result.kinds:
            self.say(f"  new: {new}")
            self.result.kinds[new.kind] = self._kind(model, new)
        self.result.kinds[new.kind].times += 1

    def _kind(self, model: Model, new: Failure) -> Kind:
        small, failed = self._smallest(model, new)
        number = len(self.result.kinds) + 1
        folder, format = self.scripts / f"{new.format}_{new.loader}_{new.about}_{number}", find_format(new.format)
        fault = Fault(new.format, new.loader, new.about, str(failed), format.tolerance, versions=versions())
        write_scripts(folder, scripts(fault, Source(source(small))))
        return Kind(failed, folder, _shown(folder) if time.monotonic() < self.ends else "were not run")

    def _smallest(self, model: Model, new: Failure) -> tuple[Model, Failure]:
        seen = {model: new}
        ends = min(time.monotonic() + SHRINK_SECONDS, self.ends)

        def fails(smaller: Model) -> bool:
            if time.monotonic() >= ends or len(seen) > SHRINK_TRIPS:
                return False
            ((verdict,),) = self.trips.verdicts([smaller], [(new.format, new.loader)])
            shown = failure(smaller, verdict)
            seen[smaller] = shown
            return shown is not None and shown.kind == new.kind

        small = smallest(model, fails)
        self.say(f"  shrunk in {len(seen) - 1} trips")
        return small, seen[small]


def _shown(folder: Path) -> str:
    """Run the scripts: what the harness sees and they do not may be the harness's own fault."""
    for name in (SAVE, COMPARE):
        try:
            ran = run_script(folder / name, sys.executable, SCRIPT_SECONDS)
        except InfrastructureError:
            return f"did not end in {SCRIPT_SECONDS} s"
        if ran.returncode:
            said = ran.stdout.splitlines()[:1] or ran.stderr.strip().splitlines()[-1:] or ["it ends so"]
            return f"show it: {said[0]}"[:200]
    return "do NOT show it; is it a fault of the harness?"
