"""What cells cost, in seconds that were measured once: enough to divide a suite evenly, no claim about a machine."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from math import fsum
from pathlib import Path
from statistics import fmean
from typing import Iterable, Mapping, Sequence

from harness.nouns import TRAIN, Case
from harness.verdict import Verdict

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Costs:
    """Seconds by what decides them. What is not in it costs as much as the others do on average.

    Attributes:
        training: First part of a recipe's id -> seconds of building and training it.
        cells: "FORMAT-LOADER" -> seconds of all else: to save, load, observe, and save again.
    """

    training: Mapping[str, float] = field(default_factory=dict)
    cells: Mapping[str, float] = field(default_factory=dict)

    def of(self, cases: Iterable[Case]) -> float:
        """Seconds of cells of one recipe, which is trained once."""
        known = list(cases)
        trained = {_first_part(case): None for case in known}
        # fsum: in whatever order cells come, they cost the same to the bit.
        return fsum(
            [
                *(self.training.get(each, _average(self.training)) for each in trained),
                *(self.cells.get(_route(case), _average(self.cells)) for case in known),
            ]
        )

    @classmethod
    def measured(cls, verdicts: Sequence[Verdict]) -> Costs:
        """The costs that a run has shown. A cell that stops costs less, and will do so again."""
        training: dict[str, list[float]] = {}
        cells: dict[str, list[float]] = {}
        for verdict in verdicts:
            if verdict.stage == TRAIN:
                continue
            # A record that was there has cost no training.
            training.setdefault(_first_part(verdict.case), []).append(verdict.seconds.get(TRAIN, 0.0))
            rest = sum(each for stage, each in verdict.seconds.items() if stage != TRAIN)
            cells.setdefault(_route(verdict.case), []).append(rest)
        return cls(_averages(training), _averages(cells))

    @classmethod
    def read(cls, path: Path) -> Costs:
        """Read what `text` has written."""
        return cls(**tomllib.loads(path.read_text(encoding="utf-8")))

    def text(self) -> str:
        """The same as TOML, sorted."""
        lines = []
        for name, table in asdict(self).items():
            lines += [f"[{name}]", *(f"{json.dumps(key)} = {seconds}" for key, seconds in sorted(table.items())), ""]
        return "\n".join(lines)


def _first_part(case: Case) -> str:
    return case.recipe.id.partition("-")[0]


def _route(case: Case) -> str:
    return f"{case.format}-{case.loader}"


def _average(seconds: Mapping[str, float]) -> float:
    """Of those that cost something: a record that is only loaded is no example of a training."""
    known = [each for each in seconds.values() if each]
    return fmean(known) if known else 1.0


def _averages(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(fmean(each), 1) for name, each in seconds.items()}
