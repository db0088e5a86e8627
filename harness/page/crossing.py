"""A crossing as grids of who saved and who loads, from what `harness cross --json` has written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

from harness.environments import cross_tables
from harness.environments.cross import Crossed, Loaded
from harness.environments.cross_tables import Notes, consumers, grouped, happened, instead
from harness.page.states import State

WHOLE = State("kept", "✓", "loads", "loaded, with all that the format promises")
PARTLY = State("known", "!", "partly", "loaded, predicts the same, and lost something")
WRONG = State("lost", "✗", "wrong", "loaded without a message, and predicts otherwise")
REFUSED = State("stopped-known", "⊘", "refused", "not loaded")
ABSENT = State("unseen", "○", "nothing saved", "nothing was saved to load, or it was not tried")

#: What can become of a load, worst first.
LEGEND = (WRONG, REFUSED, PARTLY, ABSENT, WHOLE)

_STATES = {
    cross_tables.WHOLE: WHOLE,
    cross_tables.PARTLY: PARTLY,
    cross_tables.WRONG: WRONG,
    cross_tables.REFUSED: REFUSED,
}


@dataclass(frozen=True)
class Square:
    """What one row has saved, loaded by another.

    Attributes:
        anchor: Its permalink.
        state: How that went.
        note: Number of the note that says more; 0 for none.
        instead: What loads it as well, and predicts the same; "" for nothing.
    """

    anchor: str
    state: State
    note: int
    instead: str


@dataclass(frozen=True)
class Grid:
    """One recipe, one way to load.

    Attributes:
        way: "savedmodel-bare", or "savedmodel-bare, compile=False".
        consumers: Over the columns.
        lines: A producer each, with a square for each consumer.
    """

    way: str
    consumers: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Square, ...]], ...]


@dataclass(frozen=True)
class Crossing:
    """All that a page of one crossing shows.

    Attributes:
        day: When it was run.
        versions: row -> package -> version.
        broken: row -> why it was left out.
        recipes: (recipe, its grids).
        notes: What the squares refer to, from 1.
    """

    day: str
    versions: Mapping[str, Mapping[str, str]]
    broken: Mapping[str, str]
    recipes: tuple[tuple[str, tuple[Grid, ...]], ...]
    notes: tuple[str, ...]

    @property
    def packages(self) -> tuple[str, ...]:
        """Those of any row, in their order."""
        return tuple(dict.fromkeys(package for found in self.versions.values() for package in found))


def crossing(crossed: Crossed) -> Crossing:
    """A crossing as grids."""
    notes = Notes()
    recipes = dict.fromkeys(load.verdict.case.recipe.id for load in crossed.loads)
    grids = tuple(
        (recipe, tuple(_grid(way, loads, crossed, notes) for way, loads in grouped(crossed.loads, recipe).items()))
        for recipe in recipes
    )
    return Crossing(crossed.day, crossed.versions, crossed.broken, grids, tuple(notes.texts.values()))


def _grid(way: str, loads: Sequence[Loaded], crossed: Crossed, notes: Notes) -> Grid:
    by_pair = {(load.producer, load.consumer): load for load in loads}
    columns = tuple(consumers(crossed))
    lines = tuple(
        (producer, tuple(_square(by_pair.get((producer, each)), crossed, notes) for each in columns))
        for producer in dict.fromkeys(load.producer for load in loads)
    )
    return Grid(way, columns, lines)


def _square(load: Loaded | None, crossed: Crossed, notes: Notes) -> Square:
    if load is None:
        return Square("", ABSENT, 0, "")
    word, number = happened(load.verdict, notes)
    compiled = "" if load.compiled else ".uncompiled"
    anchor = f"{load.producer}.{load.consumer}.{load.verdict.case.id}{compiled}"
    return Square(anchor, _STATES[word], number, instead(load, crossed.loads))
