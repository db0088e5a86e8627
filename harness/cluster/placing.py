"""Which node gets what, and what is asked again when one is lost. It neither waits nor starts anything."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Mapping, Sequence

#: So often a unit may be lost with its node: what ends three of them may end them all.
LIVES = 3


@dataclass
class _At:
    """What a node has.

    Attributes:
        room: Units at once.
        units: Those that it has not answered in full.
    """

    room: int
    units: list[str] = field(default_factory=list)


class Placing:
    """Units of work, each with its parts, over nodes that come and go.

    A node gets a unit when it has room, the emptiest first: one that is slow gets fewer. What a lost node has not
    answered is handed out again, before all else; what was answered once is never asked again.

    Args:
        units: Name -> its parts, in order.
    """

    def __init__(self, units: Mapping[str, Sequence[str]]) -> None:
        self._waiting = deque(units)
        self._open = {unit: dict.fromkeys(parts) for unit, parts in units.items()}
        self._at: dict[str, _At] = {}
        self._lost: Counter[str] = Counter()

    @property
    def done(self) -> bool:
        """Whether all was answered."""
        return not any(self._open.values())

    def join(self, node: str, room: int) -> None:
        """A node is ready for so many units at once."""
        self._at[node] = _At(room)

    def hand_out(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """What nodes get now: (node, unit, its parts that nobody has answered)."""
        handed = []
        while self._waiting:
            free = [(len(at.units) / at.room, node) for node, at in self._at.items() if len(at.units) < at.room]
            if not free:
                break
            node = min(free, key=lambda each: each[0])[1]
            unit = self._waiting.popleft()
            self._at[node].units.append(unit)
            handed.append((node, unit, tuple(self._open[unit])))
        return handed

    def answered(self, node: str, unit: str, part: str) -> bool:
        """Whether an answer counts: it is the first to this part, by the node that has the unit."""
        if node not in self._at or unit not in self._at[node].units or part not in self._open[unit]:
            return False
        del self._open[unit][part]
        if not self._open[unit]:
            self._at[node].units.remove(unit)
        return True

    def leave(self, node: str) -> tuple[str, ...]:
        """A node is lost; the units that go elsewhere."""
        at = self._at.pop(node, _At(0))
        self._waiting.extendleft(reversed(at.units))
        self._lost.update(at.units)
        return tuple(at.units)

    def stuck(self, hoping: bool) -> str:
        """Why this cannot go on; "" while it can.

        Args:
            hoping: Whether another node may join soon.
        """
        if self.done:
            return ""
        lost = next((unit for unit, times in self._lost.items() if times >= LIVES and self._open[unit]), "")
        if lost:
            return f"{lost}: {LIVES} nodes were lost while they had it"
        return "" if self._at or hoping else "no node is left"


def left_out(node: str, why: str, units: Sequence[str]) -> str:
    """A node works no more, in one line: why, and what goes elsewhere."""
    elsewhere = f"; what it had not finished goes elsewhere: {', '.join(units)}" if units else ""
    return f"{node} is left out: {why}{elsewhere}"
