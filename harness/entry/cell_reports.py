"""What pytest reports of the test of a cell, besides how it ended: properties and time for JUnit, and its letter."""

from __future__ import annotations

from typing import Any, Iterator

from harness.causes import CAUSES
from harness.nouns import TRAIN
from harness.report.result import Result
from harness.suite.expectations import LOADING, NOT_REACHED
from harness.verdict import Verdict

#: Among the counts in pytest's last line: tests of aspects of cells that did not load; another test tells of that.
ECHO = "not reached"

#: By this property a report is known as that of a cell, wherever it was made.
_CELL = "cell"


def properties(result: Result, aspect: str) -> Iterator[tuple[str, str]]:
    """Name and value of what a CI system may sort by; causes and links only where there is something to explain.

    Args:
        result: Of the cell.
        aspect: What the test is about; "" for the cell as a whole, which has its times, too.
    """
    verdict, case = result.verdict, result.verdict.case
    yield _CELL, case.id
    yield "recipe", case.recipe.id
    yield "format", case.format
    yield "loader", case.loader
    if aspect:
        outcome = result.outcomes.get(aspect)
        yield "aspect", aspect
        yield "outcome", outcome.kind if outcome else ECHO
    else:
        outcome = result.outcomes.get(LOADING)
        for stage, seconds in verdict.seconds.items():
            yield f"seconds.{stage}", f"{seconds:.3f}"
    causes = verdict.causes if aspect in verdict.lost or verdict.stage else ()
    for clue in causes:
        yield "cause", clue.cause
    links = [*(CAUSES[clue.cause].link for clue in causes), *(outcome.links if outcome else ())]
    for link in dict.fromkeys(filter(None, links)):
        yield "link", link


def seconds_of(verdict: Verdict, with_training: bool) -> float:
    """How long a cell took; its recipe is trained once, for all its cells."""
    return sum(each for stage, each in verdict.seconds.items() if with_training or stage != TRAIN)


def is_of_a_cell(report: Any) -> bool:
    """Whether a report, or what a worker of pytest-xdist has sent of one, is that of a cell."""
    return any(name == _CELL for name, _ in getattr(report, "user_properties", ()))


def is_echo(report: Any) -> bool:
    """Whether a test was skipped since its cell did not load, which another test says."""
    reason = report.longrepr
    return bool(report.skipped and isinstance(reason, (tuple, list)) and str(reason[-1]).endswith(NOT_REACHED))
