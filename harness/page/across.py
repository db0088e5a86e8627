"""Several runs side by side: what each format came to, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from harness.page.states import OTHER, State
from harness.page.view import Count, Run, Way

#: Packages that are named over a column.
DECIDING = ("tensorflow", "tf-keras", "keras", "transformers")


@dataclass(frozen=True)
class Square:
    """One format through one loader, in one row.

    Attributes:
        run: Name of the run, and of its page.
        way: Its place there.
        count: The worst of its cells, and how many there are of it.
        aspects: What was lost there, by name.
        changed: Whether it is another state than that of the row before, which had it.
    """

    run: str
    way: str
    count: Count
    aspects: tuple[str, ...]
    changed: bool


@dataclass(frozen=True)
class Line:
    """One format through one loader, in every row.

    Attributes:
        format: Its format.
        loader: What the loading process had.
        squares: One for each run; None where it was not tried.
    """

    format: str
    loader: str
    squares: tuple[Square | None, ...]


def across(runs: Sequence[Run]) -> tuple[Line, ...]:
    """A line for each way that any run has, in the order in which they come."""
    ways = dict.fromkeys(way.anchor for run in runs for way in run.ways)
    return tuple(_line(anchor, runs) for anchor in ways)


def _line(anchor: str, runs: Sequence[Run]) -> Line:
    found = [next((way for way in run.ways if way.anchor == anchor), None) for run in runs]
    squares: list[Square | None] = []
    before: State | None = None
    for run, way in zip(runs, found):
        if way is None:
            squares.append(None)
            continue
        overall = way.overall
        squares.append(Square(run.name, anchor, overall, _lost(way, run), before not in (None, overall.state)))
        before = overall.state
    some = next(way for way in found if way)
    return Line(some.format, some.loader, tuple(squares))


def _lost(way: Way, run: Run) -> tuple[str, ...]:
    """The aspects that were lost, known or not, though something asks for them."""
    told = {each.id for each in OTHER} | {"known"}
    return tuple(aspect for aspect, each in zip(run.aspects, way.aspects) if each.state.id in told)
