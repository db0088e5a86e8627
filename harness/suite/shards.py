"""A run divided over several machines: by recipe, which is trained once, and evenly by what cells cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

from harness.nouns import Case, HarnessError


@dataclass(frozen=True)
class Shard:
    """One of the parts of a run, by the option --shard.

    Attributes:
        number: Which, from 1.
        count: How many there are.
    """

    number: int = 1
    count: int = 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """Read "2/4"; "" is the whole.

        Raises:
            HarnessError: It is no part of a whole.
        """
        if not text:
            return cls()
        number, slash, count = text.partition("/")
        # isdecimal() alone takes digits of other scripts, as int() does.
        if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            raise HarnessError(f"--shard {text}: expected NUMBER/COUNT, from 1/COUNT to COUNT/COUNT, such as 1/4")
        return cls(int(number), int(count))

    def __str__(self) -> str:
        return f"{self.number}/{self.count}" if self.count > 1 else ""

    def of(self, cases: Sequence[Case], cost: Callable[[Sequence[Case]], float]) -> list[Case]:
        """The cells of this part, in their order. All parts of the same cells are the whole, and no cell is in two.

        The dearest recipe goes first, each to the part that has least to do yet; names decide between equals, so that
        every machine divides alike.

        Args:
            cases: Of the whole.
            cost: Of some cells of one recipe.
        """
        recipes: dict[str, list[Case]] = {}
        for case in cases:
            recipes.setdefault(case.recipe.id, []).append(case)
        costs = {id: cost(each) for id, each in recipes.items()}
        loads = [0.0] * self.count
        mine = set()
        for id in sorted(recipes, key=lambda each: (-costs[each], each)):
            lightest = loads.index(min(loads))
            loads[lightest] += costs[id]
            if lightest == self.number - 1:
                mine.add(id)
        return [case for case in cases if case.recipe.id in mine]
