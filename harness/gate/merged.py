"""Several files of results as one: the shards of a run, the rows of a table. What is not whole is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence, Tuple

from harness.environment import Environment
from harness.nouns import HarnessError
from harness.report.result import Result
from harness.report.results import RunResults

#: (environment, name of the cell)
Key = Tuple[str, str]

_FEW = 5  # names that a message has


@dataclass(frozen=True)
class Merged:
    """All results of one side of a comparison.

    Attributes:
        results: What came of each cell, by the environment and its name.
        environments: Where, by the environment.
    """

    results: Mapping[Key, Result]
    environments: Mapping[str, Environment]


def merged(runs: Sequence[RunResults]) -> Merged:
    """The results of several files together.

    Raises:
        HarnessError: A run broke off, a shard is missing, or a cell is in two of them.
    """
    labels = _labels(runs)
    for run in runs:
        if not run.results and not run.header.intended:
            raise HarnessError(f"{run.path}: no cell is in it; expected results of a run that computed some")
        if run.missing:
            raise HarnessError(
                f"{run.path}: the run broke off, {len(run.missing)} of {len(run.header.intended)} cells have no "
                f"result: {_few(run.missing)}; run it to the end"
            )
    _check_shards(runs, labels)
    results: dict[Key, Result] = {}
    path_of: dict[Key, Path] = {}
    for run, label in zip(runs, labels):
        for result in run.results:
            key = (label, result.name)
            if key in results:
                raise HarnessError(f"{result.name} is in {path_of[key]} and in {run.path}; expected it in one of them")
            results[key], path_of[key] = result, run.path
    environments = {label: Environment(run.header.versions, run.header.keras) for run, label in zip(runs, labels)}
    return Merged(results, environments)


def _labels(runs: Sequence[RunResults]) -> list[str]:
    """What tells the environments apart: the row; or the versions, where those without a row have several."""
    told = [f"tensorflow {run.header.versions.get('tensorflow', '?')}, keras {run.header.keras}" for run in runs]
    several = len({each for run, each in zip(runs, told) if not run.header.row}) > 1
    return [run.header.row or (each if several else "") for run, each in zip(runs, told)]


def _check_shards(runs: Sequence[RunResults], labels: Sequence[str]) -> None:
    parts: dict[str, dict[str, list[str]]] = {}
    for run, label in zip(runs, labels):
        if run.header.shard:
            parts.setdefault(label, {}).setdefault(run.header.whole, []).append(run.header.shard)
    for label, wholes in parts.items():
        of = f" of {label}" if label else ""
        if len(wholes) > 1:
            raise HarnessError(
                f"the shards{of} are of {len(wholes)} runs, which had other cells; expected those of one"
            )
        (shards,) = wholes.values()
        counts = {each.partition("/")[2] for each in shards}
        if len(counts) > 1:
            raise HarnessError(f"the shards{of} are {', '.join(shards)}; expected all of one number")
        count = counts.pop()
        missing = [f"{n}/{count}" for n in range(1, int(count) + 1) if f"{n}/{count}" not in shards]
        if missing:
            raise HarnessError(f"shard {', '.join(missing)}{of} is missing; expected all {count} of the run")


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more
