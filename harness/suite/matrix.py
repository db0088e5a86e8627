"""From axes to cells: all that are valid, or few of them in which every fact is found, such as two values that meet."""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace
from itertools import combinations, product
from typing import Callable, Hashable, Iterable, Iterator, Mapping, NamedTuple, Sequence

#: A value of each axis.
Choice = Mapping[str, str]
#: What a choice is one example of: a value, two values that meet, a format with a backbone.
Facts = Callable[[Choice], Iterable[Hashable]]


def all_choices(axes: Mapping[str, Sequence[str]], fits: Callable[[Choice], bool]) -> Iterator[dict[str, str]]:
    """Every valid combination of axis values, in the order of the axes."""
    for values in product(*axes.values()):
        choice = dict(zip(axes, values))
        if fits(choice):
            yield choice


def pairs_of(choice: Choice) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """The pairs of axis values that meet in a choice, in its order."""
    return combinations(choice.items(), 2)


def missing(chosen: Iterable[Choice], valid: Iterable[Choice], facts: Facts) -> set[Hashable]:
    """The facts that are found in some valid choice, but in none of those that are chosen."""
    found = {fact for choice in valid for fact in facts(choice)}
    return found.difference(fact for choice in chosen for fact in facts(choice))


def few(valid: Mapping[str, Choice], facts: Facts, chosen: Iterable[Choice] = ()) -> list[str]:
    """Few of the valid choices, in their order, that have every fact which those that are already chosen lack.

    Greedy: the one with most missing facts comes next; among equals the first.
    """
    ids, choices = list(valid), list(valid.values())
    lacking = missing(chosen, choices, facts)
    if not lacking:
        return []

    def gain(index: int) -> int:
        return len(lacking.intersection(facts(choices[index])))

    # Gains only shrink while facts are found: if the first is still what it was, it is the largest.
    gains = [(-most, index) for index in range(len(ids)) for most in (gain(index),) if most]
    heapify(gains)
    added: set[int] = set()
    while lacking:
        known, index = gains[0]
        now = gain(index)
        if now == -known:
            heappop(gains)
            added.add(index)
            lacking.difference_update(facts(choices[index]))
        else:
            heapreplace(gains, (-now, index))
    return [ids[index] for index in sorted(added)]


class Growth(NamedTuple):
    """What becomes of the ids of a matrix when an axis has changed: they keep their order, and new ones come last."""

    kept: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return (*self.kept, *self.added)


def grow(ids: Sequence[str], valid: Mapping[str, Choice], facts: Facts) -> Growth:
    """Keep all ids that are still valid, and add few, until no fact is missing.

    Args:
        ids: Of the matrix as it is.
        valid: Every valid cell, by its id.
        facts: What has to be found in some cell.
    """
    kept = tuple(id for id in ids if id in valid)
    added = few(valid, facts, [valid[id] for id in kept])
    return Growth(kept, tuple(added), tuple(id for id in ids if id not in valid))
