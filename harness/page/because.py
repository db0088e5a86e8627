"""Why it was lost, over all runs: each cause and each link once, with the cells that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from harness.causes import CAUSES
from harness.page.from_results import link
from harness.page.view import Cell, Link, Run


@dataclass(frozen=True)
class Place:
    """Cells of one run that share a reason.

    Attributes:
        run: Its name.
        cells: Those cells.
        aspects: What they lost by it.
    """

    run: str
    cells: tuple[Cell, ...]
    aspects: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """A cause of the catalogue, or what a known failure links to.

    Attributes:
        anchor: Its permalink.
        title: In one line.
        says: What happened, as one of the cells has it; "" where only a link is known.
        instead: What to write, likewise.
        link: Where it is told of; None for documented behaviour.
        places: Where it was met.
    """

    anchor: str
    title: str
    says: str
    instead: str
    link: Link | None
    places: tuple[Place, ...]

    @property
    def number(self) -> int:
        """How many cells it is about."""
        return sum(len(place.cells) for place in self.places)


def reasons(runs: Sequence[Run]) -> tuple[Reason, ...]:
    """Causes of the catalogue first, then links, those of most cells first."""
    causes = dict.fromkeys(each.anchor for run in runs for cell in run.cells for each in cell.because)
    links = {
        found.anchor: found for run in runs for cell in run.cells for change in cell.changes for found in change.links
    }
    found = [_of_catalogue(anchor, runs) for anchor in causes]
    found.sort(key=lambda each: -each.number)
    others = [_of_link(each, runs) for each in links.values()]
    others.sort(key=lambda each: -each.number)
    return (*found, *others)


def _of_catalogue(anchor: str, runs: Sequence[Run]) -> Reason:
    places, told = [], None
    for run in runs:
        cells = tuple(cell for cell in run.cells if any(each.anchor == anchor for each in cell.because))
        if cells:
            places.append(_place(run, cells, {change.about for cell in cells for change in cell.changes}))
            told = told or next(each for each in cells[0].because if each.anchor == anchor)
    assert told is not None
    where = link(CAUSES[anchor].link) if CAUSES[anchor].link else None
    return Reason(anchor, anchor.replace("_", " "), told.says, told.instead, where, tuple(places))


def _of_link(found: Link, runs: Sequence[Run]) -> Reason:
    places = []
    for run in runs:
        cells = tuple(cell for cell in run.cells if any(found in change.links for change in cell.changes))
        if cells:
            about = {change.about for cell in cells for change in cell.changes if found in change.links}
            places.append(_place(run, cells, about))
    return Reason(found.anchor, _title(found), "", "", found, tuple(places))


def _title(found: Link) -> str:
    """A place in the documentation by its heading, as far as an address has that."""
    heading = "" if found.url else found.text.partition("#")[2].replace("-", " ")
    return heading[:1].upper() + heading[1:] or found.text


def _place(run: Run, cells: tuple[Cell, ...], about: set[str]) -> Place:
    order = ("loading", *run.aspects)
    return Place(run.name, cells, tuple(each for each in order if each in about))
