"""What a run shows otherwise than another one did: cell by cell, aspect by aspect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from harness.nouns import HarnessError
from harness.page.states import STATES, State
from harness.page.view import Cell, Run


@dataclass(frozen=True)
class Changed:
    """One cell that came out otherwise.

    Attributes:
        run: Name of the run.
        cell: As it came out now.
        states: (aspect, or "loading", then, now) of each that is another one, what says most now first.
        line: The first line of what speaks against the first of them now; "" for nothing.
    """

    run: str
    cell: Cell
    states: tuple[tuple[str, State, State], ...]
    line: str


@dataclass(frozen=True)
class Changes:
    """A run against the one before it.

    Attributes:
        run: Name of the run.
        base: When the other one was, and of which commit.
        cells: Those that came out otherwise, what says most first.
        new: Ids of the cells that the other one did not have.
        gone: Ids of those that only the other one had.
        same: How many cells came out as they had.
    """

    run: str
    base: str
    cells: tuple[Changed, ...]
    new: tuple[Cell, ...]
    gone: tuple[str, ...]
    same: int


def against(run: Run, base: Run) -> Changes:
    """Hold a run against another one.

    Raises:
        HarnessError: They have no cell in common.
    """
    before = {cell.id: cell for cell in base.cells}
    common = [cell for cell in run.cells if cell.id in before]
    if not common:
        raise HarnessError(
            f"--base: of the {len(before)} cells that it has, {run.name} has none; expected a run of the same cells"
        )
    changed = [_changed(run, base, cell, before[cell.id]) for cell in common]
    found = [each for each in changed if each.states]
    found.sort(key=lambda each: STATES.index(each.states[0][2]))
    names = {cell.id for cell in run.cells}
    return Changes(
        run.name,
        _told(base),
        tuple(found),
        tuple(cell for cell in run.cells if cell.id not in before),
        tuple(name for name in before if name not in names),
        len(common) - len(found),
    )


def pairs(runs: Sequence[Run], bases: Sequence[Run]) -> list[tuple[Run, Run]]:
    """Each run with the one of the same row before it; where there is one each, these.

    Raises:
        HarnessError: No base is of a row that was run.
    """
    if len(runs) == len(bases) == 1:
        return [(runs[0], bases[0])]
    by_row = {base.name: base for base in bases}
    found = [(run, by_row[run.name]) for run in runs if run.name in by_row]
    if bases and not found:
        raise HarnessError(
            f"--base: is of {', '.join(by_row)}, and the results of {', '.join(each.name for each in runs)}; "
            "expected a row in common"
        )
    return found


def _changed(run: Run, base: Run, cell: Cell, before: Cell) -> Changed:
    then = dict(zip(("loading", *base.aspects), before.all_states))
    now = dict(zip(("loading", *run.aspects), cell.all_states))
    states = [(about, then[about], state) for about, state in now.items() if then.get(about, state) != state]
    states.sort(key=lambda each: STATES.index(each[2]))
    lines = {change.about: change.lines for change in cell.changes}
    line = next(iter(lines.get(states[0][0], ())), "") if states else ""
    return Changed(run.name, cell, tuple(states), line)


def _told(base: Run) -> str:
    commit = f", commit {base.header.commit[:10]}" if base.header.commit else ""
    return f"{base.header.started[:16].replace('T', ' ')} UTC{commit}"
