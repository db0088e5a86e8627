"""A crossing over the nodes of a cluster: what a node saves it loads as well, so that no artifact travels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Sequence

from harness.cluster.crew import LOOK, Crew
from harness.cluster.messages import Cross, Gone, Prepared, Told
from harness.cluster.messages import Crossed as CrossedThere
from harness.cluster.placing import Placing, left_out
from harness.environments.cross import Crossed, Loaded, joined
from harness.environments.cross_tables import from_values
from harness.environments.table import Row
from harness.nouns import SAVE, TRAIN, Case, InfrastructureError

#: Parts of the recipes for each node: more would start the processes of all rows more often, fewer would leave nodes
#: without work while others have much.
PARTS = 2


@dataclass(frozen=True)
class PlacedCrossing:
    """Cells, to be saved in some environments and loaded in others, on several machines.

    Attributes:
        cases: The cells.
        crew: The nodes; each has the environments of all rows.
        say: Told of each step.
    """

    cases: Sequence[Case]
    crew: Crew
    say: Callable[[str], None]

    def run(self, producers: Sequence[Row], consumers: Sequence[Row]) -> Crossed:
        """What `Crossing.run` comes to; a node that is lost costs the part that it had, which goes elsewhere.

        Raises:
            InfrastructureError: No node is left.
        """
        units = divided(self.cases, PARTS * len(self.crew.ready))
        placing = Placing({name: [name] for name in units})
        for name in self.crew.ready:
            placing.join(name, 1)
        names = tuple(row.name for row in producers), tuple(row.name for row in consumers)
        found: list[Crossed] = []
        last = ""
        while not placing.done:
            for node, part, _ in placing.hand_out():
                self.crew.send(node, Cross(part, units[part], *names))
            for node, message in self.crew.heard(LOOK):
                if isinstance(message, Prepared):
                    placing.join(node, 1)
                elif isinstance(message, Gone):
                    last = left_out(node, message.why, placing.leave(node))
                    self.say(last)
                elif isinstance(message, Told):
                    self.say(f"{node}: {message.line}")
                elif isinstance(message, CrossedThere) and placing.answered(node, message.part, message.part):
                    found.append(from_values(message.crossed))
            why = placing.stuck(self.crew.hoping)
            if why:
                raise InfrastructureError("; ".join(filter(None, (why, last))))
        return merged(found, self.cases, *names)


def divided(cases: Sequence[Case], parts: int) -> dict[str, tuple[Case, ...]]:
    """Cells in so many parts, or in as many as there are recipes; a recipe is in one of them, whose name begins so."""
    recipes: dict[str, list[Case]] = {}
    for case in cases:
        recipes.setdefault(case.recipe.id, []).append(case)
    names, found = list(recipes), {}
    for first in range(min(parts, len(names))):
        mine = names[first::parts]
        more = f" and {len(mine) - 1} more" if len(mine) > 1 else ""
        found[f"{mine[0]}{more}"] = tuple(case for name in mine for case in recipes[name])
    return found


def merged(
    parts: Sequence[Crossed], cases: Sequence[Case], producers: Sequence[str], consumers: Sequence[str]
) -> Crossed:
    """The parts of a crossing as one, in the order in which one machine has it."""
    known = {case.id: (number, case) for number, case in enumerate(cases)}
    whole = joined(parts)

    def place(load: Loaded) -> tuple[int, int, int, int]:
        saved = load.verdict.stage not in (TRAIN, SAVE)
        way = 0 if not saved else 1 if load.compiled else 2
        number = known[load.verdict.case.id][0]
        return consumers.index(load.consumer), producers.index(load.producer), way, number

    loads = [replace(each, verdict=replace(each.verdict, case=known[each.verdict.case.id][1])) for each in whole.loads]
    whole.loads = sorted(loads, key=place)
    return whole
