"""What a run of a row came to: written beside its results, read for the table of all rows.

The writer is a pytest plugin, which the top-level conftest.py switches on.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Mapping, Sequence

import pytest

from harness.environments.table import Row
from harness.nouns import HarnessError
from harness.report.markdown import markdown_table
from harness.report.results import Results

_NAME = "figures.json"
_COLUMNS = ("tensorflow", "keras", "transformers", "python")
_COUNTED = ("passed", "failed", "error", "skipped", "xfailed")
#: When the work on cells began.
_BEGUN = pytest.StashKey[float]()


@dataclass(frozen=True)
class Figures:
    """One run of a row.

    Attributes:
        row: Its name.
        day: When, as ISO 8601.
        matrix: Which cells.
        cells: How many were computed.
        seconds: Wall time from the first cell on.
        counts: pytest's word for how a test ended -> how many did.
        versions: package -> version.
    """

    row: str
    day: str
    matrix: str
    cells: int
    seconds: float
    counts: Mapping[str, int]
    versions: Mapping[str, str]

    def write(self, folder: Path) -> None:
        (folder / _NAME).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def pytest_collection_finish(session: pytest.Session) -> None:
    if any("cell" in getattr(item, "fixturenames", ()) for item in session.items):
        session.config.stash[_BEGUN] = time.monotonic()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the figures of a row's whole run beside its results."""
    config, option = session.config, session.config.option
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if (
        _BEGUN not in config.stash
        or not option.row
        or option.keyword
        or option.only
        or option.shard
        or reporter is None
    ):
        return
    results = Results(Path(option.results))
    verdicts = results.read().verdicts if results.path.exists() else []
    if not verdicts:
        return
    figures = Figures(
        row=option.row,
        day=date.today().isoformat(),
        matrix=option.matrix,
        cells=len(verdicts),
        seconds=round(time.monotonic() - config.stash[_BEGUN]),
        counts={kind: len(reporter.stats.get(kind, ())) for kind in _COUNTED},
        versions=verdicts[0].versions,
    )
    figures.write(results.path.parent)


def read_figures(folder: Path, rows: Sequence[Row]) -> list[Figures]:
    """The last run of each row, in the order of the rows; a row that was not run is left out.

    Args:
        folder: Has a folder for each row, as tox leaves them.
        rows: The table.

    Raises:
        HarnessError: No row was run.
    """
    paths = [folder / row.name / _NAME for row in rows]
    found = [Figures(**json.loads(path.read_text(encoding="utf-8"))) for path in paths if path.exists()]
    if not found:
        raise HarnessError(f"{folder}: no row was run there; run tox -m versions first")
    return found


def as_table(figures: Sequence[Figures]) -> str:
    """A Markdown table, a line for each row."""
    head = ("row", *_COLUMNS, "cells", "passed", "skipped", "known failures", "failed", "seconds", "day")
    lines: list[Sequence[str]] = [head]
    for each in figures:
        versions = {**each.versions, "keras": each.versions.get("tf-keras") or each.versions.get("keras", "inside")}
        count = {kind: str(number) for kind, number in each.counts.items()}
        failed = str(each.counts["failed"] + each.counts["error"])
        lines.append(
            (
                each.row,
                *(versions.get(package, "-") for package in _COLUMNS),
                f"{each.cells} ({each.matrix})",
                count["passed"],
                count["skipped"],
                count["xfailed"],
                failed,
                f"{each.seconds:.0f}",
                each.day,
            )
        )
    return markdown_table(lines)
