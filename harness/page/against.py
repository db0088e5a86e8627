"""What the gate finds other than in a base, with a way to each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from harness.gate.changes import CHANGED, GONE, GROWTH, KEPT, KINDS, LOST, NEW, Change
from harness.gate.merged import labels
from harness.page.states import KEPT as KEPT_STATE
from harness.page.states import KNOWN_LOSS, MENDED, MISSING, UNSEEN, State
from harness.page.states import LOST as LOST_STATE
from harness.page.view import Run

_STATES = {
    LOST: LOST_STATE,
    GONE: MISSING,
    CHANGED: KNOWN_LOSS,
    KEPT: MENDED,
    NEW: KEPT_STATE,
    GROWTH: UNSEEN,
}


@dataclass(frozen=True)
class Otherwise:
    """One change.

    Attributes:
        change: What it is, in words.
        address: The cell's place, from the top of the pages; "" where it is gone.
    """

    change: Change
    address: str


@dataclass(frozen=True)
class Kind:
    """All changes of one kind.

    Attributes:
        word: How it is told: "newly lost".
        state: Whose colour and sign it has.
        found: The changes.
    """

    word: str
    state: State
    found: tuple[Otherwise, ...]


@dataclass(frozen=True)
class Against:
    """Runs held against those before them.

    Attributes:
        base: What they were held against, in words.
        kinds: Worst first; those without a change are left out.
    """

    base: str
    kinds: tuple[Kind, ...]


def against(changes: Sequence[Change], runs: Sequence[Run], base: str) -> Against:
    """Changes by their kind, each with the place of its cell."""
    environments = labels([run.header for run in runs])
    places = {
        (environment, cell.id): f"rows/{run.name}.html#{cell.anchor}"
        for environment, run in zip(environments, runs)
        for cell in run.cells
    }

    def place(change: Change) -> str:
        return places.get((change.environment, change.cell), "")

    kinds = [
        Kind(word, _STATES[kind], tuple(Otherwise(each, place(each)) for each in changes if each.kind == kind))
        for kind, word in KINDS.items()
    ]
    return Against(base, tuple(each for each in kinds if each.found))
