"""What processes of one run leave: each writes results of its own, and one file is made of them in the end.

Each call of the fixture `roundtrip` does, and each worker of pytest-xdist.
"""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping

from harness.entry.recipes import ROLES, model_name, recipe_of_functions
from harness.report.checked import Checked
from harness.report.header import Header
from harness.report.result import Result
from harness.report.results import Results
from harness.report.results_file import ResultsFile
from harness.suite.expectations import FAILED
from harness.words import identifier


def begin(path: Path) -> ResultsFile:
    """Take away what an earlier run has left, so that nobody takes it for this one's; no other run may write there.

    Raises:
        HarnessError: Another run writes there.
        InfrastructureError: It cannot be written.
    """
    file = ResultsFile(path)
    shutil.rmtree(_parts(path), ignore_errors=True)
    return file


def leaving(
    check: Callable[..., Checked], results: Path | None, records: Path | None, folder: Path, worker: str
) -> Callable[..., Checked]:
    """The same check, which leaves results and records of every call.

    Args:
        check: What the fixture calls.
        results: The file that all results come to; None for none.
        records: A folder; each model has one of its own there. None to keep no records.
        folder: From which models are named.
        worker: Name of this process among those that run tests; "" for the only one.
    """
    numbers = itertools.count(1)

    def call(**given: Any) -> Checked:
        left: dict[str, Path] = {}
        if results is not None:
            left["results"] = _parts(results) / f"{worker or 'only'}-{next(numbers):04}.jsonl"
        if records is not None:
            left["records"] = records / worker / _name(given, folder)
        return check(**{**left, **given})

    return call


def _name(given: Mapping[str, Any], folder: Path) -> str:
    roles = {name: value for name, value in given.items() if name in ROLES}
    return identifier([model_name(recipe_of_functions(roles, given.get("arguments") or {}), folder)])


def join(file: ResultsFile) -> None:
    """Make one file of the results of all calls, and close it; nothing where there was none.

    Raises:
        HarnessError: One of them is damaged.
        InfrastructureError: It cannot be written.
    """
    with file:
        read = [Results(part).read() for part in sorted(_parts(file.path).glob("*.jsonl"))]
        if not read:
            return
        file.begin(_one_header([each.header for each in read]))
        for result in _each_once(result for each in read for result in each.results):
            file.append(result)
        shutil.rmtree(_parts(file.path), ignore_errors=True)


def _one_header(headers: list[Header]) -> Header:
    seeds = {each.hash_seed for each in headers}
    return replace(
        min(headers, key=lambda each: each.started),
        intended=tuple(dict.fromkeys(name for each in headers for name in each.intended)),
        hash_seed=seeds.pop() if len(seeds) == 1 else 0,
    )


def _each_once(results: Iterable[Result]) -> list[Result]:
    """Of a cell that several tests have checked, what failed most."""
    found: dict[str, Result] = {}
    for result in results:
        there = found.get(result.name)
        if there is None or _failed(result) > _failed(there):
            found[result.name] = result
    return list(found.values())


def _failed(result: Result) -> int:
    return sum(each.kind == FAILED for each in result.outcomes.values())


def part_of(path: Path, name: str) -> Path:
    """Where one process leaves its part of the results."""
    return _parts(path) / f"{name}.jsonl"


def _parts(path: Path) -> Path:
    return path.with_name(path.name + ".parts")
