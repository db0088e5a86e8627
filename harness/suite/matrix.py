"""From axes to cells: all that are valid, or few in which every valid pair of axis values meets, or every value."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from typing import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

Row = Mapping[str, str]
Pair = tuple[tuple[str, str], tuple[str, str]]


def all_rows(axes: Mapping[str, Sequence[str]], fits: Callable[[Row], bool]) -> Iterator[dict[str, str]]:
    """Every valid combination of axis values, in the order of the axes."""
    for values in product(*axes.values()):
        row = dict(zip(axes, values))
        if fits(row):
            yield row


def pairs_of(row: Row) -> Iterator[Pair]:
    """The pairs of axis values that meet in a row, in the row's order."""
    return combinations(row.items(), 2)


def covering_rows(axes: Mapping[str, Sequence[str]], fits: Callable[[Row], bool]) -> list[dict[str, str]]:
    """Few rows in which every pair of values meets that meets in any valid row.

    Raises:
        AssertionError: covertable left a valid pair out.
    """
    from covertable import make

    valid = list(all_rows(axes, fits))
    constraints = [
        # A row that is still incomplete is possible if a valid row continues it.
        {
            "operator": "fn",
            "requires": list(names),
            "evaluate": _among({tuple(row[name] for name in names) for row in valid}, names),
        }
        for size in range(2, len(axes) + 1)
        for names in combinations(axes, size)
    ]
    made = make({name: list(values) for name, values in axes.items()}, constraints=constraints)
    rows = [{name: row[name] for name in axes} for row in made]
    missing = missing_pairs(rows, valid)
    assert not missing, f"covertable left out {len(missing)} valid pairs, for example {next(iter(missing))}"
    return rows


def _among(possible: set[tuple[str, ...]], names: Sequence[str]) -> Callable[[Row], bool]:
    return lambda row: tuple(row[name] for name in names) in possible


def missing_pairs(rows: Iterable[Row], valid: Iterable[Row]) -> set[Pair]:
    """The pairs that meet in some valid row, but in none of the rows."""
    return {pair for row in valid for pair in pairs_of(row)} - {pair for row in rows for pair in pairs_of(row)}


def covering_cells(rows: Sequence[Row], routes: Callable[[Row], Iterable[Row]]) -> list[dict[str, str]]:
    """Extend rows by routes (format and loader), so that every value of a row meets every value of a route.

    Greedy: the cell that lets most pairs meet for the first time comes next; among
    equals one of a row that is used already, since that row is trained anyway.

    Args:
        rows: The recipes.
        routes: The routes that a row can take.
    """
    candidates = [({**row, **route}, index) for index, row in enumerate(rows) for route in routes(row)]
    open_pairs = {pair for cell, _ in candidates for pair in pairs_of(cell)}
    chosen: list[tuple[int, dict[str, str]]] = []
    used: Counter[int] = Counter()
    while open_pairs:
        cell, index = max(
            candidates, key=lambda each: (len(open_pairs.intersection(pairs_of(each[0]))), min(used[each[1]], 1))
        )
        open_pairs.difference_update(pairs_of(cell))
        used[index] += 1
        chosen.append((index, cell))
    return [cell for _, cell in sorted(chosen, key=lambda each: each[0])]


def covering(cells: Sequence[Row], facts: Callable[[Row], Iterable[Hashable]]) -> list[Row]:
    """Few of the cells, in their order, in which every fact is found that is found in any.

    Greedy: the cell with most facts that are not yet covered comes next; among equals the first.
    """
    known = [set(facts(cell)) for cell in cells]
    missing = set[Hashable]().union(*known)
    chosen: set[int] = set()
    while missing:
        best = max(range(len(cells)), key=lambda index: len(known[index] & missing))
        missing -= known[best]
        chosen.add(best)
    return [cells[index] for index in sorted(chosen)]
