"""What pytest reports of the test of a cell, besides how it ended: properties and time for JUnit, and its letter."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from harness.causes import CAUSES
from harness.nouns import TRAIN, Verdict
from harness.suite.expectations import LOADING, NOT_REACHED, Outcome

#: Among the counts in pytest's last line: tests of aspects of cells that did not load; another test tells of that.
ECHO = "not reached"

#: By this property a report is known as that of a cell, wherever it was made.
_CELL = "cell"


def properties(verdict: Verdict, outcomes: Mapping[str, Outcome], about: str) -> Iterator[tuple[str, str]]:
    """Name and value of what a CI system may sort by.

    Args:
        verdict: Of the cell.
        outcomes: LOADING, and aspects -> how each came out.
        about: One of these.
    """
    case = verdict.case
    yield _CELL, case.id
    yield "recipe", case.recipe.id
    yield "format", case.format
    yield "loader", case.loader
    if about != LOADING:
        yield "aspect", about
    outcome = outcomes.get(about)
    yield "outcome", outcome.kind if outcome else ECHO
    if about == LOADING or about in verdict.lost:
        for clue in verdict.causes:
            yield "cause", clue.cause
            if CAUSES[clue.cause].link:
                yield "link", CAUSES[clue.cause].link
    for link in outcome.links if outcome else ():
        yield "link", link
    if about == LOADING:
        for stage, seconds in verdict.seconds.items():
            yield f"seconds.{stage}", f"{seconds:.3f}"


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
